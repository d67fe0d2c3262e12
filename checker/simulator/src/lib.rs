//! A deterministic simulator of distributed systems, made to teach.
//!
//! One thread, one event queue, virtual time, and every choice from a seed: the same code under the same
//! [`plan`] always behaves the same. A suite describes a [`scenario()`]: nodes, what clients ask of them, what may
//! go wrong ([`Faults`]), and what must hold all the same. The simulator then looks for a run that breaks the
//! promise, first with few faults on tiny workloads, placed everywhere they can be, then with many random ones;
//! and it shrinks what it finds until nothing can be taken away.
//!
//! ```
//! use serde::{Deserialize, Serialize};
//! use simulator::{Call, Context, Faults, Node, NodeId, scenario, ms};
//!
//! /// A counter on one node that answers what it holds.
//! #[derive(Debug, Default)]
//! struct Counter {
//!     total: u64,
//! }
//!
//! #[derive(Clone, Debug, Serialize, Deserialize)]
//! enum Request {
//!     Add(u64),
//! }
//!
//! impl Node for Counter {
//!     type Message = ();
//!     type Timer = ();
//!     type Request = Request;
//!     type Response = u64;
//!
//!     fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
//!         let Request::Add(amount) = request;
//!         self.total += amount;
//!         ctx.reply(call, self.total);
//!     }
//!
//!     fn on_message(&mut self, _: &mut Context<Self>, _: NodeId, (): ()) {}
//! }
//!
//! let zero = NodeId::new(0);
//! scenario(|_| Counter::default())
//!     .nodes(1)
//!     .promise("totals only grow")
//!     .workload(move |w| {
//!         for _ in 0..w.size() {
//!             let amount = 1 + w.random().below(9);
//!             w.ask(0, zero, Request::Add(amount));
//!         }
//!     })
//!     .witness("something was added", |sim| sim.history().answered().count() > 0)
//!     .check(|sim| {
//!         let totals: Vec<u64> = sim.history().answered().map(|(_, total, _)| *total).collect();
//!         assert!(totals.is_sorted(), "the totals were {totals:?}");
//!     });
//! ```

mod break_it;
mod cases;
mod context;
pub mod diagram;
mod disk;
mod examine;
pub mod example;
mod faults;
mod fingerprint;
#[cfg(unix)]
mod graded;
mod harness;
pub mod history;
mod ids;
mod label;
mod memory;
mod node;
mod orders;
mod panics;
mod payload;
pub mod plan;
mod random;
pub mod record;
mod scenario;
mod scope;
mod simulation;
mod store;
mod story;
mod time;
pub mod trace;
mod words;
mod workload;
mod world;

pub use break_it::{BreakIt, FaultKind, break_it};
pub use cases::{Cases, cases};
pub use context::Context;
pub use disk::Disk;
pub use faults::Faults;
#[cfg(unix)]
pub use graded::graded;
pub use ids::{Call, NodeId};
pub use node::Node;
pub use random::Random;
pub use scenario::{Scenario, scenario};
pub use scope::Scope;
pub use simulation::{Pending, Simulation, TimedOut};
pub use time::{Time, ms, secs};
pub use workload::Workload;
