//! How idempotent-payments is graded. It sees what clients ask the service and the bank, and what they are answered, never
//! a message between the two, so any design that keeps the promises passes.

use std::collections::{BTreeMap, BTreeSet};

use idempotent_payments::Payments;
use idempotent_payments::api::{BANK, Machine, Payment, Request, Response, SERVICE};
use simulator::{Faults, Scenario, Simulation, Workload, ms, scenario, secs};

type Sim = Simulation<Machine<Payments>>;

fn payments() -> Scenario<Machine<Payments>> {
    scenario(Machine::new)
        .names(&["service", "bank"])
        .operation_is_a("call")
        .client_patience(secs(5))
}

/// Small enough to be charged three times.
const LITTLE: u64 = 30;
/// More than is in an account at first.
const MUCH: u64 = 150;

/// A payment for the key with this number. No two keys have an account in common, so that a charge tells which key it
/// was for.
fn payment(key: u64, amount: u64) -> Payment {
    Payment {
        account: key,
        amount,
    }
}

/// Another payment, for which somebody uses the same key by mistake.
fn other(key: u64, in_account: bool) -> Payment {
    match in_account {
        true => payment(key + 10, LITTLE),
        false => payment(key, LITTLE + 5),
    }
}

fn pay(key: u64, payment: Payment) -> Request {
    let key = name(key);
    Request::Pay { key, payment }
}

fn find(key: u64) -> Request {
    Request::Find { key: name(key) }
}

fn name(key: u64) -> String {
    format!("k{key}")
}

fn names_payment(payment: Payment) -> String {
    format!("{} from account {}", payment.amount, payment.account)
}

/// Clients that pay with few keys, again and again, and now and then ask what became of a payment or use a key for
/// another one.
fn few_keys(clients: u64, keys: u64, mistakes: f64) -> impl Fn(&mut Workload<Request>) {
    move |w| {
        for number in 0..w.size() {
            let client = w.random().below(clients) as usize;
            let key = w.random().below(keys);
            let request = if number > 0 && w.random().chance(mistakes) {
                let in_account = w.random().chance(0.5);
                pay(key, other(key, in_account))
            } else if number > 0 && w.random().chance(0.2) {
                find(key)
            } else {
                pay(key, payment(key, LITTLE))
            };
            w.ask(client, SERVICE, request);
        }
    }
}

/// Whether somebody was answered so.
fn was_told(sim: &Sim, like: impl Fn(&Response) -> bool) -> bool {
    let history = sim.history();
    history.answered().any(|(_, response, _)| like(response))
}

fn is_paid(response: &Response) -> bool {
    matches!(response, Response::Paid(_))
}

/// Every call must have been answered: for scenarios in which the service does not crash.
fn all_answered(sim: &Sim) {
    for call in sim.history().calls() {
        assert!(
            call.outcome.response().is_some(),
            "{:?}, asked at {}, was never answered",
            call.request,
            call.called
        );
    }
}

/// What becomes of each payment that was asked for, once nothing is wrong any more.
fn outcomes(sim: &mut Sim) -> BTreeMap<String, Response> {
    sim.heal();
    let history = sim.history();
    let keys: BTreeSet<String> = history
        .calls()
        .filter_map(|call| match &call.request {
            Request::Pay { key, .. } => Some(key.clone()),
            _ => None,
        })
        .collect();
    let mut outcomes = BTreeMap::new();
    for key in keys {
        let request = Request::Find { key: key.clone() };
        match sim.ask(SERVICE, request, secs(2)) {
            Ok(outcome) => outcomes.insert(key, outcome),
            Err(late) => panic!(
                "Find for {key}, asked when nothing was wrong any more, was not answered: {late}"
            ),
        };
    }
    outcomes
}

/// The charges that the bank has carried out in the end.
fn charges(sim: &mut Sim) -> Vec<Payment> {
    // What is still under way arrives.
    sim.run_for(ms(500));
    match sim.ask(BANK, Request::Statement, ms(1)) {
        Ok(Response::Charges(charges)) => charges,
        other => panic!("the suite expects a statement of the bank, and not {other:?}"),
    }
}

/// What clients were told, what became of the payments, and what the bank has done must be one story.
fn the_books_agree(sim: &mut Sim) {
    let outcomes = outcomes(sim);
    let charges = charges(sim);
    for (key, outcome) in &outcomes {
        let number: u64 = key[1..].parse().expect("keys are a letter and a number");
        let charged: Vec<Payment> = charges
            .iter()
            .filter(|charge| charge.account % 10 == number)
            .copied()
            .collect();
        let listed: Vec<String> = charged.iter().copied().map(names_payment).collect();
        assert!(
            charged.len() < 2,
            "the bank has carried out {} charges for key {key}: {}",
            charged.len(),
            listed.join(", ")
        );
        let fits = match outcome {
            Response::Paid(payment) => charged == [*payment],
            Response::Declined(_) | Response::NotSeen => charged.is_empty(),
            _ => false,
        };
        assert!(
            fits,
            "in the end, Find for {key} is answered {outcome:?}, but the bank has charged {}",
            if listed.is_empty() {
                "nothing".to_owned()
            } else {
                listed.join(", ")
            }
        );
        tell_the_same(sim, key, outcome);
    }
}

/// All answers for this key must fit what became of its payment.
fn tell_the_same(sim: &Sim, key: &str, outcome: &Response) {
    let history = sim.history();
    let became = match outcome {
        Response::Paid(payment) | Response::Declined(payment) => Some(*payment),
        _ => None,
    };
    // When a client was first told something that only the one can know who has begun the payment.
    let mut known_since = None;
    for (call, response, at) in history.answered() {
        let fits = match &call.request {
            Request::Pay { key: of, payment } if of == key => match response {
                Response::KeyTaken => became.is_some_and(|became| became != *payment),
                _ => response == outcome && became == Some(*payment),
            },
            Request::Find { key: of } if of == key => match response {
                Response::NotSeen => known_since.is_none_or(|since| call.called <= since),
                _ => response == outcome,
            },
            _ => continue,
        };
        assert!(
            fits,
            "{:?} was answered {response:?} at {at}, but in the end, Find for {key} is answered {outcome:?}",
            call.request
        );
        if *response != Response::NotSeen {
            known_since = Some(known_since.map_or(at, |since: simulator::Time| since.min(at)));
        }
    }
}

#[test]
fn every_payment_is_answered() {
    payments()
        .promise("on a network that works, a payment is made and answered, and can be found")
        .workload(few_keys(2, 3, 0.1))
        .operations(1, 16)
        .seeds(150)
        .witness("a payment was made", |sim| was_told(sim, is_paid))
        .check(|sim| {
            all_answered(sim);
            the_books_agree(sim);
        });
}

#[test]
fn late_and_lost_messages_change_nothing() {
    payments()
        .promise(
            "a payment that is asked for again and again, by several clients at once, is made once",
        )
        .workload(few_keys(3, 2, 0.0))
        .faults(
            Faults::none()
                .loss(0.1)
                .duplication(0.2)
                .delay(ms(1)..ms(80)),
        )
        .operations(1, 8)
        .witness("a payment was made", |sim| was_told(sim, is_paid))
        .check(|sim| {
            all_answered(sim);
            the_books_agree(sim);
        });
}

#[test]
fn a_key_belongs_to_one_payment() {
    payments()
        .promise("who uses a key for another payment is told so, and nothing is charged for that")
        .workload(|w| {
            w.ask(0, SERVICE, pay(0, payment(0, LITTLE)));
            let in_account = w.random().chance(0.5);
            for number in 1..w.size() {
                let client = w.random().below(2) as usize;
                let request = match number == 1 || w.random().chance(0.5) {
                    true => pay(0, other(0, in_account)),
                    false => pay(0, payment(0, LITTLE)),
                };
                w.ask(client, SERVICE, request);
            }
        })
        .faults(
            Faults::none()
                .loss(0.1)
                .delay(ms(1)..ms(40))
                .crashes_of(1, [SERVICE])
                .down_for(ms(1)..ms(20))
                .lose_unsynced(),
        )
        .operations(2, 6)
        .witness("a client was told that the key is taken", |sim| {
            was_told(sim, |response| *response == Response::KeyTaken)
        })
        .check(the_books_agree);
}

#[test]
fn what_was_declined_stays_declined() {
    payments()
        .promise(
            "a payment that the bank has declined is not made later, even if there is money now",
        )
        .workload(|w| {
            w.ask(0, SERVICE, pay(0, payment(0, MUCH)));
            for _ in 1..w.size() {
                let client = w.random().below(2) as usize;
                if w.random().chance(0.4) {
                    w.ask(client, BANK, Request::Deposit(payment(0, MUCH)));
                }
                w.ask(client, SERVICE, pay(0, payment(0, MUCH)));
            }
        })
        .faults(
            Faults::none()
                .loss(0.1)
                .duplication(0.1)
                .delay(ms(1)..ms(40))
                .crashes_of(1, [SERVICE])
                .down_for(ms(1)..ms(20))
                .lose_unsynced(),
        )
        .operations(2, 5)
        .witness("a payment was declined", |sim| {
            was_told(sim, |response| matches!(response, Response::Declined(_)))
        })
        .check(the_books_agree);
}

#[test]
fn a_crash_between_charge_and_answer_is_made_good() {
    payments()
        .promise("whenever the service crashes, a payment that it had begun is made once, and its outcome is found out")
        .workload(few_keys(2, 2, 0.05))
        .faults(
            Faults::none()
                .crashes_of(2, [SERVICE])
                .down_for(ms(1)..ms(30))
                .lose_unsynced()
                .delay(ms(1)..ms(60)),
        )
        .operations(1, 8)
        .witness("a payment was made", |sim| was_told(sim, is_paid))
        .check(the_books_agree);
}

#[test]
fn what_is_known_needs_no_bank() {
    payments()
        .promise("what a client was told once is answered again while the bank cannot be reached, also after a crash")
        .workload(|w| {
            let keys = w.size() as u64;
            for key in 0..keys {
                let amount = *w.random().pick(&[LITTLE, LITTLE, MUCH]);
                let client = w.random().below(2) as usize;
                w.ask(client, SERVICE, pay(key, payment(key, amount)));
            }
        })
        .operations(1, 6)
        .seeds(100)
        .witness("a client was told what became of a payment", |sim| {
            was_told(sim, |response| {
                matches!(response, Response::Paid(_) | Response::Declined(_))
            })
        })
        .check(|sim| {
            all_answered(sim);
            let told: Vec<(Request, Response)> = sim
                .history()
                .answered()
                .map(|(call, response, _)| (call.request.clone(), response.clone()))
                .collect();
            sim.partition(&[SERVICE], &[BANK]);
            for crashes in 0..2 {
                if crashes > 0 {
                    sim.crash_losing_unsynced(SERVICE);
                    sim.restart(SERVICE);
                }
                let when = ["", " and the service had started again"][crashes];
                for (request, response) in &told {
                    let Request::Pay { key, payment } = request else {
                        continue;
                    };
                    let mistake = Payment {
                        amount: payment.amount + 1,
                        ..*payment
                    };
                    let asked = [
                        (request.clone(), response.clone()),
                        (Request::Find { key: key.clone() }, response.clone()),
                        (
                            Request::Pay {
                                key: key.clone(),
                                payment: mistake,
                            },
                            Response::KeyTaken,
                        ),
                    ];
                    for (request, expected) in asked {
                        let answer = sim.ask(SERVICE, request.clone(), secs(1));
                        assert!(
                            answer.as_ref() == Ok(&expected),
                            "{request:?}, asked when the bank could not be reached{when}, was {}, and not answered {expected:?}",
                            match &answer {
                                Ok(answer) => format!("answered {answer:?}"),
                                Err(_) => "not answered".to_owned(),
                            }
                        );
                    }
                }
            }
            the_books_agree(sim);
        });
}

#[test]
fn payments_happen_once_whatever_goes_wrong() {
    payments()
        .promise("whatever goes wrong, what clients are told is what the bank has done, once for each key")
        .workload(few_keys(3, 3, 0.1))
        .faults(
            Faults::none()
                .loss(0.1)
                .duplication(0.1)
                .delay(ms(1)..ms(80))
                .partitions(1)
                .one_way_partitions(1)
                .crashes_of(2, [SERVICE])
                .lose_unsynced()
                .pauses(1),
        )
        .operations(1, 10)
        .witness("a payment was made", |sim| was_told(sim, is_paid))
        .check(the_books_agree);
}
