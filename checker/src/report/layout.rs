//! Lines of at most 80 columns.

use unicode_width::UnicodeWidthStr;

use crate::text::wrap;

/// The columns of a terminal that everything fits into.
pub const WIDTH: usize = 80;

/// Where the texts beside labels begin.
const LABELLED: usize = 12;

/// `left`, and `right` at the end of the line: of the last one, if `left` takes several, or of one more.
pub fn row(left: &str, right: &str) -> Vec<String> {
    let mut lines = hanging("", "  ", left);
    if right.is_empty() {
        return lines;
    }
    let used = lines.last().map_or(0, |line| line.width());
    if used + 2 + right.width() > WIDTH {
        lines.push(String::new());
    }
    if let Some(last) = lines.last_mut() {
        let gap = WIDTH.saturating_sub(last.width() + right.width());
        *last = format!("{last}{}{right}", " ".repeat(gap));
    }
    lines
}

/// `  Label     text that goes on below itself where it is long`.
pub fn field(label: &str, text: &str) -> Vec<String> {
    hanging(&format!("  {label:<10}"), &" ".repeat(LABELLED), text)
}

/// A label and something that must stay on one line to be copied. It gets a line of its own where it is long.
pub fn verbatim(label: &str, text: &str) -> Vec<String> {
    if LABELLED + text.width() <= WIDTH {
        vec![format!("  {label:<10}{text}")]
    } else {
        vec![format!("  {label}"), format!("    {text}")]
    }
}

/// A paragraph, indented by two.
pub fn paragraph(text: &str) -> Vec<String> {
    hanging("  ", "  ", text)
}

/// `    3. text`, text below text; `number` is at most `of`.
pub fn item(number: usize, of: usize, text: &str) -> Vec<String> {
    let digits = of.to_string().len();
    let label = format!("    {number:>digits$}. ");
    hanging(&label, &" ".repeat(label.len()), text)
}

fn hanging(first: &str, rest: &str, text: &str) -> Vec<String> {
    let lines = wrap(text, WIDTH - first.width().max(rest.width()));
    let indented = lines.iter().enumerate().map(|(index, line)| {
        let indentation = if index == 0 { first } else { rest };
        format!("{indentation}{line}").trim_end().to_owned()
    });
    let lines: Vec<String> = indented.collect();
    if lines.is_empty() {
        vec![first.trim_end().to_owned()]
    } else {
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_fills_the_width_and_no_more() {
        let short = row("✓ left", "right");
        assert_eq!(short.len(), 1);
        assert_eq!(short[0].width(), WIDTH);

        let long = row(&"word ".repeat(20), "right");
        assert!(long.len() == 2 && long.iter().all(|line| line.width() <= WIDTH));

        let tight = row(&"x".repeat(WIDTH), "right");
        assert_eq!(tight.len(), 2);
        assert_eq!(tight[1].width(), WIDTH);
    }

    #[test]
    fn long_texts_hang_and_commands_stay_whole() {
        let lines = field("Promise", &"word ".repeat(30));
        assert!(lines.len() == 3 && lines[1].starts_with("            word"));
        let command = "x".repeat(75);
        assert_eq!(
            verbatim("Replay", &command),
            ["  Replay".to_owned(), format!("    {command}")]
        );
        assert_eq!(item(3, 10, "a"), ["     3. a"]);
    }
}
