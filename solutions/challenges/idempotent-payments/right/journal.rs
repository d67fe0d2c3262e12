//! A journal: what was begun and what came of it are lines that are only ever added. One payment is open at a time; the
//! others stand in line. So the bank's answers need no looking up: what counts is the line that is open.
//!
//! The place of a payment in the journal is its reference.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use simulator::{Call, ms};

#[path = "../../../../exercises/challenges/idempotent-payments/src/api.rs"]
pub mod api;

use api::{BANK, Message, Payment, Request, Response, Service, ServiceContext};

/// A line of the journal.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum Line {
    Begins { key: String, payment: Payment },
    Ends { reference: u64, paid: bool },
}

/// What the journal says of a key.
enum Known {
    Nothing,
    Open(Payment),
    Ended(Payment, bool),
}

/// The service.
#[derive(Debug, Default)]
pub struct Payments {
    journal: Vec<Line>,
    /// Calls for payments that are open, in the order in which they came.
    calls: VecDeque<(String, Call)>,
    /// The open payment that the bank is asked for at the moment.
    asking: Option<u64>,
}

impl Payments {
    fn add(&mut self, ctx: &mut ServiceContext<Self>, line: Line) {
        ctx.disk()
            .write(&format!("line-{:06}", self.journal.len()), &line);
        ctx.disk().sync();
        self.journal.push(line);
    }

    fn ended(&self, of: u64) -> Option<bool> {
        self.journal.iter().find_map(|line| match line {
            Line::Ends { reference, paid } if *reference == of => Some(*paid),
            _ => None,
        })
    }

    fn known(&self, of: &str) -> Known {
        for (reference, line) in (0..).zip(&self.journal) {
            if let Line::Begins { key, payment } = line
                && key == of
            {
                return match self.ended(reference) {
                    None => Known::Open(*payment),
                    Some(paid) => Known::Ended(*payment, paid),
                };
            }
        }
        Known::Nothing
    }

    /// Asks the bank for the first payment that is open.
    fn work(&mut self, ctx: &mut ServiceContext<Self>) {
        let open = (0..)
            .zip(&self.journal)
            .find_map(|(reference, line)| match line {
                Line::Begins { payment, .. } if self.ended(reference).is_none() => {
                    Some((reference, *payment))
                }
                _ => None,
            });
        self.asking = open.map(|(reference, _)| reference);
        match open {
            Some((reference, payment)) => {
                ctx.send(BANK, Message::Charge { reference, payment });
                ctx.set_timer(ms(15), ());
            }
            None => ctx.cancel_timer(()),
        }
    }

    fn end(&mut self, ctx: &mut ServiceContext<Self>, reference: u64, paid: bool) {
        if self.asking != Some(reference) {
            return;
        }
        self.add(ctx, Line::Ends { reference, paid });
        for (key, call) in std::mem::take(&mut self.calls) {
            match self.known(&key) {
                Known::Ended(payment, true) => ctx.reply(call, Response::Paid(payment)),
                Known::Ended(payment, false) => ctx.reply(call, Response::Declined(payment)),
                Known::Open(_) | Known::Nothing => self.calls.push_back((key, call)),
            }
        }
        self.work(ctx);
    }
}

impl Service for Payments {
    type Timer = ();

    fn new() -> Payments {
        Payments::default()
    }

    fn on_start(&mut self, ctx: &mut ServiceContext<Self>) {
        while let Some(line) = ctx.disk().read(&format!("line-{:06}", self.journal.len())) {
            self.journal.push(line);
        }
        self.work(ctx);
    }

    fn on_request(&mut self, ctx: &mut ServiceContext<Self>, call: Call, request: Request) {
        let (key, payment) = match request {
            Request::Pay { key, payment } => (key, Some(payment)),
            Request::Find { key } => (key, None),
            Request::Deposit(_) | Request::Statement => return,
        };
        match (self.known(&key), payment) {
            (Known::Open(first) | Known::Ended(first, _), Some(payment)) if payment != first => {
                ctx.reply(call, Response::KeyTaken);
            }
            (Known::Ended(payment, true), _) => ctx.reply(call, Response::Paid(payment)),
            (Known::Ended(payment, false), _) => ctx.reply(call, Response::Declined(payment)),
            (Known::Open(_), _) => self.calls.push_back((key, call)),
            (Known::Nothing, None) => ctx.reply(call, Response::NotSeen),
            (Known::Nothing, Some(payment)) => {
                self.calls.push_back((key.clone(), call));
                self.add(ctx, Line::Begins { key, payment });
                if self.asking.is_none() {
                    self.work(ctx);
                }
            }
        }
    }

    fn on_answer(&mut self, ctx: &mut ServiceContext<Self>, message: Message) {
        match message {
            Message::Charged { reference } => self.end(ctx, reference, true),
            Message::Refused { reference } => self.end(ctx, reference, false),
            Message::Charge { .. } => {}
        }
    }

    fn on_timer(&mut self, ctx: &mut ServiceContext<Self>, (): ()) {
        self.work(ctx);
    }
}
