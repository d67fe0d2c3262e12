//! What `Debug` shows, in lines that can be read and compared.

/// Columns that a group may take before it is broken into lines.
const WIDTH: usize = 44;
/// How deep groups may be nested; text that goes deeper stays as it is.
const DEPTH: usize = 32;

/// Breaks the text that a derived `Debug` made into indented lines, as `{:#?}` would, but only where it is too long
/// for one. Text of another shape stays as it is.
pub fn pretty(debug: &str) -> String {
    let letters: Vec<char> = debug.chars().collect();
    let mut parser = Parser {
        letters: &letters,
        at: 0,
    };
    match parser.items(None, 0) {
        Some(items) if parser.at == letters.len() => {
            let mut text = String::new();
            let count = items.len();
            for (index, item) in items.iter().enumerate() {
                item.write(&mut text, 0, 0);
                if index + 1 < count {
                    text.push_str(", ");
                }
            }
            text
        }
        _ => debug.to_owned(),
    }
}

/// Something between two commas: text and groups in brackets, one after the other.
struct Item(Vec<Part>);

enum Part {
    Text(String),
    Group(char, Vec<Item>, char),
}

struct Parser<'a> {
    letters: &'a [char],
    at: usize,
}

impl Parser<'_> {
    /// Items up to the closing bracket, which is left to be read, or up to the end.
    fn items(&mut self, close: Option<char>, depth: usize) -> Option<Vec<Item>> {
        let mut items = Vec::new();
        loop {
            let item = self.item(depth)?;
            let is_empty = item.0.is_empty();
            if !is_empty {
                items.push(item);
            }
            match self.letters.get(self.at) {
                Some(',') => self.at += 1,
                end if end.copied() == close => return Some(items),
                _ => return None,
            }
        }
    }

    fn item(&mut self, depth: usize) -> Option<Item> {
        let mut parts = Vec::new();
        let mut text = String::new();
        while let Some(&letter) = self.letters.get(self.at) {
            match letter {
                ',' | '}' | ']' | ')' => break,
                '{' | '[' | '(' if depth < DEPTH => {
                    let close = closing(letter);
                    self.at += 1;
                    let items = self.items(Some(close), depth + 1)?;
                    self.at += 1;
                    parts.push(Part::Text(
                        std::mem::take(&mut text).trim_start().to_owned(),
                    ));
                    parts.push(Part::Group(letter, items, close));
                }
                '{' | '[' | '(' => return None,
                '"' => {
                    text.push(letter);
                    self.at += 1;
                    self.string(&mut text)?;
                }
                _ => {
                    text.push(letter);
                    self.at += 1;
                }
            }
        }
        let text = text.trim();
        if !text.is_empty() {
            parts.push(Part::Text(text.to_owned()));
        }
        Some(Item(parts))
    }

    /// The rest of a string, with its closing quotation mark.
    fn string(&mut self, text: &mut String) -> Option<()> {
        loop {
            let letter = *self.letters.get(self.at)?;
            text.push(letter);
            self.at += 1;
            match letter {
                '\\' => {
                    text.push(*self.letters.get(self.at)?);
                    self.at += 1;
                }
                '"' => return Some(()),
                _ => {}
            }
        }
    }
}

fn closing(open: char) -> char {
    match open {
        '{' => '}',
        '[' => ']',
        _ => ')',
    }
}

impl Item {
    fn flat(&self) -> String {
        self.0
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.clone(),
                Part::Group(open, items, close) => {
                    let items: Vec<String> = items.iter().map(Item::flat).collect();
                    let inside = items.join(", ");
                    if *open == '{' && !inside.is_empty() {
                        format!("{open} {inside} {close}")
                    } else {
                        format!("{open}{inside}{close}")
                    }
                }
            })
            .collect()
    }

    fn write(&self, text: &mut String, indent: usize, used: usize) {
        let flat = self.flat();
        if indent + used + flat.chars().count() <= WIDTH {
            text.push_str(&flat);
            return;
        }
        for part in &self.0 {
            match part {
                Part::Text(words) => text.push_str(words),
                Part::Group(open, items, close) if items.is_empty() => {
                    text.push(*open);
                    text.push(*close);
                }
                Part::Group(open, items, close) => {
                    text.push(*open);
                    for item in items {
                        text.push('\n');
                        text.extend(std::iter::repeat_n(' ', indent + 2));
                        item.write(text, indent + 2, 1);
                        text.push(',');
                    }
                    text.push('\n');
                    text.extend(std::iter::repeat_n(' ', indent));
                    text.push(*close);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_values_stay_on_a_line_and_long_ones_do_not() {
        assert_eq!(pretty("Backup { copy: {} }"), "Backup { copy: {} }");
        let long = r#"Backup(Backup { copy: {"x{": Version { number: 1, value: 1 }, "y": Version { number: 2, value: 2 }} })"#;
        let lines = [
            "Backup(",
            "  Backup {",
            "    copy: {",
            r#"      "x{": Version { number: 1, value: 1 },"#,
            r#"      "y": Version { number: 2, value: 2 },"#,
            "    },",
            "  },",
            ")",
        ];
        assert_eq!(pretty(long), lines.join("\n"));
    }

    #[test]
    fn what_is_no_value_stays_as_it_is() {
        for text in [
            "a } b",
            "{ [ }",
            "\"open",
            "",
            "50% (about",
            &"[".repeat(10_000),
        ] {
            assert_eq!(pretty(text), text);
        }
    }
}
