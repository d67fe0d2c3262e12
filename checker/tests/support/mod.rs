//! A small course in a folder of its own, and the program run in it.
//!
//! What the program prints is compared whole: exit code, standard output and standard error in one text.

// Every test program uses a part of this.
#![allow(dead_code)]

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use assert_cmd::assert::OutputAssertExt;
use assert_cmd::cargo::cargo_bin;
use tempfile::TempDir;

/// A course that may be changed at will.
pub struct Course {
    folder: Folder,
}

/// Where it is.
enum Folder {
    /// Gone afterwards.
    Temporary(TempDir),
    /// Emptied before the next use, but for what was built.
    Kept(PathBuf),
}

impl Folder {
    fn path(&self) -> &Path {
        match self {
            Folder::Temporary(folder) => folder.path(),
            Folder::Kept(folder) => folder,
        }
    }
}

impl Course {
    /// The course in `tests/fixtures/course`. Its `Cargo.toml`s have another name there, so that cargo does not take
    /// them for members of this workspace.
    pub fn new() -> Course {
        let folder = tempfile::tempdir().unwrap();
        copy(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/course"),
            folder.path(),
        );
        Course {
            folder: Folder::Temporary(folder),
        }
    }

    /// An empty folder, in which `target` is what the last use left there: for what takes long to build.
    pub fn kept(name: &str) -> Course {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).unwrap();
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.file_name().is_some_and(|name| name == "target") {
                continue;
            }
            if path.is_dir() {
                fs::remove_dir_all(path).unwrap();
            } else {
                fs::remove_file(path).unwrap();
            }
        }
        Course {
            folder: Folder::Kept(folder),
        }
    }

    /// A file or folder of it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What a file holds.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Writes a file and the folders above it.
    pub fn write(&self, name: &str, contents: impl AsRef<[u8]>) -> &Course {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), contents).unwrap();
        self
    }

    /// Replaces a text in a file, which must be there.
    pub fn replace(&self, name: &str, old: &str, new: &str) -> &Course {
        let text = self.read(name);
        assert!(text.contains(old), "{name} has no {old:?}");
        self.write(name, text.replacen(old, new, 1))
    }

    /// Removes a file or folder.
    pub fn remove(&self, name: &str) -> &Course {
        let path = self.path(name);
        if path.is_dir() {
            fs::remove_dir_all(path).unwrap()
        } else {
            fs::remove_file(path).unwrap()
        }
        self
    }

    /// Copies a file or folder from another course.
    pub fn restore(&self, from: &Course, name: &str) -> &Course {
        copy(&from.path(name), &self.path(name));
        self
    }

    /// The program, to be run in the course's folder, without a terminal and without colour.
    pub fn command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = Command::new(cargo_bin!("checker"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        for variable in [
            "NO_COLOR",
            "CLICOLOR",
            "CLICOLOR_FORCE",
            "CARGO_TARGET_DIR",
            "RUST_BACKTRACE",
        ] {
            command.env_remove(variable);
        }
        command
    }

    /// Runs the program and tells all that can be seen of it.
    pub fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> String {
        self.told(self.command(arguments).assert().get_output())
    }

    /// Exit code and output, without what differs from machine to machine.
    pub fn told(&self, output: &Output) -> String {
        let text = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
            let real = fs::canonicalize(self.folder.path()).unwrap();
            let text = text.replace(&*real.to_string_lossy(), "[course]");
            text.replace(&*self.folder.path().to_string_lossy(), "[course]")
        };
        let code = output
            .status
            .code()
            .map_or("killed".to_owned(), |code| code.to_string());
        let mut told = format!("exit code {code}\n");
        for (name, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
            if !bytes.is_empty() {
                told.push_str(&format!("----- {name} -----\n{}", text(bytes)));
            }
        }
        told
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let target = to.join(name.strip_suffix(".txt").unwrap_or(&name));
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
