//! What the promises of speed are measured with; the table beside the peers uses parts of it.

pub mod counterexamples;
pub mod loops;
pub mod measure;
pub mod rustlings;
pub mod save_to_verdict;
pub mod table;
