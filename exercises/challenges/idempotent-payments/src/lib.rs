//! A payment service: whatever is lost and however often a client asks, a payment happens once.
//!
//! Between "the bank has charged" and "the service knows it" there is always a moment in which the service may crash. So it
//! writes down what it is going to do before it does it, under which reference, and asks the bank under that reference until
//! it knows the outcome.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, ms};

pub mod api;

use api::{BANK, Message, Payment, Request, Response, Service, ServiceContext};

/// How long the service waits for the bank before it asks again.
pub const PATIENCE: Duration = ms(20);

/// What the service reminds itself of. Change it as you like.
#[derive(Clone, Debug, PartialEq)]
pub enum Timer {
    /// The bank may not have answered yet.
    AskAgain {
        /// Which payment.
        key: String,
    },
}

/// What the service knows of the payment with a key. It is kept on the disk. Add what has to survive a crash.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Entry {
    /// What the key first came with. A request with something else is another payment, and its client has made a mistake.
    payment: Payment,
    /// What became of it, once that is known.
    outcome: Option<Outcome>,
}

/// What became of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Outcome {
    Paid,
    Declined,
}

/// The service. Add what it has to remember.
#[derive(Debug, Default)]
pub struct Payments {
    /// All payments, by key.
    book: BTreeMap<String, Entry>,
    /// The calls that wait for the outcome of a payment, by its key. A crash ends them.
    waiting: BTreeMap<String, Vec<Call>>,
}

/// Hands everything to the function that it is for. Nothing is to be done here.
impl Service for Payments {
    type Timer = Timer;

    fn new() -> Payments {
        Payments::default()
    }

    fn on_start(&mut self, ctx: &mut ServiceContext<Self>) {
        self.read_disk(ctx);
    }

    fn on_request(&mut self, ctx: &mut ServiceContext<Self>, call: Call, request: Request) {
        match request {
            Request::Pay { key, payment } => self.pay(ctx, call, key, payment),
            Request::Find { key } => self.find(ctx, call, key),
            // For the bank.
            Request::Deposit(_) | Request::Statement => {}
        }
    }

    fn on_answer(&mut self, ctx: &mut ServiceContext<Self>, message: Message) {
        match message {
            Message::Charged { reference } => self.on_outcome(ctx, reference, Outcome::Paid),
            Message::Refused { reference } => self.on_outcome(ctx, reference, Outcome::Declined),
            // For the bank.
            Message::Charge { .. } => {}
        }
    }

    fn on_timer(&mut self, ctx: &mut ServiceContext<Self>, timer: Timer) {
        let Timer::AskAgain { key } = timer;
        self.ask_bank(ctx, &key);
    }
}

impl Payments {
    /// The service starts, for the first time or after a crash. Its memory is empty; its disk holds what was synced. That
    /// is nothing until you write something to it.
    fn read_disk(&mut self, ctx: &mut ServiceContext<Self>) {
        let _ = ctx;
    }

    /// A client wants a payment to be made: for the first time, or once more, or under a key that it has used for another.
    fn pay(&mut self, ctx: &mut ServiceContext<Self>, call: Call, key: String, payment: Payment) {
        let _ = (ctx, Response::KeyTaken, Response::Paid, Response::Declined);
        let outcome = None;
        self.book.insert(key.clone(), Entry { payment, outcome });
        self.waiting.entry(key).or_default().push(call);
        todo!(
            "see what is known of this key; if nothing is, write down what you are going to do, and do it"
        )
    }

    /// A client wants to know what became of a payment, and begins none.
    fn find(&mut self, ctx: &mut ServiceContext<Self>, call: Call, key: String) {
        let _ = (ctx, call, key, Response::NotSeen);
        todo!(
            "answer with what became of it, as soon as that is known; what if there is no such payment?"
        )
    }

    /// Asks the bank for a payment whose outcome is not known, for the first time or again.
    fn ask_bank(&mut self, ctx: &mut ServiceContext<Self>, key: &str) {
        let (reference, payment) = (0, self.book[key].payment);
        ctx.send(BANK, Message::Charge { reference, payment });
        let key = key.to_owned();
        ctx.set_timer(PATIENCE, Timer::AskAgain { key });
        todo!(
            "send the bank a charge, and see to it that it is sent again if no answer comes; under which reference?"
        )
    }

    /// The bank says what came of a charge: of one that is waited for, or of one that is known already.
    fn on_outcome(&mut self, ctx: &mut ServiceContext<Self>, reference: u64, outcome: Outcome) {
        let _ = (ctx, reference, outcome, &self.waiting);
        todo!(
            "find the payment, write down what became of it, and answer everybody who waits for that"
        )
    }
}
