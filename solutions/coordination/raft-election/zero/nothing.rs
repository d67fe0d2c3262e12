//! A node that ignores everything.

use serde::{Deserialize, Serialize};
use simulator::{Call, Context, Node, NodeId};

#[path = "../../../../exercises/coordination/raft-election/src/api.rs"]
pub mod api;

use api::{Request, Response, Role, Status};

/// Nothing is told.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Message;

/// A node that does nothing.
#[derive(Clone, Debug, Hash)]
pub struct Server {
    me: NodeId,
}

impl Server {
    /// The node with this id.
    pub fn new(me: NodeId) -> Server {
        Server { me }
    }

    /// It follows nobody.
    pub fn status(&self) -> Status {
        let _ = self.me;
        Status {
            role: Role::Follower,
            term: 0,
        }
    }
}

impl Node for Server {
    type Message = Message;
    type Timer = ();
    type Request = Request;
    type Response = Response;

    fn on_request(&mut self, _: &mut Context<Self>, _: Call, _: Request) {}

    fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, _: Message) {}
}
