//! From saving a file to the verdict, beside rustlings.

use std::time::Duration;

use benches::rustlings::{self, Rustlings};
use benches::save_to_verdict::{self, in_words};

use crate::cost::Result;
use crate::table::{Section, ahead_of_us, times};
use crate::workspace::Workspace;

/// Measures it; rustlings is installed for that if it is missing.
///
/// # Errors
/// If one of them cannot be built, or does not pass what is right.
pub fn measure(workspace: &Workspace) -> Result<Section> {
    eprintln!("from a save to the verdict, beside rustlings");
    let rustlings = Rustlings::install(&workspace.course)?;
    let taken = save_to_verdict::times(&workspace.course, Some(&rustlings))?;
    let theirs = taken.rustlings.ok_or("rustlings was not measured")?;
    let row = |what: String, took: Duration| {
        let more = took.as_secs_f64() / taken.checked.as_secs_f64();
        let own = took == taken.checked;
        vec![
            what,
            in_words(took),
            if own { String::new() } else { times(more) },
        ]
    };
    let exercise = save_to_verdict::EXERCISE;
    let mut leads = Vec::new();
    for (who, took) in [("rustlings", theirs), ("its steps", taken.same_steps)] {
        if took < taken.checked {
            leads.push(who.to_owned());
        }
    }
    Ok(Section {
        title: "From a save to the verdict".to_owned(),
        head: ["", "wall time", "× ours"].map(str::to_owned).to_vec(),
        rows: vec![
            row(format!("Faultline, `{exercise}`"), taken.checked),
            row(
                format!("the steps of rustlings on `{exercise}`"),
                taken.same_steps,
            ),
            row(
                format!("rustlings {}, 18 lines in place of its `if1`", rustlings::VERSION),
                theirs,
            ),
        ],
        notes: vec![NOTES.to_owned(), ahead_of_us(&leads)],
    })
}

const NOTES: &str = "One line changed, verdict *passed*. Faultline compiles an actor and its suite and runs every scenario under \
                     faults; rustlings compiles, tests and lints 18 lines with two assertions, with a cargo call each, 200 ms after \
                     the save. Its steps on our exercise are those three calls and that pause, without grading.";
