//! `completions SHELL`.

use std::io::Write;

use clap::CommandFactory;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::error::Result;
use crate::exit::Exit;

/// Prints the completions of a shell for the program's own name; an alias of cargo cannot be completed.
///
/// # Errors
/// If the output cannot be written.
pub fn completions(shell: Shell, out: &mut dyn Write) -> Result<Exit> {
    // The generator panics when its output is closed, so it writes into memory.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "checker", &mut script);
    out.write_all(&script)?;
    Ok(Exit::AllPassed)
}
