//! The table, as text and as Markdown.

use std::fmt::Write as _;

/// One part of it.
pub struct Section {
    pub title: String,
    pub head: Vec<String>,
    pub rows: Vec<Vec<String>>,
    pub notes: Vec<String>,
}

/// All of it.
#[derive(Default)]
pub struct Report {
    sections: Vec<Section>,
    notes: Vec<String>,
}

/// What the committed page begins with.
const MARK: &str = "<!-- Written by `cargo run --release --manifest-path checker/benches/peers/Cargo.toml -- --write`. -->";
const WIDTH: usize = 100;

impl Report {
    pub fn add(&mut self, section: Section) {
        self.sections.push(section);
    }

    pub fn note(&mut self, note: String) {
        self.notes.push(note);
    }

    pub fn text(&self) -> String {
        let mut text = String::new();
        for section in &self.sections {
            let _ = writeln!(text, "{}\n", section.title);
            for row in &section.rows {
                let name = row.first().map_or("", String::as_str);
                let _ = writeln!(text, "  {name}");
                let figures = section.head.iter().zip(row).skip(1);
                for (what, figure) in figures.filter(|(_, figure)| !figure.is_empty()) {
                    let _ = writeln!(text, "    {what:<32} {figure}");
                }
            }
            text.push('\n');
            paragraphs(&mut text, &section.notes);
        }
        paragraphs(&mut text, &self.notes);
        // Nothing is bold in a terminal.
        text.replace("**", "")
    }

    pub fn markdown(&self) -> String {
        let mut text = format!("{MARK}\n");
        for section in &self.sections {
            let _ = writeln!(text, "\n**{}**\n", section.title);
            let _ = writeln!(text, "| {} |", section.head.join(" | "));
            let rule = section
                .head
                .iter()
                .enumerate()
                .map(|(index, _)| if index == 0 { "---" } else { "---:" });
            let _ = writeln!(text, "|{}|", rule.collect::<Vec<_>>().join("|"));
            for row in &section.rows {
                let _ = writeln!(text, "| {} |", row.join(" | "));
            }
            text.push('\n');
            paragraphs(&mut text, &section.notes);
        }
        paragraphs(&mut text, &self.notes);
        text.truncate(text.trim_end().len());
        text.push('\n');
        text
    }
}

/// Notes, wrapped.
fn paragraphs(text: &mut String, notes: &[String]) {
    for note in notes {
        let mut column = 0;
        for word in note.split_whitespace() {
            let length = word.chars().count();
            if column > 0 && column + 1 + length > WIDTH {
                text.push('\n');
                column = 0;
            } else if column > 0 {
                text.push(' ');
                column += 1;
            }
            text.push_str(word);
            column += length;
        }
        text.push_str("\n\n");
    }
}

/// A ratio.
pub fn times(ratio: f64) -> String {
    if ratio >= 10.0 {
        format!("{ratio:.0} ×")
    } else {
        format!("{ratio:.1} ×")
    }
}

/// A number with commas.
pub fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// In what a peer is ahead of the simulator, in a sentence.
pub fn ahead_of_us(leads: &[String]) -> String {
    match leads {
        [] => "**Ahead of Faultline:** nothing in this table.".to_owned(),
        leads => format!("**Ahead of Faultline:** {}.", leads.join("; ")),
    }
}
