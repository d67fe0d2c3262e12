//! What is told about a history that is not linearizable.

use std::error::Error;
use std::fmt::{self, Debug};

use super::History;
use super::telling::{COLUMNS, caller, shortened, table, wrapped};

/// Why a history could not be shown to be linearizable. Its `Display` is meant for the reader of a failed test: at most
/// nine lines of at most 80 columns.
///
/// ```
/// use simulator::history::LinearizabilityError;
///
/// fn is_the_suites_fault(error: &LinearizabilityError) -> bool {
///     match error {
///         LinearizabilityError::Violated(_) => false,
///         LinearizabilityError::Undecided(_) => true,
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinearizabilityError {
    /// It is not linearizable.
    Violated(Violation),
    /// The search gave up: it may be linearizable or not.
    Undecided(Undecided),
}

impl fmt::Display for LinearizabilityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinearizabilityError::Violated(violation) => write!(f, "{violation}"),
            LinearizabilityError::Undecided(undecided) => write!(f, "{undecided}"),
        }
    }
}

impl Error for LinearizabilityError {}

/// What a history was to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Promise {
    Linearizability,
    SequentialConsistency,
}

/// A proof that a history is not linearizable, or not sequentially consistent.
///
/// ```
/// # use simulator::history::{CallOutcome, CallRecord, Counter, History, LinearizabilityError, counter};
/// # use simulator::{NodeId, Time};
/// # let history = History::new(vec![CallRecord {
/// #     client: 0, node: NodeId::new(0), request: counter::Operation::Add(1), called: Time::ZERO,
/// #     outcome: CallOutcome::Answered { response: 2, at: Time::ZERO },
/// # }]);
/// let Err(LinearizabilityError::Violated(violation)) = history.linearizable(Counter::starting_with(0)) else {
///     panic!("1 was added to 0 and the answer was 2");
/// };
/// assert_eq!(violation.unexplained(), 0);
/// assert_eq!(violation.possible_answers(), ["1"]);
/// assert_eq!(violation.enough(), [0]);
/// assert_eq!(violation.happened_after_all(), None);
/// assert!(violation.steps() > 0);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    facts: Box<Part>,
    text: String,
}

/// What the search found out, in terms of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) promise: Promise,
    /// The part of the object, if there are several.
    pub(super) key: Option<String>,
    /// How many calls were made to it.
    pub(super) calls: usize,
    pub(super) unexplained: usize,
    pub(super) possible: Vec<String>,
    pub(super) enough: Vec<usize>,
    pub(super) happened_after_all: Option<usize>,
    pub(super) steps: u64,
}

impl Violation {
    pub(super) fn new<Q: Debug, R: Debug>(facts: Part, history: &History<Q, R>) -> Violation {
        let text = tell(&facts, history);
        Violation {
            facts: Box::new(facts),
            text,
        }
    }

    /// The first call, by the time of its answer, that no order explains: its place in [`History::calls`]. For sequential
    /// consistency, later calls may help to explain it and do not.
    ///
    /// ```
    /// # use simulator::history::{CallOutcome, CallRecord, Counter, History, LinearizabilityError, counter};
    /// # use simulator::{NodeId, Time};
    /// # let call = |at, request, response| CallRecord {
    /// #     client: 0, node: NodeId::new(0), request, called: Time::from_micros(at),
    /// #     outcome: CallOutcome::Answered { response, at: Time::from_micros(at + 1) },
    /// # };
    /// # use counter::Operation::{Add, Read};
    /// # let history = History::new(vec![call(0, Add(1), 1), call(2, Add(2), 3), call(4, Read, 2)]);
    /// # let result = history.linearizable(Counter::starting_with(0));
    /// # let Err(LinearizabilityError::Violated(violation)) = result else { panic!() };
    /// // 1 was added, then 2, and then the total was 2.
    /// assert_eq!(violation.unexplained(), 2);
    /// let calls: Vec<_> = history.calls().collect();
    /// assert_eq!(calls[violation.unexplained()].request, counter::Operation::Read);
    /// ```
    pub fn unexplained(&self) -> usize {
        self.facts.unexplained
    }

    /// Every answer that it could have been given there, as the `Debug` of the model's answer shows it; none if that took
    /// too many steps to find out.
    ///
    /// ```
    /// # use simulator::history::{CallOutcome, CallRecord, Counter, History, LinearizabilityError, counter};
    /// # use simulator::{NodeId, Time};
    /// # let call = |at, request, response| CallRecord {
    /// #     client: 0, node: NodeId::new(0), request, called: Time::from_micros(at),
    /// #     outcome: CallOutcome::Answered { response, at: Time::from_micros(at + 1) },
    /// # };
    /// # use counter::Operation::{Add, Read};
    /// # let history = History::new(vec![call(0, Add(1), 1), call(2, Add(2), 3), call(4, Read, 2)]);
    /// # let result = history.linearizable(Counter::starting_with(0));
    /// # let Err(LinearizabilityError::Violated(violation)) = result else { panic!() };
    /// // 1 was added, then 2, and then the total was 2.
    /// assert_eq!(violation.possible_answers(), ["3"]);
    /// ```
    pub fn possible_answers(&self) -> &[String] {
        &self.facts.possible
    }

    /// Calls that suffice to show the violation, whatever the others did, as few as could be found: their places in
    /// [`History::calls`].
    ///
    /// ```
    /// # use simulator::history::{CallOutcome, CallRecord, Counter, History, LinearizabilityError, counter};
    /// # use simulator::{NodeId, Time};
    /// # let call = |at, request, response| CallRecord {
    /// #     client: 0, node: NodeId::new(0), request, called: Time::from_micros(at),
    /// #     outcome: CallOutcome::Answered { response, at: Time::from_micros(at + 1) },
    /// # };
    /// # use counter::Operation::{Add, Read};
    /// # let history = History::new(vec![call(0, Add(1), 1), call(2, Add(2), 3), call(4, Read, 2)]);
    /// # let result = history.linearizable(Counter::starting_with(0));
    /// # let Err(LinearizabilityError::Violated(violation)) = result else { panic!() };
    /// // 1 was added, then 2, and then the total was 2: it takes all three calls to see that this is wrong.
    /// assert_eq!(violation.enough(), [0, 1, 2]);
    /// ```
    pub fn enough(&self) -> &[usize] {
        &self.facts.enough
    }

    /// A call that was answered as certainly not done, and that would explain the unexplained one if it had been: its
    /// place in [`History::calls`].
    ///
    /// ```
    /// # use simulator::history::{CallOutcome, CallRecord, Counter, History, LinearizabilityError, Meaning, counter};
    /// # use simulator::{NodeId, Time};
    /// # let call = |at, request, response| CallRecord {
    /// #     client: 0, node: NodeId::new(0), request, called: Time::from_micros(at),
    /// #     outcome: CallOutcome::Answered { response, at: Time::from_micros(at + 1) },
    /// # };
    /// use counter::Operation::{Add, Read};
    ///
    /// let history = History::new(vec![call(0, Add(1), Err("no majority")), call(2, Read, Ok(1))]);
    /// let meaning = |response: &Result<i64, &str>| match response {
    ///     Ok(total) => Meaning::Answered(*total),
    ///     Err(_) => Meaning::DidNotHappen,
    /// };
    /// let additions = history.translate(|request| Some(request.clone()), |_, response| meaning(response));
    /// let Err(LinearizabilityError::Violated(violation)) = additions.linearizable(Counter::starting_with(0)) else {
    ///     panic!("the total is 1, but nothing was added")
    /// };
    /// assert_eq!(violation.happened_after_all(), Some(0));
    /// ```
    pub fn happened_after_all(&self) -> Option<usize> {
        self.facts.happened_after_all
    }

    /// How many steps the verdict took; the search for a short reason is not counted.
    ///
    /// ```
    /// # use simulator::history::{CallOutcome, CallRecord, Counter, History, LinearizabilityError, counter};
    /// # use simulator::{NodeId, Time};
    /// # let call = |at, request, response| CallRecord {
    /// #     client: 0, node: NodeId::new(0), request, called: Time::from_micros(at),
    /// #     outcome: CallOutcome::Answered { response, at: Time::from_micros(at + 1) },
    /// # };
    /// # use counter::Operation::{Add, Read};
    /// # let history = History::new(vec![call(0, Add(1), 1), call(2, Add(2), 3), call(4, Read, 2)]);
    /// # let result = history.linearizable(Counter::starting_with(0));
    /// # let Err(LinearizabilityError::Violated(violation)) = result else { panic!() };
    /// // The same on every machine; every call is tried at least once.
    /// assert!(violation.steps() >= 2);
    /// ```
    pub fn steps(&self) -> u64 {
        self.facts.steps
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The search gave up before it knew.
///
/// ```
/// # use simulator::history::{CallOutcome, CallRecord, Counter, History, LinearizabilityError, Meaning, counter};
/// # use simulator::{NodeId, Time};
/// # let history = History::new(vec![CallRecord {
/// #     client: 0, node: NodeId::new(0), request: 1, called: Time::ZERO,
/// #     outcome: CallOutcome::Answered { response: 1, at: Time::ZERO },
/// # }]);
/// # let additions = history
/// #    .translate(|amount| Some(counter::Operation::Add(*amount)), |_, total| Meaning::Answered(*total));
/// let result = additions.linearizable_within(0, Counter::starting_with(0));
/// let Err(LinearizabilityError::Undecided(undecided)) = result else {
///     panic!("nothing can be decided in no steps");
/// };
/// assert_eq!(undecided.steps(), 0);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecided {
    promise: Promise,
    key: Option<String>,
    calls: usize,
    steps: u64,
}

impl Undecided {
    pub(super) fn new(
        promise: Promise,
        key: Option<String>,
        calls: usize,
        steps: u64,
    ) -> Undecided {
        Undecided {
            promise,
            key,
            calls,
            steps,
        }
    }

    /// How many steps were not enough.
    ///
    /// ```
    /// # use simulator::history::{CallOutcome, CallRecord, Counter, History, LinearizabilityError, Meaning, counter};
    /// # use simulator::{NodeId, Time};
    /// # let history = History::new(vec![CallRecord {
    /// #     client: 0, node: NodeId::new(0), request: counter::Operation::Add(1), called: Time::ZERO,
    /// #     outcome: CallOutcome::Answered { response: 1, at: Time::ZERO },
    /// # }]);
    /// # let additions = history.translate(|request| Some(request.clone()), |_, total| Meaning::Answered(*total));
    /// // Try again with more until it is decided.
    /// let (mut steps, counter) = (0, Counter::starting_with(0));
    /// while let Err(LinearizabilityError::Undecided(undecided)) = additions.linearizable_within(steps, counter.clone()) {
    ///     steps = 2 * undecided.steps() + 1;
    /// }
    /// assert!(steps > 0);
    /// ```
    pub fn steps(&self) -> u64 {
        self.steps
    }
}

impl fmt::Display for Undecided {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Undecided {
            promise,
            key,
            calls,
            steps,
        } = self;
        let about = key
            .as_ref()
            .map(|key| format!(" about key {}", shortened(key, 20)))
            .unwrap_or_default();
        match promise {
            Promise::Linearizability => write!(
                f,
                "Whether the history is linearizable is not decided: {calls} calls{about}\n\
                 were too many for {steps} steps. Let fewer calls be made at the same time, or\n\
                 let fewer outcomes be unknown, or allow more steps (linearizable_within)."
            ),
            Promise::SequentialConsistency => write!(
                f,
                "Whether the history is sequentially consistent is not decided: {calls} calls\n\
                 were too many for {steps} steps. Let fewer clients call, or each make fewer calls,\n\
                 or let fewer outcomes be unknown, or allow more steps (sequential_within)."
            ),
        }
    }
}

/// How many calls are shown.
const MOST_CALLS: usize = 5;
/// How many possible answers are shown.
const MOST_ANSWERS: usize = 4;

fn tell<Q: Debug, R: Debug>(facts: &Part, history: &History<Q, R>) -> String {
    let mut lines = wrapped(&headline(facts));
    lines.extend(table(history, &facts.enough, facts.unexplained, MOST_CALLS));
    // There is none only if the search for them took too many steps.
    if !facts.possible.is_empty() {
        lines.push(possible_answers(facts));
    }
    let others = facts.calls - facts.enough.len();
    if others > 0 && facts.enough.len() > 1 {
        lines.push(if others == 1 {
            "The other call does not help, whether or not it took effect.".to_owned()
        } else {
            format!("The other {others} calls do not help, whether or not they took effect.")
        });
    }
    if let Some(refused) = facts.happened_after_all {
        let call = history.call(refused);
        let answer = call
            .outcome
            .response()
            .map(|response| format!("{response:?}"))
            .unwrap_or_default();
        let end = ", happened after all.";
        let start = format!("It is explained if {}'s ", caller(call.client));
        let middle = format!("{:?}, answered {answer}", call.request);
        let room = COLUMNS - start.chars().count() - end.len();
        lines.push(format!("{start}{}{end}", shortened(&middle, room)));
    }
    lines.join("\n")
}

fn headline(facts: &Part) -> String {
    let (enough, all) = (facts.enough.len(), facts.calls);
    let about = facts
        .key
        .as_ref()
        .map(|key| format!(" about key {}", shortened(key, 20)))
        .unwrap_or_default();
    match (enough, all - enough) {
        (1, 0) => format!("The answer to this call{about} is wrong:"),
        (1, 1) => format!("Whatever the other call{about} did, the answer to this one is wrong:"),
        (1, others) => {
            format!(
                "Whatever the other {others} calls{about} did, the answer to this one is wrong:"
            )
        }
        (_, others) if facts.promise == Promise::SequentialConsistency => {
            let of_all = if others == 0 {
                String::new()
            } else {
                format!(" of the {all}")
            };
            format!(
                "Not sequentially consistent: no order of these {enough}{of_all} calls that keeps the order of \
                 each client's own explains their answers, even if time does not count:"
            )
        }
        (_, 0) => format!("No order of these {enough} calls{about} explains their answers:"),
        (_, _) => {
            format!("No order of these {enough} of the {all} calls{about} explains their answers:")
        }
    }
}

fn possible_answers(facts: &Part) -> String {
    let subject = if facts.enough.len() == 1 {
        "It"
    } else {
        "The one marked ✗"
    };
    let start = format!("{subject} could only have been answered ");
    let more = facts.possible.len().saturating_sub(MOST_ANSWERS);
    let mut answers = facts.possible[..facts.possible.len() - more].to_vec();
    if more > 0 {
        answers.push(format!("{more} others"));
    }
    let answers = match answers.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    };
    let room = COLUMNS - start.chars().count() - 1;
    format!("{start}{}.", shortened(&answers, room))
}
