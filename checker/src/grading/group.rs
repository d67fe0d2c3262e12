//! A child process together with everything that it starts.

use std::io;
use std::process::{ExitStatus, Stdio};

use process_wrap::tokio::{ChildWrapper, CommandWrap};
use tokio::io::AsyncWriteExt;
use tokio::process::{ChildStderr, ChildStdout, Command};

/// A child process and its descendants: a process group on Unix, a job object on Windows. Dropping it kills them all.
#[derive(Debug)]
pub struct Group {
    child: Box<dyn ChildWrapper>,
    ended: bool,
}

impl Group {
    /// Starts `command` with `input` to read, which has to fit into a pipe, and both outputs captured.
    pub async fn spawn(mut command: Command, input: Option<&[u8]>) -> io::Result<Group> {
        command
            .stdin(match input {
                Some(_) => Stdio::piped(),
                None => Stdio::null(),
            })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut command = CommandWrap::from(command);
        #[cfg(unix)]
        command.wrap(process_wrap::tokio::ProcessGroup::leader());
        #[cfg(windows)]
        command.wrap(process_wrap::tokio::JobObject);
        let mut group = Group {
            child: command.spawn()?,
            ended: false,
        };
        if let (Some(input), Some(mut pipe)) = (input, group.child.stdin().take()) {
            // One that reads nothing has given up; its outputs say why.
            let _ = pipe.write_all(input).await;
        }
        Ok(group)
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
