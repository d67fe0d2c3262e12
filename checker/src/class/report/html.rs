//! The class as a page.

use super::about::About;
use crate::class::line::Line;

/// The class as one self-contained HTML document.
pub fn html(_lines: &[Line], _about: &About) -> String {
    String::new()
}
