//! A node without its type.

use std::any::Any;
use std::rc::Rc;

use crate::context::Own;
use crate::payload::{Payload, unwrap};
use crate::store::{Handle, Store, Typed};
use crate::{Call, Context, Node, NodeId};

/// The callbacks of a [`Node`], for an event loop that does not know its types.
pub(crate) trait Actor {
    fn start(&mut self, own: &mut Own, store: &mut dyn Store);
    fn request(
        &mut self,
        own: &mut Own,
        store: &mut dyn Store,
        call: Call,
        request: Rc<dyn Payload>,
    );
    fn message(&mut self, own: &mut Own, store: &mut dyn Store, from: NodeId, message: Handle);
    fn timer(&mut self, own: &mut Own, store: &mut dyn Store, timer: Handle);
    fn debug(&self) -> String;
    fn node(&self) -> &dyn Any;
}

/// Gives a node its types back. All of the simulator that is compiled with a learner's crate is this thin.
pub(crate) struct Shell<N>(pub N);

impl<N: Node> Actor for Shell<N> {
    fn start(&mut self, own: &mut Own, store: &mut dyn Store) {
        self.0.on_start(&mut Context::new(own, Typed::of(store)));
    }

    fn request(
        &mut self,
        own: &mut Own,
        store: &mut dyn Store,
        call: Call,
        request: Rc<dyn Payload>,
    ) {
        let mut context = Context::new(own, Typed::of(store));
        self.0.on_request(&mut context, call, unwrap(request));
    }

    fn message(&mut self, own: &mut Own, store: &mut dyn Store, from: NodeId, message: Handle) {
        let store = Typed::of(store);
        let message = store.messages.take(message);
        self.0
            .on_message(&mut Context::new(own, store), from, message);
    }

    fn timer(&mut self, own: &mut Own, store: &mut dyn Store, timer: Handle) {
        let store = Typed::of(store);
        let timer = store.timers.take(timer);
        self.0.on_timer(&mut Context::new(own, store), timer);
    }

    fn debug(&self) -> String {
        format!("{:?}", self.0)
    }

    fn node(&self) -> &dyn Any {
        &self.0
    }
}
