//! Short names for values, made from what `Debug` shows.

/// The longest label, in characters.
const LONGEST: usize = 36;

/// A label for an arrow: `Replicate { key: "x", value: 2 }` becomes `Replicate key=x value=2`.
pub(crate) fn label(debug: &str) -> String {
    shorten(&compact(debug), LONGEST)
}

/// The same value with less punctuation.
pub(crate) fn compact(debug: &str) -> String {
    let mut text = String::with_capacity(debug.len());
    let mut depth = 0_usize;
    let mut characters = debug.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' => {}
            '{' if text.ends_with(' ') && text.len() > 1 => {
                depth += 1;
                if depth > 1 {
                    text.pop();
                    text.push('(');
                }
                characters.next_if_eq(&' ');
            }
            ' ' if characters.peek() == Some(&'}') => {
                characters.next();
                if depth > 1 {
                    text.push(')');
                }
                depth = depth.saturating_sub(1);
            }
            ':' if characters.peek() == Some(&' ') => {
                characters.next();
                text.push('=');
            }
            ',' if depth == 1 && characters.peek() == Some(&' ') => {}
            other => text.push(other),
        }
    }
    text
}

/// A label that fits into `room` characters: first without the fields' names, then cut off.
pub(crate) fn fit(label: &str, room: usize) -> String {
    if label.chars().count() <= room {
        return label.to_owned();
    }
    let values: Vec<&str> = label
        .split(' ')
        .map(|word| word.split_once('=').map_or(word, |(_, value)| value))
        .collect();
    shorten(&values.join(" "), room)
}

/// At most `longest` characters, the last one `…` if some were left out.
pub(crate) fn shorten(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(longest.saturating_sub(1)).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_read_like_calls() {
        assert_eq!(
            label(r#"Replicate { key: "x", value: 2 }"#),
            "Replicate key=x value=2"
        );
        assert_eq!(label("Stored(2)"), "Stored(2)");
        assert_eq!(label("Ack"), "Ack");
        assert_eq!(
            label("Put { at: Stamp { time: 3, node: NodeId(1) }, value: 7 }"),
            "Put at=Stamp(time=3, node=NodeId(1)…"
        );
    }

    #[test]
    fn names_of_fields_go_before_their_values() {
        assert_eq!(
            fit("Replicate key=x value=2", 23),
            "Replicate key=x value=2"
        );
        assert_eq!(fit("Replicate key=x value=2", 20), "Replicate x 2");
        assert_eq!(fit("Replicate key=x value=2", 8), "Replica…");
    }

    #[test]
    fn nothing_is_cut_inside_a_character() {
        assert_eq!(shorten("ééééé", 3), "éé…");
    }
}
