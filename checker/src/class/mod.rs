//! Grading a class: hostile submissions, isolated, with reports.

pub mod line;
