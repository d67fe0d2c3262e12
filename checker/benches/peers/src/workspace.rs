//! The copy of this workspace that is built, measured and edited.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cost::Result;
use crate::program::Tool;

/// The line of `shared/protocol.rs` that is changed to see how long a change takes.
const EDITED: &str = "RETRY_MILLIS: u64 = 20;";

/// A copy of this workspace, with a place for what is built from it.
pub struct Workspace {
    /// The root of the course.
    pub course: PathBuf,
    folder: PathBuf,
    protocol: String,
}

impl Workspace {
    /// Copies the workspace, so that measuring a change changes no file that is kept.
    ///
    /// # Errors
    /// If a file cannot be read or written.
    pub fn copy_of(original: &Path) -> Result<Workspace> {
        let course = original.join("../../..").canonicalize()?;
        let folder = original.join("target").join("measured");
        for part in ["Cargo.lock", "shared", "writes", "register"] {
            copy(&original.join(part), &folder.join(part))?;
        }
        let manifest = fs::read_to_string(original.join("Cargo.toml"))?;
        // The simulator stays where it is. The copy needs only the members, not the program that measures them.
        let simulator = course.join("checker").join("simulator");
        let simulator = simulator.to_string_lossy().replace('\\', "/");
        let manifest = manifest.replace("../../simulator", &simulator);
        let members = manifest.split("[package]").next().unwrap_or_default();
        write(&folder.join("Cargo.toml"), members)?;
        let protocol = fs::read_to_string(original.join("shared").join("protocol.rs"))?;
        if !protocol.contains(EDITED) {
            return Err(format!("shared/protocol.rs has no line with `{EDITED}` to change").into());
        }
        Ok(Workspace {
            course,
            folder,
            protocol,
        })
    }

    /// Changes one line of every learner's crate, the same in all; version 0 is the original.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn edit(&self, version: usize) -> Result<()> {
        let line = EDITED.replace("20", &(20 + version).to_string());
        let file = self.folder.join("shared").join("protocol.rs");
        write(&file, &self.protocol.replace(EDITED, &line))
    }

    /// `cargo` in the copy. Each tool has a target directory of its own: they share nothing.
    pub fn cargo(&self, tool: Tool) -> Command {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", self.target(tool));
        if tool == Tool::Madsim {
            // So madsim is told to simulate.
            let flags = std::env::var("RUSTFLAGS").unwrap_or_default();
            command.env("RUSTFLAGS", format!("{flags} --cfg madsim").trim());
        }
        command
    }

    /// Where the packages of a tool are built.
    pub fn target(&self, tool: Tool) -> PathBuf {
        self.folder.join("target").join(tool.package())
    }

    /// The version of a dependency, from the lock file.
    ///
    /// # Errors
    /// If there is none.
    pub fn version(&self, dependency: &str) -> Result<String> {
        let lock = fs::read_to_string(self.folder.join("Cargo.lock"))?;
        let mut lines = lock.lines();
        lines.find(|line| *line == format!("name = \"{dependency}\""));
        let version = lines
            .next()
            .and_then(|line| line.strip_prefix("version = "));
        let version = version.ok_or_else(|| format!("Cargo.lock has no {dependency}"))?;
        Ok(version.trim_matches('"').to_owned())
    }
}

/// Copies a file or a folder, leaving alone what is the same already: cargo goes by times.
fn copy(from: &Path, to: &Path) -> Result<()> {
    if from.is_dir() {
        for entry in fs::read_dir(from)? {
            let name = entry?.file_name();
            copy(&from.join(&name), &to.join(&name))?;
        }
        return Ok(());
    }
    write(to, &fs::read_to_string(from)?)
}

fn write(file: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(file).is_ok_and(|there| there == text) {
        return Ok(());
    }
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, text)
        .map_err(|problem| format!("{} cannot be written: {problem}", file.display()).into())
}
