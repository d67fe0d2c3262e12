//! Running the suites of all variants, several at a time.

use std::num::NonZero;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::build::Built;
use super::variant::{Kind, Variant};
use crate::commands::fresh_secret;
use crate::course::model::{Course, Scenario};
use crate::error::Result;
use crate::grading::{self, ScenarioRun, Settings};

/// What was seen of a variant.
pub struct Observed {
    /// Its scenarios, on the default seeds.
    pub first: Vec<ScenarioRun>,
    /// The same again, where the bytes must be the same.
    pub again: Vec<ScenarioRun>,
    /// The same on seeds that nobody has seen before, where these must not matter.
    pub fresh: Option<Fresh>,
}

/// A run on fresh seeds.
pub struct Fresh {
    /// The word that the seeds were made from.
    pub secret: String,
    /// What was found.
    pub runs: Vec<ScenarioRun>,
}

/// Runs every variant that was built; the results are in the same order, `None` for those that were not.
///
/// # Errors
/// If the reader interrupts it.
pub fn run_all(
    course: &Course,
    variants: &[Variant],
    built: &[Built],
) -> Result<Vec<Option<Observed>>> {
    let settings = Settings {
        jobs: 1,
        ..Settings::new(&course.grading)
    };
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, grading::Result<Observed>)>> = Mutex::default();
    let work = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let (Some(variant), Some(built)) = (variants.get(index), built.get(index)) else {
                return;
            };
            if let Built::Ready { suite, .. } = built {
                let observed = observe(variant, suite, &settings);
                let interrupted = observed.is_err();
                // A thread that panicked has left whole results behind: each is pushed at once.
                results
                    .lock()
                    .unwrap_or_else(|poisoned| poisoned.into_inner())
                    .push((index, observed));
                if interrupted {
                    return;
                }
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, NonZero::get) {
            scope.spawn(work);
        }
    });
    let mut observed: Vec<Option<Observed>> = variants.iter().map(|_| None).collect();
    for (index, result) in results
        .into_inner()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
    {
        observed[index] = Some(result?);
    }
    Ok(observed)
}

fn observe(variant: &Variant, suite: &Path, settings: &Settings) -> grading::Result<Observed> {
    let run = |settings: &Settings, scenarios: &[Scenario]| {
        grading::run_recorded(
            suite,
            &variant.exercise.folder,
            scenarios,
            settings,
            &|_| {},
        )
    };
    let scenarios = &variant.exercise.scenarios;
    match &variant.kind {
        Kind::Stub | Kind::Right | Kind::Zero => Ok(Observed {
            first: run(settings, scenarios)?,
            again: Vec::new(),
            fresh: None,
        }),
        Kind::Solution => {
            let secret = fresh_secret();
            let unseen = Settings {
                secret: Some(secret.clone()),
                ..settings.clone()
            };
            Ok(Observed {
                first: run(settings, scenarios)?,
                again: run(settings, scenarios)?,
                fresh: Some(Fresh {
                    secret,
                    runs: run(&unseen, scenarios)?,
                }),
            })
        }
        Kind::Wrong(patch) => {
            let named = |scenario: &&Scenario| {
                patch
                    .caught_by
                    .iter()
                    .any(|(name, _)| *name == scenario.test)
            };
            let scenarios: Vec<Scenario> = scenarios.iter().filter(named).cloned().collect();
            Ok(Observed {
                first: run(settings, &scenarios)?,
                again: run(settings, &scenarios)?,
                fresh: None,
            })
        }
    }
}
