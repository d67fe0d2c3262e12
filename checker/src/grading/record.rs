//! Reads the record of a suite while it grows. See [`simulator::record`] for what is in it.
//!
//! A record is believed only if it is whole: the right first line, one last line, both with the right token, nothing
//! unreadable between them and nothing after them.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use simulator::record::{Effort, Line, RECORD_FORMAT, Verdict};

use super::event::Reached;
use super::outcome::Stuck;

/// More than any suite has to say. Beyond it the record is no longer read.
const LIMIT: u64 = 256 * 1024 * 1024;

/// How the line that a suite writes before each callback begins. There may be millions of them and only the last one
/// matters, so they are not parsed as they come.
const ENTERING: &[u8] = br#"{"line":"entering""#;

/// The line that a suite writes after each callback, of which there are as many.
const LEFT: &[u8] = br#"{"line":"left"}"#;

/// The last line of a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Finished {
    /// What was found.
    pub verdict: Verdict,
    /// What it took.
    pub effort: Effort,
    /// The line itself without the token, which differs from run to run.
    pub bytes: Vec<u8>,
}

/// Why a record cannot be believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// The first line is not the one that opens a record.
    NotOpened,
    /// It is written in another format.
    Format(u32),
    /// It is the record of another test.
    Scenario(String),
    /// A token is not the one that was given.
    Token,
    /// This line, counted from one, cannot be read.
    Unreadable(u64),
    /// It breaks off in the middle of a line.
    CutShort,
    /// There is something after the verdict.
    Continued,
    /// It is opened twice.
    OpenedTwice,
    /// It has become too long.
    TooLong,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Flaw::NotOpened => f.write_str("its record does not begin as a record does"),
            Flaw::Format(format) => write!(
                f,
                "its record has format {format}, this checker reads format {RECORD_FORMAT}: \
                 both must come from the same checkout"
            ),
            Flaw::Scenario(name) => write!(f, "its record is that of another test, `{name}`"),
            Flaw::Token => {
                f.write_str("its record was written by someone else: the token is wrong")
            }
            Flaw::Unreadable(line) => write!(f, "line {line} of its record cannot be read"),
            Flaw::CutShort => f.write_str("its record breaks off in the middle of a line"),
            Flaw::Continued => f.write_str("its record goes on after the verdict"),
            Flaw::OpenedTwice => f.write_str("its record was opened twice"),
            Flaw::TooLong => write!(f, "its record grew beyond {} MiB", LIMIT >> 20),
        }
    }
}

/// A record that is being written.
#[derive(Debug)]
pub struct Record {
    path: PathBuf,
    token: String,
    scenario: String,
    file: Option<File>,
    read: u64,
    lines: u64,
    pending: Vec<u8>,
    entering: Vec<u8>,
    opened: bool,
    /// How far the suite has come.
    pub reached: Reached,
    /// The verdict, if it has been reached.
    pub finished: Option<Finished>,
    /// The first thing that is wrong with it.
    pub flaw: Option<Flaw>,
}

impl Record {
    /// The record that the test `scenario` will write to `path`, signed with `token`.
    pub fn new(path: PathBuf, token: String, scenario: String) -> Record {
        Record {
            path,
            token,
            scenario,
            file: None,
            read: 0,
            lines: 0,
            pending: Vec::new(),
            entering: Vec::new(),
            opened: false,
            reached: Reached::default(),
            finished: None,
            flaw: None,
        }
    }

    /// Reads what has been added. Returns whether there was anything.
    pub fn read_on(&mut self) -> io::Result<bool> {
        if self.file.is_none() {
            match File::open(&self.path) {
                Ok(file) => self.file = Some(file),
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        let Some(file) = &mut self.file else {
            return Ok(false);
        };
        if self.read > LIMIT {
            return Ok(false);
        }
        let before = self.pending.len();
        let added = file
            .take(LIMIT + 1 - self.read)
            .read_to_end(&mut self.pending)? as u64;
        self.read += added;
        if self.read > LIMIT {
            self.flaw = Some(Flaw::TooLong);
        }
        // Only what is new can hold the end of a line.
        if let Some(end) = self.pending[before..]
            .iter()
            .rposition(|byte| *byte == b'\n')
        {
            let rest = self.pending.split_off(before + end + 1);
            let whole = std::mem::replace(&mut self.pending, rest);
            whole
                .split_inclusive(|byte| *byte == b'\n')
                .for_each(|line| self.take_in(&line[..line.len() - 1]));
        }
        Ok(added > 0)
    }

    /// To be called when nobody writes any more, after a last [`Record::read_on`].
    pub fn close(&mut self) {
        if !self.pending.is_empty() {
            self.note(if self.finished.is_some() {
                Flaw::Continued
            } else {
                Flaw::CutShort
            });
        }
    }

    /// Whether the suite got as far as opening it.
    pub fn is_opened(&self) -> bool {
        self.opened
    }

    /// Whether nothing at all was written.
    pub fn is_empty(&self) -> bool {
        self.read == 0
    }

    /// The callback that was entered last, if the suite told.
    pub fn entering(&self) -> Option<Stuck> {
        match serde_json::from_slice(&self.entering) {
            Ok(Line::Entering {
                node,
                callback,
                with,
                at,
                run,
            }) => Some(Stuck {
                node,
                callback,
                with,
                at,
                run,
            }),
            _ => None,
        }
    }

    fn take_in(&mut self, line: &[u8]) {
        self.lines += 1;
        if self.flaw.is_some() {
            return;
        }
        if self.finished.is_some() {
            return self.note(Flaw::Continued);
        }
        if self.opened && line.starts_with(ENTERING) {
            self.entering.clear();
            self.entering.extend_from_slice(line);
            return;
        }
        if self.opened && line == LEFT {
            self.entering.clear();
            return;
        }
        let parsed = match serde_json::from_slice::<Line>(line) {
            Ok(parsed) => parsed,
            Err(_) if !self.opened => {
                return self.note(other_format(line).unwrap_or(Flaw::NotOpened));
            }
            Err(_) => return self.note(Flaw::Unreadable(self.lines)),
        };
        match parsed {
            Line::Started { .. } if self.opened => self.note(Flaw::OpenedTwice),
            Line::Started { format, .. } if format != RECORD_FORMAT => {
                self.note(Flaw::Format(format))
            }
            Line::Started { token, .. } if token != self.token => self.note(Flaw::Token),
            Line::Started { scenario, .. } if scenario != self.scenario => {
                self.note(Flaw::Scenario(scenario))
            }
            Line::Started { .. } => self.opened = true,
            _ if !self.opened => self.note(Flaw::NotOpened),
            Line::Progress { done, of } => {
                self.reached = Reached {
                    done,
                    of,
                    ..Reached::default()
                }
            }
            Line::Exploring { states, steps, .. } => self.reached.explored = (states, steps),
            Line::Entering { .. } => self.entering = line.to_vec(),
            Line::Left => self.entering.clear(),
            Line::Finished { token, .. } if token != self.token => self.note(Flaw::Token),
            Line::Finished {
                verdict, effort, ..
            } => {
                let bytes = without(line, self.token.as_bytes());
                self.finished = Some(Finished {
                    verdict: *verdict,
                    effort,
                    bytes,
                });
            }
        }
    }

    fn note(&mut self, flaw: Flaw) {
        self.flaw.get_or_insert(flaw);
    }
}

/// A record of another version may well differ in its first line, all but the format number.
fn other_format(line: &[u8]) -> Option<Flaw> {
    let value: serde_json::Value = serde_json::from_slice(line).ok()?;
    let format = u32::try_from(value.get("format")?.as_u64()?).ok()?;
    (format != RECORD_FORMAT).then_some(Flaw::Format(format))
}

fn without(line: &[u8], token: &[u8]) -> Vec<u8> {
    match line
        .windows(token.len().max(1))
        .position(|window| window == token)
    {
        Some(start) => [&line[..start], &line[start + token.len()..]].concat(),
        None => line.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    const STARTED: &str = r#"{"line":"started","format":1,"token":"t0k","scenario":"s"}"#;
    const PASSED: &str = r#"{"line":"finished","token":"t0k","verdict":{"outcome":"passed"},"effort":{"schedules":0,"seeds":9,"shrinks":0,"events":0,"messages":0}}"#;

    fn read(text: &str) -> Record {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let mut record = Record::new(file.path().into(), "t0k".into(), "s".into());
        // In small pieces, as it would come.
        for piece in text.as_bytes().chunks(7) {
            file.write_all(piece).unwrap();
            assert!(record.read_on().unwrap());
        }
        record.close();
        record
    }

    #[test]
    fn a_whole_record_is_believed() {
        let record = read(&format!(
            "{STARTED}\n{{\"line\":\"progress\",\"done\":3,\"of\":9}}\n{PASSED}\n"
        ));
        assert_eq!(
            (record.reached.done, record.reached.of, &record.flaw),
            (3, 9, &None)
        );
        let finished = record.finished.unwrap();
        assert_eq!(finished.verdict, Verdict::Passed);
        assert!(!finished.bytes.windows(3).any(|window| window == b"t0k"));
    }

    #[test]
    fn every_flaw_is_seen() {
        let other = STARTED.replace("t0k", "forged");
        for (text, flaw) in [
            (format!("{PASSED}\n"), Flaw::NotOpened),
            ("hello\n".to_owned(), Flaw::NotOpened),
            (
                format!("{}\n", STARTED.replace(":1,", ":7,")),
                Flaw::Format(7),
            ),
            (
                "{\"line\":\"began\",\"format\":2}\n".to_owned(),
                Flaw::Format(2),
            ),
            (
                format!("{}\n", STARTED.replace(r#""s""#, r#""another""#)),
                Flaw::Scenario("another".into()),
            ),
            (format!("{other}\n{PASSED}\n"), Flaw::Token),
            (
                format!("{STARTED}\n{}\n", PASSED.replace("t0k", "forged")),
                Flaw::Token,
            ),
            (format!("{STARTED}\n%%\n{PASSED}\n"), Flaw::Unreadable(2)),
            (format!("{STARTED}\n{}", &PASSED[..40]), Flaw::CutShort),
            (format!("{STARTED}\n{PASSED}"), Flaw::CutShort),
            (format!("{STARTED}\n{PASSED}\n{PASSED}\n"), Flaw::Continued),
            (format!("{STARTED}\n{PASSED}\n{{"), Flaw::Continued),
            (
                format!("{STARTED}\n{STARTED}\n{PASSED}\n"),
                Flaw::OpenedTwice,
            ),
        ] {
            assert_eq!(read(&text).flaw, Some(flaw), "{text}");
        }
    }

    #[test]
    fn the_last_callback_entered_is_known() {
        let entering = r#"{"line":"entering","node":"n1","callback":"on_timer","with":"Tick","at":"5 ms","run":"seed 2"}"#;
        let record = read(&format!(
            "{STARTED}\n{}\n{entering}\n",
            entering.replace("n1", "n0")
        ));
        assert_eq!(record.entering().unwrap().node, "n1");
        assert_eq!(record.flaw, None);
    }

    #[test]
    fn a_callback_that_has_returned_is_not_to_blame() {
        let entering = r#"{"line":"entering","node":"n1","callback":"on_timer","with":"Tick","at":"5 ms","run":"seed 2"}"#;
        let left = serde_json::to_string(&Line::Left).unwrap();
        assert_eq!(left.as_bytes(), LEFT);
        let record = read(&format!("{STARTED}\n{entering}\n{left}\n"));
        assert_eq!(record.entering(), None);
        assert_eq!(record.flaw, None);
    }
}
