//! Text that others wrote, made harmless.

use std::fmt::Write;

/// `text` as it can stand between tags or in a quoted attribute, with what would not show written out ([`visible`]).
/// Line breaks become references: Markdown ends raw HTML at an empty line.
pub fn html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in visible(text).chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' => escaped.push_str("&#10;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// A JSON value as it can stand in a `script` element: no `<` in it can end the element or begin a comment.
pub fn json(value: &impl serde::Serialize) -> String {
    // Only text, numbers and lists are ever given: nothing in them cannot be written.
    let text = serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned());
    text.replace('&', "\\u0026")
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
}

/// `text` with everything written out that would not show, or would change the order in which letters show: control
/// characters, and the marks of the Unicode bidirectional algorithm. Line breaks stay.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' => shown.push('\n'),
            '\t' => shown.push_str("    "),
            '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{61c}' => {
                // Writing to a string cannot fail.
                let _ = write!(shown, "{}", letter.escape_unicode());
            }
            letter if letter.is_control() => {
                let _ = write!(shown, "{}", letter.escape_unicode());
            }
            letter => shown.push(letter),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_was_written_becomes_markup() {
        assert_eq!(
            html("<img src=x onerror='a'>&\"\n"),
            "&lt;img src=x onerror=&#39;a&#39;&gt;&amp;&quot;&#10;"
        );
        assert_eq!(json(&"</script><!--"), r#""\u003c/script\u003e\u003c!--""#);
    }

    #[test]
    fn what_would_not_show_is_written_out() {
        assert_eq!(
            visible("a\u{1b}[31m\u{202e}b\0\tשלום\n"),
            "a\\u{1b}[31m\\u{202e}b\\u{0}    שלום\n"
        );
    }
}
