//! How wide texts are, and texts that fit.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::escape::visible;

/// The width of a column of a label, in pixels. Every label says in the SVG how wide it is, so that it takes this much
/// whatever the reader's fonts are.
pub const COLUMN: f64 = 7.2;

/// The width of `text` on one line, in pixels.
pub fn width(text: &str) -> f64 {
    text.width() as f64 * COLUMN
}

/// How many columns fit into so many pixels.
pub fn columns(pixels: f64) -> usize {
    (pixels / COLUMN).max(0.0) as usize
}

/// `text` as a label of at most `room` columns: on one line, and if it is too long without the names of fields, then
/// cut off. `ending` is never cut, unless it alone is too long.
pub fn fit(text: &str, ending: &str, room: usize) -> String {
    let text = one_line(text);
    if text.width() + ending.width() <= room {
        return format!("{text}{ending}");
    }
    let left = room.saturating_sub(ending.width());
    let values: Vec<&str> = text
        .split(' ')
        .map(|word| match word.split_once('=') {
            Some((name, value))
                if name
                    .chars()
                    .all(|letter| letter.is_alphanumeric() || letter == '_') =>
            {
                value
            }
            _ => word,
        })
        .collect();
    cut(&format!("{}{ending}", cut(&values.join(" "), left)), room)
}

/// At most `room` columns, with an ellipsis for what is left out.
pub fn cut(text: &str, room: usize) -> String {
    if text.width() <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 1;
    for letter in text.chars() {
        used += letter.width().unwrap_or(0);
        if used > room {
            break;
        }
        kept.push(letter);
    }
    kept.truncate(kept.trim_end().len());
    if room > 0 {
        kept.push('…');
    }
    kept
}

/// `text` without line breaks.
pub fn one_line(text: &str) -> String {
    let shown = visible(text);
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_fields_go_first_and_endings_stay() {
        assert_eq!(fit("Copy number=1 key=x", "", 19), "Copy number=1 key=x");
        assert_eq!(fit("Copy number=1 key=x", "", 18), "Copy 1 x");
        assert_eq!(fit("Copy number=1 key=x", " · lost", 14), "Copy 1… · lost");
        assert_eq!(fit("Copy", " · lost", 4), " ·…");
    }

    #[test]
    fn no_label_is_wider_than_its_room() {
        for text in [
            "",
            "plain",
            "一二三四五六七八九十",
            "a\u{202e}b\nc",
            "e\u{301}e\u{301}e\u{301}",
        ] {
            for room in 0..30 {
                assert!(
                    fit(text, " · lost", room).width() <= room,
                    "{text:?} in {room}"
                );
            }
        }
    }
}
