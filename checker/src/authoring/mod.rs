//! What authors need: new exercises, stubs from solutions, wrong implementations as patches, the proof that an exercise is
//! sound, and the recorded runs that pages and questions show.

pub mod markers;
pub mod mutants;
pub mod patch;
pub mod record;
pub mod scaffold;
pub mod verify;
pub mod write;
pub mod wrong;
