//! What whoever runs a suite asks of it.
//!
//! A reader's own code is trusted: there the environment's variables are the orders. Where a class is graded it is not: a
//! suite then gets its orders before any submitted code runs, from standard input, and a record that is open already. The
//! first scenario that the suite itself begins claims both; what submitted code begins, before or afterwards, finds neither.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::env;
use std::fs::{File, OpenOptions};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::record::RECORD_VARIABLE;

/// Orders that have been handed over and not yet claimed.
static HANDED_OVER: Mutex<Option<Handed>> = Mutex::new(None);

/// Whether orders were ever handed over: the environment no longer counts then.
static UNTRUSTED: AtomicBool = AtomicBool::new(false);

thread_local! {
    static CLAIMED: RefCell<Option<Handed>> = const { RefCell::new(None) };
}

/// Orders for one scenario.
pub(crate) struct Handed {
    /// The scenario that is to be run.
    pub scenario: String,
    /// The suite's file, as the compiler knows it: only what is begun there is the scenario.
    pub suite: &'static str,
    /// What the variables of [`crate::record`] are to hold.
    pub variables: BTreeMap<String, String>,
    /// Where its lines are to be written.
    pub record: File,
}

/// Hands over orders for the one scenario that is going to be run.
// Only systems on which a suite can inherit an open record have a use for it.
#[cfg_attr(not(unix), allow(dead_code))]
pub(crate) fn hand_over(orders: Handed) {
    UNTRUSTED.store(true, Ordering::SeqCst);
    *unpoisoned() = Some(orders);
}

/// The name of the scenario that the orders are for, to the first who asks from the file that they were handed over for; he
/// alone can act on them. A suite may well run submitted code before it begins its scenario: comparing a constant is enough.
pub(crate) fn claim(file: &str) -> Option<String> {
    let handed = unpoisoned().take_if(|handed| handed.suite == file)?;
    let name = handed.scenario.clone();
    CLAIMED.set(Some(handed));
    Some(name)
}

fn unpoisoned() -> std::sync::MutexGuard<'static, Option<Handed>> {
    HANDED_OVER
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// The orders of a scenario.
pub(crate) enum Orders {
    /// The environment's variables.
    Environment,
    /// Those that were handed over. Whoever did not claim them has none.
    Handed(BTreeMap<String, String>),
}

impl Orders {
    /// The orders for `scenario` and the record to answer in, if one is wanted.
    pub fn take(scenario: &str) -> (Orders, Option<File>) {
        if !UNTRUSTED.load(Ordering::SeqCst) {
            let record = env::var_os(RECORD_VARIABLE).and_then(|path| {
                // One that cannot be written is one without a verdict; the checker sees that.
                OpenOptions::new().create(true).append(true).open(path).ok()
            });
            return (Orders::Environment, record);
        }
        let mine = CLAIMED
            .with_borrow_mut(|claimed| claimed.take_if(|handed| handed.scenario == scenario));
        match mine {
            Some(handed) => (Orders::Handed(handed.variables), Some(handed.record)),
            None => (Orders::Handed(BTreeMap::new()), None),
        }
    }

    /// What a variable holds.
    pub fn get(&self, name: &str) -> Option<String> {
        match self {
            Orders::Environment => env::var(name).ok(),
            Orders::Handed(variables) => variables.get(name).cloned(),
        }
    }

    /// What a variable holds, as a path. It need not be valid UTF-8 in the environment.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        match self {
            Orders::Environment => env::var_os(name).map(PathBuf::from),
            Orders::Handed(variables) => variables.get(name).map(PathBuf::from),
        }
    }

    /// What a variable holds, read as a number.
    pub fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.get(name)?.parse().ok()
    }
}
