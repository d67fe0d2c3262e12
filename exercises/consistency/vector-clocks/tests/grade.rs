//! How vector-clocks is graded. It never looks into a clock: it makes an execution, writes down for each event which
//! events happened before it, and asks `compare` whether the clocks say the same. So any representation passes.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;

use serde::{Deserialize, Serialize};
use simulator::{Random, cases};
use vector_clocks::VectorClock;
use vector_clocks::api::{Causality, ProcessId};

/// What happens next in an execution. A step that is impossible, because there is nothing to receive, does nothing:
/// so an execution makes sense whichever of its steps are left out.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum Step {
    /// The process does something by itself.
    Local { at: ProcessId },
    /// A message is on its way.
    Send { from: ProcessId, to: ProcessId },
    /// The message that is on its way for the longest time arrives.
    Receive { from: ProcessId, to: ProcessId },
    /// The message that was sent last arrives, and overtakes the others.
    ReceiveLatest { from: ProcessId, to: ProcessId },
}

/// Number of an event in its execution, counted from one.
type EventNumber = usize;

/// Everything that happened before a moment: the truth that clocks are held against.
type Past = BTreeSet<EventNumber>;

/// A clock, with the truth about it.
#[derive(Clone)]
struct Stamped {
    /// What reports call it.
    name: Name,
    process: Option<ProcessId>,
    clock: VectorClock,
    /// The events that the clock must know of; for the clock of an event, that event is among them.
    past: Past,
    /// If it is the clock of an event: the events that come right before that one.
    causes: Vec<EventNumber>,
}

/// What a clock is the clock of.
#[derive(Clone)]
enum Name {
    /// A process at which nothing happened yet.
    New,
    /// An event, and what happens in it.
    Event(EventNumber, String),
    /// A process after a step, where not every step is an event.
    After(usize, ProcessId),
}

impl Name {
    fn short(&self) -> String {
        match self {
            Name::New => "a new clock".to_owned(),
            Name::Event(number, _) => format!("event {number}"),
            Name::After(step, process) => format!("{process:?} after step {step}"),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.short())?;
        match self {
            Name::Event(_, what) => write!(f, " ({what})"),
            Name::New | Name::After(..) => Ok(()),
        }
    }
}

impl Stamped {
    fn new_clock() -> Stamped {
        Stamped {
            name: Name::New,
            process: None,
            clock: VectorClock::default(),
            past: Past::new(),
            causes: Vec::new(),
        }
    }

    fn event(&self) -> Option<EventNumber> {
        match self.name {
            Name::Event(number, _) => Some(number),
            Name::New | Name::After(..) => None,
        }
    }

    /// What `compare` must say: one clock is before another if what it knows is part of what the other knows.
    fn relation(&self, other: &Stamped) -> Causality {
        match (
            self.past.is_subset(&other.past),
            other.past.is_subset(&self.past),
        ) {
            (true, true) => Causality::Equal,
            (true, false) => Causality::Before,
            (false, true) => Causality::After,
            (false, false) => Causality::Concurrent,
        }
    }

    /// Why `compare` must say that.
    fn reason(&self, other: &Stamped) -> String {
        let (a, b) = (&self.name, &other.name);
        let same_event = self.event().is_some() && self.event() == other.event();
        match (self.relation(other), self.event().and(other.event())) {
            (Causality::Equal, _) if same_event => format!("{a} is compared with itself"),
            (Causality::Before, Some(_)) => format!("{a} happened before {b}"),
            (Causality::After, Some(_)) => format!("{a} happened after {b}"),
            (Causality::Concurrent, Some(_)) => format!("{a} and {b} know nothing of each other"),
            (Causality::Equal, _) => format!("{a} and {b} know of the same events"),
            (Causality::Before, None) => format!("{b} knows of all that {a} knows of, and of more"),
            (Causality::After, None) => format!("{a} knows of all that {b} knows of, and of more"),
            (Causality::Concurrent, None) => {
                format!("{a} and {b} each know of something that the other does not")
            }
        }
    }
}

/// What happened, and what the clocks were made to say about it.
#[derive(Default)]
struct Execution {
    /// In the order in which they happened; the first is a new clock.
    events: Vec<Stamped>,
    /// The index of each process's last event.
    last: BTreeMap<ProcessId, usize>,
    /// Messages on their way, the oldest first.
    messages: BTreeMap<(ProcessId, ProcessId), VecDeque<Message>>,
}

/// A message on its way.
struct Message {
    sent: EventNumber,
    clock: VectorClock,
}

impl Execution {
    fn of(steps: &[Step]) -> Execution {
        let mut execution = Execution {
            events: vec![Stamped::new_clock()],
            ..Execution::default()
        };
        for step in steps {
            execution.take(*step);
        }
        execution
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Local { at } => {
                let what = format!("by itself, at {at:?}");
                self.happen(at, what, None, |clock| clock.tick(at));
            }
            Step::Send { from, to } => {
                let what = format!("send from {from:?} to {to:?}");
                let (sent, clock) = self.happen(from, what, None, |clock| clock.send(from));
                self.messages
                    .entry((from, to))
                    .or_default()
                    .push_back(Message { sent, clock });
            }
            Step::Receive { from, to } | Step::ReceiveLatest { from, to } => {
                let waiting = self.messages.entry((from, to)).or_default();
                let arrives = match step {
                    Step::ReceiveLatest { .. } => waiting.pop_back(),
                    _ => waiting.pop_front(),
                };
                let Some(message) = arrives else { return };
                let what = format!("receive at {to:?} what event {} sent", message.sent);
                self.happen(to, what, Some(message.sent), |clock| {
                    clock.receive(to, &message.clock)
                });
            }
        }
    }

    /// One more event: its past is that of the process, that of the sending if it is a receiving, and itself.
    fn happen<T>(
        &mut self,
        process: ProcessId,
        what: String,
        sent: Option<EventNumber>,
        learner: impl FnOnce(&mut VectorClock) -> T,
    ) -> (EventNumber, T) {
        let number = self.events.len();
        let last = self.last.get(&process).copied().unwrap_or(0);
        let mut clock = self.events[last].clock.clone();
        let result = learner(&mut clock);
        let mut past = self.events[last].past.clone();
        if let Some(sent) = sent {
            past.extend(&self.events[sent].past);
        }
        past.insert(number);
        let causes = [last].into_iter().chain(sent).collect();
        let name = Name::Event(number, what);
        self.events.push(Stamped {
            name,
            process: Some(process),
            clock,
            past,
            causes,
        });
        self.last.insert(process, number);
        (number, result)
    }

    /// Holds `compare` against the truth for those pairs of events that matter.
    fn assert_compared(&self, matters: impl Fn(&Stamped, &Stamped) -> bool) {
        assert_compared(&self.events, matters);
    }
}

/// Holds `compare` against the truth for those pairs that matter. The new clock, which is the first, comes last:
/// what is wrong with it and with events is easier to see in events.
fn assert_compared(clocks: &[Stamped], matters: impl Fn(&Stamped, &Stamped) -> bool) {
    let Some((new, others)) = clocks
        .split_first()
        .filter(|(_, others)| !others.is_empty())
    else {
        return;
    };
    let in_order = || others.iter().chain([new]);
    for a in in_order() {
        for b in in_order().filter(|b| matters(a, b)) {
            // Copies, as they would be after a journey: a clock is what it says, not where it is.
            let (copy, other_copy) = (a.clock.clone(), b.clock.clone());
            let said = copy.compare(&other_copy);
            assert!(
                said == a.relation(b),
                "{}: `compare` must say {:?}, but says {said:?}\n{}: {}\n{}: {}",
                a.reason(b),
                a.relation(b),
                a.name.short(),
                shown(&a.clock),
                b.name.short(),
                shown(&b.clock),
            );
        }
    }
}

fn any(_: &Stamped, _: &Stamped) -> bool {
    true
}

/// A clock as its `Debug` shows it, the entries of a map in order: a `HashMap` shows them differently each time, and
/// the same failure must always read the same.
fn shown(clock: &VectorClock) -> String {
    let text = format!("{clock:?}");
    let map = text.rsplit_once('{').and_then(|(before, rest)| {
        let (entries, after) = rest.split_once('}')?;
        // Fields of a struct begin with a space; commas inside brackets do not separate entries.
        let plain = !entries.starts_with(' ') && !entries.contains(['(', '[']);
        plain.then_some((before, entries, after))
    });
    let Some((before, entries, after)) = map else {
        return text;
    };
    let mut entries: Vec<&str> = entries.split(", ").collect();
    entries.sort_unstable();
    format!("{before}{{{}}}{after}", entries.join(", "))
}

/// Some processes. Usually the first ones, but not always: nobody knows in advance who there is.
fn processes(random: &mut Random, count: usize) -> Vec<ProcessId> {
    let mut processes: Vec<ProcessId> = (0..count).map(ProcessId).collect();
    if random.chance(0.1) {
        processes = (0..100).map(ProcessId).collect();
        random.shuffle(&mut processes);
        processes.truncate(count);
    }
    processes
}

/// What is drawn more often, and what less.
struct Weights {
    local: u64,
    send: u64,
    receive: u64,
}

/// An execution of these processes, in which messages travel on these links.
///
/// Its length grows with the square of `size`, so many are short: what fails in a short one is easy to understand.
fn execution(
    random: &mut Random,
    size: usize,
    processes: &[ProcessId],
    links: &[(ProcessId, ProcessId)],
    weights: &Weights,
) -> Vec<Step> {
    let length = (size * size).div_ceil(20);
    let mut under_way: Vec<(ProcessId, ProcessId)> = Vec::new();
    let mut steps = Vec::new();
    while steps.len() < length {
        let dice = random.below(weights.local + weights.send + weights.receive);
        if dice < weights.local {
            steps.push(Step::Local {
                at: *random.pick(processes),
            });
        } else if dice < weights.local + weights.send {
            let (from, to) = *random.pick(links);
            under_way.push((from, to));
            steps.push(Step::Send { from, to });
        } else if !under_way.is_empty() {
            let (from, to) = under_way.swap_remove(random.below(under_way.len() as u64) as usize);
            let in_order = random.chance(0.5);
            steps.push(if in_order {
                Step::Receive { from, to }
            } else {
                Step::ReceiveLatest { from, to }
            });
        }
    }
    steps
}

/// Every process can send to every other.
fn all_links(processes: &[ProcessId]) -> Vec<(ProcessId, ProcessId)> {
    let to_others = |from: ProcessId| {
        processes
            .iter()
            .filter(move |to| **to != from)
            .map(move |to| (from, *to))
    };
    processes.iter().copied().flat_map(to_others).collect()
}

#[test]
fn events_of_one_process_are_in_order() {
    cases(|random, size| {
        let process = processes(random, 4)[random.below(4) as usize];
        (0..size)
            .map(|_| match random.chance(0.5) {
                true => Step::Local { at: process },
                false => Step::Send {
                    from: process,
                    to: ProcessId(process.0 + 1),
                },
            })
            .collect()
    })
    .promise("of two events of one process, the earlier one is before the later one")
    .check(|steps| Execution::of(steps).assert_compared(any));
}

#[test]
fn sending_comes_before_receiving() {
    cases(|random, size| {
        let processes = processes(random, 2);
        let weights = Weights {
            local: 1,
            send: 3,
            receive: 3,
        };
        execution(random, size, &processes, &all_links(&processes), &weights)
    })
    .promise("receiving a message comes after sending it, and after what the receiver did before")
    .check(|steps| {
        let caused = |a: &Stamped, b: &Stamped| b.event().is_some_and(|b| a.causes.contains(&b));
        Execution::of(steps).assert_compared(|a, b| caused(a, b) || caused(b, a));
    });
}

#[test]
fn events_that_know_nothing_of_each_other_are_concurrent() {
    cases(|random, size| {
        let processes = processes(random, 3);
        let weights = Weights {
            local: 4,
            send: 2,
            receive: 1,
        };
        execution(random, size, &processes, &all_links(&processes), &weights)
    })
    .promise("two events are concurrent if neither can know of the other, and only then")
    .check(|steps| {
        let strangers = |a: &Stamped, b: &Stamped| a.relation(b) == Causality::Concurrent;
        let same_process = |a: &Stamped, b: &Stamped| a.process == b.process;
        Execution::of(steps).assert_compared(|a, b| strangers(a, b) || same_process(a, b));
    });
}

#[test]
fn news_travels_through_others() {
    cases(|random, size| {
        let processes = processes(random, 4);
        let links: Vec<_> = processes
            .windows(2)
            .map(|pair| (pair[0], pair[1]))
            .collect();
        let weights = Weights {
            local: 1,
            send: 4,
            receive: 4,
        };
        execution(random, size, &processes, &links, &weights)
    })
    .promise(
        "an event comes after everything that its process heard of, through however many others",
    )
    .steps(1, 22)
    .check(|steps| {
        let ordered = |a: &Stamped, b: &Stamped| a.relation(b) != Causality::Concurrent;
        Execution::of(steps).assert_compared(ordered);
    });
}

#[test]
fn compare_agrees_with_happened_before() {
    cases(|random, size| {
        let count = random.within(2..6) as usize;
        let processes = processes(random, count);
        let weights = Weights {
            local: 1,
            send: 2,
            receive: 2,
        };
        execution(random, size, &processes, &all_links(&processes), &weights)
    })
    .promise(
        "for any two events, the clocks tell which happened before the other, or that neither did",
    )
    .steps(1, 24)
    .check(|steps| Execution::of(steps).assert_compared(any));
}

/// What happens next to clocks that learn from each other without messages.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum MergeStep {
    /// The process does something by itself.
    Local { at: ProcessId },
    /// The clock of one process is merged into that of another. That is no event.
    Merge { from: ProcessId, into: ProcessId },
}

/// The clocks that there were: a new one, and after each step that of the process it was about.
fn merged_clocks(steps: &[MergeStep]) -> Vec<Stamped> {
    let mut now: BTreeMap<ProcessId, Stamped> = BTreeMap::new();
    let mut clocks = vec![Stamped::new_clock()];
    for (index, step) in steps.iter().enumerate() {
        let number = index + 1;
        let of = |process| {
            now.get(&process)
                .cloned()
                .unwrap_or_else(Stamped::new_clock)
        };
        let (process, mut changed) = match *step {
            MergeStep::Local { at } => {
                let mut changed = of(at);
                changed.clock.tick(at);
                changed.past.insert(number);
                (at, changed)
            }
            MergeStep::Merge { from, into } => (into, of(into).merged_with(&of(from))),
        };
        changed.name = Name::After(number, process);
        now.insert(process, changed.clone());
        clocks.push(changed);
    }
    clocks
}

impl Stamped {
    fn merged_with(&self, other: &Stamped) -> Stamped {
        let mut merged = self.clone();
        merged.clock.merge(&other.clock);
        merged.past.extend(&other.past);
        merged
    }
}

/// Asserts that two ways to merge end in the same knowledge.
macro_rules! assert_same {
    ($a:expr, $b:expr, $law:expr) => {
        let (a, b): (&Stamped, &Stamped) = (&$a, &$b);
        let said = (a.clock.compare(&b.clock), b.clock.compare(&a.clock));
        assert!(
            said == (Causality::Equal, Causality::Equal),
            "{}: `compare` must say Equal, but says {:?}\none way: {}\nthe other: {}",
            $law,
            if said.0 == Causality::Equal {
                said.1
            } else {
                said.0
            },
            shown(&a.clock),
            shown(&b.clock),
        );
    };
}

fn assert_merge_laws(clocks: &[Stamped]) {
    for a in clocks {
        assert_same!(
            a.merged_with(a),
            a,
            format!("{}, merged with itself, is what it was", a.name)
        );
        for b in clocks {
            let both = a.merged_with(b);
            let (a_name, b_name) = (&a.name, &b.name);
            assert_same!(
                both,
                b.merged_with(a),
                format!("{a_name} merged with {b_name} is the same as the other way round")
            );
            for c in clocks {
                assert_same!(
                    both.merged_with(c),
                    a.merged_with(&b.merged_with(c)),
                    format!(
                        "{a_name}, {b_name} and {}, merged, are the same however they are grouped",
                        c.name
                    )
                );
                let said = c.clock.compare(&both.clock);
                assert!(
                    said == c.relation(&both),
                    "{} must be {:?} what {a_name} and {b_name} know together, but `compare` says {said:?}\n\
                     {}: {}\n{a_name}: {}\n{b_name}: {}\nmerged: {}",
                    c.name,
                    c.relation(&both),
                    c.name,
                    shown(&c.clock),
                    shown(&a.clock),
                    shown(&b.clock),
                    shown(&both.clock),
                );
            }
        }
    }
}

#[test]
fn a_merged_clock_knows_what_both_knew() {
    cases(|random, size| {
        let processes = processes(random, 3);
        (0..size)
            .map(|_| {
                let (from, into) = *random.pick(&all_links(&processes));
                match random.chance(0.5) {
                    true => MergeStep::Local { at: from },
                    false => MergeStep::Merge { from, into },
                }
            })
            .collect()
    })
    .promise("a merged clock knows of what either knew and of nothing else, in whatever order they are merged")
    .steps(1, 9)
    .check(|steps| {
        let clocks = merged_clocks(steps);
        assert_compared(&clocks, any);
        assert_merge_laws(&clocks);
    });
}
