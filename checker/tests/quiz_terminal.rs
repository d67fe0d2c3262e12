//! A quiz at a terminal: a pseudo-terminal, and an emulator that says what there is to see.
//!
//! Nothing here depends on how long anything takes. The tests wait for something to be on the screen; the deadline only
//! keeps a failure from hanging.

#![cfg(unix)]

mod support;

use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use support::Course;

const DEADLINE: Duration = Duration::from_secs(60);
const ROWS: u16 = 60;

struct Terminal {
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    output: Receiver<Vec<u8>>,
    parser: vt100::Parser,
    settings_before: String,
}

impl Terminal {
    fn start(course: &Course, columns: u16) -> Terminal {
        let size = PtySize {
            rows: ROWS,
            cols: columns,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let settings_before = settings(&*pair.master);
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_checker"));
        command.args(["quiz", "basics"]);
        command.cwd(course.path(""));
        command.env("TERM", "xterm-256color");
        command.env("FAULTLINE_TODAY", "2026-01-31");
        command.env_remove("NO_COLOR");
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (sender, output) = channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Terminal {
            master: pair.master,
            keys,
            child,
            output,
            parser: vt100::Parser::new(ROWS, columns, 0),
            settings_before,
        }
    }

    /// Waits until the screen ends with `text`, and returns it.
    #[track_caller]
    fn wait_for(&mut self, text: &str) -> String {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let picture = self.parser.screen().contents();
            if picture.trim_end().ends_with(text) {
                return picture;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let piece = self.output.recv_timeout(left);
            let piece = piece.unwrap_or_else(|_| panic!("waited for {text:?}:\n{picture}"));
            self.parser.process(&piece);
        }
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    #[track_caller]
    fn end(&mut self) -> ExitStatus {
        let deadline = Instant::now() + DEADLINE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < deadline, "it does not end");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Only after a failed assertion is it still there.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What `stty -a` would say.
fn settings(terminal: &(dyn MasterPty + Send)) -> String {
    format!("{:?}", terminal.get_termios().unwrap())
}

fn course() -> Course {
    let course = Course::new();
    let quiz = include_str!("fixtures/quiz/every-kind.toml");
    course.write("exercises/basics/quiz.toml", quiz);
    course
}

const PAUSE: &str = "Enter for the next question, q to quit:";

#[test]
fn a_person_is_given_time_to_read() {
    let course = course();
    let mut terminal = Terminal::start(&course, 60);
    terminal.wait_for("One answer, 1-3:");
    terminal.press("2\n");
    let picture = terminal.wait_for(PAUSE);
    for line in picture.lines() {
        assert!(line.chars().count() <= 60, "{line}");
    }
    terminal.press("\n");
    terminal.wait_for("All that apply, 1-3:");
    // The terminal's own end of input.
    terminal.press("\u{4}");
    let picture = terminal.wait_for("`cargo checker quiz basics`: 3 questions left.");
    assert!(terminal.end().success());
    insta::assert_snapshot!("terminal", picture);
}

/// The program never changes how the terminal works, so there is nothing to put back however it ends.
#[test]
fn interrupting_loses_no_answer_and_leaves_the_terminal_sane() {
    let course = course();
    let mut terminal = Terminal::start(&course, 80);
    terminal.wait_for("One answer, 1-3:");
    terminal.press("1\n");
    terminal.wait_for(PAUSE);
    terminal.press("\n");
    terminal.wait_for("All that apply, 1-3:");
    terminal.press("1 \u{3}");
    assert!(!terminal.end().success());
    assert_eq!(settings(&*terminal.master), terminal.settings_before);
    assert_eq!(terminal.parser.screen().fgcolor(), vt100::Color::Default);
    assert!(!terminal.parser.screen().bold());
    let saved = course.read(".faultline/progress.toml");
    assert_eq!(saved.matches("[quiz.").count(), 1, "{saved}");

    let mut terminal = Terminal::start(&course, 80);
    let picture = terminal.wait_for("All that apply, 1-3:");
    assert!(
        picture.contains("Basics · 3 of 4 questions are open"),
        "{picture}"
    );
}
