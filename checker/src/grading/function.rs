//! Which function a line of Rust is in, told from the text alone.
//!
//! This is for people: a wrong guess costs a misleading word, never a verdict. It relies on the indentation that
//! `rustfmt` gives.

use std::fs;
use std::path::Path;

/// The function around line `line` (counted from one) of `file`, a path relative to `folder` or to one of the folders
/// around it: `Replica::on_request`, or `merge` for one that stands alone.
pub fn enclosing_in_file(folder: &Path, file: &str, line: u32) -> Option<String> {
    let text = folder
        .ancestors()
        .find_map(|folder| fs::read_to_string(folder.join(file)).ok())?;
    enclosing(&text, line)
}

/// The function around line `line` of `text`.
fn enclosing(text: &str, line: u32) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let at = usize::try_from(line).ok()?.checked_sub(1)?;
    let inner = indentation(lines.get(at)?);
    let (row, name) = (0..=at).rev().find_map(|row| {
        let outside = row == at || indentation(lines[row]) < inner;
        outside
            .then(|| function_name(lines[row]))
            .flatten()
            .map(|name| (row, name))
    })?;
    let outer = indentation(lines[row]);
    let around = (0..row)
        .rev()
        .find(|row| opens_item(lines[*row]) && indentation(lines[*row]) < outer);
    let owner = around.map(|row| owner_name(&lines[row..]));
    Some(match owner.flatten() {
        Some(owner) if outer > 0 => format!("{owner}::{name}"),
        _ => name,
    })
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Whether a line opens, or closes, something that functions can be in.
fn opens_item(line: &str) -> bool {
    let line = line
        .trim_start()
        .trim_start_matches("pub ")
        .trim_start_matches("unsafe ");
    ["impl ", "impl<", "trait ", "mod ", "fn ", "}"]
        .iter()
        .any(|word| line.starts_with(word))
}

fn function_name(line: &str) -> Option<String> {
    let code = line.split("//").next()?;
    let after = match code.trim_start().strip_prefix("fn ") {
        Some(after) => after,
        None => code.split_once(" fn ")?.1,
    };
    Some(identifier(after)).filter(|name| !name.is_empty())
}

/// The type in `impl<T> Node for Replica<T> where … {`.
fn owner_name(lines: &[&str]) -> Option<String> {
    let header: String = lines
        .iter()
        .take(20)
        .flat_map(|line| [line.trim(), " "])
        .collect();
    let header = header.split('{').next()?.split(" where ").next()?;
    if !header.contains("impl") && !header.contains("trait ") {
        return None;
    }
    let subject = match header.rsplit_once(" for ") {
        Some((_, subject)) => subject,
        None => after_generics(
            header
                .trim_start_matches("pub ")
                .trim_start_matches("impl")
                .trim_start_matches("trait"),
        ),
    };
    // `&mut path::Type<T>` is `Type`.
    let path = subject
        .trim_start_matches(['&', ' '])
        .trim_start_matches("mut ")
        .split(['<', ' ', ':'])
        .next()?;
    let last = subject
        .split(['<', ' '])
        .next()?
        .rsplit("::")
        .next()
        .unwrap_or(path);
    let name = identifier(last.trim_start_matches('&'));
    if name.is_empty() {
        Some(identifier(path)).filter(|name| !name.is_empty())
    } else {
        Some(name)
    }
}

fn after_generics(text: &str) -> &str {
    let text = text.trim_start();
    if !text.starts_with('<') {
        return text;
    }
    let mut depth = 0;
    for (at, sign) in text.char_indices() {
        match sign {
            '<' => depth += 1,
            '>' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return text[at + 1..].trim_start();
        }
    }
    text
}

fn identifier(text: &str) -> String {
    text.trim_start()
        .chars()
        .take_while(|sign| sign.is_alphanumeric() || *sign == '_')
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "\
pub fn alone() { todo!() }

impl<T: Clone> Node for crate::Replica<T>
where
    T: Debug,
{
    fn on_request(&mut self, call: Call) {
        // fn old(&mut self) is gone
        if call.is_first() {
            todo!(\"answer\")
        }
    }
}

impl<K, V> Map<K, V> {
    pub(crate) const fn get(
        &self,
    ) -> V {
        todo!()
    }
}

mod inner {
    pub fn merge() {
        let add = |a, b| {
            todo!()
        };
    }
}
";

    #[test]
    fn functions_and_their_types_are_named() {
        for (line, name) in [
            (1, "alone"),
            (10, "Replica::on_request"),
            (19, "Map::get"),
            (26, "merge"),
        ] {
            assert_eq!(
                enclosing(SOURCE, line).as_deref(),
                Some(name),
                "line {line}"
            );
        }
    }

    #[test]
    fn what_is_in_no_function_has_no_name() {
        assert_eq!(enclosing("use std::fmt;\n", 1), None);
        assert_eq!(enclosing(SOURCE, 1000), None);
        assert_eq!(enclosing(SOURCE, 0), None);
    }
}
