//! Panics are how suites and learners' code say that something is wrong; here they are caught and read.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any, set_hook, take_hook};
use std::sync::Once;

use crate::record::Place;

thread_local! {
    static CATCHING: Cell<bool> = const { Cell::new(false) };
    static CAUGHT: RefCell<Option<Place>> = const { RefCell::new(None) };
}

/// A panic, read.
pub(crate) struct Caught {
    /// Where it was raised, and its message.
    pub place: Place,
    /// What it was raised with.
    pub payload: Box<dyn Any + Send>,
}

/// What a check panics with that cannot judge a run, through no fault of the learner.
pub(crate) struct SuiteAtFault(pub String);

/// Ends the run: it is the suite that has to be mended, and `why` says so in words.
#[track_caller]
pub(crate) fn suite_is_at_fault(why: &dyn fmt::Display) -> ! {
    if CATCHING.get() {
        panic_any(SuiteAtFault(why.to_string()));
    }
    panic!("{why}");
}

/// Runs `body`; a panic in it is returned, and nothing is printed.
pub(crate) fn catch<T>(body: impl FnOnce() -> T) -> Result<T, Caught> {
    install();
    let outer = CATCHING.replace(true);
    let result = catch_unwind(AssertUnwindSafe(body));
    CATCHING.set(outer);
    result.map_err(|payload| {
        let unknown = || Place {
            file: String::new(),
            line: 0,
            text: text(&*payload),
        };
        let place = CAUGHT.with_borrow_mut(Option::take).unwrap_or_else(unknown);
        Caught { place, payload }
    })
}

/// Puts our hook before the one that prints, once.
fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let print = take_hook();
        set_hook(Box::new(move |panic| {
            if !CATCHING.get() {
                print(panic);
                return;
            }
            let (file, line) = match panic.location() {
                Some(location) => (tidy(location.file()), location.line()),
                None => (String::new(), 0),
            };
            let text = text(panic.payload());
            CAUGHT.set(Some(Place { file, line, text }));
        }));
    });
}

/// The path of a source file without detours through `..`: a suite that two crates share has them.
pub(crate) fn tidy(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split(['/', '\\']) {
        match (part, parts.last()) {
            (".", _) => {}
            ("..", Some(last)) if !matches!(*last, ".." | "") => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

fn text(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lose_their_detours() {
        assert_eq!(
            tidy("solutions/a/b/../../../exercises/a/b/tests/grade.rs"),
            "exercises/a/b/tests/grade.rs"
        );
        assert_eq!(tidy("../x.rs"), "../x.rs");
        assert_eq!(tidy("/a/../../x.rs"), "/../x.rs");
        assert_eq!(tidy(r"src\lib.rs"), "src/lib.rs");
    }

    #[test]
    fn a_panic_is_read_and_not_printed() {
        let Err(caught) = catch::<()>(|| panic!("seven {}", 7)) else {
            panic!("it did not panic")
        };
        assert_eq!(caught.place.text, "seven 7");
        assert!(caught.place.file.ends_with("panics.rs"));
        assert!(catch(|| 3).is_ok_and(|value| value == 3));
    }
}
