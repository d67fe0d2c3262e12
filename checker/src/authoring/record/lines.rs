//! A recording as a file.

/// JSON with one line for every element of a list at the top, so that a change of a run is a change of some lines.
pub fn lines(json: &str) -> String {
    let mut text = String::with_capacity(json.len() + json.len() / 32);
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    for char in json.chars() {
        if quoted {
            (quoted, escaped) = match char {
                '\\' => (true, !escaped),
                '"' => (escaped, false),
                _ => (true, false),
            };
            text.push(char);
            continue;
        }
        match char {
            '"' => quoted = true,
            '[' | '{' => depth += 1,
            ']' | '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    text.push('\n');
                }
            }
            _ => {}
        }
        text.push(char);
        let between = char == ',' && depth <= 2;
        let opens = matches!(char, '{' | '[') && depth <= 2;
        if between || opens {
            text.push('\n');
        }
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn elements_of_lists_at_the_top_stand_in_lines_of_their_own() {
        let json = r#"{"format":2,"events":[{"at":0,"text":"a \"[,]\" \\"},{"at":1,"list":[1,2]}],"calls":[]}"#;
        insta::assert_snapshot!("lines", lines(json));
    }

    #[test]
    fn it_is_still_the_same_json() {
        let json = include_str!("../../../tests/fixtures/traces/storm.json");
        let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(value(&lines(json)), value(json));
    }
}
