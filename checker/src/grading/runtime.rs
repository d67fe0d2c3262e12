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
        let mut interruption = Interruption::listen().map_err(failed)?;
        tokio::select! {
            biased;
            () = interruption.next() => Err(Error::Interrupted),
            value = future => Ok(value),
        }
    })
}

/// Requests to end: Ctrl-C, and on Unix the signals that ask for it.
#[derive(Debug)]
pub struct Interruption {
    #[cfg(unix)]
    signals: [tokio::signal::unix::Signal; 3],
    #[cfg(windows)]
    pressed: tokio::signal::windows::CtrlC,
}

impl Interruption {
    /// Listens from now on; the system's own answer, to end this process on the spot, is off. Needs a runtime.
    ///
    /// # Errors
    /// Those of the system.
    pub fn listen() -> io::Result<Interruption> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let signals = [
                signal(SignalKind::interrupt())?,
                signal(SignalKind::terminate())?,
                signal(SignalKind::hangup())?,
            ];
            Ok(Interruption { signals })
        }
        #[cfg(windows)]
        {
            let pressed = tokio::signal::windows::ctrl_c()?;
            Ok(Interruption { pressed })
        }
    }

    /// Waits for the next request. May be cancelled; none that came in the meantime is lost.
    pub async fn next(&mut self) {
        #[cfg(unix)]
        {
            let [interrupt, terminate, hang_up] = &mut self.signals;
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                _ = hang_up.recv() => {}
            }
        }
        #[cfg(windows)]
        {
            let _ = self.pressed.recv().await;
        }
    }
}
