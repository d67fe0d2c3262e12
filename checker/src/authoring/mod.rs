//! What authors need: stubs from solutions, wrong implementations as patches, and the proof that an exercise is sound.

pub mod markers;
pub mod patch;
pub mod verify;
pub mod write;
