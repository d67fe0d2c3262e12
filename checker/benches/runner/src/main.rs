//! Measures the promises of speed and prints one table. Everything is a ratio of two things that were measured in turns
//! in the same run, so that a slow or busy machine changes both.
//!
//! `cargo run --release -p benches`; it exits with 1 if a promise is not kept. With `-- --rustlings`, the same save is
//! graded by rustlings as well, which is installed for that.

mod counterexamples;
mod loops;
mod measure;
mod rustlings;
mod save_to_verdict;
mod table;

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use measure::Result;
use table::Table;

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
    let verdict = save_to_verdict::measure(&root, &mut table)?;
    if env::args().any(|argument| argument == "--rustlings") {
        let theirs = rustlings::save_to_verdict(&root)?;
        table.promise(
            "one-line change, rustlings itself",
            format!("{} ms", theirs.as_millis()),
            format!("twice ours is {} ms", 2 * verdict.as_millis()),
            2 * verdict <= theirs,
        );
    }
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
