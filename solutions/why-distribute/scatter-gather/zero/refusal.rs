//! A coordinator that answers every count at once: there are no words.
//!
//! It sends messages, so that faults have something to happen to.

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/why-distribute/scatter-gather/src/api.rs"]
pub mod api;

use api::{Request, Response, Words, Worker};

/// The node that would hand out the work.
pub const COORDINATOR: NodeId = NodeId::new(0);

/// Says nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Message;

/// A node; perhaps it has a worker, whom nobody asks.
#[derive(Debug)]
pub struct Machine(Option<Worker>);

impl Machine {
    /// Node 0.
    pub fn coordinator() -> Machine {
        Machine(None)
    }

    /// Any other node.
    pub fn worker(worker: Worker) -> Machine {
        Machine(Some(worker))
    }

    /// The worker, if it is one.
    pub fn as_worker(&self) -> Option<&Worker> {
        self.0.as_ref()
    }
}

impl Node for Machine {
    type Message = Message;
    type Timer = ();
    type Request = Request;
    type Response = Response;

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, _: Request) {
        ctx.broadcast(Message);
        ctx.reply(call, Response::Counted(Words::new()));
    }

    fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, _: Message) {}
}
