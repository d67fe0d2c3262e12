//! The history checker against hand-written histories, against trying every order, and against large histories.

mod agreement;
mod brute_force;
mod effort;
mod explanations;
mod generate;
mod objects;
