//! What clients asked and were answered in a run, and whether one object could have answered so, or replicas of it that
//! promise less.
//!
//! | promise | asked with | for |
//! |---|---|---|
//! | linearizability | [`Translated::linearizable`] | any model |
//! | sequential consistency | [`Translated::sequential`] | any model |
//! | causal consistency, of three kinds | [`Accesses::causal`] | reads and writes |
//! | session guarantees | [`Accesses::session`] | reads and writes |
//!
//! Each is implied by the one above it, with the exceptions that are noted where they are described. A failed check
//! shows the few calls that suffice, and why they cannot have happened so.
//!
//! # Linearizability
//!
//! A [`History`] is *linearizable* if every call can be given one moment between being made and being answered, at
//! which it takes effect all at once, so that a single object that does one operation after the other would have
//! given the same answers (Herlihy and Wing, "Linearizability: a correctness condition for concurrent objects",
//! TOPLAS 1990). What that object is, a [`Model`] says: [`Register`], [`KeyValueMap`], [`Counter`], or your own.
//!
//! ```
//! use simulator::history::{CallOutcome, CallRecord, History, Meaning, Register, register};
//! use simulator::{NodeId, Time};
//!
//! #[derive(Debug)]
//! enum Request { Write(u32), Read }
//! #[derive(Debug)]
//! enum Response { Stored, Value(u32), Refused }
//!
//! # let call = |client: usize, node: usize, called: u64, at: u64, request, response| CallRecord {
//! #     client, node: NodeId::new(node), request, called: Time::from_micros(called * 1_000),
//! #     outcome: CallOutcome::Answered { response, at: Time::from_micros(at * 1_000) },
//! # };
//! let history = History::new(vec![
//!     call(0, 0, 0, 1, Request::Write(1), Response::Stored),
//!     call(1, 2, 2, 3, Request::Write(2), Response::Stored),
//!     call(2, 1, 4, 5, Request::Read, Response::Value(1)),
//! ]);
//!
//! let violation = history
//!     .translate(
//!         |request| Some(match request {
//!             Request::Write(value) => register::Operation::Write(*value),
//!             Request::Read => register::Operation::Read,
//!         }),
//!         |_, response| match response {
//!             Response::Stored => Meaning::Answered(register::Answer::Done),
//!             Response::Value(value) => Meaning::Answered(register::Answer::Value(*value)),
//!             Response::Refused => Meaning::DidNotHappen,
//!         },
//!     )
//!     .linearizable(Register::starting_with(0))
//!     .unwrap_err();
//! assert_eq!(violation.to_string(), "\
//! No order of these 3 calls explains their answers:
//!     0 ms – 1 ms  client 0 → n0  Write(1) → Stored
//!     2 ms – 3 ms  client 1 → n2  Write(2) → Stored
//!   ✗ 4 ms – 5 ms  client 2 → n1  Read → Value(1)
//! The one marked ✗ could only have been answered Value(2).");
//! ```
//!
//! # What comes before what
//!
//! A call that was answered before another was made comes before it; all others are concurrent and may take effect in
//! either order. At one and the same moment, calls are made before answers arrive, so an answer at 5 ms and
//! another client's call at 5 ms are concurrent. Only a client's own calls are told apart there: what it was answered
//! at 5 ms comes before what it asks at 5 ms. A call whose outcome is unknown may take effect at any time after it was
//! made, long after the client gave up, or never.
//!
//! A partitioned model ([`Model::key`]) is checked key by key. Linearizability is local (Herlihy and Wing, theorem 1):
//! nothing is lost by it but the order of one client's calls to *different* keys within one and the same moment. (So in
//! that one case a history may pass as linearizable that is not sequentially consistent.)

mod access;
mod causal;
mod composite;
mod counter_model;
mod erased;
mod fewest;
mod fixed_hash;
mod key_value_model;
mod model;
mod record;
mod register_model;
mod search;
mod sequential;
mod session;
mod telling;
mod translate;
mod violation;

pub use access::{Access, Accesses, BadPattern, ConsistencyError, Inconsistency, Unsuited};
pub use causal::Causality;
pub use counter_model::Counter;
pub(crate) use fixed_hash::{FixedHasher, FixedState};
pub use key_value_model::KeyValueMap;
pub use model::Model;
pub use record::{CallOutcome, CallRecord, History};
pub use register_model::Register;
pub use sequential::SequentialError;
pub use session::Guarantee;
pub use translate::{DEFAULT_STEPS, Meaning, Translated};
pub use violation::{LinearizabilityError, Undecided, Violation};

/// Operations of a [`Counter`].
///
/// ```
/// use simulator::history::counter::Operation;
///
/// assert_ne!(Operation::Add(0), Operation::Read);
/// ```
pub mod counter {
    pub use super::counter_model::Operation;
}

/// Operations and answers of a [`KeyValueMap`].
///
/// ```
/// use simulator::history::{KeyValueMap, Model, key_value_map as map};
///
/// let removed = KeyValueMap::empty().step(&Some(1), &map::Operation::Delete("x"));
/// assert_eq!(removed, (map::Answer::Done, None));
/// ```
pub mod key_value_map {
    pub use super::key_value_model::{Answer, Operation};
}

/// Operations and answers of a [`Register`].
///
/// ```
/// use simulator::history::{Model, Register, register};
///
/// let written = Register::starting_with(0).step(&0, &register::Operation::Write(7));
/// assert_eq!(written, (register::Answer::Done, 7));
/// ```
pub mod register {
    pub use super::register_model::{Answer, Operation};
}
