//! Random histories: of random answers, and of an object that really did what it was asked.

use rand::RngExt;
use rand_xoshiro::Xoshiro256PlusPlus;
use simulator::history::{CallOutcome, CallRecord, History, Meaning};
use simulator::{NodeId, Time};

use crate::objects::Object;

/// What a client is answered: exactly what the checker has to be told.
pub type Response<A> = Meaning<A>;

/// A history of such calls.
pub type ObjectHistory<O> = History<<O as Object>::Operation, Response<<O as Object>::Answer>>;

/// How large a history is, and how much of it goes wrong.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    pub calls: usize,
    pub clients: usize,
    /// The longest that a call takes, in microseconds.
    pub longest: u64,
    /// Probability of an unknown outcome; half of these are timeouts, the others answers that say so.
    pub unknown: f64,
    /// Probability of an answer that says the call did not happen.
    pub refused: f64,
    /// Probability of an answer that tells no value.
    pub acknowledged: f64,
    pub times: Times,
}

/// Whether two things may happen at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    MayBeEqual,
    AllDiffer,
}

/// A small random shape.
pub fn small(random: &mut Xoshiro256PlusPlus, times: Times) -> Shape {
    Shape {
        calls: random.random_range(1..=7),
        clients: random.random_range(1..=4),
        longest: *[1, 4, 10].get(random.random_range(0..3)).unwrap_or(&4),
        unknown: 0.15,
        refused: 0.1,
        acknowledged: 0.05,
        times,
    }
}

/// A call before it is known what comes of it.
struct Made<O: Object> {
    client: usize,
    called: u64,
    /// When it takes effect, if it is executed.
    effective: u64,
    ended: u64,
    operation: O::Operation,
    fate: Fate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Answered,
    Acknowledged,
    Refused,
    TimedOut,
    AnsweredUnknown,
}

fn make_calls<O: Object>(random: &mut Xoshiro256PlusPlus, shape: Shape) -> Vec<Made<O>> {
    let mut free = vec![0; shape.clients];
    let mut made: Vec<Made<O>> = (0..shape.calls)
        .map(|_| {
            let client = random.random_range(0..shape.clients);
            let called = free[client] + random.random_range(0..=2);
            let ended = called + random.random_range(0..=shape.longest);
            free[client] = ended;
            let fate = if random.random_bool(shape.unknown) {
                if random.random_bool(0.5) {
                    Fate::TimedOut
                } else {
                    Fate::AnsweredUnknown
                }
            } else if random.random_bool(shape.refused) {
                Fate::Refused
            } else if random.random_bool(shape.acknowledged) {
                Fate::Acknowledged
            } else {
                Fate::Answered
            };
            let late = if matches!(fate, Fate::TimedOut | Fate::AnsweredUnknown) {
                20
            } else {
                0
            };
            let effective = random.random_range(called..=ended + late);
            Made {
                client,
                called,
                effective,
                ended,
                operation: O::random_operation(random),
                fate,
            }
        })
        .collect();
    made.sort_by_key(|made| made.called);
    if shape.times == Times::AllDiffer {
        spread(&mut made);
    }
    made
}

/// Gives every moment a number of its own that keeps their order. What was at one moment is put in the order
/// in which clients could have seen it: first answers, then calls.
fn spread<O: Object>(made: &mut [Made<O>]) {
    let mut moments: Vec<(u64, bool, usize)> = Vec::new();
    for (index, call) in made.iter().enumerate() {
        moments.push((call.called, true, index));
        moments.push((call.ended.max(call.called + 1), false, index));
    }
    moments.sort_unstable();
    for (place, &(_, is_call, index)) in moments.iter().enumerate() {
        let moment = 2 * place as u64;
        if is_call {
            made[index].called = moment;
            made[index].effective = moment + 1;
        } else {
            made[index].ended = moment;
        }
    }
}

fn history<O: Object>(made: Vec<Made<O>>, answers: Vec<O::Answer>) -> ObjectHistory<O> {
    let calls = made.into_iter().zip(answers).map(|(made, answer)| {
        let response = match made.fate {
            Fate::Answered => Some(Meaning::Answered(answer)),
            Fate::Acknowledged => Some(Meaning::Acknowledged),
            Fate::Refused => Some(Meaning::DidNotHappen),
            Fate::AnsweredUnknown => Some(Meaning::MayHaveHappened),
            Fate::TimedOut => None,
        };
        CallRecord {
            client: made.client,
            node: NodeId::new(0),
            request: made.operation,
            called: Time::from_micros(made.called),
            outcome: match response {
                Some(response) => CallOutcome::Answered {
                    response,
                    at: Time::from_micros(made.ended),
                },
                None => CallOutcome::Unknown,
            },
        }
    });
    History::new(calls.collect())
}

/// Calls that are answered at random.
pub fn answered_at_random<O: Object>(
    random: &mut Xoshiro256PlusPlus,
    shape: Shape,
) -> ObjectHistory<O> {
    let made = make_calls::<O>(random, shape);
    let answers = made
        .iter()
        .map(|made| O::random_answer(&made.operation, random))
        .collect();
    history(made, answers)
}

/// Calls that one object really did, each at a moment between call and answer, or later, or never if its outcome is
/// unknown.
pub fn executed<O: Object>(random: &mut Xoshiro256PlusPlus, shape: Shape) -> ObjectHistory<O> {
    let made = make_calls::<O>(random, shape);
    let mut order: Vec<usize> = (0..made.len()).collect();
    order.sort_by_key(|&call| made[call].effective);
    let mut state = O::start();
    let mut answers: Vec<Option<O::Answer>> = vec![None; made.len()];
    for call in order {
        let happens = match made[call].fate {
            Fate::Answered | Fate::Acknowledged => true,
            Fate::Refused => false,
            Fate::TimedOut | Fate::AnsweredUnknown => random.random_bool(0.6),
        };
        let mut untouched = state.clone();
        let state = if happens { &mut state } else { &mut untouched };
        answers[call] = Some(O::run(state, &made[call].operation));
    }
    history(made, answers.into_iter().flatten().collect())
}

/// The same history with one answer replaced by another one, if there is an answer at all.
pub fn with_one_answer_changed<O: Object>(
    random: &mut Xoshiro256PlusPlus,
    history: &ObjectHistory<O>,
) -> ObjectHistory<O> {
    let mut calls: Vec<_> = history.calls().cloned().collect();
    let answered: Vec<usize> = (0..calls.len())
        .filter(|&call| matches!(calls[call].outcome.response(), Some(Meaning::Answered(_))))
        .collect();
    if !answered.is_empty() {
        let call = &mut calls[answered[random.random_range(0..answered.len())]];
        if let CallOutcome::Answered { response, .. } = &mut call.outcome {
            *response = Meaning::Answered(O::random_answer(&call.request, random));
        }
    }
    History::new(calls)
}
