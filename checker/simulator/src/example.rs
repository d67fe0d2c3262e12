//! Nodes for the examples of this documentation, so that each can show what it is about and nothing else.
//!
//! ```
//! use simulator::example::{Register, Request};
//! use simulator::{NodeId, ms, scenario};
//!
//! scenario(Register::new).nodes(2).check(|sim| {
//!     assert_eq!(sim.ask(NodeId::new(0), Request::Write(7), ms(1)), Ok(7));
//!     sim.run_for(ms(1));
//!     assert_eq!(sim.ask(NodeId::new(1), Request::Read, ms(1)), Ok(7));
//! });
//! ```

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::history::History;
use crate::plan::Fault;
use crate::{
    BreakIt, Call, Context, Faults, Node, NodeId, Simulation, Time, break_it, ms, scenario,
};

/// A value with a copy on every node, kept carelessly: whoever is asked to write answers at once and tells the others
/// once. What is lost then stays lost, and only the node that was asked syncs its disk.
///
/// ```
/// use simulator::example::{Register, Request};
/// use simulator::{NodeId, ms, scenario};
///
/// scenario(Register::new).nodes(2).check(|sim| {
///     let [n0, n1] = sim.nodes()[..] else { panic!("there are two nodes") };
///     sim.partition(&[n0], &[n1]);
///     assert_eq!(sim.ask(n0, Request::Write(7), ms(1)), Ok(7));
///     sim.run_for(ms(1));
///     assert_eq!(sim.ask(n1, Request::Read, ms(1)), Ok(0));
/// });
/// ```
#[derive(Debug, Default)]
pub struct Register {
    value: u64,
}

/// What a [`Register`] can be asked; it answers with the value that it holds then.
///
/// ```
/// use simulator::example::Request;
///
/// let written: Request = serde_json::from_str(r#"{"Write":7}"#)?;
/// assert_eq!(written, Request::Write(7));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// Hold this value.
    Write(u64),
    /// Tell what you hold.
    Read,
}

impl Register {
    /// A node that holds zero, unless its disk says otherwise.
    ///
    /// ```
    /// use simulator::NodeId;
    /// use simulator::example::Register;
    ///
    /// assert_eq!(Register::new(NodeId::new(2)).value(), 0);
    /// ```
    pub fn new(_: NodeId) -> Register {
        Register::default()
    }

    /// The value that this node holds.
    ///
    /// ```
    /// use simulator::example::{Register, Request};
    /// use simulator::{NodeId, ms, scenario};
    ///
    /// const N0: NodeId = NodeId::new(0);
    /// scenario(Register::new).check(|sim| {
    ///     sim.ask(N0, Request::Write(7), ms(1)).expect("it answers at once");
    ///     assert_eq!(sim.node(N0).map(Register::value), Some(7));
    /// });
    /// ```
    pub fn value(&self) -> u64 {
        self.value
    }

    fn hold(&mut self, ctx: &mut Context<Self>, value: u64) {
        self.value = value;
        ctx.disk().write("value", &value);
    }
}

impl Node for Register {
    type Message = u64;
    type Timer = ();
    type Request = Request;
    type Response = u64;

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        self.value = ctx.disk().read("value").unwrap_or(0);
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        if let Request::Write(value) = request {
            self.hold(ctx, value);
            ctx.disk().sync();
            ctx.broadcast(value);
        }
        ctx.reply(call, self.value);
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, _: NodeId, value: u64) {
        self.hold(ctx, value);
    }
}

/// What `look` sees in some hundred runs, each with other faults of the declared kinds. In every run a client asks n0
/// of three nodes to write 1 to 5, about 10 ms apart; `look` comes when the last of them has been answered.
///
/// ```
/// use simulator::{Faults, NodeId, ms};
/// use simulator::example::{Register, seen};
///
/// let copies = seen(Faults::none(), |sim| {
///     sim.run_for(ms(1));
///     sim.node(NodeId::new(2)).map(Register::value)
/// });
/// assert!(copies.iter().all(|copy| *copy == Some(5)));
/// ```
///
/// # Panics
/// If a kind of fault is declared that never happens.
pub fn seen<T: 'static>(
    faults: Faults,
    look: impl Fn(&mut Simulation<Register>) -> T + 'static,
) -> Vec<T> {
    const N0: NodeId = NodeId::new(0);
    let seen = Rc::new(RefCell::new(Vec::new()));
    let sights = Rc::clone(&seen);
    scenario(Register::new)
        .faults(faults)
        .workload(|w| {
            for value in 1..=5 {
                w.ask(0, N0, Request::Write(value));
                w.wait(ms(5));
            }
        })
        .seeds(300)
        .schedules(0)
        .check(move |sim| sights.borrow_mut().push(look(sim)));
    seen.take()
}

const N0: NodeId = NodeId::new(0);
const N1: NodeId = NodeId::new(1);

/// A register that never tells an old value, because it has one copy: that of n0. Whoever asks another node waits in vain.
///
/// ```
/// use simulator::example::{OneCopy, Request};
/// use simulator::{NodeId, ms, scenario};
///
/// scenario(OneCopy::new).check(|sim| {
///     assert_eq!(sim.ask(NodeId::new(0), Request::Write(7), ms(1)), Ok(7));
///     assert!(sim.ask(NodeId::new(1), Request::Read, ms(1)).is_err());
/// });
/// ```
#[derive(Debug, Default)]
pub struct OneCopy {
    value: u64,
}

impl OneCopy {
    /// A node that holds zero.
    ///
    /// ```
    /// use simulator::NodeId;
    /// use simulator::example::OneCopy;
    ///
    /// assert_eq!(format!("{:?}", OneCopy::new(NodeId::new(0))), "OneCopy { value: 0 }");
    /// ```
    pub fn new(_: NodeId) -> OneCopy {
        OneCopy::default()
    }
}

impl Node for OneCopy {
    type Message = ();
    type Timer = ();
    type Request = Request;
    type Response = u64;

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        if ctx.id() == N0 {
            if let Request::Write(value) = request {
                self.value = value;
            }
            ctx.reply(call, self.value);
        }
    }

    fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, (): ()) {}
}

/// A scenario for a plan of faults: under it, a [`Register`] has to tell an old value. Of two nodes, n0 is asked to write
/// 7 at 5 ms, n1 is asked to read at 20 ms.
///
/// ```
/// use simulator::example::{cut, stale_read};
///
/// // What n0 tells n1 once is lost.
/// stale_read().check(|| vec![cut(0..10)]);
/// ```
#[track_caller]
pub fn stale_read() -> BreakIt<Register, OneCopy> {
    break_it(Register::new, OneCopy::new)
        .nodes(2)
        .ask(Time::ZERO + ms(5), N0, Request::Write(7))
        .ask(Time::ZERO + ms(20), N1, Request::Read)
        .holds(fresh)
}

/// Every answer is 7, for a history in which 7 is written first and then only read.
fn fresh(history: &History<Request, u64>) -> Result<String, String> {
    let mut answers = history.answered().map(|(_, value, _)| *value);
    match answers.find(|value| *value != 7) {
        Some(old) => Err(format!("after 7 was written, {old} was read")),
        None => Ok("every answer was 7".to_owned()),
    }
}

/// For these milliseconds, n0 and n1 do not hear each other.
///
/// ```
/// use simulator::example::cut;
/// use simulator::plan::Fault;
///
/// assert!(matches!(cut(0..10), Fault::Partition { one_way: false, .. }));
/// ```
pub fn cut(millis: Range<u64>) -> Fault {
    Fault::Partition {
        from: vec![N0],
        to: vec![N1],
        one_way: false,
        start: Time::ZERO + ms(millis.start),
        end: Time::ZERO + ms(millis.end),
    }
}
