//! How a scenario is run: alone, as a test, or for a checker that asks by environment variables and is answered
//! in a record file.

use std::cell::RefCell;
use std::fs::File;
use std::io::Write;
use std::panic::Location;
use std::path::Path;
use std::rc::Rc;
use std::thread;

use crate::examine::{Experiment, Order, Which, examine, trace};
use crate::fingerprint::fingerprint;
use crate::memory;
use crate::orders::{self, Orders};
use crate::plan::{PLAN_FORMAT, Plan};
use crate::record::{
    JOURNAL_VARIABLE, Line, MEMORY_VARIABLE, PLAN_VARIABLE, RECORD_FORMAT, SECRET_VARIABLE,
    SEED_VARIABLE, SEEDS_VARIABLE, TOKEN_VARIABLE, TRACE_VARIABLE, Verdict,
};
use crate::world::{Announcement, Journal};

/// Mixed into the seeds unless there is a secret: always the same, so that the same code always gets the same
/// verdict.
const USUAL_SALT: u64 = 0x0fa1_71f1_e000_0001;
/// What a suite may have allocated at once, unless it is told otherwise, in bytes.
const USUAL_MEMORY: usize = 1 << 30;

/// The name of the test function that is running: that of the orders, or that of the thread, which libtest names after
/// the test.
#[track_caller]
pub(crate) fn scenario_name() -> String {
    if let Some(name) = orders::claim(Location::caller().file()) {
        return name;
    }
    let thread = thread::current();
    let path = thread.name().unwrap_or("main");
    path.rsplit("::").next().unwrap_or(path).to_owned()
}

/// Examines the scenario and reports what was found: to the record file if there is one, and by panicking if the
/// promise was broken, as every test does.
pub(crate) fn conclude(experiment: &dyn Experiment) {
    let scenario = &experiment.settings().scenario;
    let (orders, record) = Orders::take(scenario);
    memory::limit(orders.number(MEMORY_VARIABLE).unwrap_or(USUAL_MEMORY));
    let record = Record::new(record);
    let token = orders.get(TOKEN_VARIABLE).unwrap_or_default();
    record.write(&Line::Started {
        format: RECORD_FORMAT,
        token: token.clone(),
        scenario: scenario.clone(),
    });
    let (verdict, effort) = match order(&orders) {
        Ok(order) => {
            let mut progress = |line| record.write(&line);
            let journal = orders
                .number(JOURNAL_VARIABLE)
                .map(|after| (after, record.clone().journal()));
            let examined = examine(experiment, &order, &mut progress, journal);
            write_trace(experiment, &orders, &order, &examined.0);
            examined
        }
        Err(problem) => (Verdict::SuiteFault(problem), Default::default()),
    };
    memory::limit(usize::MAX);
    let told = (!record.is_open()).then(|| verdict.to_string());
    let passed = verdict == Verdict::Passed;
    record.write(&Line::Finished {
        token,
        verdict: Box::new(verdict),
        effort,
    });
    if let Some(told) = told.filter(|_| !passed) {
        println!("{told}");
    }
    if !passed {
        // Everything has been said: unwind without the message that a panic prints.
        std::panic::resume_unwind(Box::new("the promise was broken"));
    }
}

/// Writes down the run that was repeated, if somebody wants to see it: as its story tells it, or, if it broke nothing,
/// from one more run.
fn write_trace(experiment: &dyn Experiment, orders: &Orders, order: &Order, verdict: &Verdict) {
    let Some(path) = orders.path(TRACE_VARIABLE) else {
        return;
    };
    let seen = match verdict {
        Verdict::Broken(story) | Verdict::Crashed(story) | Verdict::Storm(story) => {
            story.trace.clone()
        }
        Verdict::Passed => trace(experiment, order),
        Verdict::NotImplemented(_) | Verdict::NotDeterministic(_) | Verdict::SuiteFault(_) => None,
    };
    if let Some(text) = seen.and_then(|seen| serde_json::to_string(&seen).ok()) {
        // Whoever asked for it sees that there is none.
        let _ = std::fs::write(path, text);
    }
}

/// What is asked for.
fn order(orders: &Orders) -> Result<Order, String> {
    let salt = match orders.get(SECRET_VARIABLE) {
        Some(secret) => fingerprint(secret.as_str()),
        None => USUAL_SALT,
    };
    let which = if let Some(path) = orders.path(PLAN_VARIABLE) {
        Which::Plan(plan(&path)?)
    } else if let Some(seed) = orders.number(SEED_VARIABLE) {
        Which::Seed(std::cmp::max(seed, 1))
    } else {
        Which::All {
            seeds: orders.number(SEEDS_VARIABLE),
        }
    };
    Ok(Order { which, salt })
}

fn plan(path: &Path) -> Result<Plan, String> {
    let text = std::fs::read_to_string(path);
    let path = path.display();
    let text = text.map_err(|problem| format!("{path} cannot be read: {problem}"))?;
    let plan: Plan = serde_json::from_str(&text)
        .map_err(|problem| format!("{path} holds no plan: {problem}"))?;
    if plan.format != PLAN_FORMAT {
        return Err(format!(
            "{path} has format {}, but this version reads format {PLAN_FORMAT}",
            plan.format
        ));
    }
    Ok(plan)
}

/// The record file, if whoever runs the suite asked for one.
#[derive(Clone)]
struct Record(Option<Rc<RefCell<File>>>);

impl Record {
    fn new(file: Option<File>) -> Record {
        Record(file.map(|file| Rc::new(RefCell::new(file))))
    }

    fn is_open(&self) -> bool {
        self.0.is_some()
    }

    fn write(&self, line: &Line) {
        let Some(file) = &self.0 else { return };
        if let Ok(mut text) = serde_json::to_string(line) {
            text.push('\n');
            // A line that is lost is a verdict that is not given.
            let _ = file.borrow_mut().write_all(text.as_bytes());
        }
    }

    /// Announces callbacks in the record.
    fn journal(self) -> Box<dyn Fn(&str) -> Journal> {
        Box::new(move |run: &str| {
            let (record, run) = (self.clone(), run.to_owned());
            Rc::new(move |announcement: Announcement<'_>| {
                record.write(&match announcement {
                    Announcement::Entering {
                        node,
                        callback,
                        with,
                        at,
                    } => Line::Entering {
                        node: node.to_owned(),
                        callback: callback.to_owned(),
                        with: crate::label::shorten(with, 200),
                        at: at.to_string(),
                        run: run.clone(),
                    },
                    Announcement::Left => Line::Left,
                });
            })
        })
    }
}
