//! Trying, from inside, what should be refused.

use std::fs::{self, File};
use std::io::{self, Write};
use std::net::{TcpStream, UdpSocket};
use std::path::Path;
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use super::{Confinement, Level, Limits, Purpose, helper};

/// Something that a submission may try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Attempt {
    /// Reading a file of the system.
    ReadSystemFile,
    /// Reading another student's file.
    ReadOtherFile,
    /// Listing another student's folder.
    ListOtherFolder,
    /// Writing a file next to it.
    WriteFile,
    /// Changing who may read it.
    ChangePermissions,
    /// Reading its own memory by `/proc`.
    ReadOwnMemory,
    /// Reading what its parent was started with.
    ReadParentEnvironment,
    /// Connecting to a port of this machine.
    ConnectTcp,
    /// Opening a socket for datagrams.
    OpenUdp,
    /// Opening a socket without a name in the file system.
    OpenAbstractSocket,
    /// Starting another program.
    StartProgram,
    /// Starting itself once more.
    StartItself,
    /// Leaving its session, to outlive it.
    LeaveSession,
    /// Sending a signal to its parent.
    SignalParent,
    /// Asking for more memory than it may have.
    TakeMemory,
}

impl Attempt {
    const ALL: [Attempt; 15] = [
        Attempt::ReadSystemFile,
        Attempt::ReadOtherFile,
        Attempt::ListOtherFolder,
        Attempt::WriteFile,
        Attempt::ChangePermissions,
        Attempt::ReadOwnMemory,
        Attempt::ReadParentEnvironment,
        Attempt::ConnectTcp,
        Attempt::OpenUdp,
        Attempt::OpenAbstractSocket,
        Attempt::StartProgram,
        Attempt::StartItself,
        Attempt::LeaveSession,
        Attempt::SignalParent,
        Attempt::TakeMemory,
    ];

    /// What it is, in words that follow "could".
    pub fn words(self) -> &'static str {
        match self {
            Attempt::ReadSystemFile => "read a file of the system",
            Attempt::ReadOtherFile => "read another student's file",
            Attempt::ListOtherFolder => "list another student's folder",
            Attempt::WriteFile => "write a file",
            Attempt::ChangePermissions => "change a file's permissions",
            Attempt::ReadOwnMemory => "read its memory by /proc",
            Attempt::ReadParentEnvironment => "read its parent's environment",
            Attempt::ConnectTcp => "connect to a TCP port",
            Attempt::OpenUdp => "open a UDP socket",
            Attempt::OpenAbstractSocket => "open an abstract Unix socket",
            Attempt::StartProgram => "start another program",
            Attempt::StartItself => "start itself once more",
            Attempt::LeaveSession => "leave its session",
            Attempt::SignalParent => "send a signal to its parent",
            Attempt::TakeMemory => "take more memory than it may",
        }
    }

    /// The lowest level that refuses it.
    fn refused_from(self) -> Level {
        match self {
            Attempt::TakeMemory => Level::Limits,
            _ => Level::Sandbox,
        }
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probed {
    /// How many things were tried.
    pub tried: usize,
    /// What was refused.
    pub refused: Vec<Attempt>,
    /// What should have been refused, and was not.
    pub leaks: Vec<Attempt>,
}

/// The memory that a probe may take, and what it asks for.
const MEMORY: u64 = 1 << 30;
const TOO_MUCH: usize = 4 << 30;

/// Lets this program try everything, confined at `level`.
///
/// # Errors
/// If it cannot be started at that level; the message says why.
pub fn probe(level: Level) -> io::Result<Probed> {
    let other = tempfile::tempdir()?;
    let secret = other.path().join("lib.rs");
    fs::write(&secret, "// another student's\n")?;
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    let port = listener.local_addr()?.port().to_string();
    let program = helper()?;
    let confinement = Confinement {
        level,
        purpose: Purpose::Compute,
        read: super::runtime(),
        execute: super::starters(&program),
        write: Vec::new(),
        limits: Limits {
            processor: 20,
            memory: MEMORY,
            file: 1 << 20,
            files: 64,
        },
    };
    let arguments = ["probe".into(), secret.into_os_string(), port.into()];
    let output = confinement
        .command(&program, None, &arguments)?
        .stdin(Stdio::null())
        .output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    let Ok(succeeded) = serde_json::from_str::<Vec<Attempt>>(&said) else {
        let complaint = String::from_utf8_lossy(&output.stderr);
        return Err(io::Error::other(complaint.trim().to_owned()));
    };
    let (leaks, refused): (Vec<_>, Vec<_>) = Attempt::ALL
        .into_iter()
        .partition(|attempt| succeeded.contains(attempt));
    Ok(Probed {
        tried: Attempt::ALL.len(),
        refused,
        leaks: leaks
            .into_iter()
            .filter(|attempt| attempt.refused_from() <= level)
            .collect(),
    })
}

/// What the confined program does: it tries everything and prints what it could do.
///
/// # Errors
/// If it cannot print.
pub fn try_everything(secret: &Path, port: u16, out: &mut dyn Write) -> io::Result<()> {
    let could: Vec<Attempt> = Attempt::ALL
        .into_iter()
        .filter(|&attempt| could(attempt, secret, port))
        .collect();
    writeln!(out, "{}", serde_json::to_string(&could)?)
}

fn could(attempt: Attempt, secret: &Path, port: u16) -> bool {
    let folder = secret.parent().unwrap_or(Path::new("/"));
    match attempt {
        Attempt::ReadSystemFile => fs::read("/etc/passwd").is_ok(),
        Attempt::ReadOtherFile => fs::read(secret).is_ok(),
        Attempt::ListOtherFolder => fs::read_dir(folder).is_ok(),
        Attempt::WriteFile => File::create(folder.join("written")).is_ok(),
        Attempt::ChangePermissions => change_permissions(secret),
        Attempt::ReadOwnMemory => File::open("/proc/self/mem").is_ok(),
        Attempt::ReadParentEnvironment => parent().is_some_and(|parent| {
            fs::read(format!("/proc/{parent}/environ")).is_ok_and(|bytes| !bytes.is_empty())
        }),
        Attempt::ConnectTcp => TcpStream::connect(("127.0.0.1", port)).is_ok(),
        Attempt::OpenUdp => UdpSocket::bind(("127.0.0.1", 0)).is_ok(),
        Attempt::OpenAbstractSocket => abstract_socket(),
        Attempt::StartProgram => starts(Command::new("/bin/true")),
        Attempt::StartItself => std::env::current_exe().is_ok_and(|program| {
            let mut itself = Command::new(program);
            itself.arg("--version");
            starts(itself)
        }),
        Attempt::LeaveSession => leave_session(),
        Attempt::SignalParent => signal_parent(),
        Attempt::TakeMemory => Vec::<u8>::new().try_reserve_exact(TOO_MUCH).is_ok(),
    }
}

fn starts(mut command: Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok()
}

#[cfg(unix)]
fn change_permissions(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).is_ok()
}

#[cfg(unix)]
fn parent() -> Option<u32> {
    Some(std::os::unix::process::parent_id())
}

#[cfg(unix)]
fn leave_session() -> bool {
    rustix::process::setsid().is_ok()
}

#[cfg(unix)]
fn signal_parent() -> bool {
    rustix::process::getppid()
        .is_some_and(|parent| rustix::process::test_kill_process(parent).is_ok())
}

#[cfg(target_os = "linux")]
fn abstract_socket() -> bool {
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::{SocketAddr, UnixListener};
    let name = format!("faultline-{}", std::process::id());
    SocketAddr::from_abstract_name(name)
        .is_ok_and(|address| UnixListener::bind_addr(&address).is_ok())
}

#[cfg(not(target_os = "linux"))]
fn abstract_socket() -> bool {
    false
}

#[cfg(not(unix))]
fn change_permissions(_path: &Path) -> bool {
    true
}

#[cfg(not(unix))]
fn parent() -> Option<u32> {
    None
}

#[cfg(not(unix))]
fn leave_session() -> bool {
    true
}

#[cfg(not(unix))]
fn signal_parent() -> bool {
    true
}
