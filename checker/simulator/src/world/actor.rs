//! A node without its type.

use std::any::Any;
use std::rc::Rc;

use crate::context::Own;
use crate::payload::{Alarm, Payload, unwrap, unwrap_alarm};
use crate::{Call, Context, Node, NodeId};

/// The callbacks of a [`Node`], for an event loop that does not know its types.
pub(crate) trait Actor {
    fn start(&mut self, own: &mut Own);
    fn request(&mut self, own: &mut Own, call: Call, request: Rc<dyn Payload>);
    fn message(&mut self, own: &mut Own, from: NodeId, message: Rc<dyn Payload>);
    fn timer(&mut self, own: &mut Own, timer: Box<dyn Alarm>);
    fn debug(&self) -> String;
    fn node(&self) -> &dyn Any;
}

/// Gives a node its types back. All of the simulator that is compiled with a learner's crate is this thin.
pub(crate) struct Shell<N>(pub N);

impl<N: Node> Actor for Shell<N> {
    fn start(&mut self, own: &mut Own) {
        self.0.on_start(&mut Context::new(own));
    }

    fn request(&mut self, own: &mut Own, call: Call, request: Rc<dyn Payload>) {
        self.0
            .on_request(&mut Context::new(own), call, unwrap(request));
    }

    fn message(&mut self, own: &mut Own, from: NodeId, message: Rc<dyn Payload>) {
        self.0
            .on_message(&mut Context::new(own), from, unwrap(message));
    }

    fn timer(&mut self, own: &mut Own, timer: Box<dyn Alarm>) {
        self.0.on_timer(&mut Context::new(own), unwrap_alarm(timer));
    }

    fn debug(&self) -> String {
        format!("{:?}", self.0)
    }

    fn node(&self) -> &dyn Any {
        &self.0
    }
}
