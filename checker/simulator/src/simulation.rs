//! A run of a cluster of nodes, as the code of a suite sees it.

use std::rc::Rc;
use std::time::Duration;

use crate::history::{CallOutcome, CallRecord, History};
use crate::payload::{unwrap, view};
use crate::time::micros;
use crate::world::{Caller, Status, UNSEEN, World};
use crate::{Node, NodeId, Time};

/// A cluster in simulated time.
///
/// Suites get one in [`Scenario::check`](crate::Scenario::check) and its like: a run that is under way, in which
/// they can let time pass, make calls, cause faults, and read what clients were answered. They see requests and
/// responses, never a node's messages, so that every correct design passes.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use simulator::{Call, Context, Node, NodeId, Time, ms, scenario, secs};
///
/// /// Passes on what it is told, and counts what it hears.
/// #[derive(Debug, Default)]
/// struct Gossip {
///     heard: u64,
/// }
///
/// #[derive(Clone, Debug, Serialize, Deserialize)]
/// enum Request {
///     Tell,
///     Count,
/// }
///
/// impl Node for Gossip {
///     type Message = ();
///     type Timer = ();
///     type Request = Request;
///     type Response = u64;
///
///     fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
///         if let Request::Tell = request {
///             ctx.broadcast(());
///         }
///         ctx.reply(call, self.heard);
///     }
///
///     fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, (): ()) {
///         self.heard += 1;
///     }
/// }
///
/// scenario(|_| Gossip::default()).nodes(3).check(|sim| {
///     let [n0, n1, n2] = sim.nodes()[..] else { panic!("there are three nodes") };
///
///     // n1 cannot be reached, n2 stands still, and one message is on its way when time stops.
///     sim.partition(&[n0], &[n1]);
///     sim.pause(n2);
///     let told = sim.request(n0, Request::Tell);
///     sim.run_for(ms(5));
///     assert_eq!(sim.response(told), Some(0));
///     assert_eq!(sim.messages(), 2);
///     assert_eq!(sim.now(), Time::ZERO + ms(5));
///
///     // What waited for n2 reaches it now; what was sent to n1 is lost.
///     sim.resume(n2);
///     sim.mend();
///     sim.run_until(|sim| sim.node(n2).is_some_and(|node| node.heard == 1), secs(1)).expect("it hears");
///     assert_eq!(sim.ask(n1, Request::Count, ms(1)), Ok(0));
///
///     // A crash takes what was in memory.
///     sim.crash(n2);
///     assert!(!sim.is_up(n2));
///     assert!(sim.ask(n2, Request::Count, ms(1)).is_err());
///     sim.restart(n2);
///     assert_eq!(sim.ask(n2, Request::Count, ms(1)), Ok(0));
///
///     // Other troubles; healing ends all of them.
///     sim.cut(&[n0], &[n1]);
///     sim.skew(n1, 50_000, 200);
///     sim.crash_losing_unsynced(n2);
///     sim.heal();
///     assert!(sim.is_up(n2));
///     assert_eq!((sim.name(n2), sim.history().len()), ("n2", 3));
/// });
/// ```
pub struct Simulation<N: Node> {
    pub(crate) world: World,
    always: Rc<[Always<N>]>,
}

/// A promise that must hold after every event.
pub(crate) struct Always<N: Node> {
    pub title: String,
    pub holds: Holds<N>,
}

/// Says what is wrong, if something is.
pub(crate) type Holds<N> = Box<dyn Fn(&Simulation<N>) -> Result<(), String>>;

/// What a run panics with when such a promise is broken.
pub(crate) struct AlwaysBroken {
    pub index: usize,
    pub title: String,
    pub text: String,
}

/// A call that was made with [`Simulation::request`]; ask [`Simulation::response`] for its answer, as the example
/// there does.
///
/// ```
/// # use simulator::example::{Register, Request::Write};
/// # use simulator::{NodeId, ms, scenario};
/// # const N0: NodeId = NodeId::new(0);
/// # const N1: NodeId = NodeId::new(1);
/// scenario(Register::new).check(|sim| {
///     let (first, second) = (sim.request(N0, Write(1)), sim.request(N1, Write(2)));
///     assert_ne!(first, second);
///     sim.run_for(ms(1));
///     assert_eq!((sim.response(first), sim.response(second)), (Some(1), Some(2)));
/// });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pending(usize);

/// The simulated time ran out before something happened.
///
/// ```
/// use simulator::{TimedOut, ms};
///
/// let late = TimedOut { within: ms(1_500) };
/// assert_eq!(late.to_string(), "it did not happen within 1.5 s of simulated time");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimedOut {
    /// How long it was waited for.
    pub within: Duration,
}

impl std::fmt::Display for TimedOut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "it did not happen within {} of simulated time",
            crate::time::in_words(micros(self.within))
        )
    }
}

impl std::error::Error for TimedOut {}

impl<N: Node> Simulation<N> {
    pub(crate) fn new(world: World, always: Rc<[Always<N>]>) -> Simulation<N> {
        Simulation { world, always }
    }

    /// Handles the next event that happens no later than `until`, and sees whether everything still holds.
    pub(crate) fn step(&mut self, until: u64) -> bool {
        let stepped = self.world.step(until);
        if stepped {
            self.must_hold();
        }
        stepped
    }

    /// Sees whether everything that must always hold does, and panics if not.
    pub(crate) fn must_hold(&self) {
        for (index, always) in self.always.iter().enumerate() {
            if let Err(text) = (always.holds)(self) {
                std::panic::panic_any(AlwaysBroken {
                    index,
                    title: always.title.clone(),
                    text,
                });
            }
        }
    }

    /// Simulated time since the run began.
    ///
    /// ```
    /// # use simulator::example::{Register, Request::Read};
    /// # use simulator::{NodeId, Time, ms, scenario};
    /// # const N0: NodeId = NodeId::new(0);
    /// scenario(Register::new).check(|sim| {
    ///     assert_eq!(sim.now(), Time::ZERO);
    ///     sim.run_for(ms(5));
    ///     // An answer that is given at once takes no time.
    ///     sim.ask(N0, Read, ms(9)).expect("it answers at once");
    ///     assert_eq!(sim.now(), Time::ZERO + ms(5));
    /// });
    /// ```
    pub fn now(&self) -> Time {
        Time::from_micros(self.world.now)
    }

    /// All nodes, in order.
    ///
    /// ```
    /// # use simulator::example::Register;
    /// # use simulator::{NodeId, scenario};
    /// # const N0: NodeId = NodeId::new(0);
    /// # const N1: NodeId = NodeId::new(1);
    /// # const N2: NodeId = NodeId::new(2);
    /// scenario(Register::new).check(|sim| {
    ///     sim.crash(N1);
    ///     // One that is down is still a node.
    ///     assert_eq!(sim.nodes(), [N0, N1, N2]);
    /// });
    /// ```
    pub fn nodes(&self) -> Vec<NodeId> {
        (0..self.world.node_count()).map(NodeId::new).collect()
    }

    /// What diagrams call this node: `n0`, or the name the scenario gave it.
    ///
    /// ```
    /// # use simulator::example::Register;
    /// # use simulator::{NodeId, scenario};
    /// # const N1: NodeId = NodeId::new(1);
    /// scenario(Register::new).names(&["primary", "backup"]).check(|sim| {
    ///     assert_eq!(sim.name(N1), "backup");
    /// });
    /// scenario(Register::new).check(|sim| assert_eq!(sim.name(N1), "n1"));
    /// ```
    pub fn name(&self, node: NodeId) -> &str {
        self.world.name(node)
    }

    /// The node itself, unless it is down: for what its contract lets it report, such as a status.
    ///
    /// ```
    /// # use simulator::example::Register;
    /// # use simulator::{NodeId, scenario};
    /// # const N0: NodeId = NodeId::new(0);
    /// scenario(Register::new).check(|sim| {
    ///     assert_eq!(sim.node(N0).map(Register::value), Some(0));
    ///     sim.crash(N0);
    ///     assert!(sim.node(N0).is_none());
    /// });
    /// ```
    pub fn node(&self, node: NodeId) -> Option<&N> {
        self.world.node(node)?.downcast_ref()
    }

    /// Makes a call now and does not wait for its answer. Calls made so are concurrent: each has its own client.
    ///
    /// ```
    /// # use simulator::example::{Register, Request::{Read, Write}};
    /// # use simulator::{NodeId, ms, scenario};
    /// # const N0: NodeId = NodeId::new(0);
    /// # const N1: NodeId = NodeId::new(1);
    /// scenario(Register::new).check(|sim| {
    ///     let (one, other) = (sim.request(N0, Write(1)), sim.request(N1, Write(2)));
    ///     // Both are under way; neither node has seen its request yet.
    ///     assert_eq!((sim.response(one), sim.response(other)), (None, None));
    ///     sim.run_for(ms(1));
    ///     // Each copy has overwritten the other value.
    ///     assert_eq!((sim.ask(N0, Read, ms(1)), sim.ask(N1, Read, ms(1))), (Ok(2), Ok(1)));
    /// });
    /// ```
    pub fn request(&mut self, node: NodeId, request: N::Request) -> Pending {
        Pending(self.world.call_now(node, Rc::new(request), Caller::Own))
    }

    /// The answer to a call, if there is one yet.
    ///
    /// ```
    /// # use simulator::example::{Register, Request::{Read, Write}};
    /// # use simulator::{NodeId, scenario, secs};
    /// # const N0: NodeId = NodeId::new(0);
    /// # const N1: NodeId = NodeId::new(1);
    /// scenario(Register::new).check(|sim| {
    ///     let call = sim.request(N0, Write(7));
    ///     sim.crash(N1);
    ///     let hopeless = sim.request(N1, Read);
    ///     sim.run_for(secs(1));
    ///     assert_eq!(sim.response(call), Some(7));
    ///     assert_eq!(sim.response(hopeless), None);
    /// });
    /// ```
    pub fn response(&self, call: Pending) -> Option<N::Response> {
        match &self.world.calls()[call.0].status {
            Status::Answered { response, .. } => Some(view::<N::Response>(&**response).clone()),
            Status::Pending | Status::Unreachable | Status::Unknown => None,
        }
    }

    /// Makes a call and lets time pass until it is answered.
    ///
    /// # Errors
    /// If it is not answered `within` this much simulated time, or the node is or goes down.
    ///
    /// ```
    /// # use simulator::example::{Register, Request::{Read, Write}};
    /// # use simulator::{NodeId, Time, TimedOut, ms, scenario};
    /// # const N0: NodeId = NodeId::new(0);
    /// scenario(Register::new).check(|sim| {
    ///     assert_eq!(sim.ask(N0, Write(7), ms(50)), Ok(7));
    ///     sim.crash(N0);
    ///     assert_eq!(sim.ask(N0, Read, ms(50)), Err(TimedOut { within: ms(50) }));
    ///     // Only waiting in vain has taken time.
    ///     assert_eq!(sim.now(), Time::ZERO + ms(50));
    /// });
    /// ```
    pub fn ask(
        &mut self,
        node: NodeId,
        request: N::Request,
        within: Duration,
    ) -> Result<N::Response, TimedOut> {
        let call = Pending(self.world.call_now(node, Rc::new(request), Caller::Script));
        let deadline = self.world.now.saturating_add(micros(within));
        while matches!(self.world.calls()[call.0].status, Status::Pending) && self.step(deadline) {}
        self.response(call).ok_or_else(|| {
            self.world.now = self.world.now.max(deadline);
            TimedOut { within }
        })
    }

    /// What a node answers at this very moment, asked by nobody: neither the history nor the story of the run has a line
    /// for it. It is for checks that look at nodes again and again, whose stories would consist of nothing else.
    ///
    /// `None` if the node does not answer at once, or is down.
    ///
    /// ```
    /// # use simulator::example::{Register, Request::{Read, Write}};
    /// # use simulator::{NodeId, ms, scenario};
    /// # const N0: NodeId = NodeId::new(0);
    /// # const N1: NodeId = NodeId::new(1);
    /// scenario(Register::new).check(|sim| {
    ///     assert_eq!(sim.ask(N0, Write(7), ms(1)), Ok(7));
    ///     // However often the copy is waited for, the story has one call.
    ///     while sim.peek(N1, Read) != Some(7) {
    ///         sim.run_for(ms(1));
    ///     }
    ///     assert_eq!(sim.history().len(), 1);
    ///     sim.crash(N1);
    ///     assert_eq!(sim.peek(N1, Read), None);
    /// });
    /// ```
    pub fn peek(&mut self, node: NodeId, request: N::Request) -> Option<N::Response> {
        let call = Pending(self.world.call_now(node, Rc::new(request), Caller::Unseen));
        let now = self.world.now;
        while matches!(self.world.calls()[call.0].status, Status::Pending) && self.step(now) {}
        self.response(call)
    }

    /// Lets this much simulated time pass.
    ///
    /// ```
    /// # use simulator::example::{Register, Request::Write};
    /// # use simulator::{NodeId, ms, scenario};
    /// # const N0: NodeId = NodeId::new(0);
    /// # const N1: NodeId = NodeId::new(1);
    /// scenario(Register::new).check(|sim| {
    ///     sim.ask(N0, Write(7), ms(1)).expect("it answers at once");
    ///     // A message takes a millisecond.
    ///     assert_eq!(sim.node(N1).map(Register::value), Some(0));
    ///     sim.run_for(ms(1));
    ///     assert_eq!(sim.node(N1).map(Register::value), Some(7));
    /// });
    /// ```
    pub fn run_for(&mut self, duration: Duration) {
        let until = self.world.now.saturating_add(micros(duration));
        if self.always.is_empty() {
            self.world.run_until(until);
        } else {
            while self.step(until) {}
            self.world.now = self.world.now.max(until);
        }
    }

    /// Lets time pass until `condition` holds: the usual way to say that something must happen *eventually*.
    ///
    /// # Errors
    /// If it does not hold `within` this much simulated time.
    ///
    /// ```
    /// # use simulator::example::{Register, Request::Write};
    /// # use simulator::{NodeId, Time, TimedOut, ms, scenario, secs};
    /// # const N0: NodeId = NodeId::new(0);
    /// # const N1: NodeId = NodeId::new(1);
    /// # const N2: NodeId = NodeId::new(2);
    /// scenario(Register::new).check(|sim| {
    ///     sim.cut(&[N0], &[N2]);
    ///     sim.ask(N0, Write(7), ms(1)).expect("it answers at once");
    ///     let has = |node| move |sim: &simulator::Simulation<Register>| {
    ///         sim.node(node).is_some_and(|node| node.value() == 7)
    ///     };
    ///     assert_eq!(sim.run_until(has(N1), secs(1)), Ok(()));
    ///     assert_eq!(sim.now(), Time::ZERO + ms(1));
    ///     assert_eq!(sim.run_until(has(N2), secs(1)), Err(TimedOut { within: secs(1) }));
    /// });
    /// ```
    pub fn run_until(
        &mut self,
        mut condition: impl FnMut(&Simulation<N>) -> bool,
        within: Duration,
    ) -> Result<(), TimedOut> {
        let deadline = self.world.now.saturating_add(micros(within));
        loop {
            if condition(self) {
                return Ok(());
            }
            if !self.step(deadline) {
                self.world.now = self.world.now.max(deadline);
                return if condition(self) {
                    Ok(())
                } else {
                    Err(TimedOut { within })
                };
            }
        }
    }

    /// Ends every fault and lets no more begin: partitions end, crashed nodes start again, paused ones go on,
    /// and from here on no message is lost, doubled or delayed. What holds *eventually* must hold some time after
    /// this.
    ///
    /// ```
    /// # use simulator::example::{Register, Request::Write};
    /// # use simulator::{NodeId, ms, scenario};
    /// # const N0: NodeId = NodeId::new(0);
    /// # const N1: NodeId = NodeId::new(1);
    /// # const N2: NodeId = NodeId::new(2);
    /// scenario(Register::new).check(|sim| {
    ///     sim.partition(&[N0], &[N1]);
    ///     sim.crash(N2);
    ///     sim.heal();
    ///     sim.ask(N0, Write(7), ms(1)).expect("it answers at once");
    ///     sim.run_for(ms(1));
    ///     let values = [N1, N2].map(|node| sim.node(node).map(Register::value));
    ///     assert_eq!(values, [Some(7), Some(7)]);
    /// });
    /// ```
    pub fn heal(&mut self) {
        self.world.heal();
    }

    /// Cuts the network between two groups, in both directions, until [`Simulation::mend`] or
    /// [`Simulation::heal`].
    ///
    /// ```
    /// # use simulator::example::{Register, Request::{Read, Write}};
    /// # use simulator::{NodeId, ms, scenario};
    /// # const N0: NodeId = NodeId::new(0);
    /// # const N1: NodeId = NodeId::new(1);
    /// # const N2: NodeId = NodeId::new(2);
    /// scenario(Register::new).check(|sim| {
    ///     sim.partition(&[N0], &[N1]);
    ///     sim.ask(N0, Write(7), ms(1)).expect("it answers at once");
    ///     sim.run_for(ms(1));
    ///     // n2 is in neither group: it hears from both.
    ///     assert_eq!(sim.ask(N1, Read, ms(1)), Ok(0));
    ///     assert_eq!(sim.ask(N2, Read, ms(1)), Ok(7));
    /// });
    /// ```
    pub fn partition(&mut self, one: &[NodeId], other: &[NodeId]) {
        self.world.script_partition(one, other, false);
    }

    /// Cuts the network in one direction only: nothing gets from `from` to `to`.
    ///
    /// ```
    /// # use simulator::example::{Register, Request::{Read, Write}};
    /// # use simulator::{NodeId, ms, scenario};
    /// # const N0: NodeId = NodeId::new(0);
    /// # const N1: NodeId = NodeId::new(1);
    /// scenario(Register::new).check(|sim| {
    ///     sim.cut(&[N0], &[N1]);
    ///     sim.ask(N0, Write(7), ms(1)).expect("it answers at once");
    ///     sim.run_for(ms(1));
    ///     assert_eq!(sim.ask(N1, Read, ms(1)), Ok(0));
    ///     // The way back works.
    ///     sim.ask(N1, Write(8), ms(1)).expect("it answers at once");
    ///     sim.run_for(ms(1));
    ///     assert_eq!(sim.ask(N0, Read, ms(1)), Ok(8));
    /// });
    /// ```
    pub fn cut(&mut self, from: &[NodeId], to: &[NodeId]) {
        self.world.script_partition(from, to, true);
    }

    /// Ends all partitions.
    ///
    /// ```
    /// # use simulator::example::{Register, Request::{Read, Write}};
    /// # use simulator::{NodeId, ms, scenario};
    /// # const N0: NodeId = NodeId::new(0);
    /// # const N1: NodeId = NodeId::new(1);
    /// scenario(Register::new).check(|sim| {
    ///     sim.partition(&[N0], &[N1]);
    ///     sim.ask(N0, Write(7), ms(1)).expect("it answers at once");
    ///     sim.mend();
    ///     sim.run_for(ms(9));
    ///     // What was sent while the network was cut does not arrive later.
    ///     assert_eq!(sim.ask(N1, Read, ms(1)), Ok(0));
    ///     sim.ask(N0, Write(8), ms(1)).expect("it answers at once");
    ///     sim.run_for(ms(1));
    ///     assert_eq!(sim.ask(N1, Read, ms(1)), Ok(8));
    /// });
    /// ```
    pub fn mend(&mut self) {
        self.world.mend();
    }

    /// Crashes a node: its memory is gone, its disk survives whole.
    ///
    /// ```
    /// # use simulator::example::{Register, Request::Write};
    /// # use simulator::{NodeId, ms, scenario};
    /// # const N0: NodeId = NodeId::new(0);
    /// # const N1: NodeId = NodeId::new(1);
    /// # const N2: NodeId = NodeId::new(2);
    /// scenario(Register::new).check(|sim| {
    ///     sim.ask(N0, Write(7), ms(1)).expect("it answers at once");
    ///     sim.crash(N1);
    ///     // The copy for n1 finds nobody there; one that is up has it.
    ///     sim.run_for(ms(1));
    ///     sim.restart(N1);
    ///     let values = [N1, N2].map(|node| sim.node(node).map(Register::value));
    ///     assert_eq!(values, [Some(0), Some(7)]);
    /// });
    /// ```
    pub fn crash(&mut self, node: NodeId) {
        self.world.script_crash(node, false);
    }

    /// Crashes a node and loses what it wrote to its disk but had not synced.
    ///
    /// ```
    /// # use simulator::example::{Register, Request::{Read, Write}};
    /// # use simulator::{NodeId, ms, scenario};
    /// # const N0: NodeId = NodeId::new(0);
    /// # const N1: NodeId = NodeId::new(1);
    /// scenario(Register::new).check(|sim| {
    ///     sim.ask(N0, Write(7), ms(1)).expect("it answers at once");
    ///     sim.run_for(ms(1));
    ///     // Only n0 has synced its disk.
    ///     for node in [N0, N1] {
    ///         sim.crash_losing_unsynced(node);
    ///         sim.restart(node);
    ///     }
    ///     assert_eq!(sim.ask(N0, Read, ms(1)), Ok(7));
    ///     assert_eq!(sim.ask(N1, Read, ms(1)), Ok(0));
    /// });
    /// ```
    pub fn crash_losing_unsynced(&mut self, node: NodeId) {
        self.world.script_crash(node, true);
    }

    /// Starts a crashed node again, from its disk.
    ///
    /// ```
    /// # use simulator::example::{Register, Request::{Read, Write}};
    /// # use simulator::{NodeId, ms, scenario};
    /// # const N0: NodeId = NodeId::new(0);
    /// scenario(Register::new).check(|sim| {
    ///     sim.ask(N0, Write(7), ms(1)).expect("it answers at once");
    ///     sim.crash(N0);
    ///     sim.restart(N0);
    ///     // A new node, which has read the value from its disk.
    ///     assert_eq!(sim.ask(N0, Read, ms(1)), Ok(7));
    /// });
    /// ```
    pub fn restart(&mut self, node: NodeId) {
        self.world.restart(node);
    }

    /// Makes a node stand still: what should reach it waits until [`Simulation::resume`].
    ///
    /// ```
    /// # use simulator::example::{Register, Request::Read};
    /// # use simulator::{NodeId, scenario, secs};
    /// # const N1: NodeId = NodeId::new(1);
    /// scenario(Register::new).check(|sim| {
    ///     sim.pause(N1);
    ///     let call = sim.request(N1, Read);
    ///     sim.run_for(secs(1));
    ///     // It is up, but does nothing.
    ///     assert!(sim.is_up(N1));
    ///     assert_eq!(sim.response(call), None);
    /// });
    /// ```
    pub fn pause(&mut self, node: NodeId) {
        self.world.script_pause(node);
    }

    /// Lets a paused node go on.
    ///
    /// ```
    /// # use simulator::example::{Register, Request::Read};
    /// # use simulator::{NodeId, ms, scenario, secs};
    /// # const N1: NodeId = NodeId::new(1);
    /// scenario(Register::new).check(|sim| {
    ///     sim.pause(N1);
    ///     let call = sim.request(N1, Read);
    ///     sim.run_for(secs(1));
    ///     sim.resume(N1);
    ///     sim.run_for(ms(1));
    ///     // Nothing is lost: what came in the meantime is handled now.
    ///     assert_eq!(sim.response(call), Some(0));
    /// });
    /// ```
    pub fn resume(&mut self, node: NodeId) {
        self.world.resume(node);
    }

    /// Sets a node's clock wrong, from now on: ahead by `offset` microseconds, and `drift` parts per million
    /// fast (negative: behind, slow).
    ///
    /// ```
    /// # use simulator::{Call, Context, Node, NodeId, Time, ms, scenario};
    /// # #[derive(Debug, Default)]
    /// # struct Example;
    /// # impl Node for Example {
    /// #     type Message = (); type Timer = (); type Request = (); type Response = Time;
    /// #     fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, (): ()) { ctx.reply(call, ctx.now()); }
    /// #     fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, _: Self::Message) {}
    /// # }
    ///
    /// # scenario(|_| Example::default()).nodes(2).check(|sim| {
    /// # let (n0, n1) = (NodeId::new(0), NodeId::new(1));
    /// // Each node answers with the time on its clock.
    /// sim.run_for(ms(1_000));
    /// sim.skew(n0, 40_000, 0);
    /// sim.skew(n1, 0, -2_000);
    /// assert_eq!(sim.ask(n0, (), ms(1)), Ok(Time::ZERO + ms(1_040)));
    /// assert_eq!(sim.ask(n1, (), ms(1)), Ok(Time::ZERO + ms(998)));
    /// # });
    /// ```
    pub fn skew(&mut self, node: NodeId, offset: i64, drift: i32) {
        self.world.skew(node, offset, drift);
    }

    /// Whether a node is up.
    ///
    /// ```
    /// # use simulator::example::Register;
    /// # use simulator::{NodeId, scenario};
    /// # const N1: NodeId = NodeId::new(1);
    /// scenario(Register::new).check(|sim| {
    ///     sim.crash(N1);
    ///     assert_eq!(sim.nodes().iter().filter(|node| sim.is_up(**node)).count(), 2);
    /// });
    /// ```
    pub fn is_up(&self, node: NodeId) -> bool {
        self.world.is_up(node)
    }

    /// How many messages nodes have sent so far.
    ///
    /// ```
    /// # use simulator::example::{Register, Request::Write};
    /// # use simulator::{NodeId, ms, scenario};
    /// # const N0: NodeId = NodeId::new(0);
    /// # const N1: NodeId = NodeId::new(1);
    /// scenario(Register::new).check(|sim| {
    ///     sim.cut(&[N0], &[N1]);
    ///     sim.ask(N0, Write(7), ms(1)).expect("it answers at once");
    ///     // One to each of the others; one that gets lost was sent all the same. Calls are not messages.
    ///     assert_eq!(sim.messages(), 2);
    /// });
    /// ```
    pub fn messages(&self) -> u64 {
        self.world.messages
    }

    /// Every call that reached a node, in the order in which they were made, with what became of it.
    ///
    /// A call to a node that was down never happened and is left out. A call is unknown if it was not answered:
    /// its effect may have happened, may still happen, or never will.
    ///
    /// ```
    /// # use simulator::example::{Register, Request::{Read, Write}};
    /// # use simulator::{NodeId, ms, scenario};
    /// # const N0: NodeId = NodeId::new(0);
    /// # const N1: NodeId = NodeId::new(1);
    /// # const N2: NodeId = NodeId::new(2);
    /// scenario(Register::new).check(|sim| {
    ///     sim.pause(N0);
    ///     sim.request(N0, Write(7));
    ///     sim.run_for(ms(1));
    ///     sim.crash(N1);
    ///     let _ = (sim.ask(N1, Read, ms(1)), sim.ask(N2, Read, ms(1)));
    ///     // What n0 would have been asked, it has not seen yet, and n1 was down.
    ///     let history = sim.history();
    ///     let asked: Vec<NodeId> = history.calls().map(|call| call.node).collect();
    ///     assert_eq!(asked, [N2]);
    /// });
    /// ```
    pub fn history(&self) -> History<N::Request, N::Response> {
        let mut records: Vec<CallRecord<N::Request, N::Response>> = Vec::new();
        for call in self.world.calls() {
            let Some(called) = call.called else { continue };
            if call.client == UNSEEN {
                continue;
            }
            let outcome = match &call.status {
                Status::Unreachable => continue,
                Status::Pending | Status::Unknown => CallOutcome::Unknown,
                Status::Answered { response, at } => CallOutcome::Answered {
                    response: unwrap(Rc::clone(response)),
                    at: *at,
                },
            };
            let request = unwrap(Rc::clone(&call.request));
            records.push(CallRecord {
                client: call.client,
                node: call.node,
                request,
                called,
                outcome,
            });
        }
        History::new(records).with_names(self.world.names())
    }
}
