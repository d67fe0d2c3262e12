//! `verify`: the proof that an exercise is sound.
//!
//! First everything that can be seen without building (`files`, `packages`); then every variant of every exercise
//! (`variant`: the stub, the solution, wrong and right and worthless implementations) is put into a scratch workspace
//! (`workspace`), built with one cargo call (`build`), run (`runs`) and judged (`judge`).

pub(crate) mod build;
pub(crate) mod check;
mod counterexamples;
mod files;
pub(crate) mod judge;
mod lint;
mod packages;
mod quizzes;
pub(crate) mod runs;
pub(crate) mod variant;
pub(crate) mod workspace;

use std::io::{self, IsTerminal, Write};

pub use self::check::print_line;

use self::build::Built;
use self::check::{Checks, Line};
use self::counterexamples::Counterexamples;
use self::runs::Observed;
use self::variant::Variant;
use crate::course::model::{Course, Exercise};
use crate::error::Result;
use crate::exit::Exit;
use crate::text::count;

/// Checks everything that must hold of these exercises and prints one line a check.
///
/// # Errors
/// If cargo cannot be used, or the output cannot be written. What does not hold is no error but a line and an exit code.
pub fn verify(course: &Course, exercises: &[&Exercise], out: &mut dyn Write) -> Result<Exit> {
    let mut checks: Vec<Checks> = Vec::new();
    let mut variants: Vec<Variant> = Vec::new();
    for exercise in exercises {
        let mut found = Checks::of(exercise);
        let sources = files::check(course, exercise, &mut found);
        packages::check(course, exercise, &mut found);
        variants.extend(
            sources
                .into_iter()
                .filter_map(|source| variant::variant(exercise, source)),
        );
        checks.push(found);
    }

    let workspace = workspace::write(course, &variants)?;
    let implementations = count(variants.len() as u64, "implementation");
    meanwhile(&format!(
        "Building {implementations}. The first time takes longest."
    ));
    let built = build::build(&workspace, &variants)?;
    let formatted = lint::unformatted(exercises)?;
    let linted = lint::clippy(&workspace, &variants)?;
    meanwhile(&format!("Running the suites of {implementations}."));
    let observed = runs::run_all(course, &variants, &built)?;

    for found in &mut checks {
        let exercise = found.exercise;
        let mine = (0..variants.len()).filter(|&index| variants[index].exercise.id == exercise.id);
        let judged =
            mine.map(|index| judged(&variants[index], &built[index], observed[index].as_ref()));
        found.lines.extend(judged);
        found
            .lines
            .extend(lint::check(exercise, &variants, &formatted, &linted));
    }
    let mut counterexamples = Counterexamples::default();
    for (variant, observed) in variants.iter().zip(&observed) {
        if let Some(observed) = observed {
            counterexamples.add(variant, observed);
        }
    }
    print(
        &checks,
        &quizzes::check(course, exercises),
        &counterexamples,
        out,
    )
}

/// Tells somebody who is waiting what is being done; nobody else.
pub(crate) fn meanwhile(doing: &str) {
    if io::stderr().is_terminal() {
        // Whether it can be told does not matter to the result.
        let _ = writeln!(io::stderr(), "{doing}");
    }
}

fn judged(variant: &Variant, built: &Built, observed: Option<&Observed>) -> Line {
    match (built, observed) {
        (Built::Ready { warnings, .. }, Some(observed)) => {
            judge::judge(variant, warnings, observed)
        }
        (Built::Ready { .. }, None) => check::failed(variant.name(), "its suite was not run"),
        (Built::Failed { messages }, _) => judge::does_not_compile(variant, messages),
    }
}

fn print(
    checks: &[Checks],
    quizzes: &[Line],
    counterexamples: &Counterexamples,
    out: &mut dyn Write,
) -> Result<Exit> {
    for found in checks {
        found.print(out)?;
    }
    if !quizzes.is_empty() {
        check::print("quizzes", quizzes, out)?;
    }
    if let Some(summary) = counterexamples.summary() {
        writeln!(out, "{summary}")?;
    }
    let lines = checks.iter().flat_map(|found| &found.lines).chain(quizzes);
    let failed = lines.clone().filter(|line| line.failed()).count() as u64;
    let all = lines.count() as u64;
    if failed == 0 {
        writeln!(
            out,
            "{} of {}: all hold.",
            count(all, "check"),
            count(checks.len() as u64, "exercise")
        )?;
        return Ok(Exit::AllPassed);
    }
    writeln!(
        out,
        "{failed} of {} failed. Mend what is marked with ✗, then run the command again.",
        count(all, "check")
    )?;
    Ok(Exit::CourseBroken)
}
