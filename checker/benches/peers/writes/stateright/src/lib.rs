//! The replicated writes as actors of stateright.

use std::borrow::Cow;

use stateright::actor::{Actor, Id, Out, model_timeout};

#[path = "../../../shared/protocol.rs"]
mod protocol;

pub use protocol::*;

/// A node.
#[derive(Clone)]
pub struct Replica {
    /// How many writes the client wants.
    pub writes: u64,
    /// Over how many keys.
    pub keys: u64,
    /// What is wrong with the node.
    pub bug: Bug,
}

struct Box<'o>(&'o mut Out<Replica>);

impl Outbox for Box<'_> {
    fn send(&mut self, to: usize, message: Message) {
        self.0.send(Id::from(to), message);
    }

    fn set_timer(&mut self) {
        self.0.set_timer((), model_timeout());
    }

    fn cancel_timer(&mut self) {
        self.0.cancel_timer(());
    }
}

impl Actor for Replica {
    type Msg = Message;
    type State = Role;
    type Timer = ();
    type Random = ();
    type Storage = ();

    fn on_start(&self, id: Id, _: &Option<()>, out: &mut Out<Self>) -> Role {
        let mut role = Role::new(usize::from(id), self.bug);
        role.want(1..=self.writes, self.keys, &mut Box(out));
        role
    }

    fn on_msg(
        &self,
        _: Id,
        state: &mut Cow<Role>,
        from: Id,
        message: Message,
        out: &mut Out<Self>,
    ) {
        // Always a new state: what arrives has arrived, even if it changes nothing.
        state
            .to_mut()
            .on_message(usize::from(from), message, &mut Box(out));
    }

    fn on_timeout(&self, _: Id, state: &mut Cow<Role>, (): &(), out: &mut Out<Self>) {
        state.to_mut().on_timer(&mut Box(out));
    }
}
