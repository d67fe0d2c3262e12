//! Compiling a submission: the compiler is called directly, confined, on a tree in which nothing but one file is the student's.
//!
//! Without cargo there is no manifest, build script or configuration that a submission could bring, and no target folder in
//! which packages of the same name could be taken for one another.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::shadow;
use super::toolchain::{Material, Toolchain};
use crate::confine::{Confinement, Level, Limits, Purpose, runtime};
use crate::course::model::Exercise;
use crate::error::{Error, Result};

/// What came of compiling.
pub enum Compiled {
    /// The suite is ready.
    Ready {
        /// The program.
        suite: PathBuf,
        /// The exercise's folder in the tree, with the student's file in it.
        folder: PathBuf,
    },
    /// The student's file does not compile, or not within the limits.
    Failed {
        /// The compiler's messages.
        messages: String,
    },
    /// It goes round the contract, which only the compiler can see.
    Refused {
        /// Why, in words.
        reason: String,
    },
    /// It cannot be told whose fault it is.
    Unknown {
        /// Why.
        reason: String,
    },
}

/// Seconds of processor time that the compiler may take for one file: twenty times what an honest one needs.
const PROCESSOR: u64 = 20;

/// Bytes of address space that it may take.
const MEMORY: u64 = 6 << 30;

/// The longest file that it may write, in bytes.
const FILE: u64 = 256 << 20;

/// When a compiler that is not even busy is given up.
const WALL: Duration = Duration::from_secs(600);

/// The most of its messages that is kept, in bytes.
const MESSAGES: u64 = 16 * 1024;

const SHADOWS: &str = "it gives a type of the contract a method that is called as one of a trait, such as `clone`: the suite \
     could take it for that; give it another name";

/// Compiles `source` in the empty folder `tree`, which is the only place that the compiler may write to.
///
/// # Errors
/// If the tree cannot be written or the compiler not be started.
pub fn compile(
    toolchain: &Toolchain,
    exercise: &Exercise,
    material: &Material,
    source: &str,
    tree: &Path,
    level: Level,
) -> Result<Compiled> {
    let inside = PathBuf::from("exercises")
        .join(&exercise.chapter)
        .join(&exercise.id);
    let folder = tree.join(&inside);
    let failed = |error| {
        Error::system(
            format!("write to `{}`", tree.display()),
            error,
            "Check that the folder `target` is yours to write to and that the disk is not full.",
        )
    };
    let out = tree.join("out");
    write_tree(material, source, &folder, &out).map_err(failed)?;
    let confinement = Confinement {
        level,
        purpose: Purpose::Compile,
        read: readable(toolchain),
        execute: Vec::new(),
        write: vec![tree.to_owned()],
        limits: Limits {
            processor: PROCESSOR,
            memory: MEMORY,
            file: FILE,
            files: 1024,
        },
    };
    let call = Call {
        toolchain,
        material,
        confinement: &confinement,
        tree,
        out: &out,
    };
    let name = exercise.id.replace('-', "_");
    let library = out.join(format!("lib{name}.rlib"));
    let mut arguments = words(&["--crate-type", "lib", "--crate-name", &name]);
    // A lint that cannot be allowed again: neither code before `main`, nor a way to the record, without `unsafe`. Other
    // warnings are not what is graded.
    arguments.extend(words(&["-F", "unsafe_code", "-A", "warnings"]));
    let file = inside.join("src").join("lib.rs");
    match call.run(&file, arguments, &library)? {
        Ran::Made => {}
        Ran::Refused(messages) => return Ok(Compiled::Failed { messages }),
        Ran::Unknown(reason) => return Ok(Compiled::Unknown { reason }),
    }
    if let Some(added) = shadow::methods(&contract(material), &material.suite, source) {
        let changed = inside.join("src").join("methods.rs");
        fs::write(tree.join(&changed), format!("{source}{added}")).map_err(failed)?;
        let arguments = words(&[
            "--crate-type",
            "lib",
            "--crate-name",
            &name,
            "--emit",
            "metadata",
            "-A",
            "warnings",
        ]);
        if let Ran::Refused(messages) = call.run(&changed, arguments, &out.join("methods"))?
            && messages.contains(shadow::TWICE)
        {
            return Ok(Compiled::Refused {
                reason: SHADOWS.to_owned(),
            });
        }
    }
    let suite = out.join("suite");
    let mut arguments = words(&[
        "--crate-type",
        "bin",
        "--crate-name",
        "suite",
        "-A",
        "warnings",
    ]);
    arguments.extend(words(&["-C", "strip=symbols", "--extern"]));
    let mut own = OsString::from(format!("{name}="));
    own.push(&library);
    arguments.push(own);
    let file = inside.join("tests").join("grade.rs");
    match call.run(&file, arguments, &suite)? {
        Ran::Made => Ok(Compiled::Ready { suite, folder }),
        // What the suite uses of the file is not there, or is something else.
        Ran::Refused(messages) => Ok(Compiled::Failed { messages }),
        Ran::Unknown(reason) => Ok(Compiled::Unknown { reason }),
    }
}

/// The contract itself.
fn contract(material: &Material) -> String {
    let api = material
        .contract
        .iter()
        .find(|(path, _)| path == "src/api.rs");
    api.map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned())
        .unwrap_or_default()
}

fn words(words: &[&str]) -> Vec<OsString> {
    words.iter().map(OsString::from).collect()
}

fn write_tree(material: &Material, source: &str, folder: &Path, out: &Path) -> io::Result<()> {
    let write = |inside: &str, bytes: &[u8]| {
        let path = folder.join(inside);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(path, bytes)
    };
    for (inside, bytes) in &material.contract {
        write(inside, bytes)?;
    }
    write("src/lib.rs", source.as_bytes())?;
    write("tests/grade.rs", material.suite.as_bytes())?;
    fs::create_dir_all(out)
}

/// What a compiler reads: itself, the system's linker and libraries, and the libraries that exercises use.
fn readable(toolchain: &Toolchain) -> Vec<PathBuf> {
    let mut readable = runtime();
    readable.extend(
        [
            "/usr/bin",
            "/bin",
            "/usr/libexec",
            "/usr/local/lib",
            "/etc/alternatives",
            "/dev/null",
        ]
        .map(PathBuf::from),
    );
    readable.push(toolchain.sysroot.clone());
    readable.extend(toolchain.libraries.iter().cloned());
    readable
}

struct Call<'a> {
    toolchain: &'a Toolchain,
    material: &'a Material,
    confinement: &'a Confinement,
    tree: &'a Path,
    out: &'a Path,
}

enum Ran {
    Made,
    Refused(String),
    Unknown(String),
}

impl Call<'_> {
    fn run(&self, file: &Path, mut arguments: Vec<OsString>, made: &Path) -> Result<Ran> {
        arguments.push(file.into());
        // A reader's crate is built with `opt-level = 1`, which costs little when only a line has changed. Compiled once,
        // from nothing, it costs more than its suite then saves: measured, 4.3 s against 1.3 s of processor time.
        arguments.extend(words(&[
            "--edition",
            "2024",
            "-C",
            "opt-level=0",
            "-C",
            "codegen-units=1",
            "-C",
            "debuginfo=0",
            "-C",
            "debug-assertions=on",
            "-C",
            "overflow-checks=on",
            "--color",
            "never",
            "--error-format",
            "human",
        ]));
        for (name, library) in &self.material.externs {
            arguments.push("--extern".into());
            let mut word = OsString::from(format!("{name}="));
            word.push(library);
            arguments.push(word);
        }
        for folder in &self.toolchain.libraries {
            arguments.push("-L".into());
            let mut word = OsString::from("dependency=");
            word.push(folder);
            arguments.push(word);
        }
        arguments.push("-o".into());
        arguments.push(made.into());
        let failed = |error| Error::system("start the compiler", error, "Run the command again.");
        let said = self.tree.join("said");
        let mut log = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .open(&said)
            .map_err(failed)?;
        let mut command = self
            .confinement
            .command(&self.toolchain.rustc, None, &arguments)
            .map_err(failed)?;
        command
            .current_dir(self.tree)
            .env("PATH", "/usr/bin:/bin")
            .env("TMPDIR", self.out)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log.try_clone().map_err(failed)?);
        let status = wait(command).map_err(failed)?;
        let mut messages = Vec::new();
        log.rewind().map_err(failed)?;
        (&mut log)
            .take(MESSAGES)
            .read_to_end(&mut messages)
            .map_err(failed)?;
        // Where the tree lies is nobody's business, and differs from run to run.
        let tree = self.tree.to_string_lossy();
        let mut messages = String::from_utf8_lossy(&messages).replace(&*tree, "");
        if log.metadata().map_err(failed)?.len() > MESSAGES {
            messages.push_str("\n… and more\n");
        }
        Ok(match status {
            None => Ran::Unknown(format!(
                "the compiler was not done after {} s",
                WALL.as_secs()
            )),
            Some(status) if status.success() && made.is_file() => Ran::Made,
            Some(status) => refused(status, messages),
        })
    }
}

/// Why there is no program. One who drove the compiler against a limit is told that; the rest is the compiler's to say.
fn refused(status: ExitStatus, messages: String) -> Ran {
    match killed_by(status) {
        // Nothing that a student wrote: there is no linker, or it was ended from outside.
        None if messages.contains("could not exec the linker") => Ran::Unknown(messages),
        None if messages.contains("signal: 9 (SIGKILL)") => Ran::Unknown(messages),
        None if messages.contains("error") => Ran::Refused(messages),
        None => Ran::Unknown(format!("the compiler ended with {status}:\n{messages}")),
        Some(signal) if LIMIT_SIGNALS.contains(&signal) => Ran::Refused(format!(
            "error: it does not compile within {PROCESSOR} s of processor time and {} GiB of memory\n",
            MEMORY >> 30
        )),
        Some(KILLED) => Ran::Unknown(
            "the compiler was ended from outside, by SIGKILL; a system that is short of memory does so: grade with fewer `--jobs`"
                .to_owned(),
        ),
        Some(signal) => Ran::Unknown(format!("the compiler was ended by signal {signal}")),
    }
}

/// What ends a process at its limits: SIGXCPU for processor time, SIGABRT, SIGSEGV and SIGBUS for memory and stack, SIGXFSZ
/// for a file that is too long.
const LIMIT_SIGNALS: [i32; 5] = [24, 6, 11, 7, 25];

/// SIGKILL: no limit, but somebody who ends processes.
const KILLED: i32 = 9;

#[cfg(unix)]
fn killed_by(status: ExitStatus) -> Option<i32> {
    use std::os::unix::process::ExitStatusExt;
    status.signal()
}

#[cfg(not(unix))]
fn killed_by(_status: ExitStatus) -> Option<i32> {
    None
}

/// Runs a command to its end, together with everything it starts; `None` if that took too long.
fn wait(mut command: Command) -> io::Result<Option<ExitStatus>> {
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        command.process_group(0);
    }
    let mut child = command.spawn()?;
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if begun.elapsed() >= WALL {
            end(&mut child);
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(Duration::from_millis(2));
    }
}

#[cfg(unix)]
fn end(child: &mut Child) {
    let group = i32::try_from(child.id())
        .ok()
        .and_then(rustix::process::Pid::from_raw);
    if let Some(group) = group {
        // That it is gone already is as good.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
}

#[cfg(not(unix))]
fn end(child: &mut Child) {
    let _ = child.kill();
}
