//! What is shown while there is no result yet.

use std::cell::RefCell;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::grading::{Event, Reached};

/// What is over sooner needs no bar.
const PATIENCE: Duration = Duration::from_millis(500);

/// How often the spinner turns.
const TURN: Duration = Duration::from_millis(100);

const BUILDING: &str = "{spinner} compiling {wide_msg} {elapsed:>5}";
const RUNNING: &str = "{spinner} {bar:30} {pos}/{len} runs, {msg} {elapsed:>5}";

/// A progress bar on standard error: a spinner with cargo's progress while the suite is built, then the runs of all
/// scenarios. It appears after half a second, only on a terminal, and is gone without a trace when it is dropped.
///
/// Whoever grades passes `&|event| bar.take_in(&event)` and drops the bar before the report is printed.
#[derive(Debug)]
pub struct Bar {
    bar: ProgressBar,
    runs: RefCell<Vec<Runs>>,
    // Dropping it tells the thread that would have made the bar visible that there is no need.
    _wanted: Sender<()>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Runs {
    reached: Reached,
    finished: bool,
}

impl Bar {
    /// A bar that waits to be seen.
    pub fn new() -> Bar {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        bar.set_style(style(BUILDING));
        let (wanted, dropped) = channel();
        reveal_later(bar.clone(), dropped);
        Bar {
            bar,
            runs: RefCell::default(),
            _wanted: wanted,
        }
    }

    /// Shows what has just happened.
    pub fn take_in(&self, event: &Event) {
        let mut runs = self.runs.borrow_mut();
        match event {
            Event::Cargo(doing) => {
                let words = doing.trim_start_matches("Compiling ").to_owned();
                self.bar.set_message(words);
                return;
            }
            Event::Built { scenarios } => {
                *runs = vec![Runs::default(); *scenarios];
                self.bar.set_style(style(RUNNING));
            }
            Event::Reached { scenario, reached } => {
                if let Some(runs) = runs.get_mut(*scenario) {
                    runs.reached = *reached;
                }
            }
            Event::LookingInto { .. } => {}
            Event::Finished { scenario } => {
                if let Some(runs) = runs.get_mut(*scenario) {
                    runs.reached.done = runs.reached.of;
                    runs.finished = true;
                }
            }
        }
        self.bar
            .set_length(runs.iter().map(|runs| runs.reached.of).sum());
        self.bar
            .set_position(runs.iter().map(|runs| runs.reached.done).sum());
        self.bar.set_message(match event {
            Event::LookingInto { .. } => "looking closer".to_owned(),
            Event::Reached { reached, .. } if reached.explored.0 > 0 => {
                let (states, steps) = reached.explored;
                format!("exploring: {states} states, {steps} steps")
            }
            _ => format!(
                "{}/{} scenarios",
                runs.iter().filter(|runs| runs.finished).count(),
                runs.len()
            ),
        });
    }
}

impl Default for Bar {
    fn default() -> Bar {
        Bar::new()
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn reveal_later(bar: ProgressBar, dropped: Receiver<()>) {
    // Without a thread there is no bar, and that is all.
    let _ = thread::Builder::new()
        .name("bar".to_owned())
        .spawn(move || {
            if dropped.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout)
                && !bar.is_finished()
            {
                bar.set_draw_target(ProgressDrawTarget::stderr());
                bar.enable_steady_tick(TURN);
            }
        });
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("=> ")
        .tick_chars("-\\|/ ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_templates_are_valid() {
        for template in [BUILDING, RUNNING] {
            assert!(ProgressStyle::with_template(template).is_ok());
        }
    }

    #[test]
    fn the_runs_of_all_scenarios_add_up() {
        let bar = Bar::new();
        bar.take_in(&Event::Cargo("Compiling serde v1.0.0".to_owned()));
        assert_eq!(bar.bar.message(), "serde v1.0.0");
        bar.take_in(&Event::Built { scenarios: 2 });
        let reached = |scenario, done, of, explored| {
            let reached = Reached { done, of, explored };
            bar.take_in(&Event::Reached { scenario, reached });
        };
        reached(0, 10, 500, (0, 0));
        reached(1, 100, 200, (4_096, 9));
        assert_eq!(bar.bar.message(), "exploring: 4096 states, 9 steps");
        assert_eq!((bar.bar.position(), bar.bar.length()), (110, Some(700)));
        bar.take_in(&Event::LookingInto { scenario: 1 });
        assert_eq!(bar.bar.message(), "looking closer");
        bar.take_in(&Event::Finished { scenario: 1 });
        assert_eq!(
            (bar.bar.position(), bar.bar.message()),
            (210, "1/2 scenarios".to_owned())
        );
    }
}
