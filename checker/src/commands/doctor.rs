//! `doctor`: what to put into a bug report.

use std::env;
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use notify::Watcher;

use crate::course;
use crate::error::{Error, Result, render_all};
use crate::exit::Exit;
use crate::progress;
use crate::text::count;

/// The first mdBook whose format of pages the book uses.
const MDBOOK: (u32, u32) = (0, 5);

/// Prints versions, places and what is wrong with them. Needs no course.
///
/// # Errors
/// If the output cannot be written.
pub fn doctor(out: &mut dyn Write) -> Result<Exit> {
    let mut report = Report {
        out,
        exit: Exit::AllPassed,
    };
    report.good("checker", env!("CARGO_PKG_VERSION"))?;
    report.good(
        "system",
        &format!("{} on {}", env::consts::OS, env::consts::ARCH),
    )?;
    for program in ["cargo", "rustc"] {
        match version(program) {
            Some(version) => report.good(program, &version)?,
            None => report.bad(
                program,
                "does not run; install Rust from https://rustup.rs",
                Exit::NoVerdict,
            )?,
        }
    }
    mdbook(&mut report)?;
    terminal(&mut report)?;
    let backend = format!("{:?}", notify::RecommendedWatcher::kind());
    report.good("watching", &backend)?;
    match course::find_root() {
        Ok(root) => course_at(&root, &mut report),
        Err(error) => report.bad(
            "course",
            &error.to_string().replace("error: ", ""),
            Exit::CourseBroken,
        ),
    }?;
    let exit = report.exit;
    let last = if exit == Exit::AllPassed {
        "Nothing is wrong."
    } else {
        "Mend what is marked with ✗."
    };
    writeln!(out, "\n{last}")?;
    Ok(exit)
}

struct Report<'o> {
    out: &'o mut dyn Write,
    exit: Exit,
}

impl Report<'_> {
    fn good(&mut self, what: &str, value: &str) -> Result<()> {
        self.line("✓", what, value)
    }

    /// Worth a look, but everything else works without it.
    fn odd(&mut self, what: &str, value: &str) -> Result<()> {
        self.line("•", what, value)
    }

    fn bad(&mut self, what: &str, value: &str, exit: Exit) -> Result<()> {
        self.exit = self.exit.max(exit);
        self.line("✗", what, value)
    }

    fn line(&mut self, mark: &str, what: &str, value: &str) -> Result<()> {
        let value = value.trim_end().replace('\n', "\n              ");
        Ok(writeln!(self.out, "{mark} {what:<12}{value}")?)
    }
}

fn mdbook(report: &mut Report) -> Result<()> {
    let Some(version) = version("mdbook") else {
        return report.odd(
            "mdbook",
            "not found; only reading the book on your own machine needs it",
        );
    };
    let number = version.trim_start_matches(|char: char| !char.is_ascii_digit());
    let mut parts = number
        .split('.')
        .map(|part| part.parse::<u32>().unwrap_or(0));
    let found = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    if found >= MDBOOK {
        return report.good("mdbook", &version);
    }
    report.odd(
        "mdbook",
        &format!("{version} is too old for the book; run `cargo install mdbook`"),
    )
}

fn terminal(report: &mut Report) -> Result<()> {
    match crossterm::terminal::size() {
        Ok((columns, rows)) if columns >= 80 => {
            report.good("terminal", &format!("{columns} × {rows}"))
        }
        Ok((columns, rows)) => report.odd(
            "terminal",
            &format!("{columns} × {rows}; 80 columns show diagrams whole"),
        ),
        Err(_) => report.odd(
            "terminal",
            "none; `cargo checker` grades once instead of watching",
        ),
    }
}

fn course_at(root: &Path, report: &mut Report) -> Result<()> {
    report.good("folder", &root.display().to_string())?;
    match course::read(root) {
        Ok(course) => {
            let exercises = count(course.exercises().count() as u64, "exercise");
            report.good("course", &format!("{}, {exercises}", course.title))?;
        }
        Err(error) => report.bad("course", &words(&error), Exit::CourseBroken)?,
    }
    match progress::read(root) {
        Ok(_) => report.good("progress", ".faultline/progress.toml")?,
        Err(error) => report.bad("progress", &words(&error), Exit::CourseBroken)?,
    }
    let target = env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root.join("target"), |target| root.join(target));
    match writable(&target) {
        Ok(()) => report.good("builds", &target.display().to_string()),
        Err(error) => {
            let advice = "make it writable, or set CARGO_TARGET_DIR";
            report.bad(
                "builds",
                &format!("{} cannot be written: {error}; {advice}", target.display()),
                Exit::NoVerdict,
            )
        }
    }
}

fn words(error: &Error) -> String {
    match error {
        Error::Problems(problems) => render_all(problems, false),
        _ => error.to_string(),
    }
}

/// The first line of what the program says of itself.
fn version(program: &str) -> Option<String> {
    // Cargo tells its own path to what it runs.
    let path = env::var_os(program.to_uppercase()).unwrap_or_else(|| OsString::from(program));
    let output = Command::new(path)
        .arg("--version")
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout)
        .lines()
        .next()?
        .trim()
        .to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}

/// Tries it in the nearest folder that exists, so that nothing is left behind.
fn writable(target: &Path) -> std::io::Result<()> {
    let folder: PathBuf = target
        .ancestors()
        .find(|folder| folder.is_dir())
        .map(Path::to_owned)
        .unwrap_or_default();
    tempfile::Builder::new()
        .prefix(crate::files::TEMPORARY_PREFIX)
        .tempfile_in(folder)
        .map(drop)
}
