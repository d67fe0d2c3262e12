//! The library behind `cargo checker`: reads a course, grades exercises in processes of their own, and tells what it
//! found.
//!
//! [`course`] reads the manifests, [`grading`] builds and runs suites, [`report`] puts results into words, [`watch`]
//! does both at every save, [`progress`] remembers, [`quiz`] asks, [`authoring`] proves that an exercise is sound, and [`commands`]
//! ties each word of the command line to these.

pub mod authoring;
pub mod cli;
pub mod color;
pub mod commands;
pub mod course;
pub mod error;
pub mod exit;
pub mod files;
pub mod grading;
mod opener;
pub mod picture;
pub mod plan;
pub mod problem;
pub mod progress;
pub mod quiz;
pub mod report;
pub mod source;
pub mod text;
pub mod watch;
