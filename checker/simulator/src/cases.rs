//! Exercises that are plain functions: generated inputs instead of clusters.

use std::fmt::Debug;
use std::panic::Location;
use std::rc::Rc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::examine::{
    Experiment, Input, Journaling, Operation, Outcome, Settings, Watch, classify,
};
use crate::faults::Faults;
use crate::panics::{catch, tidy};
use crate::payload::{Payload, view};
use crate::random::Random;
use crate::world::{Announcement, Limits};
use crate::{NodeId, Time, harness};

/// Begins a scenario for functions. An input is a list of steps, which `generate` makes: about `size` of them,
/// from the random numbers it is given. A failing list is shrunk, so a step must make sense whichever others
/// are left out.
///
/// ```
/// use simulator::cases;
///
/// fn my_sum(numbers: &[u64]) -> u64 {
///     numbers.iter().sum()
/// }
///
/// cases(|random, size| (0..size).map(|_| random.below(100)).collect::<Vec<u64>>())
///     .promise("the order of the numbers does not matter")
///     .check(|numbers| {
///         let backwards: Vec<u64> = numbers.iter().rev().copied().collect();
///         assert_eq!(my_sum(numbers), my_sum(&backwards), "forwards and backwards differ");
///     });
/// ```
#[track_caller]
pub fn cases<T>(generate: impl Fn(&mut Random, usize) -> Vec<T> + 'static) -> Cases<T>
where
    T: Clone + Debug + Serialize + DeserializeOwned + 'static,
{
    let name = harness::scenario_name();
    Cases {
        generate: Box::new(generate),
        settings: Settings {
            promise: name.replace('_', " "),
            scenario: name,
            noun: "step".to_owned(),
            names: Rc::new([]),
            faults: Faults::none(),
            has_workload: true,
            is_written: false,
            sizes: (1, 20),
            seeds: 500,
            schedules: 0,
            witnesses: Vec::new(),
            messages_per_operation: None,
            state_size: None,
            limits: Limits::default(),
            suite: tidy(Location::caller().file()),
        },
    }
}

/// A scenario for functions being described; [`Cases::check`] runs it. Begin one with [`cases()`].
///
/// ```
/// use simulator::cases;
///
/// cases(|random, size| (0..size).map(|_| random.below(9) as u8).collect::<Vec<u8>>())
///     .promise("sorting keeps what there is")
///     .step_is_a("number")
///     .steps(0, 10)
///     .seeds(100)
///     .check(|numbers| {
///         let mut sorted = numbers.to_vec();
///         sorted.sort();
///         assert_eq!(sorted.len(), numbers.len(), "some are missing");
///     });
/// ```
pub struct Cases<T> {
    generate: Generate<T>,
    settings: Settings,
}

/// A scenario for functions that is described in full.
pub(crate) struct Ready<T> {
    generate: Generate<T>,
    check: Check<T>,
    settings: Settings,
}

type Generate<T> = Box<dyn Fn(&mut Random, usize) -> Vec<T>>;
type Check<T> = Box<dyn Fn(&[T])>;

impl<T: Clone + Debug + Serialize + DeserializeOwned + 'static> Cases<T> {
    /// The promise under test, as a sentence that the learner reads when it is broken.
    ///
    /// ```
    /// # use simulator::cases;
    /// let broken = std::panic::catch_unwind(|| {
    ///     cases(|random, size| (0..size).map(|_| random.below(100)).collect::<Vec<u64>>())
    ///         .promise("nobody ever draws 13")
    ///         .check(|numbers| assert!(!numbers.contains(&13), "somebody did"));
    /// });
    /// // Tells: Promise nobody ever draws 13, Broken somebody did, and that the one step 13 is enough.
    /// assert!(broken.is_err());
    /// ```
    pub fn promise(mut self, words: &str) -> Self {
        self.settings.promise = words.to_owned();
        self
    }

    /// What one step is called in reports. A plain `step` unless set.
    ///
    /// ```
    /// # use simulator::cases;
    /// // A story says "one word is enough" where it would say "one step is enough".
    /// cases(|_, size| vec!["tick".to_owned(); size])
    ///     .step_is_a("word")
    ///     .check(|words| assert_eq!(words.concat().len(), 4 * words.len()));
    /// ```
    pub fn step_is_a(mut self, noun: &str) -> Self {
        self.settings.noun = noun.to_owned();
        self
    }

    /// How many steps an input has, at least and at most; 1 to 20 unless set.
    ///
    /// ```
    /// # use simulator::cases;
    /// cases(|_, size| vec![7; size])
    ///     .steps(0, 3)
    ///     .check(|sevens| assert!(sevens.len() <= 3));
    /// ```
    pub fn steps(mut self, fewest: usize, most: usize) -> Self {
        self.settings.sizes = (fewest, most.max(fewest));
        self
    }

    /// How many inputs are tried; 500 unless set.
    ///
    /// ```
    /// # use simulator::cases;
    /// use std::{cell::Cell, rc::Rc};
    ///
    /// let tried = Rc::new(Cell::new(0));
    /// let counter = Rc::clone(&tried);
    /// cases(|_, size| vec![7; size])
    ///     .seeds(50)
    ///     .check(move |_| counter.set(counter.get() + 1));
    /// // The first eight are tried twice, to see whether the function does the same again.
    /// assert_eq!(tried.get(), 50 + 8);
    /// ```
    pub fn seeds(mut self, count: u64) -> Self {
        self.settings.seeds = count;
        self
    }

    /// Tries the inputs; the assertions in `check` are the promise.
    ///
    /// # Panics
    /// If the promise is broken, as tests do.
    ///
    /// ```
    /// # use simulator::cases;
    /// let broken = std::panic::catch_unwind(|| {
    ///     cases(|random, size| (0..size).map(|_| random.below(100)).collect::<Vec<u64>>())
    ///         // May be called with any part of a generated list: that is how a failing one is made small.
    ///         .check(|numbers| assert!(numbers.is_sorted(), "{numbers:?} is not sorted"));
    /// });
    /// assert!(broken.is_err());
    /// ```
    pub fn check(self, check: impl Fn(&[T]) + 'static) {
        harness::conclude(&self.ready(check));
    }

    pub(crate) fn ready(self, check: impl Fn(&[T]) + 'static) -> Ready<T> {
        Ready {
            generate: self.generate,
            check: Box::new(check),
            settings: self.settings,
        }
    }
}

impl<T: Clone + Debug + Serialize + DeserializeOwned + 'static> Experiment for Ready<T> {
    fn settings(&self) -> &Settings {
        &self.settings
    }

    fn draw(&self, size: usize, seed: u64) -> Vec<Operation> {
        let steps = (self.generate)(&mut Random::from_seed(seed), size);
        let operation = |step| Operation {
            client: 0,
            node: NodeId::new(0),
            at: Time::ZERO,
            request: Rc::new(step),
        };
        steps.into_iter().map(operation).collect()
    }

    fn decode(&self, request: &Value) -> Result<Rc<dyn Payload>, String> {
        match T::deserialize(request) {
            Ok(step) => Ok(Rc::new(step)),
            Err(problem) => Err(problem.to_string()),
        }
    }

    fn run(&self, input: &Input, watch: Watch) -> Outcome {
        let steps: Vec<T> = input
            .operations
            .iter()
            .map(|operation| view::<T>(&*operation.request).clone())
            .collect();
        if let Journaling::To(journal) = &watch.journal {
            let with = &format!("{steps:?}");
            journal(Announcement::Entering {
                node: "",
                callback: "the function under test",
                with,
                at: Time::ZERO,
            });
        }
        let result = catch(|| (self.check)(&steps));
        if let (Journaling::To(journal), Ok(())) = (&watch.journal, &result) {
            journal(Announcement::Left);
        }
        let failure = result
            .err()
            .map(|caught| classify(caught, false, &self.settings.suite));
        // Two runs of one input are told apart by whether and where they fail. The words of a failure may show a
        // `HashMap`, whose order says nothing about the function.
        Outcome {
            failure,
            events: 1,
            ..Outcome::default()
        }
    }
}
