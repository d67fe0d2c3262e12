//! `confined` and `probe`: what this program does when it has started itself.

use std::io::Write;
use std::path::Path;

use crate::cli::{ConfinedArgs, ProbeArgs};
use crate::confine::{self, Confinement};
use crate::error::{Error, Result};
use crate::exit::Exit;

/// Becomes another program that may do less.
///
/// # Errors
/// Only returns with one: what could not be given up, or why the program could not be started.
pub fn confined(args: &ConfinedArgs) -> Result<Exit> {
    let confinement: Confinement = serde_json::from_str(&args.confinement).map_err(|error| {
        Error::Usage(format!("--confinement is not what it should be: {error}"))
    })?;
    let (program, arguments) = args
        .program
        .split_first()
        .ok_or_else(|| Error::Usage("there is nothing to become".to_owned()))?;
    let program = Path::new(program);
    let error = confine::enter(&confinement, args.record.as_deref(), program, arguments);
    Err(Error::system(
        format!("start `{}` as confined", program.display()),
        error,
        "Grade on Linux 6.2 or later, or allow a lower level with `--isolation`.",
    ))
}

/// Tries what should be refused, and prints what was not.
///
/// # Errors
/// If it cannot print.
pub fn probe(args: &ProbeArgs, out: &mut dyn Write) -> Result<Exit> {
    confine::try_everything(&args.secret, args.port, out)?;
    Ok(Exit::AllPassed)
}
