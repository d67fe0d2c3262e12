//! Brings a method that is called as one of the contract's own.

pub mod api;

use api::Answer;

pub fn echo(_: &str) -> Answer {
    Answer(String::new())
}

impl Answer {
    /// The suite means the other one.
    pub fn clone(&self) -> Answer {
        Answer(String::new())
    }
}
