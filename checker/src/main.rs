//! `cargo checker`: continue with the current exercise, or do one of the things that `--help` lists.

use std::io::{self, Write};
use std::process::ExitCode;

use checker::cli::{Cli, Command};
use checker::color::{self, Color};
use checker::commands;
use checker::course;
use checker::error::Result;
use checker::exit::Exit;
use clap::Parser;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let color = color::choose(cli.color);
    match run(cli, color) {
        Ok(exit) => exit.into(),
        // Whoever read the output has seen enough, as in `cargo checker list | head -1`.
        Err(error) if error.is_broken_pipe() => Exit::AllPassed.into(),
        Err(error) => {
            // There is nobody left to tell when this fails too.
            let _ = writeln!(io::stderr().lock(), "{}", error.render(color.stderr));
            error.exit().into()
        }
    }
}

fn run(cli: Cli, color: Color) -> Result<Exit> {
    let mut out = io::stdout().lock();
    match cli.command {
        Some(Command::Completions { shell }) => return commands::completions(shell, &mut out),
        Some(Command::Doctor) => return commands::doctor(&mut out),
        Some(Command::Confined(args)) => return commands::confined(&args),
        Some(Command::Probe(args)) => return commands::probe(&args, &mut out),
        _ => {}
    }

    let course = course::read(&course::find_root()?)?;
    if let Some(command) = &cli.command {
        commands::check_edition(&course, command)?;
    }
    match cli.command {
        None => {
            drop(out);
            commands::watch(&course, color)
        }
        Some(Command::Run(args)) => commands::run(&course, &args, color, &mut out),
        Some(Command::Replay(args)) => commands::replay(&course, &args, color, &mut out),
        Some(Command::List) => commands::list(&course, &mut out),
        Some(Command::Quiz(args)) => commands::quiz(&course, &args, &mut out),
        Some(Command::Hint(args)) => commands::hint(&course, &args, &mut out),
        Some(Command::Solution(args)) => commands::solution(&course, &args, &mut out),
        Some(Command::Reset(args)) => commands::reset(&course, &args, &mut out),
        Some(Command::New(args)) => commands::new(&course, &args, &mut out),
        Some(Command::Stub(args)) => commands::stub(&course, &args, &mut out),
        Some(Command::Wrong { command }) => commands::wrong(&course, &command, &mut out),
        Some(Command::Record(args)) => commands::record(&course, &args, &mut out),
        Some(Command::Schema(args)) => commands::schema(&course, &args, &mut out),
        Some(Command::Export(args)) => commands::export(&course, &args, &mut out),
        Some(Command::Verify(args)) => commands::verify(&course, &args, &mut out),
        Some(Command::Grade(args)) => commands::grade(&course, args, &mut out),
        Some(
            Command::Completions { .. }
            | Command::Doctor
            | Command::Confined(_)
            | Command::Probe(_),
        ) => Ok(Exit::AllPassed),
    }
}
