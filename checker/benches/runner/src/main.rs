//! Measures the promises of speed and prints one table. Everything is a ratio of two things that were measured in turns
//! in the same run, so that a slow or busy machine changes both.
//!
//! `cargo run --release -p benches`; it exits with 1 if a promise is not kept. With `-- --rustlings`, the same save is
//! graded by rustlings as well, which is installed for that.

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use benches::measure::Result;
use benches::rustlings::Rustlings;
use benches::table::Table;
use benches::{counterexamples, loops, save_to_verdict};

fn main() -> ExitCode {
    match run() {
        Ok(table) => {
            print!("{table}");
            if table.all_kept() {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            }
        }
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<Table> {
    let root = course_root()?;
    let mut table = Table::default();
    loops::measure(&root, &mut table)?;
    let rustlings = match env::args().any(|argument| argument == "--rustlings") {
        true => Some(Rustlings::install(&root)?),
        false => None,
    };
    save_to_verdict::measure(&root, rustlings.as_ref(), &mut table)?;
    counterexamples::measure(&root, &mut table)?;
    Ok(table)
}

fn course_root() -> Result<PathBuf> {
    let here = env::current_dir()?;
    let root = here
        .ancestors()
        .find(|folder| folder.join("course.toml").is_file())
        .map(Path::to_path_buf);
    root.ok_or_else(|| "no course.toml here or above: start the benches inside the course".into())
}
