//! A payment service: whatever is lost and however often a client asks, a payment happens once.
//!
//! Between "the bank has charged" and "the service knows it" there is always a moment in which the service may crash. So it
//! writes down what it is going to do before it does it, under which reference, and asks the bank under that reference until
//! it knows the outcome.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulator::{Call, ms};

#[path = "../../../../exercises/challenges/idempotent-payments/src/api.rs"]
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
    // BEGIN SOLUTION
    /// Under which reference the bank is asked for it, however often.
    reference: u64,
    // END SOLUTION
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
        // BEGIN SOLUTION
        // STUB: let _ = ctx;
        self.book = ctx.disk().read("book").unwrap_or_default();
        // What had been begun may have been charged, or not. Under the old reference it does no harm to ask again.
        let open: Vec<String> = self
            .book
            .iter()
            .filter(|(_, entry)| entry.outcome.is_none())
            .map(|(key, _)| key.clone())
            .collect();
        for key in open {
            self.ask_bank(ctx, &key);
        }
        // END SOLUTION
    }

    /// A client wants a payment to be made: for the first time, or once more, or under a key that it has used for another.
    fn pay(&mut self, ctx: &mut ServiceContext<Self>, call: Call, key: String, payment: Payment) {
        // BEGIN SOLUTION see what is known of this key; if nothing is, write down what you are going to do, and do it
        // STUB: let _ = (ctx, Response::KeyTaken, Response::Paid, Response::Declined);
        // STUB: let outcome = None;
        // STUB: self.book.insert(key.clone(), Entry { payment, outcome });
        // STUB: self.waiting.entry(key).or_default().push(call);
        match self.book.get(&key) {
            Some(entry) if entry.payment != payment => ctx.reply(call, Response::KeyTaken),
            // Known already, or under way: then this call waits for the same outcome, and nothing is begun.
            Some(_) => self.answer_or_wait(ctx, call, key),
            None => {
                let entry = Entry {
                    payment,
                    // Entries are never removed, so this is new. It is derived from what is on the disk: one that was
                    // counted in memory would be given out again after a crash, for another payment.
                    reference: self.book.len() as u64,
                    outcome: None,
                };
                self.book.insert(key.clone(), entry);
                // First written down, then done. Otherwise a crash would leave a charge that nobody here knows of.
                self.save(ctx);
                self.ask_bank(ctx, &key);
                self.answer_or_wait(ctx, call, key);
            }
        }
        // END SOLUTION
    }

    /// A client wants to know what became of a payment, and begins none.
    fn find(&mut self, ctx: &mut ServiceContext<Self>, call: Call, key: String) {
        // BEGIN SOLUTION answer with what became of it, as soon as that is known; what if there is no such payment?
        // STUB: let _ = (ctx, call, key, Response::NotSeen);
        if self.book.contains_key(&key) {
            self.answer_or_wait(ctx, call, key);
        } else {
            ctx.reply(call, Response::NotSeen);
        }
        // END SOLUTION
    }

    /// Asks the bank for a payment whose outcome is not known, for the first time or again.
    fn ask_bank(&mut self, ctx: &mut ServiceContext<Self>, key: &str) {
        // BEGIN SOLUTION send the bank a charge, and see to it that it is sent again if no answer comes; under which reference?
        // STUB: let (reference, payment) = (0, self.book[key].payment);
        // STUB: ctx.send(BANK, Message::Charge { reference, payment });
        // STUB: let key = key.to_owned();
        // STUB: ctx.set_timer(PATIENCE, Timer::AskAgain { key });
        let Some(entry) = self.book.get(key) else {
            return;
        };
        if entry.outcome.is_some() {
            return;
        }
        // Always the same reference: it is what makes the bank's part happen once.
        let charge = Message::Charge {
            reference: entry.reference,
            payment: entry.payment,
        };
        ctx.send(BANK, charge);
        let key = key.to_owned();
        ctx.set_timer(PATIENCE, Timer::AskAgain { key });
        // END SOLUTION
    }

    /// The bank says what came of a charge: of one that is waited for, or of one that is known already.
    fn on_outcome(&mut self, ctx: &mut ServiceContext<Self>, reference: u64, outcome: Outcome) {
        // BEGIN SOLUTION find the payment, write down what became of it, and answer everybody who waits for that
        // STUB: let _ = (ctx, reference, outcome, &self.waiting);
        let mut open = self.book.iter_mut();
        let Some((key, entry)) = open.find(|(_, entry)| entry.reference == reference) else {
            return;
        };
        entry.outcome = Some(outcome);
        let key = key.clone();
        // Also that it was declined: it is an answer like the other one, and must be the same the next time.
        self.save(ctx);
        for call in self.waiting.remove(&key).unwrap_or_default() {
            self.answer_or_wait(ctx, call, key.clone());
        }
        // END SOLUTION
    }
    // BEGIN SOLUTION

    /// Answers a call with what became of a payment, if that is known, or as soon as it is.
    fn answer_or_wait(&mut self, ctx: &mut ServiceContext<Self>, call: Call, key: String) {
        let payment = self.book[&key].payment;
        match self.book[&key].outcome {
            Some(Outcome::Paid) => ctx.reply(call, Response::Paid(payment)),
            Some(Outcome::Declined) => ctx.reply(call, Response::Declined(payment)),
            None => self.waiting.entry(key).or_default().push(call),
        }
    }

    /// Makes safe from a crash what is known.
    fn save(&self, ctx: &mut ServiceContext<Self>) {
        ctx.disk().write("book", &self.book);
        ctx.disk().sync();
    }
    // END SOLUTION
}
