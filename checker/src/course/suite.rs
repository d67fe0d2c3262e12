//! Which tests a suite has, read from its source: no build is needed to find a scenario that has no test.

use std::ops::Range;

/// Names of the `#[test]` functions in `source` and the bytes where each name stands, in order.
///
/// Comments and literals are skipped; macros are not expanded, so a test that a macro makes is not found.
pub fn tests(source: &str) -> Vec<(String, Range<usize>)> {
    let code = blank_out(source);
    let mut found = Vec::new();
    let mut rest = 0;
    while let Some(index) = code[rest..].find("#[test]") {
        rest += index + "#[test]".len();
        if let Some(name) = function_after(&code, rest) {
            found.push((code[name.clone()].to_owned(), name));
        }
    }
    found
}

/// `source` with spaces instead of every `#[test]`: functions like any other, each on the line where it was.
pub fn without_test_attributes(source: &str) -> String {
    let code = blank_out(source);
    let mut plain = String::with_capacity(source.len());
    let mut done = 0;
    for (at, attribute) in code.match_indices("#[test]") {
        plain.push_str(&source[done..at]);
        plain.push_str(&" ".repeat(attribute.len()));
        done = at + attribute.len();
    }
    plain.push_str(&source[done..]);
    plain
}

/// The name of the function whose attributes end at `start`, if nothing but attributes and qualifiers is between.
fn function_after(code: &str, start: usize) -> Option<Range<usize>> {
    let mut at = start;
    loop {
        at += code[at..].len() - code[at..].trim_start().len();
        let rest = &code[at..];
        if rest.starts_with("#[") {
            at += attribute_length(rest)?;
            continue;
        }
        let word = rest
            .split(|char: char| !char.is_alphanumeric() && char != '_')
            .next()
            .unwrap_or("");
        match word {
            "pub" | "async" | "const" | "unsafe" | "extern" => at += word.len(),
            "fn" => {
                at += word.len();
                at += code[at..].len() - code[at..].trim_start().len();
                let name = code[at..].find(|char: char| !char.is_alphanumeric() && char != '_')?;
                return (name > 0).then_some(at..at + name);
            }
            _ => return None,
        }
    }
}

fn attribute_length(code: &str) -> Option<usize> {
    let mut depth = 0;
    for (index, byte) in code.bytes().enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' if depth == 1 => return Some(index + 1),
            b']' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// `source` with every comment and literal replaced by as many spaces; line breaks stay.
fn blank_out(source: &str) -> String {
    let bytes = source.as_bytes();
    let mut code = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let length = skipped(&bytes[at..], at.checked_sub(1).map(|before| bytes[before]));
        if length == 0 {
            code.push(bytes[at]);
            at += 1;
        } else {
            let end = (at + length).min(bytes.len());
            code.extend(
                bytes[at..end]
                    .iter()
                    .map(|&byte| if byte == b'\n' { byte } else { b' ' }),
            );
            at = end;
        }
    }
    // Only whole comments and literals were replaced, so what is left is still UTF-8; if not, there is no test in it.
    String::from_utf8(code).unwrap_or_default()
}

/// How many bytes from the start are a comment or a literal; zero if they are code.
fn skipped(bytes: &[u8], before: Option<u8>) -> usize {
    let in_word = before.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    match bytes {
        [b'/', b'/', ..] => bytes
            .iter()
            .position(|&byte| byte == b'\n')
            .unwrap_or(bytes.len()),
        [b'/', b'*', ..] => block_comment(bytes),
        [b'"', ..] => 1 + quoted(&bytes[1..], b'"'),
        [b'b' | b'c', b'"', ..] if !in_word => 2 + quoted(&bytes[2..], b'"'),
        [b'r', b'"' | b'#', ..] if !in_word => raw(bytes, 1),
        [b'b' | b'c', b'r', b'"' | b'#', ..] if !in_word => raw(bytes, 2),
        [b'\'', ..] => character(bytes),
        _ => 0,
    }
}

fn block_comment(bytes: &[u8]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < bytes.len() {
        match &bytes[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] if depth == 1 => return at + 2,
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    bytes.len()
}

fn quoted(bytes: &[u8], quote: u8) -> usize {
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            byte if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn raw(bytes: &[u8], prefix: usize) -> usize {
    let hashes = bytes[prefix..]
        .iter()
        .take_while(|&&byte| byte == b'#')
        .count();
    let open = prefix + hashes;
    if bytes.get(open) != Some(&b'"') {
        // A raw identifier, `r#type`.
        return 0;
    }
    let mut close = vec![b'"'];
    close.resize(1 + hashes, b'#');
    let inside = &bytes[open + 1..];
    let length = inside
        .windows(close.len())
        .position(|window| window == close);
    length.map_or(bytes.len(), |length| open + 1 + length + close.len())
}

/// A character literal; a lifetime is code.
fn character(bytes: &[u8]) -> usize {
    if bytes.get(1) == Some(&b'\\') {
        return 3 + quoted(&bytes[3.min(bytes.len())..], b'\'');
    }
    let char = std::str::from_utf8(&bytes[1..bytes.len().min(5)])
        .or_else(|error| std::str::from_utf8(&bytes[1..1 + error.valid_up_to()]))
        .ok()
        .and_then(|text| text.chars().next());
    match char {
        Some(char) if bytes.get(1 + char.len_utf8()) == Some(&b'\'') => 2 + char.len_utf8(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::tests as find;

    fn names(source: &str) -> Vec<String> {
        find(source).into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn tests_are_found_with_their_place() {
        let source = "#[test]\nfn a() {}\n\n#[test]\n#[should_panic(expected = \"x]\")]\nfn b_2() {}\nfn helper() {}\n";
        assert_eq!(names(source), ["a", "b_2"]);
        for (name, span) in find(source) {
            assert_eq!(&source[span], name);
        }
    }

    #[test]
    fn comments_and_literals_hold_no_tests() {
        for source in [
            "// #[test] fn a() {}\n",
            "/* /* */ #[test] fn a() {} */",
            "const A: &str = \"#[test] fn a() {}\";",
            "const A: &str = r#\"\" #[test] fn a() {}\"#;",
            "const A: &[u8] = b\"\\\" #[test] fn a() {}\";",
        ] {
            assert_eq!(names(source), [""; 0], "{source}");
        }
    }

    #[test]
    fn quotes_in_characters_and_lifetimes_do_not_confuse_it() {
        for before in [
            "const A: char = '\"';",
            "const A: char = '\\'';",
            "fn f<'a>(x: &'a str) {}",
            "let r#type = 1;",
            "'é'",
        ] {
            assert_eq!(
                names(&format!("{before}\n#[test]\nfn a() {{}}\n")),
                ["a"],
                "{before}"
            );
        }
    }

    #[test]
    fn unfinished_sources_are_survived() {
        for source in [
            "#[test]",
            "#[test] fn",
            "#[test] #[x",
            "\"\\",
            "'\\",
            "r#",
            "/*",
            "#[test] fn é",
        ] {
            find(source);
        }
    }
}
