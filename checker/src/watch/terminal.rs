//! The reader's terminal, borrowed.

use std::io::{self, Write};
use std::panic;
use std::sync::Once;

use crossterm::cursor::MoveTo;
use crossterm::terminal::{Clear, ClearType, disable_raw_mode, enable_raw_mode};
use crossterm::{execute, queue};

/// A terminal that hands over keys one by one instead of lines. Dropping it, or a panic, gives it back as it was.
#[derive(Debug)]
pub struct Terminal(());

impl Terminal {
    /// Borrows the terminal of this process.
    pub fn borrow() -> io::Result<Terminal> {
        give_back_when_panicking();
        enable_raw_mode()?;
        Ok(Terminal(()))
    }

    /// Shows `text` instead of what was there. The scrollback stays.
    pub fn show(&mut self, text: &str) -> io::Result<()> {
        let mut out = io::stdout().lock();
        queue!(out, Clear(ClearType::All), MoveTo(0, 0))?;
        // In this mode a line feed moves down and nothing else.
        out.write_all(text.replace('\n', "\r\n").as_bytes())?;
        out.flush()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        give_back();
        // Whatever the shell says next begins on a line of its own.
        let _ = execute!(io::stdout(), crossterm::style::Print("\n"));
    }
}

fn give_back() {
    // There is nobody left to tell when this fails.
    let _ = disable_raw_mode();
}

/// Panics print their message before anything is dropped; it must not come out as a staircase.
fn give_back_when_panicking() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            give_back();
            before(info);
        }));
    });
}
