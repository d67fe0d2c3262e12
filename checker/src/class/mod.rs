//! Grading a class: hostile submissions, isolated, with reports.
//!
//! [`submission`] takes one file an exercise out of what a student handed in, [`rules`] refuses what goes round the contract,
//! [`compile`] calls the compiler and [`judge`] runs the suite, both confined ([`crate::confine`]). [`ledger`] keeps what was
//! found, so that a run that was killed goes on where it was; [`run`] does it for everybody, [`merge`] joins what several
//! machines found, [`audit`] does a part again, and [`mod@report`] tells it.

pub mod audit;
pub mod compile;
pub mod judge;
pub mod ledger;
pub mod line;
pub mod merge;
pub mod report;
pub mod rules;
pub mod run;
pub mod seal;
mod shadow;
pub mod shard;
pub mod similar;
pub mod submission;
pub mod toolchain;
pub mod write;
