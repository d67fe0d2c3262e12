//! Text of submissions, as it can be shown.

use crate::picture::escape::visible;
use crate::report::words::uncolored;
use crate::text::count;

/// The longest text that a report holds of one scenario, in bytes of the original. What the checker tells by itself is
/// well below it: what is longer is a learner's own message.
pub const LONGEST: usize = 16 * 1024;

/// The longest name, in characters.
const LONGEST_NAME: usize = 80;

/// `text` without colours, with everything written out that would not show or would reorder what does, and cut behind
/// [`LONGEST`] bytes, with a note of how much is missing.
pub fn shown(text: &str) -> String {
    let (kept, left_out) = cut(text, LONGEST);
    let mut kept = visible(&uncolored(&kept.replace("\r\n", "\n")));
    if left_out > 0 {
        let bytes = count(u64::try_from(left_out).unwrap_or(u64::MAX), "more byte");
        kept.push_str(&format!("\n[{bytes} left out]"));
    }
    kept
}

/// A name, on one line.
pub fn name(text: &str) -> String {
    let one_line = visible(text).replace('\n', "\\n");
    match one_line.char_indices().nth(LONGEST_NAME) {
        Some((end, _)) => format!("{}…", &one_line[..end]),
        None => one_line,
    }
}

/// The first bytes of `text`, at most `limit`, up to a whole character, and how many are missing.
fn cut(text: &str, limit: usize) -> (&str, usize) {
    let mut end = limit.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    (&text[..end], text.len() - end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_text_is_shown_whole_and_harmless() {
        assert_eq!(
            shown("\u{1b}[1;31merror\u{1b}[0m\r\n\u{202e}a\0"),
            "error\n\\u{202e}a\\u{0}"
        );
        assert_eq!(name("a\nb\u{202e}"), "a\\nb\\u{202e}");
    }

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        let text = shown(&"é".repeat(LONGEST));
        assert!(text.ends_with("é\n[16384 more bytes left out]"));
        assert_eq!(text.matches('é').count(), LONGEST / 2);
        assert!(shown(&"a".repeat(LONGEST + 1)).ends_with("a\n[1 more byte left out]"));
        assert!(!shown(&"a".repeat(LONGEST)).contains('['));
        assert_eq!(name(&"ä".repeat(81)), "ä".repeat(80) + "…");
    }
}
