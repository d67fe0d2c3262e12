//! The event loop: one thread, one queue, virtual time. It knows nothing of the types of nodes, so that it is
//! compiled once, optimised, and not again with every exercise.

mod actor;
mod calls;
mod copies;
mod cost;
mod faults;
mod fork;
mod lateness;
mod limits;
mod network;
mod queue;
mod recorder;
#[cfg(test)]
mod tests;

use std::any::Any;
use std::cell::Cell;
use std::rc::Rc;

pub(crate) use actor::{Actor, Shell};
pub(crate) use calls::{Caller, SCRIPT, Status, UNSEEN};
pub(crate) use cost::{Kept, Spent};
pub(crate) use faults::Kinds;
pub(crate) use fork::{Copying, Pending, State};
pub(crate) use limits::{Limits, Storm, storm};
pub(crate) use network::{Network, Odds, Treatments, Weather};
pub(crate) use queue::Place;

use self::calls::Clients;
use self::copies::Copies;
use self::faults::Standing;
use self::lateness::Lateness;
use self::network::Treatment;
use self::queue::{Delivery, Event, Line, Queue, Running, UNTRACED};
use self::recorder::Recorder;
use crate::context::{Action, Own};
use crate::faults::Eventful;
use crate::plan::{Fault, MessageKey};
use crate::random::{Random, combine};
use crate::store::{Handle, Store};
use crate::trace::{Fate, Trace, TraceEventKind};
use crate::{NodeId, Time};

/// How long a message takes when nothing is wrong, in microseconds.
pub(crate) const LATENCY: u64 = 1_000;
/// How long a message to oneself takes, in microseconds.
const LOOPBACK: u64 = 10;

/// Makes the node with this id, at the start and after every crash.
pub(crate) type Make = Rc<dyn Fn(NodeId) -> Box<dyn Actor>>;

/// Told of every callback before and after it runs.
pub(crate) type Journal = Rc<dyn Fn(Announcement<'_>)>;

/// What a journal is told.
pub(crate) enum Announcement<'a> {
    /// A callback is about to run.
    Entering {
        node: &'a str,
        callback: &'a str,
        with: &'a str,
        at: Time,
    },
    /// It has returned.
    Left,
}

/// What is decided about a run before it starts.
pub(crate) struct Setup {
    pub names: Rc<[String]>,
    pub make: Make,
    pub store: Box<dyn Store>,
    pub random: u64,
    pub weather: Weather,
    /// Faults that begin at their own time: everything but message faults.
    pub timed: Vec<Fault>,
    pub limits: Limits,
    pub trace: bool,
    /// Whether to list every fault that happens to a message.
    pub list_faults: bool,
    /// Whether to note where faults could have been placed.
    pub eventful: bool,
    pub journal: Option<Journal>,
}

/// A run in progress.
pub(crate) struct World {
    pub now: u64,
    names: Rc<[String]>,
    make: Make,
    queue: Queue,
    store: Box<dyn Store>,
    slots: Vec<Slot>,
    network: Network,
    clients: Clients,
    timed: Vec<Fault>,
    lateness: Option<Lateness>,
    standing: Standing,
    limits: Limits,
    /// How many nodes stand still.
    paused: u32,
    timers: u32,
    recorder: Option<Recorder>,
    journal: Option<Journal>,
    /// Which message of the trace has which key.
    pub keys: Vec<(MessageKey, u32)>,
    /// Where faults could have been placed, if somebody wants to know.
    pub eventful: Option<Eventful>,
    /// The callback that is running; still set after it panicked.
    pub inside: Option<(NodeId, Callback)>,
    /// A hash of everything that happened: two runs of one plan must agree on it.
    pub fingerprint: u64,
    pub events: u64,
    pub messages: u64,
    /// What the workload took, once it is over.
    pub spent: Spent,
}

/// Memory that one run hands to the next: thousands of small runs would otherwise spend their time growing tables.
#[derive(Default)]
struct Spare {
    queue: Queue,
    copies: Copies,
}

thread_local! {
    static SPARE: Cell<Option<Spare>> = const { Cell::new(None) };
}

impl Drop for World {
    fn drop(&mut self) {
        let mut queue = std::mem::take(&mut self.queue);
        queue.clear();
        SPARE.set(Some(Spare {
            queue,
            copies: self.network.take_copies(),
        }));
    }
}

/// The callbacks of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Callback {
    Start,
    Request,
    Message,
    Timer,
}

impl Callback {
    pub fn name(self) -> &'static str {
        match self {
            Callback::Start => "on_start",
            Callback::Request => "on_request",
            Callback::Message => "on_message",
            Callback::Timer => "on_timer",
        }
    }
}

/// The place of a node: what outlives its crashes, and the node itself while it is up.
struct Slot {
    actor: Option<Box<dyn Actor>>,
    own: Own,
    timers: Vec<Running>,
    paused: Option<Vec<Event>>,
    clock: Clock,
}

/// How a node's clock differs from simulated time.
#[derive(Clone, Copy, Default)]
struct Clock {
    offset: i64,
    drift: i32,
}

impl Clock {
    /// What it shows at `now`.
    fn reading(self, now: u64) -> Time {
        if self.offset == 0 && self.drift == 0 {
            return Time::from_micros(now);
        }
        let drifted = i128::from(now) * (1_000_000 + i128::from(self.drift)) / 1_000_000
            + i128::from(self.offset);
        Time::from_micros(u64::try_from(drifted.max(0)).unwrap_or(u64::MAX))
    }

    /// How long it really takes until `after` has passed on this clock.
    fn real(self, after: u64) -> u64 {
        if self.drift == 0 {
            return after;
        }
        let rate = 1_000_000 + i128::from(self.drift);
        u64::try_from(i128::from(after) * 1_000_000 / rate.max(1)).unwrap_or(u64::MAX)
    }
}

impl World {
    pub fn new(setup: Setup) -> World {
        let count = setup.names.len();
        assert!(
            (1..=64).contains(&count),
            "a simulation has 1 to 64 nodes, not {count}"
        );
        let spare = SPARE.take().unwrap_or_default();
        let slots = (0..count)
            .map(|index| {
                let id = NodeId::new(index);
                let peers = (0..count)
                    .filter(|other| *other != index)
                    .map(NodeId::new)
                    .collect();
                let mut own = Own {
                    id,
                    peers,
                    now: Time::ZERO,
                    random: Random::from_seed(combine(setup.random, index as u64)),
                    disk: Default::default(),
                    actions: Vec::new(),
                    actions_left: 0,
                    responses: Vec::new(),
                    notes: Vec::new(),
                };
                if setup.trace {
                    own.disk.record();
                }
                Slot {
                    actor: None,
                    own,
                    timers: Vec::new(),
                    paused: None,
                    clock: Clock::default(),
                }
            })
            .collect();
        let mut world = World {
            now: 0,
            recorder: setup
                .trace
                .then(|| Recorder::new(setup.names.to_vec(), setup.limits.traced_events)),
            names: setup.names,
            make: setup.make,
            queue: spare.queue,
            store: setup.store,
            slots,
            network: Network::new(setup.weather, spare.copies),
            clients: Clients::default(),
            timed: Vec::new(),
            lateness: None,
            standing: Standing::new(setup.list_faults),
            limits: setup.limits,
            paused: 0,
            timers: 0,
            journal: setup.journal,
            keys: Vec::new(),
            eventful: setup.eventful.then(Eventful::default),
            inside: None,
            fingerprint: 0,
            events: 0,
            messages: 0,
            spent: Spent::default(),
        };
        world.schedule_faults(setup.timed);
        world
    }

    /// Starts all nodes, at time zero.
    pub fn start(&mut self) {
        for index in 0..self.slots.len() {
            self.boot(NodeId::new(index), TraceEventKind::Start);
        }
    }

    /// Handles the next event that happens no later than `until`; `false` if there is none.
    pub fn step(&mut self, until: u64) -> bool {
        let Some((at, event)) = self.queue.pop(until) else {
            return false;
        };
        self.now = at;
        self.events += 1;
        if self.events > self.limits.events {
            self.limits.exceeded(self.now, self.messages);
        }
        self.handle(event);
        true
    }

    /// Lets time pass until every planned call has ended.
    pub fn run_calls(&mut self) {
        while self.has_unfinished_calls() && self.step(u64::MAX) {}
    }

    pub fn run_until(&mut self, until: u64) {
        while self.step(until) {}
        self.now = self.now.max(until);
    }

    fn handle(&mut self, event: Event) {
        if self.paused > 0
            && let Some(node) = receiver(&event, &self.clients)
            && let Some(deferred) = &mut self.slots[node.index()].paused
        {
            self.standing.hit_pause();
            deferred.push(event);
            return;
        }
        match event {
            Event::Deliver(delivery) => self.deliver(delivery),
            Event::Timer { node, id } => self.fire(node, id),
            Event::Ask { call } => self.ask(call),
            Event::GiveUp { call } => self.give_up(call),
            Event::Begin { fault } => self.begin(fault),
            Event::End { fault } => self.end(fault),
            Event::Restart { node } => self.restart(node),
        }
    }

    fn deliver(&mut self, delivery: Delivery) {
        let Delivery {
            from,
            to,
            contents,
            message,
            traced,
        } = delivery;
        if self.network.is_cut(from, to) {
            self.standing.hit_partition();
            self.set_fate(traced, Fate::Cut(Time::from_micros(self.now)));
            self.store.drop_message(message);
            return;
        }
        if self.slots[to.index()].actor.is_none() {
            self.set_fate(traced, Fate::NodeDown(Time::from_micros(self.now)));
            self.store.drop_message(message);
            return;
        }
        self.set_fate(traced, Fate::Delivered(Time::from_micros(self.now)));
        if self.recorder.is_some() {
            self.note(
                Some(to),
                TraceEventKind::Deliver {
                    message: traced as usize,
                },
            );
        }
        self.imprint(1, to, contents);
        if self.journal.is_some() {
            let shown = self.store.show_message(message);
            self.announce(
                to,
                Callback::Message,
                &format!("{shown} from {}", self.names[from.index()]),
            );
        }
        self.enter(to, Callback::Message, |actor, own, store| {
            actor.message(own, store, from, message)
        });
    }

    fn fire(&mut self, node: NodeId, id: u32) {
        let timers = &mut self.slots[node.index()].timers;
        let Some(index) = timers.iter().position(|running| running.id == id) else {
            return;
        };
        let timer = timers.swap_remove(index).timer;
        if self.recorder.is_some() {
            let timer = self.store.show_timer(timer);
            self.note(Some(node), TraceEventKind::Timer { timer });
        }
        self.imprint(2, node, 0);
        if self.journal.is_some() {
            self.announce(node, Callback::Timer, &self.store.show_timer(timer));
        }
        self.enter(node, Callback::Timer, |actor, own, store| {
            actor.timer(own, store, timer)
        });
    }

    /// Runs a callback and then carries out what it asked for.
    fn enter(
        &mut self,
        node: NodeId,
        callback: Callback,
        run: impl FnOnce(&mut dyn Actor, &mut Own, &mut dyn Store),
    ) {
        let now = self.now;
        let slot = &mut self.slots[node.index()];
        let Some(actor) = &mut slot.actor else { return };
        slot.own.now = slot.clock.reading(now);
        slot.own.actions_left = self.limits.actions;
        self.inside = Some((node, callback));
        if let Some(eventful) = &mut self.eventful {
            eventful.moments.push((now, node));
        }
        run(actor.as_mut(), &mut slot.own, self.store.as_mut());
        self.leave(node);
    }

    /// After a callback: carries out what it asked for.
    fn leave(&mut self, node: NodeId) {
        self.inside = None;
        if let Some(journal) = &self.journal {
            journal(Announcement::Left);
        }
        if self.recorder.is_some() {
            self.record_after(node);
        }
        let actions = std::mem::take(&mut self.slots[node.index()].own.actions);
        for &action in &actions {
            self.act(node, action);
        }
        let own = &mut self.slots[node.index()].own;
        own.actions = actions;
        own.actions.clear();
        own.responses.clear();
        own.notes.clear();
    }

    #[inline]
    fn act(&mut self, node: NodeId, action: Action) {
        match action {
            Action::Send {
                to,
                message,
                contents,
            } => self.send(node, to, message, contents),
            Action::SetTimer { after, timer } => {
                self.timers += 1;
                let id = self.timers;
                let late = match &mut self.lateness {
                    Some(lateness) => lateness.of_timer(node, id, &self.store.show_timer(timer)),
                    None => 0,
                };
                self.stop_timer(node, timer);
                let slot = &mut self.slots[node.index()];
                slot.timers.push(Running { id, timer, after });
                let at = self.now.saturating_add(slot.clock.real(after) + late);
                self.queue
                    .push_in_line(Line::Timers, at, Event::Timer { node, id });
            }
            Action::CancelTimer { timer } => {
                self.stop_timer(node, timer);
                self.store.drop_timer(timer);
            }
            Action::Reply { call, response } => {
                let response = Rc::clone(&self.slots[node.index()].own.responses[response]);
                self.reply(node, call, response);
            }
            Action::Note(note) => {
                let text = std::mem::take(&mut self.slots[node.index()].own.notes[note]);
                self.note(Some(node), TraceEventKind::Note { text });
            }
        }
    }

    /// Stops the running timer that equals `timer`.
    fn stop_timer(&mut self, node: NodeId, timer: Handle) {
        let store = &mut self.store;
        self.slots[node.index()].timers.retain(|running| {
            let same = store.is_same_timer(running.timer, timer);
            if same {
                store.drop_timer(running.timer);
            }
            !same
        });
    }

    fn send(&mut self, from: NodeId, to: NodeId, message: Handle, contents: u64) {
        if to.index() >= self.slots.len() {
            // Sent to nobody: as lost as any other message.
            self.store.drop_message(message);
            return;
        }
        self.messages += 1;
        self.imprint(3, to, contents);
        let sent = Time::from_micros(self.now);
        let traced = match &mut self.recorder {
            Some(recorder) => {
                recorder.message(from, to, sent, self.store.show_message(message)) as u32
            }
            None => UNTRACED,
        };
        if from == to {
            let delivery = Delivery {
                from,
                to,
                contents,
                message,
                traced,
            };
            self.queue
                .push(self.now + LOOPBACK, Event::Deliver(delivery));
            return;
        }
        if self.network.is_calm() && self.recorder.is_none() && self.eventful.is_none() {
            // Nobody asks which of several equal messages this is.
            let delivery = Delivery {
                from,
                to,
                contents,
                message,
                traced,
            };
            let at = self.now + LATENCY;
            self.queue
                .push_in_line(Line::Messages, at, Event::Deliver(delivery));
            return;
        }
        let key = self.network.key(from, to, contents);
        if let Some(eventful) = &mut self.eventful {
            eventful.messages.push(key);
        }
        if self.recorder.is_some() {
            self.keys.push((key, traced));
        }
        let treatment = self.network.treatment(key);
        self.standing.hit_message(key, treatment);
        if treatment.lost {
            self.set_fate(traced, Fate::Lost);
            self.store.drop_message(message);
        } else if self.network.is_cut(from, to) {
            self.standing.hit_partition();
            self.set_fate(traced, Fate::Cut(sent));
            self.store.drop_message(message);
        } else {
            if treatment.delay > 0
                && let Some(traced) = self
                    .recorder
                    .as_mut()
                    .and_then(|recorder| recorder.message_mut(traced))
            {
                traced.delayed = Some(treatment.delay);
            }
            let at = self.now + LATENCY + treatment.delay;
            let delivery = Event::Deliver(Delivery {
                from,
                to,
                contents,
                message,
                traced,
            });
            if treatment.delay == 0 {
                self.queue.push_in_line(Line::Messages, at, delivery);
            } else {
                self.queue.push(at, delivery);
            }
            if let Some(after) = treatment.copy_after {
                let message = self.store.copy_message(message);
                let traced = match &mut self.recorder {
                    Some(recorder) => recorder.copy(traced as usize, after) as u32,
                    None => UNTRACED,
                };
                let delivery = Delivery {
                    from,
                    to,
                    contents,
                    message,
                    traced,
                };
                self.queue
                    .push(self.now + LATENCY + after, Event::Deliver(delivery));
            }
        }
    }

    fn boot(&mut self, node: NodeId, what: TraceEventKind) {
        let actor = (self.make)(node);
        self.slots[node.index()].actor = Some(actor);
        self.note(Some(node), what);
        self.imprint(4, node, 0);
        self.announce(node, Callback::Start, "");
        self.enter(node, Callback::Start, |actor, own, store| {
            actor.start(own, store)
        });
    }

    fn record_after(&mut self, node: NodeId) {
        let slot = &mut self.slots[node.index()];
        let journal = slot.own.disk.take_journal();
        if let Some(recorder) = &mut self.recorder {
            recorder.disk(Time::from_micros(self.now), node, journal);
            if let Some(actor) = &slot.actor {
                recorder.state(node, actor.debug());
            }
        }
    }

    fn note(&mut self, node: Option<NodeId>, what: TraceEventKind) {
        let at = Time::from_micros(self.now);
        if let Some(recorder) = &mut self.recorder {
            recorder.event(at, node, what);
        }
    }

    fn set_fate(&mut self, traced: u32, fate: Fate) {
        if let Some(message) = self
            .recorder
            .as_mut()
            .and_then(|recorder| recorder.message_mut(traced))
        {
            message.fate = fate;
        }
    }

    fn announce(&self, node: NodeId, callback: Callback, with: &str) {
        if let Some(journal) = &self.journal {
            let (node, callback, at) = (
                &self.names[node.index()],
                callback.name(),
                Time::from_micros(self.now),
            );
            journal(Announcement::Entering {
                node,
                callback,
                with,
                at,
            });
        }
    }

    /// Adds something to the fingerprint. One multiplication: this is done twice for every message.
    #[inline]
    fn imprint(&mut self, tag: u64, node: NodeId, contents: u64) {
        const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
        let place = (self.now << 16 | tag << 8 | node.index() as u64).rotate_left(32);
        self.fingerprint = (self.fingerprint.rotate_left(7) ^ contents ^ place).wrapping_mul(ODD);
    }

    /// A node that is up.
    pub fn node(&self, node: NodeId) -> Option<&dyn Any> {
        self.slots
            .get(node.index())?
            .actor
            .as_ref()
            .map(|actor| actor.node())
    }

    pub fn node_count(&self) -> usize {
        self.slots.len()
    }

    pub fn names(&self) -> Rc<[String]> {
        Rc::clone(&self.names)
    }

    pub fn name(&self, node: NodeId) -> &str {
        self.names.get(node.index()).map_or("?", String::as_str)
    }

    /// How many nodes' state is shown in the trace's last event, and the trace itself.
    pub fn into_trace(mut self, violation: Option<String>) -> Option<Trace> {
        let at = Time::from_micros(self.now);
        let node = self.inside.map(|(node, _)| node);
        let broken = violation.is_some();
        if let Some(text) = violation {
            self.note(node, TraceEventKind::Violation { text });
        }
        let mut trace = self.recorder.take()?.finish(at);
        trace.violation = broken.then_some(at);
        Some(trace)
    }
}

/// The node that an event concerns, if it has to wait while that node is paused.
fn receiver(event: &Event, clients: &Clients) -> Option<NodeId> {
    match event {
        Event::Deliver(delivery) => Some(delivery.to),
        Event::Timer { node, .. } => Some(*node),
        Event::Ask { call } => Some(clients.calls[*call].node),
        Event::GiveUp { .. } | Event::Begin { .. } | Event::End { .. } | Event::Restart { .. } => {
            None
        }
    }
}
