//! The library behind `cargo checker`: reads a course, grades exercises in processes of their own, and tells what it
//! found.
//!
//! [`course`] reads the manifests, [`grading`] builds and runs suites, [`report`] puts results into words, [`watch`]
//! does both at every save, [`progress`] remembers, [`quiz`] asks, [`authoring`] proves that an exercise is sound, and [`commands`]
//! ties each word of the command line to these. [`book`] turns the same files into pages. Without the feature `program` there
//! is only what the pages need: [`book`], [`course`], [`picture`], [`quiz`] in part, and what these use.

#[cfg(feature = "program")]
pub mod authoring;
pub mod book;
#[cfg(feature = "program")]
pub mod class;
#[cfg(feature = "program")]
pub mod cli;
#[cfg(feature = "program")]
pub mod color;
#[cfg(feature = "program")]
pub mod commands;
#[cfg(feature = "program")]
pub mod confine;
pub mod course;
pub mod error;
pub mod exit;
#[cfg(feature = "program")]
pub mod export;
#[cfg(feature = "program")]
pub mod files;
#[cfg(feature = "program")]
pub mod grading;
#[cfg(feature = "program")]
mod opener;
pub mod picture;
#[cfg(feature = "program")]
pub mod plan;
pub mod problem;
#[cfg(feature = "program")]
pub mod progress;
pub mod quiz;
#[cfg(feature = "program")]
pub mod report;
#[cfg(feature = "program")]
pub mod schema;
pub mod source;
pub mod text;
#[cfg(feature = "program")]
pub mod watch;
