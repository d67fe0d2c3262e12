//! Grading a class: hostile submissions, isolated, with reports.

pub mod line;
pub mod report;
pub mod similar;
