//! Files that were written from one another.
//!
//! A file is known by numbers, its *fingerprint*: hashes of short runs of its tokens, chosen so that two files that
//! share a run of tokens share numbers. The method is winnowing: Schleimer, Wilkerson, Aiken, *Winnowing: Local
//! Algorithms for Document Fingerprinting*, SIGMOD 2003, <https://doi.org/10.1145/872757.872770>. A fingerprint says
//! nothing of the text that it was made from, so that lines can be kept and mailed without anybody's program.
//!
//! It is a reason to look, and no proof: who was taught the same may write the same.

mod compare;
mod fingerprint;
mod tokens;

pub use compare::{LEAST, Pair, pairs};
pub use fingerprint::{GRAM, LIMIT, WINDOW, fingerprint, fingerprint_without, grams};
