//! Watch mode in a terminal: a pseudo-terminal, and an emulator that says what there is to see.
//!
//! Nothing here depends on how long anything takes. The tests wait for something to be on the screen; the deadline only
//! keeps a failure from hanging.

#![cfg(unix)]

mod scratch;

use std::io::{Read, Write};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use scratch::Scratch;

const DEADLINE: Duration = Duration::from_secs(120);

/// The keys, by which one knows that a picture is complete.
const KEYS: &str = "n next   h hint   l list   r replay   o picture   enter check again   q quit";

struct Terminal {
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    screen: Arc<(Mutex<Screen>, Condvar)>,
    settings_before: String,
}

struct Screen {
    parser: vt100::Parser,
    /// Everything that was ever on the screen, one picture after each piece of output.
    seen: Vec<String>,
    closed: bool,
}

impl Terminal {
    /// Starts watch mode in a terminal of 80 columns.
    fn start(scratch: &Scratch) -> Terminal {
        let size = PtySize {
            rows: 40,
            cols: 80,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let settings_before = settings(&*pair.master);
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_checker"));
        command.cwd(scratch.root());
        command.env("TERM", "xterm-256color");
        command.env_remove("CARGO_TARGET_DIR");
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let screen = Screen {
            parser: vt100::Parser::new(40, 80, 0),
            seen: Vec::new(),
            closed: false,
        };
        let screen = Arc::new((Mutex::new(screen), Condvar::new()));
        let mut output = pair.master.try_clone_reader().unwrap();
        let shared = Arc::clone(&screen);
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            loop {
                let count = output.read(&mut buffer).unwrap_or(0);
                let mut screen = shared.0.lock().unwrap();
                screen.parser.process(&buffer[..count]);
                let picture = screen.parser.screen().contents();
                screen.seen.push(picture);
                screen.closed |= count == 0;
                shared.1.notify_all();
                if count == 0 {
                    return;
                }
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Terminal {
            master: pair.master,
            keys,
            child,
            screen,
            settings_before,
        }
    }

    /// Waits until the screen holds all of `texts`, and returns it.
    #[track_caller]
    fn wait_for(&self, texts: &[&str]) -> String {
        let deadline = Instant::now() + DEADLINE;
        let mut screen = self.screen.0.lock().unwrap();
        loop {
            let picture = screen.parser.screen().contents();
            if texts.iter().all(|text| picture.contains(text)) {
                return picture;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero() && !screen.closed,
                "waited for {texts:?}, but this is what there is:\n{picture}"
            );
            screen = self.screen.1.wait_timeout(screen, left).unwrap().0;
        }
    }

    /// Whether `text` was ever on the screen.
    fn saw(&self, text: &str) -> bool {
        self.screen
            .0
            .lock()
            .unwrap()
            .seen
            .iter()
            .any(|picture| picture.contains(text))
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Waits for the end and returns the exit code.
    #[track_caller]
    fn end(&mut self) -> u32 {
        let mut code = None;
        until(|| {
            code = self
                .child
                .try_wait()
                .unwrap()
                .map(|status| status.exit_code());
            code.is_some()
        });
        code.unwrap()
    }

    #[track_caller]
    fn assert_given_back(&self) {
        assert_eq!(settings(&*self.master), self.settings_before);
    }

    fn is_borrowed(&self) -> bool {
        settings(&*self.master) != self.settings_before
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Only after a failed assertion is it still there.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until something is so that no screen tells.
#[track_caller]
fn until(mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + DEADLINE;
    while !holds() {
        assert!(Instant::now() < deadline, "it never comes to pass");
        thread::sleep(Duration::from_millis(5));
    }
}

/// What `stty -a` would say.
fn settings(terminal: &(dyn MasterPty + Send)) -> String {
    format!("{:?}", terminal.get_termios().unwrap())
}

#[test]
fn every_save_is_graded() {
    let scratch = Scratch::new(60);
    let mut terminal = Terminal::start(&scratch);
    let picture = terminal.wait_for(&["not implemented yet", KEYS]);
    assert!(
        picture.starts_with(
            "The answer · exercise 1 of 2 · about 5 minutes\nexercises/basics/answer/src/lib.rs\n"
        ),
        "{picture}"
    );
    assert!(
        terminal.saw("Checking answer…"),
        "the first thing to see is what is being done"
    );

    scratch.answer("answer", "41");
    terminal.wait_for(&["it is 41", "answer: 0/5 points", KEYS]);
    scratch.answer("answer", "41 +");
    terminal.wait_for(&[
        "answer does not compile",
        "error: expected expression",
        KEYS,
    ]);
    scratch.answer("answer", "42");
    terminal.wait_for(&[
        "answer: 5/5 points",
        "Passed. Press n for the next exercise.",
        KEYS,
    ]);

    // It moves on only when told to, and remembers.
    terminal.press("n");
    terminal.wait_for(&["The second · exercise 2 of 2", "second: 0/5 points", KEYS]);
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
    terminal.assert_given_back();
    let progress =
        std::fs::read_to_string(scratch.root().join(".faultline/progress.toml")).unwrap();
    assert!(progress.contains("current = \"second\""), "{progress}");
}

/// The first code would hang until the end of the world: only giving up on it can bring the verdict on the second.
#[test]
fn a_save_during_a_run_is_not_lost() {
    let scratch = Scratch::new(600);
    let told = scratch.root().join("told");
    scratch.answer(
        "answer",
        &format!("std::fs::write({told:?}, \"\").unwrap();\n    loop {{}}"),
    );
    let mut terminal = Terminal::start(&scratch);
    until(|| told.exists());
    scratch.answer("answer", "41");
    terminal.wait_for(&["it is 41", KEYS]);
    assert!(!terminal.saw("never returns"));

    // During a build as well: whatever was being built, the last save counts.
    for body in ["1", "2", "3", "4", "42"] {
        scratch.answer("answer", body);
    }
    terminal.wait_for(&["answer: 5/5 points", KEYS]);
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn an_endless_loop_is_named_and_keys_work_meanwhile() {
    let scratch = Scratch::new(2);
    let told = scratch.root().join("told");
    scratch.answer(
        "answer",
        &format!("std::fs::write({told:?}, \"\").unwrap();\n    loop {{}}"),
    );
    let mut terminal = Terminal::start(&scratch);
    until(|| told.exists());
    terminal.press("h");
    let hint = terminal.wait_for(&["A nudge.", KEYS]);
    assert!(
        hint.contains("Checking answer…"),
        "the loop goes on while the hint is read:\n{hint}"
    );
    terminal.press("l");
    terminal.wait_for(&["A scratch course", "→", KEYS]);
    terminal.press(" ");
    terminal.wait_for(&["`on_request` of n0 does not return.", KEYS]);
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
    terminal.assert_given_back();
}

#[test]
fn a_progress_bar_shows_a_long_run() {
    let scratch = Scratch::new(600);
    scratch.answer("answer", "loop {}");
    let mut terminal = Terminal::start(&scratch);
    terminal.wait_for(&["2/1000 runs, 0/2 scenarios"]);
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn ctrl_c_gives_the_terminal_back() {
    let scratch = Scratch::new(600);
    scratch.answer("answer", "loop {}");
    let mut terminal = Terminal::start(&scratch);
    terminal.wait_for(&["Checking answer…", KEYS]);
    assert!(terminal.is_borrowed());
    terminal.press("\u{3}");
    assert_eq!(terminal.end(), 0);
    terminal.assert_given_back();
}

#[test]
fn a_request_to_end_gives_the_terminal_back() {
    let scratch = Scratch::new(600);
    scratch.answer("answer", "loop {}");
    let mut terminal = Terminal::start(&scratch);
    terminal.wait_for(&["Checking answer…", KEYS]);
    let id = terminal.child.process_id().unwrap().to_string();
    assert!(
        std::process::Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(terminal.end(), 0);
    terminal.assert_given_back();
}

#[test]
fn an_exercise_is_skipped_only_when_asked_twice() {
    let scratch = Scratch::new(60);
    let mut terminal = Terminal::start(&scratch);
    terminal.wait_for(&["not implemented yet", KEYS]);
    terminal.press("n");
    terminal.wait_for(&["This exercise has not passed yet.", KEYS]);
    terminal.press("x");
    terminal.wait_for(&["The answer · exercise 1 of 2", "not implemented yet", KEYS]);
    terminal.press("nn");
    terminal.wait_for(&["The second · exercise 2 of 2", "not implemented yet", KEYS]);
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn a_failure_is_replayed_by_a_key() {
    let scratch = Scratch::new(60);
    let mut terminal = Terminal::start(&scratch);
    terminal.wait_for(&["not implemented yet", KEYS]);
    scratch.answer("answer", "41");
    terminal.wait_for(&["it is 41", "answer: 0/5 points", KEYS]);
    terminal.press("r");
    terminal.wait_for(&["it is 41", "Any other key leads back.", KEYS]);
    terminal.press(" ");
    terminal.wait_for(&["answer: 0/5 points", KEYS]);
    scratch.answer("answer", "42");
    terminal.wait_for(&["answer: 5/5 points", KEYS]);
    terminal.press("r");
    terminal.wait_for(&["There is no failure to replay", KEYS]);
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
}

/// Saving what is there already asks for nothing; the key does.
#[test]
fn equal_contents_are_graded_again_only_when_asked() {
    let scratch = Scratch::new(60);
    let attempts = |number: u32| {
        let progress = std::fs::read_to_string(scratch.root().join(".faultline/progress.toml"));
        progress.is_ok_and(|text| text.contains(&format!("attempts = {number}\n")))
    };
    scratch.answer("answer", "41");
    let mut terminal = Terminal::start(&scratch);
    terminal.wait_for(&["it is 41", KEYS]);
    assert!(attempts(1));
    scratch.answer("answer", "41");
    terminal.press("\r");
    until(|| attempts(2));
    scratch.answer("answer", "42");
    terminal.wait_for(&["answer: 5/5 points", KEYS]);
    assert!(attempts(3));
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
}
