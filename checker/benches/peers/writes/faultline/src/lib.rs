//! The replicated writes as nodes of the course's simulator.

#[path = "../../../shared/protocol.rs"]
mod protocol;

pub use protocol::*;
use simulator::{Call, Context, Node, NodeId, ms};

/// What a node tells itself later.
#[derive(Clone, Debug, PartialEq)]
pub struct Retry;

/// A node.
#[derive(Debug)]
pub struct Replica {
    /// What it does.
    pub role: Role,
    call: Option<Call>,
}

struct Out<'c, 'n>(&'c mut Context<'n, Replica>);

impl Outbox for Out<'_, '_> {
    fn send(&mut self, to: usize, message: Message) {
        self.0.send(NodeId::new(to), message);
    }

    fn set_timer(&mut self) {
        self.0.set_timer(ms(RETRY_MILLIS), Retry);
    }

    fn cancel_timer(&mut self) {
        self.0.cancel_timer(Retry);
    }
}

impl Replica {
    /// A node with this bug.
    pub fn with(bug: Bug) -> impl Fn(NodeId) -> Replica {
        move |id| Replica {
            role: Role::new(id.index(), bug),
            call: None,
        }
    }
}

impl Node for Replica {
    type Message = Message;
    type Timer = Retry;
    /// The first and the last number of the writes that the client shall have stored, and over how many keys; answered
    /// when they are.
    type Request = (u64, u64, u64);
    type Response = ();

    fn on_request(
        &mut self,
        ctx: &mut Context<Self>,
        call: Call,
        (first, last, keys): Self::Request,
    ) {
        self.call = Some(call);
        self.role.want(first..=last, keys, &mut Out(ctx));
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        self.role.on_message(from.index(), message, &mut Out(ctx));
        if self.role.is_content()
            && let Some(call) = self.call.take()
        {
            ctx.reply(call, ());
        }
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, Retry: Retry) {
        self.role.on_timer(&mut Out(ctx));
    }
}
