//! What implies what, and what does not, on the same random histories.

use std::collections::BTreeMap;

use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use simulator::Time;
use simulator::history::key_value_map::{Answer, Operation};
use simulator::history::{CallOutcome, Causality, Guarantee, History, KeyValueMap, Meaning};

use super::generate::{
    PLOTS, ReadsAndWrites, Replicas, Request, Response, accesses, answered_at_random, executed,
};

const HISTORIES: usize = 10_000;

/// Everything that can be asked of a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Verdicts {
    linearizable: bool,
    sequential: bool,
    plain: bool,
    memory: bool,
    convergent: bool,
    sessions: [bool; 4],
    sessions_in_real_time: [bool; 4],
}

impl Verdicts {
    fn of(history: &ReadsAndWrites) -> Verdicts {
        let as_map = history.translate(
            |request| {
                Some(match *request {
                    Request::Read(key) => Operation::Get(key),
                    Request::Write(key, value) => Operation::Put(key, value),
                })
            },
            |request, response| match (request, response) {
                (_, Response::Value(value)) => Meaning::Answered(Answer::Value(*value)),
                (_, Response::Done) => Meaning::Answered(Answer::Done),
                (Request::Read(_), _) | (_, Response::TimedOut) => Meaning::MayHaveHappened,
                (Request::Write(..), Response::Refused) => Meaning::DidNotHappen,
            },
        );
        let accesses = accesses(history);
        let sessions = Guarantee::ALL.map(|guarantee| accesses.session(guarantee).is_ok());
        let [plain, memory, convergent] =
            [Causality::Plain, Causality::Memory, Causality::Convergence]
                .map(|kind| accesses.causal(kind).is_ok());
        let accesses = accesses.newer_in_real_time();
        Verdicts {
            linearizable: as_map.linearizable(KeyValueMap::empty()).is_ok(),
            sequential: as_map.sequential(KeyValueMap::empty()).is_ok(),
            plain,
            memory,
            convergent,
            sessions,
            sessions_in_real_time: Guarantee::ALL
                .map(|guarantee| accesses.session(guarantee).is_ok()),
        }
    }

    /// What holds of every history.
    fn implications(&self) -> [(&'static str, bool, bool); 10] {
        let all_sessions = self.sessions == [true; 4];
        [
            (
                "linearizable → sequential",
                self.linearizable,
                self.sequential,
            ),
            ("sequential → memory", self.sequential, self.memory),
            ("sequential → convergence", self.sequential, self.convergent),
            ("memory → plain", self.memory, self.plain),
            ("convergence → plain", self.convergent, self.plain),
            ("memory → sessions", self.memory, all_sessions),
            ("convergence → sessions", self.convergent, all_sessions),
            ("plain → read your writes", self.plain, self.sessions[0]),
            (
                "linearizable → sessions in real time",
                self.linearizable,
                self.sessions_in_real_time == [true; 4],
            ),
            (
                "sessions in real time → sessions",
                self.sessions_in_real_time == [true; 4],
                all_sessions,
            ),
        ]
    }

    /// What does not, although one might think so; the rarer ones are among the examples.
    fn no_implications(&self) -> [(&'static str, bool, bool); 3] {
        [
            ("memory → convergence", self.memory, self.convergent),
            ("plain → monotonic reads", self.plain, self.sessions[1]),
            (
                "sequential → sessions in real time",
                self.sequential,
                self.sessions_in_real_time == [true; 4],
            ),
        ]
    }
}

/// The same history, in which no two things happen at one moment.
fn with_all_times_different(history: &ReadsAndWrites) -> ReadsAndWrites {
    let calls = history
        .calls()
        .cloned()
        .enumerate()
        .map(|(place, mut call)| {
            let moment = |time: Time, is_answer: bool| {
                Time::from_micros(100 * time.as_micros() + 2 * place as u64 + u64::from(is_answer))
            };
            call.called = moment(call.called, false);
            if let CallOutcome::Answered { at, .. } = &mut call.outcome {
                *at = moment(*at, true);
            }
            call
        });
    History::new(calls.collect())
}

#[test]
fn each_promise_implies_the_weaker_ones_and_no_others() {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(41);
    let kinds = [
        Replicas::One,
        Replicas::Causal,
        Replicas::CausalConvergent,
        Replicas::Careless,
        Replicas::Roaming,
    ];
    let mut seen_apart: BTreeMap<&str, usize> = BTreeMap::new();
    let mut seen_together: BTreeMap<&str, usize> = BTreeMap::new();
    for number in 0..HISTORIES {
        let history = match kinds.get(number % (kinds.len() + 1)) {
            Some(kind) => executed(&mut random, PLOTS, *kind),
            None => answered_at_random(&mut random, PLOTS),
        };
        let history = with_all_times_different(&history);
        let verdicts = Verdicts::of(&history);
        for (name, stronger, weaker) in verdicts.implications() {
            assert!(!stronger || weaker, "{name}: {verdicts:?} {history:#?}");
            *seen_together.entry(name).or_default() += usize::from(stronger);
            *seen_apart.entry(name).or_default() += usize::from(weaker && !stronger);
        }
        for (name, one, other) in verdicts.no_implications() {
            *seen_apart.entry(name).or_default() += usize::from(one && !other);
        }
    }
    assert!(
        seen_together.values().all(|count| *count >= 1_000),
        "{seen_together:?}"
    );
    assert!(
        seen_apart.values().all(|count| *count > 0),
        "{seen_apart:?}"
    );
    assert_eq!(seen_apart.len(), 13);
}

#[test]
fn replicas_keep_what_they_promise() {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(42);
    for _ in 0..2_000 {
        let one = Verdicts::of(&executed(&mut random, PLOTS, Replicas::One));
        assert!(one.sequential && one.memory && one.convergent, "{one:?}");
        let causal = Verdicts::of(&executed(&mut random, PLOTS, Replicas::Causal));
        assert!(causal.memory, "{causal:?}");
        let convergent = Verdicts::of(&executed(&mut random, PLOTS, Replicas::CausalConvergent));
        assert!(convergent.convergent, "{convergent:?}");
    }
}
