//! Acknowledges everything at once.

#[path = "../../../../exercises/__CHAPTER__/__EXERCISE__/src/api.rs"]
pub mod api;

use api::Number;

/// Remembers nothing.
#[derive(Clone, Debug, Default)]
pub struct Received;

impl Received {
    /// Does nothing.
    pub fn arrive(&mut self, _: Number) {}

    /// Everything.
    pub fn acknowledgement(&self) -> Number {
        Number::MAX
    }
}
