//! A service that declines every payment.

use simulator::Call;

#[path = "../../../../exercises/challenges/idempotent-payments/src/api.rs"]
pub mod api;

use api::{BANK, Message, Request, Response, Service, ServiceContext};

/// A service that makes no payment.
#[derive(Debug)]
pub struct Payments;

impl Service for Payments {
    type Timer = ();

    fn new() -> Payments {
        Payments
    }

    fn on_start(&mut self, _: &mut ServiceContext<Self>) {}

    fn on_request(&mut self, ctx: &mut ServiceContext<Self>, call: Call, request: Request) {
        // Messages, so that faults have something to happen to: an answer of the bank changes nothing.
        ctx.send(BANK, Message::Charged { reference: 0 });
        match request {
            Request::Pay { payment, .. } => ctx.reply(call, Response::Declined(payment)),
            Request::Find { .. } => ctx.reply(call, Response::NotSeen),
            Request::Deposit(_) | Request::Statement => {}
        }
    }

    fn on_answer(&mut self, _: &mut ServiceContext<Self>, _: Message) {}

    fn on_timer(&mut self, _: &mut ServiceContext<Self>, (): ()) {}
}
