//! A child process together with everything that it starts.

use std::io;
use std::process::{ExitStatus, Stdio};

use process_wrap::tokio::{ChildWrapper, CommandWrap};
use tokio::process::{ChildStderr, ChildStdout, Command};

/// A child process and its descendants: a process group on Unix, a job object on Windows. Dropping it kills them all.
#[derive(Debug)]
pub struct Group {
    child: Box<dyn ChildWrapper>,
    ended: bool,
}

impl Group {
    /// Starts `command` with nothing to read and both outputs captured.
    pub fn spawn(mut command: Command) -> io::Result<Group> {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut command = CommandWrap::from(command);
        #[cfg(unix)]
        command.wrap(process_wrap::tokio::ProcessGroup::leader());
        #[cfg(windows)]
        command.wrap(process_wrap::tokio::JobObject);
        Ok(Group {
            child: command.spawn()?,
            ended: false,
        })
    }

    /// Its process id, while it runs.
    #[cfg(target_os = "linux")]
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Its standard output and standard error; each can be taken once.
    pub fn outputs(&mut self) -> (Option<ChildStdout>, Option<ChildStderr>) {
        (self.child.stdout().take(), self.child.stderr().take())
    }

    /// Waits until the child has ended, then ends what it left behind. May be called again when cancelled.
    pub async fn wait(&mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait().await?;
        self.kill();
        self.ended = true;
        Ok(status)
    }

    /// Kills the child and its descendants, at once. That they are gone already is as good.
    pub fn kill(&mut self) {
        // Once all have ended, their number may have been given to others.
        if !self.ended {
            let _ = self.child.start_kill();
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}
