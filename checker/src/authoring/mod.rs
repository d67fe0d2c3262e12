//! What authors need: stubs from solutions, wrong implementations as patches, the proof that an exercise is sound, and
//! the recorded runs that pages and questions show.

pub mod markers;
pub mod patch;
pub mod record;
pub mod verify;
pub mod write;
