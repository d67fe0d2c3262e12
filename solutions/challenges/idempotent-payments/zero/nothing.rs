//! A service that ignores everything.

use simulator::Call;

#[path = "../../../../exercises/challenges/idempotent-payments/src/api.rs"]
pub mod api;

use api::{Message, Request, Service, ServiceContext};

/// A service that does nothing.
#[derive(Debug)]
pub struct Payments;

impl Service for Payments {
    type Timer = ();

    fn new() -> Payments {
        Payments
    }

    fn on_start(&mut self, _: &mut ServiceContext<Self>) {}

    fn on_request(&mut self, _: &mut ServiceContext<Self>, _: Call, _: Request) {}

    fn on_answer(&mut self, _: &mut ServiceContext<Self>, _: Message) {}

    fn on_timer(&mut self, _: &mut ServiceContext<Self>, (): ()) {}
}
