//! Runs a future to its end on this thread, unless the reader interrupts it.

use std::future::Future;
use std::io;

use super::Error;

/// Drives `future` to its end. On Ctrl-C, or when asked to terminate, drops it, which kills its processes: they are in
/// groups of their own and would not hear of it otherwise.
pub fn block_on<T>(future: impl Future<Output = T>) -> Result<T, Error> {
    let failed = |source| Error::Process {
        doing: "prepare to start processes",
        source,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(failed)?;
    runtime.block_on(async {
        tokio::select! {
            biased;
            interrupted = interruption() => match interrupted {
                Ok(()) => Err(Error::Interrupted),
                Err(source) => Err(failed(source)),
            },
            value = future => Ok(value),
        }
    })
}

/// Returns when the reader presses Ctrl-C, or when someone asks this process to end.
pub async fn interruption() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        let mut hang_up = signal(SignalKind::hangup())?;
        tokio::select! {
            pressed = tokio::signal::ctrl_c() => pressed,
            _ = terminate.recv() => Ok(()),
            _ = hang_up.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
