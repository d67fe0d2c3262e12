//! Measures the course's simulator beside turmoil, madsim, stateright and AnySystem on the same work, and its checker
//! beside rustlings, and prints one table, as text and as Markdown.
//!
//! `cargo run --release --manifest-path checker/benches/peers/Cargo.toml` builds what it needs and takes about half an
//! hour; with `-- --write` the Markdown goes into the book, and with `-- --warm` nothing is built from nothing, which
//! leaves that column empty. Everything but the verdict is CPU time, and all is taken in turns in one run,
//! so that a busy machine slows all alike.
//!
//! AnySystem links Python: set `PYO3_PYTHON` if the first `python3` has no shared library.

mod bugs;
mod compile;
mod cost;
mod exploration;
mod machine;
mod program;
mod table;
mod throughput;
mod verdict;
mod workspace;

use std::path::Path;
use std::process::ExitCode;

use cost::Result;
use table::Report;
use workspace::Workspace;

/// Where the Markdown goes, seen from the root of the course.
const PAGE: &str = "book/src/peers-table.md";
const USAGE: &str = "usage: peers [--write] [--warm]
  --write  put the Markdown into book/src/peers-table.md
  --warm   keep what was built before, and do not measure building from nothing
Run it without arguments to see the table first.";

fn main() -> ExitCode {
    let (mut write, mut warm) = (false, false);
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--write" => write = true,
            "--warm" => warm = true,
            _ => {
                eprintln!("{USAGE}");
                return ExitCode::from(2);
            }
        }
    }
    match run(write, warm) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::from(2)
        }
    }
}

fn run(write: bool, warm: bool) -> Result<()> {
    let before = machine::load();
    let workspace = Workspace::copy_of(Path::new(env!("CARGO_MANIFEST_DIR")))?;
    let mut report = Report::default();
    let compiled = compile::measure(&workspace, warm)?;
    report.add(throughput::measure(&compiled.programs)?);
    report.add(compiled.section);
    report.add(bugs::measure(&compiled.programs)?);
    report.add(exploration::measure(&workspace)?);
    report.add(verdict::measure(&workspace)?);
    report.note(machine::describe(&workspace, &before)?);
    println!("{}", report.text());
    println!("{}", report.markdown());
    if write {
        let page = workspace.course.join(PAGE);
        if let Some(folder) = page.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&page, report.markdown())?;
        println!("Written to {PAGE}. Read it, then commit it.");
    }
    Ok(())
}
