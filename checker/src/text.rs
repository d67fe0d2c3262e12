//! Words and lines.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// `text` in lines of at most `width` characters, broken at spaces; line breaks in it stay, longer words are not broken.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut words = paragraph.split(' ');
        // The first one is empty where the line is indented.
        let mut line = words.next().unwrap_or("").to_owned();
        for word in words {
            let needed = line.chars().count() + 1 + word.chars().count();
            if needed > width && !line.trim().is_empty() {
                lines.push(std::mem::take(&mut line));
            } else {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

/// `text` as prose of at most `width` columns. Its own line breaks are those of its source and are not kept, except
/// around empty lines, before items, which begin with `- `, and in code, which is indented by four.
pub fn reflow(text: &str, width: usize) -> Vec<String> {
    let mut paragraphs: Vec<String> = Vec::new();
    let mut open = false;
    for line in text.lines().map(str::trim_end) {
        let is_code = line.starts_with("    ");
        let words = line.trim_start();
        let stands_alone = is_code || words.is_empty();
        match paragraphs.last_mut() {
            Some(paragraph) if open && !stands_alone && !words.starts_with("- ") => {
                paragraph.push(' ');
                paragraph.push_str(words);
            }
            _ => paragraphs.push(if is_code { line } else { words }.to_owned()),
        }
        open = !stands_alone;
    }
    let mut lines = Vec::new();
    for paragraph in paragraphs {
        if paragraph.is_empty() || paragraph.starts_with("    ") {
            lines.push(paragraph);
            continue;
        }
        let indent = if paragraph.starts_with("- ") {
            "  "
        } else {
            ""
        };
        for (index, line) in wrap(&paragraph, width - indent.len())
            .into_iter()
            .enumerate()
        {
            lines.push(match index {
                0 => line,
                _ => format!("{indent}{line}"),
            });
        }
    }
    lines
}

/// `1 point`, `2 points`: the number and the noun, which takes an `s` in the plural.
pub fn count(number: impl Into<u64>, noun: &str) -> String {
    let number = number.into();
    if number == 1 {
        format!("1 {noun}")
    } else {
        format!("{number} {noun}s")
    }
}

/// `text` in exactly `width` columns: filled up with spaces, or cut with an ellipsis.
pub fn fit(text: &str, width: usize) -> String {
    let text = text.lines().next().unwrap_or("");
    if text.width() <= width {
        return format!("{text}{}", " ".repeat(width - text.width()));
    }
    let mut cut = String::new();
    for char in text.chars() {
        if cut.width() + char.width().unwrap_or(0) >= width {
            break;
        }
        cut.push(char);
    }
    let filled = width.saturating_sub(cut.width() + 1);
    format!("{cut}…{}", " ".repeat(filled))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_spaces_and_long_words_stay_whole() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("a unbreakable b", 4), ["a", "unbreakable", "b"]);
        assert_eq!(wrap("one\n\n  two", 80), ["one", "", "  two"]);
    }

    #[test]
    fn prose_flows_and_items_stand_alone() {
        let text = "one two\nthree\n\nfour\n- item one\n  goes on\n- two";
        let lines = [
            "one two three",
            "",
            "four",
            "- item one",
            "  goes on",
            "- two",
        ];
        assert_eq!(reflow(text, 13), lines);
    }

    #[test]
    fn a_text_is_filled_up_or_cut_to_its_columns() {
        assert_eq!(fit("abc", 5), "abc  ");
        assert_eq!(fit("abcdef", 4), "abc…");
        assert_eq!(fit("一二三", 4), "一… ");
    }

    #[test]
    fn one_is_singular() {
        assert_eq!(count(1u32, "point"), "1 point");
        assert_eq!(count(0u32, "point"), "0 points");
    }
}
