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
    type Message: Clone + Debug + Serialize + DeserializeOwned + 'static;
    /// What a node tells itself later.
    type Timer: Clone + Debug + PartialEq + 'static;
    /// What a client asks.
    type Request: Clone + Debug + Serialize + DeserializeOwned + 'static;
    /// What a client is answered.
    type Response: Clone + Debug + Serialize + DeserializeOwned + 'static;

    /// The node has started, for the first time or after a crash; its disk holds what survived.
    fn on_start(&mut self, ctx: &mut Context<Self>) {
        let _ = ctx;
    }

    /// A client asks something. Answer now or later with [`Context::reply`].
    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Self::Request);

    /// A message from another node has arrived.
    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Self::Message);

    /// A timer set with [`Context::set_timer`] has run out.
    fn on_timer(&mut self, ctx: &mut Context<Self>, timer: Self::Timer) {
        let _ = (ctx, timer);
    }
}
