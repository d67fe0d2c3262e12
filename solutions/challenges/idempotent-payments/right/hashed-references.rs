//! The reference is derived from the key alone, so it needs no memory; and each payment is a file of its own on the disk.
//!
//! Nothing is done at a start. What was under way is picked up when somebody asks for it, or when the bank answers late.

use serde::{Deserialize, Serialize};
use simulator::{Call, ms};

#[path = "../../../../exercises/challenges/idempotent-payments/src/api.rs"]
pub mod api;

use api::{BANK, Message, Payment, Request, Response, Service, ServiceContext};

/// What is on the disk under a payment's reference.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum File {
    Begun(Payment),
    Paid(Payment),
    Declined(Payment),
}

/// The service: all that it knows is on its disk. In memory are the calls, and which payment each is for.
#[derive(Debug)]
pub struct Payments {
    calls: Vec<(u64, Call)>,
}

/// A hash of the key (FNV-1a).
fn reference(key: &str) -> u64 {
    key.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn path(reference: u64) -> String {
    format!("payment-{reference:016x}")
}

impl Payments {
    /// Answers, or goes on with what has been begun.
    fn go_on(&mut self, ctx: &mut ServiceContext<Self>, call: Call, reference: u64, file: File) {
        match file {
            File::Paid(payment) => ctx.reply(call, Response::Paid(payment)),
            File::Declined(payment) => ctx.reply(call, Response::Declined(payment)),
            File::Begun(payment) => {
                self.calls.push((reference, call));
                ctx.send(BANK, Message::Charge { reference, payment });
                ctx.set_timer(ms(25), reference);
            }
        }
    }

    fn close(&mut self, ctx: &mut ServiceContext<Self>, reference: u64, paid: bool) {
        let Some(File::Begun(payment)) = ctx.disk().read(&path(reference)) else {
            return;
        };
        let file = if paid {
            File::Paid(payment)
        } else {
            File::Declined(payment)
        };
        ctx.disk().write(&path(reference), &file);
        ctx.disk().sync();
        ctx.cancel_timer(reference);
        let (now, later) = self.calls.iter().partition(|(of, _)| *of == reference);
        self.calls = later;
        let now: Vec<(u64, Call)> = now;
        for (_, call) in now {
            self.go_on(ctx, call, reference, file);
        }
    }
}

impl Service for Payments {
    /// The reference of a payment that may be open.
    type Timer = u64;

    fn new() -> Payments {
        Payments { calls: Vec::new() }
    }

    fn on_start(&mut self, _: &mut ServiceContext<Self>) {}

    fn on_request(&mut self, ctx: &mut ServiceContext<Self>, call: Call, request: Request) {
        match request {
            Request::Pay { key, payment } => {
                let reference = reference(&key);
                let file = ctx.disk().read(&path(reference));
                let file = file.unwrap_or_else(|| {
                    let file = File::Begun(payment);
                    ctx.disk().write(&path(reference), &file);
                    ctx.disk().sync();
                    file
                });
                let (File::Begun(first) | File::Paid(first) | File::Declined(first)) = file;
                if first == payment {
                    self.go_on(ctx, call, reference, file);
                } else {
                    ctx.reply(call, Response::KeyTaken);
                }
            }
            Request::Find { key } => {
                let reference = reference(&key);
                match ctx.disk().read(&path(reference)) {
                    Some(file) => self.go_on(ctx, call, reference, file),
                    None => ctx.reply(call, Response::NotSeen),
                }
            }
            Request::Deposit(_) | Request::Statement => {}
        }
    }

    fn on_answer(&mut self, ctx: &mut ServiceContext<Self>, message: Message) {
        match message {
            Message::Charged { reference } => self.close(ctx, reference, true),
            Message::Refused { reference } => self.close(ctx, reference, false),
            Message::Charge { .. } => {}
        }
    }

    fn on_timer(&mut self, ctx: &mut ServiceContext<Self>, reference: u64) {
        if let Some(File::Begun(payment)) = ctx.disk().read(&path(reference)) {
            ctx.send(BANK, Message::Charge { reference, payment });
            ctx.set_timer(ms(25), reference);
        }
    }
}
