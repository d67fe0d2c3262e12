//! Exercises in which the faults are what the learner writes: a plan that breaks a given wrong design, while a right one
//! lives under the same plan.

use std::cell::OnceCell;
use std::panic::Location;
use std::rc::Rc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use crate::examine::{
    Cause, Experiment, Failure, FaultChoice, Input, Operation, Outcome, Settings, Watch, classify,
};
use crate::faults::Faults;
use crate::history::History;
use crate::panics::{catch, tidy};
use crate::payload::Payload;
use crate::plan::Fault;
use crate::scenario::{default_names, finish, world};
use crate::store::Typed;
use crate::time::{in_words, micros};
use crate::world::{Actor, Limits, Make, Shell, World};
use crate::{Node, NodeId, Simulation, Time, harness, secs};

/// Begins a scenario in which a plan of faults is judged and not a node: under it, the nodes that `wrong` makes have to
/// break their promise, and those that `right` makes have to keep it and to go on.
///
/// Both take the same requests and are asked the same at the same times, and both are judged by what clients saw.
/// Nothing is drawn at random and nothing is shrunk: the plan is judged as it was written, in one run of each.
///
/// ```
/// use simulator::plan::Fault;
/// use simulator::{Call, Context, FaultKind, Node, NodeId, Time, break_it, ms};
///
/// const N0: NodeId = NodeId::new(0);
///
/// /// Hands out numbers, and remembers the last one: on its disk, if it is careful.
/// #[derive(Debug)]
/// struct Numbers {
///     careful: bool,
///     last: u64,
/// }
///
/// impl Node for Numbers {
///     type Message = ();
///     type Timer = ();
///     type Request = ();
///     type Response = u64;
///
///     fn on_start(&mut self, ctx: &mut Context<Self>) {
///         self.last = ctx.disk().read("last").unwrap_or(0);
///     }
///
///     fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, (): ()) {
///         self.last += 1;
///         if self.careful {
///             ctx.disk().write("last", &self.last);
///             ctx.disk().sync();
///         }
///         ctx.reply(call, self.last);
///     }
///
///     fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, (): ()) {}
/// }
///
/// let judged = |plan: fn() -> Vec<Fault>| {
///     std::panic::catch_unwind(move || {
///         break_it(|_| Numbers { careful: false, last: 0 }, |_| Numbers { careful: true, last: 0 })
///             .nodes(1)
///             .promise("your plan makes the node that forgets hand out a number twice")
///             .ask(Time::ZERO + ms(5), N0, ())
///             .ask(Time::ZERO + ms(50), N0, ())
///             .lasting(ms(100))
///             .most_faults(1)
///             .only(&[FaultKind::Crash, FaultKind::Pause])
///             .holds(|history| {
///                 let mut handed_out: Vec<u64> = history.answered().map(|(_, number, _)| *number).collect();
///                 handed_out.dedup();
///                 match handed_out.len() == history.answered().count() {
///                     true => Ok(format!("the numbers were {handed_out:?}")),
///                     false => Err("a number was handed out twice".to_owned()),
///                 }
///             })
///             .lives(|history| match history.answered().count() {
///                 2 => Ok(()),
///                 _ => Err("somebody got no number".to_owned()),
///             })
///             .check(plan);
///     })
/// };
///
/// assert!(judged(|| vec![Fault::Crash { node: N0, at: Time::from_micros(20_000), down: Some(5_000) }]).is_ok());
/// // Breaks nothing.
/// assert!(judged(Vec::new).is_err());
/// // Breaks the right one, too.
/// assert!(judged(|| vec![Fault::Crash { node: N0, at: Time::ZERO, down: None }]).is_err());
/// ```
#[track_caller]
pub fn break_it<W, R>(
    wrong: impl Fn(NodeId) -> W + 'static,
    right: impl Fn(NodeId) -> R + 'static,
) -> BreakIt<W, R>
where
    W: Node,
    R: Node<Request = W::Request, Response = W::Response>,
{
    let name = harness::scenario_name();
    BreakIt {
        settings: Settings {
            promise: name.replace('_', " "),
            scenario: name,
            noun: "operation".to_owned(),
            names: default_names(3),
            faults: Faults::none(),
            has_workload: false,
            is_written: true,
            sizes: (0, 0),
            seeds: 0,
            schedules: 1,
            witnesses: Vec::new(),
            messages_per_operation: None,
            state_size: None,
            limits: Limits::default(),
            suite: tidy(Location::caller().file()),
        },
        wrong: Rc::new(move |id| Box::new(Shell(wrong(id))) as Box<dyn Actor>),
        right: Rc::new(move |id| Box::new(Shell(right(id))) as Box<dyn Actor>),
        asks: Vec::new(),
        lasting: secs(1),
        most: usize::MAX,
        kinds: None,
        holds: Box::new(|_| Ok(String::new())),
        lives: Box::new(|_| Ok(())),
        of: std::marker::PhantomData,
    }
}

/// A scenario that judges a plan, being described; [`BreakIt::check`] runs it. Begin one with [`break_it()`], where
/// there is an example of all of it.
pub struct BreakIt<W: Node, R> {
    settings: Settings,
    wrong: Make,
    right: Make,
    asks: Vec<Ask<W::Request>>,
    lasting: Duration,
    most: usize,
    kinds: Option<Vec<FaultKind>>,
    holds: Holds<W::Request, W::Response>,
    lives: Lives<W::Request, W::Response>,
    of: std::marker::PhantomData<R>,
}

/// What is asked of which node, and when.
struct Ask<Q> {
    at: Time,
    node: NodeId,
    request: Q,
}

type Holds<Q, A> = Box<dyn Fn(&History<Q, A>) -> Result<String, String>>;
type Lives<Q, A> = Box<dyn Fn(&History<Q, A>) -> Result<(), String>>;
type Plan = Box<dyn Fn() -> Vec<Fault>>;

/// The kinds of fault that a plan can be made of: those that begin and end at a time of their own.
///
/// ```
/// use simulator::FaultKind;
///
/// assert_eq!(FaultKind::OneWayPartition.to_string(), "one-way partition");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// [`Fault::Partition`], in both directions.
    Partition,
    /// [`Fault::Partition`], in one direction.
    OneWayPartition,
    /// [`Fault::Crash`].
    Crash,
    /// [`Fault::Pause`].
    Pause,
    /// [`Fault::Skew`].
    Skew,
}

impl FaultKind {
    const ALL: [FaultKind; 5] = [
        FaultKind::Partition,
        FaultKind::OneWayPartition,
        FaultKind::Crash,
        FaultKind::Pause,
        FaultKind::Skew,
    ];

    fn of(fault: &Fault) -> Option<FaultKind> {
        match fault {
            Fault::Partition { one_way: false, .. } => Some(FaultKind::Partition),
            Fault::Partition { one_way: true, .. } => Some(FaultKind::OneWayPartition),
            Fault::Crash { .. } => Some(FaultKind::Crash),
            Fault::Pause { .. } => Some(FaultKind::Pause),
            Fault::Skew { .. } => Some(FaultKind::Skew),
            Fault::Lose { .. }
            | Fault::Duplicate { .. }
            | Fault::Delay { .. }
            | Fault::Late { .. }
            | Fault::LoseUnsynced { .. } => None,
        }
    }
}

impl std::fmt::Display for FaultKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            FaultKind::Partition => "partition",
            FaultKind::OneWayPartition => "one-way partition",
            FaultKind::Crash => "crash",
            FaultKind::Pause => "pause",
            FaultKind::Skew => "wrong clock",
        })
    }
}

impl<W, R> BreakIt<W, R>
where
    W: Node,
    R: Node<Request = W::Request, Response = W::Response>,
{
    /// How many nodes there are; three unless set.
    ///
    /// ```
    /// # use simulator::example::{cut, stale_read};
    /// // Three nodes more, which keep a copy as well.
    /// stale_read().nodes(5).check(|| vec![cut(0..10)]);
    /// ```
    pub fn nodes(mut self, count: usize) -> Self {
        self.settings.names = default_names(count);
        self
    }

    /// As many nodes as there are names, called so in diagrams.
    ///
    /// ```
    /// # use simulator::example::{cut, stale_read};
    /// stale_read().names(&["office", "shop"]).check(|| vec![cut(0..10)]);
    /// ```
    pub fn names(mut self, names: &[&str]) -> Self {
        self.settings.names = names.iter().map(|name| (*name).to_owned()).collect();
        self
    }

    /// What the plan has to do, as a sentence that the learner reads when it does not.
    ///
    /// ```
    /// # use simulator::example::{cut, stale_read};
    /// stale_read()
    ///     .promise("your plan makes somebody read what is no longer true")
    ///     .check(|| vec![cut(0..10)]);
    /// ```
    pub fn promise(mut self, words: &str) -> Self {
        self.settings.promise = words.to_owned();
        self
    }

    /// At this time, a client asks this node. There is one client beside each node; it waits for its answer, however
    /// long that takes, before it asks again.
    ///
    /// ```
    /// # use simulator::example::{Request, cut, stale_read};
    /// # use simulator::{NodeId, Time, ms};
    /// let n1 = NodeId::new(1);
    /// stale_read()
    ///     .ask(Time::ZERO + ms(30), n1, Request::Read)
    ///     .check(|| vec![cut(0..10)]);
    /// ```
    pub fn ask(mut self, at: Time, node: NodeId, request: W::Request) -> Self {
        self.asks.push(Ask { at, node, request });
        self
    }

    /// How long a run takes; one second unless set. Whoever has no answer by then has none.
    ///
    /// ```
    /// # use simulator::example::{cut, stale_read};
    /// # use simulator::ms;
    /// // Nobody reads within 15 ms, so that nothing can be broken.
    /// let judged = std::panic::catch_unwind(|| {
    ///     stale_read().lasting(ms(15)).check(|| vec![cut(0..10)]);
    /// });
    /// assert!(judged.is_err());
    /// ```
    pub fn lasting(mut self, duration: Duration) -> Self {
        self.lasting = duration;
        self
    }

    /// How many faults a plan may have; any number unless set.
    ///
    /// ```
    /// # use simulator::example::{cut, stale_read};
    /// stale_read().most_faults(1).check(|| vec![cut(0..10)]);
    /// // The same cut, in two halves.
    /// let judged = std::panic::catch_unwind(|| {
    ///     stale_read().most_faults(1).check(|| vec![cut(0..6), cut(6..10)]);
    /// });
    /// assert!(judged.is_err());
    /// ```
    pub fn most_faults(mut self, most: usize) -> Self {
        self.most = most;
        self
    }

    /// Which kinds of fault a plan may be made of; all unless set.
    ///
    /// ```
    /// # use simulator::example::{cut, stale_read};
    /// # use simulator::FaultKind;
    /// stale_read().only(&[FaultKind::Partition]).check(|| vec![cut(0..10)]);
    /// let judged = std::panic::catch_unwind(|| {
    ///     stale_read().only(&[FaultKind::Crash]).check(|| vec![cut(0..10)]);
    /// });
    /// assert!(judged.is_err());
    /// ```
    pub fn only(mut self, kinds: &[FaultKind]) -> Self {
        self.kinds = Some(kinds.to_vec());
        self
    }

    /// What the wrong nodes promise and the right ones keep. Says what was seen: as an error if it is broken, else
    /// for whoever wants to know why it was not.
    ///
    /// ```
    /// # use simulator::example::{Request, cut, stale_read};
    /// stale_read()
    ///     .holds(|history| {
    ///         let mut read = history.answered().filter(|(call, ..)| call.request == Request::Read);
    ///         match read.find(|(_, value, _)| **value == 0) {
    ///             Some((call, ..)) => Err(format!("{} had not heard of any write", call.node)),
    ///             None => Ok("whoever read had heard of the write".to_owned()),
    ///         }
    ///     })
    ///     .check(|| vec![cut(0..10)]);
    /// ```
    pub fn holds(
        mut self,
        holds: impl Fn(&History<W::Request, W::Response>) -> Result<String, String> + 'static,
    ) -> Self {
        self.holds = Box::new(holds);
        self
    }

    /// What the right nodes have to get done under the plan, or an error that says what they did not: who takes all
    /// away from them has broken nothing.
    ///
    /// ```
    /// # use simulator::example::{Request, cut, stale_read};
    /// let answered = |request: Request| {
    ///     stale_read().lives(move |history| match history.answered().any(|(call, ..)| call.request == request) {
    ///         true => Ok(()),
    ///         false => Err(format!("{request:?} was not answered")),
    ///     })
    /// };
    /// answered(Request::Write(7)).check(|| vec![cut(0..10)]);
    /// // At n1 the right nodes never answer.
    /// let judged = std::panic::catch_unwind(move || answered(Request::Read).check(|| vec![cut(0..10)]));
    /// assert!(judged.is_err());
    /// ```
    pub fn lives(
        mut self,
        lives: impl Fn(&History<W::Request, W::Response>) -> Result<(), String> + 'static,
    ) -> Self {
        self.lives = Box::new(lives);
        self
    }

    /// Judges the plan.
    ///
    /// ```
    /// # use simulator::example::{cut, stale_read};
    /// stale_read().check(|| vec![cut(0..10)]);
    /// // Too late: n1 has heard of the 7 by then.
    /// let judged = std::panic::catch_unwind(|| stale_read().check(|| vec![cut(10..30)]));
    /// assert!(judged.is_err());
    /// ```
    ///
    /// # Panics
    /// If it does not do what it should, as tests do.
    pub fn check(self, plan: impl Fn() -> Vec<Fault> + 'static) {
        harness::conclude(&self.ready(plan));
    }

    pub(crate) fn ready(self, plan: impl Fn() -> Vec<Fault> + 'static) -> Ready<W, R> {
        Ready {
            described: self,
            plan: Box::new(plan),
            written: OnceCell::new(),
        }
    }
}

/// Such a scenario, described in full.
pub(crate) struct Ready<W: Node, R> {
    described: BreakIt<W, R>,
    plan: Plan,
    /// What came of asking for the plan.
    written: OnceCell<Result<Vec<Fault>, Failure>>,
}

/// A run of one of the designs.
struct Played<Q, A> {
    world: World,
    /// What clients saw, unless the given nodes themselves failed.
    history: Result<History<Q, A>, Failure>,
}

impl<W, R> Ready<W, R>
where
    W: Node,
    R: Node<Request = W::Request, Response = W::Response>,
{
    fn written(&self) -> &Result<Vec<Fault>, Failure> {
        self.written.get_or_init(|| {
            let suite = &self.described.settings.suite;
            catch(|| (self.plan)()).map_err(|caught| classify(caught, false, suite))
        })
    }

    /// Runs the nodes that `make` makes under these faults.
    fn play<N>(
        &self,
        make: &Make,
        faults: &[Fault],
        watch: &Watch,
    ) -> Played<W::Request, W::Response>
    where
        N: Node<Request = W::Request, Response = W::Response>,
    {
        let described = &self.described;
        let input = Input {
            random: 0,
            operations: Vec::new(),
            faults: FaultChoice::Given(faults.to_vec()),
        };
        let store = Box::new(Typed::<N>::default());
        let world = world(&described.settings, make, store, &input, watch);
        let mut sim: Simulation<N> = Simulation::new(world, Rc::new([]));
        let played = catch(|| {
            sim.world.start();
            for Ask { at, node, request } in &described.asks {
                let (client, patience) = (node.index(), micros(described.lasting));
                let request = Rc::new(request.clone());
                sim.world
                    .plan_call(client, *node, at.as_micros(), patience, request);
            }
            sim.run_for(described.lasting);
            sim.history()
        });
        let history = played.map_err(|caught| Failure {
            cause: Cause::Suite,
            text: format!("a given node failed under this plan: {}", caught.place.text),
            place: Some(caught.place),
        });
        Played {
            world: sim.world,
            history,
        }
    }

    /// What is wrong with the plan before anything has run.
    fn against_the_rules(&self, faults: &[Fault]) -> Option<String> {
        let described = &self.described;
        let allowed = described.kinds.as_deref().unwrap_or(&FaultKind::ALL);
        let kinds: Vec<String> = allowed.iter().map(FaultKind::to_string).collect();
        for fault in faults {
            match FaultKind::of(fault) {
                Some(kind) if allowed.contains(&kind) => {}
                Some(kind) => {
                    return Some(format!(
                        "the plan has a {kind}, but here it may be made of this only: {}",
                        kinds.join(", ")
                    ));
                }
                None => {
                    return Some(format!(
                        "{fault:?} is about a single message or a disk, and cannot be planned"
                    ));
                }
            }
        }
        match faults.len() {
            count if count > described.most => Some(format!(
                "the plan has {count} faults, and may have {} at most",
                described.most
            )),
            _ => None,
        }
    }

    /// Why the plan cannot be carried out, if so.
    fn impossible(&self, fault: &Fault) -> Option<String> {
        let (count, end_of_run) = (self.described.settings.names.len(), self.described.lasting);
        let unknown = |nodes: &[NodeId]| nodes.iter().any(|node| node.index() >= count);
        let in_run = |start: Time| start.as_micros() < micros(end_of_run);
        let late = || {
            format!(
                "a fault begins when the run is over, which takes {}",
                in_words(micros(end_of_run))
            )
        };
        let no_such_node = || {
            Some(format!(
                "a fault names a node that does not exist: {fault:?}"
            ))
        };
        match fault {
            Fault::Partition {
                from,
                to,
                start,
                end,
                ..
            } => {
                if unknown(from) || unknown(to) {
                    no_such_node()
                } else if from.is_empty() || to.is_empty() {
                    Some("a partition has nobody on one of its sides".to_owned())
                } else if from.iter().any(|node| to.contains(node)) {
                    Some("a partition has the same node on both sides".to_owned())
                } else if end <= start {
                    Some("a partition ends before it has begun".to_owned())
                } else {
                    (!in_run(*start)).then(late)
                }
            }
            Fault::Pause { node, start, end } => {
                if unknown(&[*node]) {
                    no_such_node()
                } else if end <= start {
                    Some("a pause ends before it has begun".to_owned())
                } else {
                    (!in_run(*start)).then(late)
                }
            }
            Fault::Crash { node, at, .. } => {
                if unknown(&[*node]) {
                    no_such_node()
                } else {
                    (!in_run(*at)).then(late)
                }
            }
            Fault::Skew { node, .. } => {
                if unknown(&[*node]) {
                    no_such_node()
                } else {
                    None
                }
            }
            Fault::Lose { .. }
            | Fault::Duplicate { .. }
            | Fault::Delay { .. }
            | Fault::Late { .. }
            | Fault::LoseUnsynced { .. } => None,
        }
    }
}

impl<W, R> Experiment for Ready<W, R>
where
    W: Node,
    R: Node<Request = W::Request, Response = W::Response>,
{
    fn settings(&self) -> &Settings {
        &self.described.settings
    }

    fn draw(&self, _: usize, _: u64) -> Vec<Operation> {
        Vec::new()
    }

    fn decode(&self, request: &Value) -> Result<Rc<dyn Payload>, String> {
        match W::Request::deserialize(request) {
            Ok(request) => Ok(Rc::new(request)),
            Err(problem) => Err(problem.to_string()),
        }
    }

    fn written_plan(&self) -> Option<Vec<Fault>> {
        Some(self.written().clone().unwrap_or_default())
    }

    fn run(&self, input: &Input, watch: Watch) -> Outcome {
        let faults = match (&input.faults, self.written()) {
            (FaultChoice::Given(faults), _) if !faults.is_empty() => faults.clone(),
            (_, Ok(faults)) => faults.clone(),
            (_, Err(failure)) => return failed(failure.clone()),
        };
        if let Some(text) = faults.iter().find_map(|fault| self.impossible(fault)) {
            return failed(short(text));
        }
        let wrong = self.play::<W>(&self.described.wrong, &faults, &watch);
        let history = match wrong.history {
            Ok(history) => history,
            Err(failure) => return finish(wrong.world, Some(failure)),
        };
        if let Some(text) = self.against_the_rules(&faults) {
            return finish(wrong.world, Some(short(text)));
        }
        if let Ok(seen) = (self.described.holds)(&history) {
            let text = format!("the plan breaks nothing: {seen}");
            return finish(wrong.world, Some(short(text)));
        }
        let right = self.play::<R>(&self.described.right, &faults, &watch);
        let history = match right.history {
            Ok(history) => history,
            Err(failure) => return finish(right.world, Some(failure)),
        };
        if let Err(seen) = (self.described.holds)(&history) {
            // No plan may do this, so it is not the plan's author who is to blame.
            let failure = Failure {
                cause: Cause::Suite,
                text: format!("the design that is given as the right one breaks, too: {seen}"),
                place: None,
            };
            return finish(right.world, Some(failure));
        }
        if let Err(seen) = (self.described.lives)(&history) {
            let text = format!(
                "the plan breaks the wrong design, but takes everything away from the right one, too: {seen}\n\
                 (This is the run of the right one.)"
            );
            return finish(right.world, Some(short(text)));
        }
        let right = finish(right.world, None);
        let wrong = finish(wrong.world, None);
        Outcome {
            fingerprint: wrong.fingerprint ^ right.fingerprint.rotate_left(1),
            events: wrong.events + right.events,
            messages: wrong.messages + right.messages,
            ..wrong
        }
    }
}

/// A plan that does not do what it should.
fn short(text: String) -> Failure {
    Failure {
        cause: Cause::Plan,
        text,
        place: None,
    }
}

/// A run that there was none of.
fn failed(failure: Failure) -> Outcome {
    Outcome {
        failure: Some(failure),
        events: 1,
        ..Outcome::default()
    }
}
