//! The one cargo call that builds a suite.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::Command;

use super::event::Event;
use super::group::Group;
use super::{Error, Result, Settings};

/// What came of a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Build {
    /// The suite is ready to run.
    Ready {
        /// Its program.
        suite: PathBuf,
    },
    /// The learner's crate, or the suite against it, does not compile.
    DoesNotCompile {
        /// The compiler's messages, as cargo shows them.
        messages: String,
    },
    /// Something else does not build: a dependency, a manifest, cargo itself.
    Broken {
        /// What was said.
        messages: String,
    },
}

/// Builds the suite of `package`. See [`super::build`].
///
/// # Errors
/// If cargo cannot be started.
pub async fn build(
    root: &Path,
    package: &str,
    settings: &Settings,
    on_event: &dyn Fn(Event),
) -> Result<Build> {
    let failed = |source| Error::Process {
        doing: "start cargo",
        source,
    };
    let mut command = Command::new(cargo());
    let format = if settings.color {
        "json-diagnostic-rendered-ansi"
    } else {
        "json"
    };
    command
        .current_dir(root)
        .args(["test", "--no-run", "-p", package, "--test", "grade"])
        .arg(format!("--message-format={format}"))
        // Only for the progress lines; the messages are coloured by their format.
        .env("CARGO_TERM_COLOR", "never")
        .env("CARGO_TERM_PROGRESS_WHEN", "never")
        .env("CARGO_TERM_QUIET", "false");
    let mut group = Group::spawn(command, None).await.map_err(failed)?;
    let (stdout, stderr) = group.outputs();

    let mut messages = Messages::default();
    let mut said = String::new();
    let (_, _, status) = tokio::join!(
        each_line(stdout, |line| messages.take_in(package, line)),
        each_line(stderr, |line| {
            if let Some(doing) = progress(line) {
                on_event(Event::Cargo(doing));
            }
            said.push_str(line);
            said.push('\n');
        }),
        group.wait(),
    );
    let status = status.map_err(failed)?;
    Ok(match messages.suite {
        Some(suite) if status.success() => Build::Ready { suite },
        _ if !messages.own.is_empty() => Build::DoesNotCompile {
            messages: messages.own.join(""),
        },
        _ if !messages.suites.is_empty() => Build::DoesNotCompile {
            messages: messages.suites.join("") + CONTRACT_ADVICE,
        },
        _ if !messages.foreign.is_empty() => Build::Broken {
            messages: messages.foreign.join(""),
        },
        _ => Build::Broken {
            messages: complaint(&said),
        },
    })
}

const CONTRACT_ADVICE: &str = "\
Your code compiles, but the suite does not compile against it.
Give public names, types and signatures back the form they had; `cargo checker reset` shows it.
";

/// Whoever runs us through cargo says which cargo, and that spares the detour over rustup's.
fn cargo() -> OsString {
    env::var_os("CARGO")
        .filter(|path| !path.is_empty())
        .unwrap_or_else(|| "cargo".into())
}

async fn each_line(from: Option<impl AsyncRead + Unpin>, mut take_in: impl FnMut(&str)) {
    let Some(from) = from else { return };
    let mut reader = BufReader::new(from);
    let mut line = Vec::new();
    while let Ok(count) = reader.read_until(b'\n', &mut line).await {
        if count == 0 {
            break;
        }
        take_in(String::from_utf8_lossy(&line).trim_end());
        line.clear();
    }
}

/// What cargo is doing, if `line` says so in a way that a reader wants to see.
fn progress(line: &str) -> Option<String> {
    let line = line.trim();
    let verb = line.split(' ').next()?;
    let shown = [
        "Compiling",
        "Downloading",
        "Downloaded",
        "Updating",
        "Blocking",
    ]
    .contains(&verb);
    // `Compiling request-reply v0.1.0 (/somewhere/deep)`: where it is does not matter.
    shown.then(|| line.split(" (").next().unwrap_or(line).to_owned())
}

/// What cargo said on standard error when no compiler had anything to say.
fn complaint(said: &str) -> String {
    let start = said.lines().position(|line| line.starts_with("error"));
    let lines: Vec<&str> = said.lines().skip(start.unwrap_or(0)).collect();
    if lines.is_empty() {
        "error: cargo ended without building the suite".to_owned()
    } else {
        lines.join("\n") + "\n"
    }
}

/// What the compiler said, sorted by whose business it is.
#[derive(Debug, Default)]
struct Messages {
    suite: Option<PathBuf>,
    own: Vec<String>,
    suites: Vec<String>,
    foreign: Vec<String>,
}

/// One line of cargo's output: the few of its many fields that matter here.
#[derive(Debug, Deserialize)]
struct Message {
    reason: String,
    #[serde(default)]
    package_id: String,
    target: Option<Target>,
    executable: Option<PathBuf>,
    message: Option<Diagnostic>,
}

#[derive(Debug, Deserialize)]
struct Target {
    kind: Vec<String>,
    name: String,
}

#[derive(Debug, Deserialize)]
struct Diagnostic {
    level: String,
    message: String,
    rendered: Option<String>,
}

impl Messages {
    fn take_in(&mut self, package: &str, line: &str) {
        // Procedural macros and build scripts print into the same stream; what is not cargo's does not concern us.
        let Ok(message) = serde_json::from_str::<Message>(line) else {
            return;
        };
        let Some(target) = message.target else { return };
        let suite = target.kind.iter().any(|kind| kind == "test") && target.name == "grade";
        match (message.reason.as_str(), message.message) {
            ("compiler-artifact", _) if suite => self.suite = message.executable,
            ("compiler-message", Some(diagnostic)) if diagnostic.is_worth_showing() => {
                let rendered = diagnostic.rendered.unwrap_or(diagnostic.message);
                if package_name(&message.package_id) != package {
                    self.foreign.push(rendered);
                } else if suite {
                    self.suites.push(rendered);
                } else {
                    self.own.push(rendered);
                }
            }
            _ => {}
        }
    }
}

impl Diagnostic {
    /// Warnings wait until there are no errors, and the summary only repeats them.
    fn is_worth_showing(&self) -> bool {
        self.level.starts_with("error") && !self.message.starts_with("aborting due to")
    }
}

/// The name in `path+file:///course/exercises/chapter/request-reply#0.1.0` or `…#name@0.1.0`.
fn package_name(id: &str) -> &str {
    let (location, fragment) = id.rsplit_once('#').unwrap_or((id, ""));
    match fragment.split_once('@') {
        Some((name, _)) => name,
        None if fragment.starts_with(|sign: char| sign.is_ascii_digit()) => location
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or(location),
        None => fragment,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_known_by_every_form_of_their_id() {
        assert_eq!(
            package_name("path+file:///a/b/request-reply#0.1.0"),
            "request-reply"
        );
        assert_eq!(
            package_name("path+file:///a/other-folder#request-reply@0.1.0"),
            "request-reply"
        );
        assert_eq!(
            package_name("registry+https://example.org/index#serde@1.0.0"),
            "serde"
        );
    }

    #[test]
    fn only_what_a_reader_waits_for_is_progress() {
        assert_eq!(
            progress("   Compiling a v0.1.0 (/x)").as_deref(),
            Some("Compiling a v0.1.0")
        );
        assert_eq!(
            progress("    Blocking waiting for file lock on build directory").as_deref(),
            Some("Blocking waiting for file lock on build directory")
        );
        assert_eq!(progress("    Finished `test` profile"), None);
        assert_eq!(progress("warning: unused"), None);
    }

    #[test]
    fn of_cargos_own_words_only_the_complaint_stays() {
        assert_eq!(
            complaint("  Updating index\nerror: no such package\n  help: x\n"),
            "error: no such package\n  help: x\n"
        );
        assert_eq!(
            complaint(""),
            "error: cargo ended without building the suite"
        );
    }
}
