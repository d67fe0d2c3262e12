//! Markdown as lines of a terminal.

use colored::Colorize;
use unicode_width::UnicodeWidthStr;

use super::markdown::{Block, Span, Style, blocks};
use super::width::INDENT;

/// Code of at most this many columns is not broken at its spaces, so that commands can be copied.
const WHOLE: usize = 44;

/// A text in lines of at most `width` columns, but for code, which stays as it is. Without colour, it holds the same
/// words.
pub fn lines(markdown: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for block in blocks(markdown) {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        match block {
            Block::Paragraph(prose) => lines.extend(wrap(&prose, width)),
            Block::Code(code) => lines.extend(self::code(&code)),
            Block::List { first, items } => {
                for (index, item) in items.iter().enumerate() {
                    let label = match first {
                        Some(first) => format!("{}. ", first + index as u64),
                        None => "- ".to_owned(),
                    };
                    lines.extend(hanging(
                        &label,
                        wrap(item, width.saturating_sub(label.len())),
                    ));
                }
            }
        }
    }
    lines
}

/// Lines of code.
pub fn code(code: &str) -> Vec<String> {
    code.lines()
        .map(|line| format!("{:INDENT$}{line}", "").trim_end().to_owned())
        .collect()
}

/// `label` before the first line, and as many spaces before the others.
pub fn hanging(label: &str, lines: Vec<String>) -> Vec<String> {
    let indent = " ".repeat(label.width());
    let lines = lines.into_iter().enumerate().map(|(index, line)| {
        let indent = if index == 0 { label } else { &indent };
        format!("{indent}{line}").trim_end().to_owned()
    });
    lines.collect()
}

/// A word: pieces of it may have different styles.
#[derive(Default)]
struct Word {
    pieces: Vec<(String, Style)>,
}

impl Word {
    fn width(&self) -> usize {
        self.pieces.iter().map(|(text, _)| text.width()).sum()
    }

    fn shown(&self) -> String {
        self.pieces
            .iter()
            .map(|(text, style)| styled(text, style))
            .collect()
    }
}

fn styled(text: &str, style: &Style) -> String {
    match style {
        Style::Plain => text.to_owned(),
        Style::Code => text.cyan().to_string(),
        Style::Emphasis => text.italic().to_string(),
        Style::Strong => text.bold().to_string(),
        Style::Link(_) => text.underline().to_string(),
    }
}

fn wrap(prose: &[Span], width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in words(prose, WHOLE.min(width)) {
        let needed = word.width();
        if used > 0 && used + 1 + needed > width {
            lines.push(String::new());
            used = 0;
        }
        if let Some(line) = lines.last_mut() {
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            line.push_str(&word.shown());
            used += needed;
        }
    }
    lines
}

/// The words; code of at most `whole` columns is one.
fn words(prose: &[Span], whole: usize) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut open = false;
    for span in prose {
        let text = match &span.style {
            Style::Code => format!("`{}`", span.text),
            _ => span.text.clone(),
        };
        if span.style == Style::Code && text.width() <= whole {
            add(&mut words, &mut open, &text, &span.style);
            continue;
        }
        for (index, piece) in text.split(char::is_whitespace).enumerate() {
            open &= index == 0;
            if !piece.is_empty() {
                add(&mut words, &mut open, piece, &span.style);
            }
        }
    }
    words
}

/// Puts `text` at the end of the last word if that is open, else begins a word.
fn add(words: &mut Vec<Word>, open: &mut bool, text: &str, style: &Style) {
    if !*open {
        words.push(Word::default());
    }
    if let Some(word) = words.last_mut() {
        word.pieces.push((text.to_owned(), style.clone()));
    }
    *open = true;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_wrapped_and_code_is_not() {
        colored::control::set_override(false);
        let text = "One *two* `a b` three (`four`), **five**\nsix.\n\n```\nlet x = 1;  // stays\n\n    y\n```\n\n\
                    1. seven eight\n2. nine";
        let expected = [
            "One two",
            "`a b` three",
            "(`four`),",
            "five six.",
            "",
            "    let x = 1;  // stays",
            "",
            "        y",
            "",
            "1. seven",
            "   eight",
            "2. nine",
        ];
        assert_eq!(lines(text, 11), expected);
    }

    #[test]
    fn long_words_stay_whole_and_wide_characters_count_twice() {
        assert_eq!(lines("unbreakable a b", 4), ["unbreakable", "a b"]);
        assert_eq!(lines("一二 三四", 7), ["一二", "三四"]);
        assert_eq!(lines("", 10), [""; 0]);
    }
}
