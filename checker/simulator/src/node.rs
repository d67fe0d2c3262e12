//! What a learner writes: a node, as callbacks that run to completion.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Call, Context, NodeId};

/// A node of a distributed system.
///
/// The simulator calls these functions one at a time; each runs to completion. A node touches nothing but
/// itself and its [`Context`]: no threads, no real clock, no files, no iteration over a `HashMap` (its order
/// differs from run to run). Then the same schedule always gives the same run, and a failure can be replayed.
///
/// A crash drops the node with all its memory. A restart makes a new one and calls [`Node::on_start`] with the
/// [`Disk`](crate::Disk) that survived.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use simulator::{Call, Context, Node, NodeId};
///
/// /// Answers a greeting with what the next node says.
/// #[derive(Debug, Default)]
/// struct Echo {
///     waiting: Vec<Call>,
/// }
///
/// #[derive(Clone, Debug, Serialize, Deserialize)]
/// enum Message {
///     Ask(String),
///     Answer(String),
/// }
///
/// impl Node for Echo {
///     type Message = Message;
///     type Timer = ();
///     type Request = String;
///     type Response = String;
///
///     fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: String) {
///         self.waiting.push(call);
///         ctx.broadcast(Message::Ask(request));
///     }
///
///     fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
///         match message {
///             Message::Ask(text) => ctx.send(from, Message::Answer(text)),
///             Message::Answer(text) => {
///                 for call in self.waiting.drain(..) {
///                     ctx.reply(call, text.clone());
///                 }
///             }
///         }
///     }
/// }
/// ```
pub trait Node: Sized + Debug + 'static {
    /// What nodes tell each other.
    ///
    /// ```
    /// use serde::{Deserialize, Serialize};
    ///
    /// #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    /// enum Message {
    ///     Copy { key: String, value: u64 },
    ///     Have { key: String },
    /// }
    ///
    /// // Messages are data: a plan and a trace write them as JSON.
    /// let json = serde_json::to_string(&Message::Have { key: "x".into() })?;
    /// assert_eq!(json, r#"{"Have":{"key":"x"}}"#);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    type Message: Clone + Debug + Serialize + DeserializeOwned + 'static;
    /// What a node tells itself later.
    ///
    /// ```
    /// # use simulator::{Call, Context, Node, NodeId, ms, scenario};
    /// # #[derive(Debug, Default)]
    /// # struct Example { rung: u32 } #[derive(Clone, Debug, PartialEq)] enum Timer { SendAgain { number: u64 } }
    /// # impl Node for Example {
    /// #     type Message = (); type Timer = Timer; type Request = (); type Response = ();
    /// fn on_start(&mut self, ctx: &mut Context<Self>) {
    ///     // Timers that differ run side by side; one that equals another replaces it.
    ///     ctx.set_timer(ms(10), Timer::SendAgain { number: 1 });
    ///     ctx.set_timer(ms(10), Timer::SendAgain { number: 2 });
    ///     ctx.set_timer(ms(10), Timer::SendAgain { number: 2 });
    /// }
    /// #     fn on_timer(&mut self, _: &mut Context<Self>, _: Timer) { self.rung += 1; }
    /// #     fn on_request(&mut self, _: &mut Context<Self>, _: Call, _: Self::Request) {}
    /// #     fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, _: Self::Message) {}
    /// # }
    ///
    /// # scenario(|_| Example::default()).nodes(1).check(|sim| {
    /// # let n0 = NodeId::new(0);
    /// sim.run_for(ms(50));
    /// assert_eq!(sim.node(n0).map(|node| node.rung), Some(2));
    /// # });
    /// ```
    type Timer: Clone + Debug + PartialEq + 'static;
    /// What a client asks.
    ///
    /// ```
    /// // A suite makes requests; a plan that is saved holds them as JSON.
    /// use simulator::example::Request;
    /// use simulator::plan::PlannedOperation;
    ///
    /// let json = r#"{"client":0,"node":0,"at":0,"request":{"Write":7}}"#;
    /// let planned: PlannedOperation = serde_json::from_str(json)?;
    /// assert_eq!(serde_json::from_value::<Request>(planned.request)?, Request::Write(7));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    type Request: Clone + Debug + Serialize + DeserializeOwned + 'static;
    /// What a client is answered.
    ///
    /// ```
    /// # use simulator::{Call, Context, Node, NodeId, ms, scenario};
    /// # #[derive(Debug, Default)]
    /// # struct Example;
    /// # impl Node for Example {
    /// #     type Message = (); type Timer = (); type Request = u64; type Response = Result<u64, String>;
    /// // A refusal is an answer as well: say in the contract whether it means that nothing happened.
    /// fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, number: u64) {
    ///     ctx.reply(call, number.checked_sub(1).ok_or("there is nothing below zero".to_owned()));
    /// }
    /// #     fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, _: Self::Message) {}
    /// # }
    ///
    /// # scenario(|_| Example::default()).nodes(1).check(|sim| {
    /// # let n0 = NodeId::new(0);
    /// assert_eq!(sim.ask(n0, 3, ms(1)), Ok(Ok(2)));
    /// assert_eq!(sim.ask(n0, 0, ms(1)), Ok(Err("there is nothing below zero".to_owned())));
    /// # });
    /// ```
    type Response: Clone + Debug + Serialize + DeserializeOwned + 'static;

    /// The node has started, for the first time or after a crash; its disk holds what survived.
    ///
    /// ```
    /// # use simulator::{Call, Context, Node, NodeId, scenario};
    /// # #[derive(Debug, Default)]
    /// # struct Example { starts: u64 }
    /// # impl Node for Example {
    /// #     type Message = (); type Timer = (); type Request = (); type Response = u64;
    /// fn on_start(&mut self, ctx: &mut Context<Self>) {
    ///     self.starts = 1 + ctx.disk().read("starts").unwrap_or(0);
    ///     ctx.disk().write("starts", &self.starts);
    ///     ctx.disk().sync();
    /// }
    /// #     fn on_request(&mut self, _: &mut Context<Self>, _: Call, _: Self::Request) {}
    /// #     fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, _: Self::Message) {}
    /// # }
    ///
    /// # scenario(|_| Example::default()).nodes(1).check(|sim| {
    /// # let n0 = NodeId::new(0);
    /// sim.crash(n0);
    /// sim.restart(n0);
    /// assert_eq!(sim.node(n0).map(|node| node.starts), Some(2));
    /// # });
    /// ```
    fn on_start(&mut self, ctx: &mut Context<Self>) {
        let _ = ctx;
    }

    /// A client asks something. Answer now or later with [`Context::reply`].
    ///
    /// ```
    /// # use simulator::{Call, Context, Node, NodeId, ms, scenario};
    /// # #[derive(Debug, Default)]
    /// # struct Example { waiting: Option<Call> }
    /// # impl Node for Example {
    /// #     type Message = (); type Timer = (); type Request = u64; type Response = u64;
    /// // A call that cannot be answered yet is kept: here until the next one comes.
    /// fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, number: u64) {
    ///     if let Some(earlier) = self.waiting.replace(call) {
    ///         ctx.reply(earlier, number);
    ///     }
    /// }
    /// #     fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, _: Self::Message) {}
    /// # }
    ///
    /// # scenario(|_| Example::default()).nodes(1).check(|sim| {
    /// # let n0 = NodeId::new(0);
    /// let (first, second) = (sim.request(n0, 1), sim.request(n0, 2));
    /// sim.run_for(ms(1));
    /// assert_eq!((sim.response(first), sim.response(second)), (Some(2), None));
    /// # });
    /// ```
    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Self::Request);

    /// A message from another node has arrived.
    ///
    /// ```
    /// # use simulator::{Call, Context, Node, NodeId, ms, scenario};
    /// # #[derive(Debug, Default)]
    /// # struct Example { heard: Vec<String> }
    /// # impl Node for Example {
    /// #     type Message = String; type Timer = (); type Request = (); type Response = ();
    /// #     fn on_request(&mut self, ctx: &mut Context<Self>, _: Call, (): ()) { ctx.broadcast("hello".to_owned()); }
    /// fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: String) {
    ///     self.heard.push(format!("{message} from {from} at {}", ctx.now()));
    /// }
    /// # }
    ///
    /// # scenario(|_| Example::default()).nodes(2).check(|sim| {
    /// # let (n0, n1) = (NodeId::new(0), NodeId::new(1));
    /// sim.request(n0, ());
    /// sim.run_for(ms(5));
    /// assert_eq!(sim.node(n1).map(|node| node.heard.join(", ")).as_deref(), Some("hello from n0 at 1 ms"));
    /// # });
    /// ```
    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Self::Message);

    /// A timer set with [`Context::set_timer`] has run out.
    ///
    /// ```
    /// # use simulator::{Call, Context, Node, NodeId, ms, scenario};
    /// # #[derive(Debug, Default)]
    /// # struct Example { ticks: u32 }
    /// # impl Node for Example {
    /// #     type Message = (); type Timer = (); type Request = (); type Response = ();
    /// #     fn on_start(&mut self, ctx: &mut Context<Self>) { ctx.set_timer(ms(10), ()); }
    /// fn on_timer(&mut self, ctx: &mut Context<Self>, (): ()) {
    ///     self.ticks += 1;
    ///     // A timer rings once; for a clock that goes on ticking it is set again.
    ///     ctx.set_timer(ms(10), ());
    /// }
    /// #     fn on_request(&mut self, _: &mut Context<Self>, _: Call, _: Self::Request) {}
    /// #     fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, _: Self::Message) {}
    /// # }
    ///
    /// # scenario(|_| Example::default()).nodes(1).check(|sim| {
    /// # let n0 = NodeId::new(0);
    /// sim.run_for(ms(35));
    /// assert_eq!(sim.node(n0).map(|node| node.ticks), Some(3));
    /// # });
    /// ```
    fn on_timer(&mut self, ctx: &mut Context<Self>, timer: Self::Timer) {
        let _ = (ctx, timer);
    }
}
