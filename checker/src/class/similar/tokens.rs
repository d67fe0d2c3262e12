//! The tokens of a Rust file, as numbers: without what a copier changes first.
//!
//! Every name is the same token, and so is every number, every text and every lifetime; comments and spaces are none.
//! Commas that formatting adds or takes away are left out. What remains is keywords and punctuation around nameless
//! things.
//!
//! This is no compiler: any text has tokens, and what is no Rust has some that mean nothing. A parser that can refuse,
//! or that needs more stack the deeper brackets nest, would be the wrong tool for files that anybody may have made.

/// Larger than any character, which stands for itself.
const NAME: u32 = 0x11_0000;
const NUMBER: u32 = NAME + 1;
const TEXT: u32 = NAME + 2;
const LETTER: u32 = NAME + 3;
const LIFETIME: u32 = NAME + 4;
const KEYWORD: u32 = NAME + 16;

/// The Rust Reference, "Keywords": strict ones, and those that are words of programs all the same.
const KEYWORDS: [&str; 41] = [
    "Self",
    "as",
    "async",
    "await",
    "break",
    "const",
    "continue",
    "crate",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "fn",
    "for",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro_rules",
    "match",
    "mod",
    "move",
    "mut",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "struct",
    "super",
    "trait",
    "true",
    "try",
    "type",
    "union",
    "unsafe",
    "use",
    "where",
    "while",
];

/// The tokens of `source`, in their order.
pub fn tokens(source: &str) -> Vec<u32> {
    let mut lexer = Lexer { rest: source };
    let mut tokens: Vec<u32> = Vec::new();
    while let Some(token) = lexer.next() {
        let closes = [')', ']', '}'].map(u32::from).contains(&token);
        if closes && tokens.last() == Some(&u32::from(',')) {
            tokens.pop();
        }
        let is_spare = token == u32::from(',') && tokens.last() == Some(&u32::from('}'));
        if !is_spare {
            tokens.push(token);
        }
    }
    tokens
}

/// What has not been read.
struct Lexer<'a> {
    rest: &'a str,
}

impl Lexer<'_> {
    fn next(&mut self) -> Option<u32> {
        loop {
            self.rest = self.rest.trim_start();
            if self.rest.starts_with("//") {
                self.skip_past("\n");
            } else if self.rest.starts_with("/*") {
                self.skip_comment();
            } else {
                break;
            }
        }
        let first = self.rest.chars().next()?;
        Some(match first {
            '"' => self.text(1),
            '\'' => self.quote(),
            '0'..='9' => self.number(),
            letter if is_name(letter) => self.word(),
            letter => {
                self.skip(letter.len_utf8());
                u32::from(letter)
            }
        })
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or("");
    }

    /// To behind the next `end`, or to the end of the file.
    fn skip_past(&mut self, end: &str) {
        self.rest = self.rest.split_once(end).map_or("", |(_, rest)| rest);
    }

    fn skip_while(&mut self, held: impl Fn(char) -> bool) {
        self.rest = self.rest.trim_start_matches(held);
    }

    /// Comments nest.
    fn skip_comment(&mut self) {
        let mut depth = 0_usize;
        let mut bytes = self.rest.as_bytes();
        loop {
            match bytes {
                [b'/', b'*', rest @ ..] => {
                    depth += 1;
                    bytes = rest;
                }
                [b'*', b'/', rest @ ..] => {
                    depth -= 1;
                    bytes = rest;
                }
                [_, rest @ ..] => bytes = rest,
                [] => break,
            }
            if depth == 0 {
                break;
            }
        }
        // It ends behind an ASCII letter or at the end: never within a character.
        self.skip(self.rest.len() - bytes.len());
    }

    /// A text in quotation marks, which begin after `before` bytes less one; a backslash takes the next letter's
    /// meaning.
    fn text(&mut self, before: usize) -> u32 {
        self.skip(before);
        let mut letters = self.rest.char_indices();
        let mut end = self.rest.len();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '\\' => {
                    letters.next();
                }
                '"' => {
                    end = at + 1;
                    break;
                }
                _ => {}
            }
        }
        self.skip(end);
        TEXT
    }

    /// A letter in single quotes, or a lifetime.
    fn quote(&mut self) -> u32 {
        self.skip(1);
        let mut letters = self.rest.chars();
        match (letters.next(), letters.next()) {
            (Some('\\'), Some(escaped)) => {
                self.skip(1 + escaped.len_utf8());
                // `\u{1f600}` and `\x7f`: nothing longer than a name and brackets.
                self.skip_while(|letter| {
                    letter.is_ascii_hexdigit() || matches!(letter, '{' | '}' | '_')
                });
                if self.rest.starts_with('\'') {
                    self.skip(1);
                }
                LETTER
            }
            (Some(letter), Some('\'')) => {
                self.skip(letter.len_utf8() + 1);
                LETTER
            }
            (Some(letter), _) if is_name(letter) => {
                self.skip_while(goes_on);
                LIFETIME
            }
            _ => u32::from('\''),
        }
    }

    fn number(&mut self) -> u32 {
        let is_decimal = !["0x", "0b", "0o"]
            .iter()
            .any(|base| self.rest.starts_with(base));
        loop {
            let before = self.rest;
            self.skip_while(goes_on);
            let read = &before[..before.len() - self.rest.len()];
            let mut letters = self.rest.chars();
            let next = (letters.next(), letters.next());
            let goes_on = match next {
                // `1.5`, but neither `0..3` nor `1.max(2)`.
                (Some('.'), Some('0'..='9')) => is_decimal,
                (Some('+' | '-'), Some('0'..='9')) => is_decimal && read.ends_with(['e', 'E']),
                _ => false,
            };
            if !goes_on {
                return NUMBER;
            }
            self.skip(1);
        }
    }

    /// A name, a keyword, or what a prefix makes of the text behind it.
    fn word(&mut self) -> u32 {
        let before = self.rest;
        self.skip_while(goes_on);
        let word = &before[..before.len() - self.rest.len()];
        match word {
            "b" | "c" if self.rest.starts_with('"') => return self.text(1),
            "b" if self.rest.starts_with('\'') => return self.quote(),
            "r" | "br" | "cr" => {
                let behind = self.rest.trim_start_matches('#');
                let hashes = self.rest.len() - behind.len();
                if behind.starts_with('"') {
                    self.skip(hashes + 1);
                    self.skip_past(&format!("\"{}", "#".repeat(hashes)));
                    return TEXT;
                }
                if word == "r" && hashes == 1 && behind.starts_with(is_name) {
                    self.skip(1);
                    self.skip_while(goes_on);
                    return NAME;
                }
            }
            _ => {}
        }
        KEYWORDS.binary_search(&word).map_or(NAME, |index| {
            // There are a few dozen.
            KEYWORD + u32::try_from(index).unwrap_or(0)
        })
    }
}

/// Whether a name can begin with it. Close enough to the Reference's `XID_Start`.
fn is_name(letter: char) -> bool {
    letter == '_' || letter.is_alphabetic()
}

/// Whether a name can go on with it.
fn goes_on(letter: char) -> bool {
    letter == '_' || letter.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_same(first: &str, second: &str) {
        assert_eq!(tokens(first), tokens(second), "{first}\n{second}");
    }

    #[track_caller]
    fn assert_count(source: &str, count: usize) {
        assert_eq!(tokens(source).len(), count, "{source}");
    }

    #[test]
    fn keywords_can_be_searched() {
        assert!(KEYWORDS.is_sorted());
    }

    #[test]
    fn names_comments_literals_and_formatting_make_no_difference() {
        assert_same(
            "/// Adds.\npub fn add(left: u32, right: u32) -> u32 {\n    left + right /* and /* so */ on */\n}\n",
            "pub fn plus(a:u64,b:u64,)->u64{a+b}// done",
        );
        assert_same("let a = 17.5e-3;", "let speed = 0xff_u8;");
        assert_same("f(\"a \\\" b\", 'x', b\"y\")", "g(r#\"\"\"#, '\\'', \"\",)");
        assert_same(
            "match a { 1 => {}, _ => {} }",
            "match b { 7 => {} _ => {} }",
        );
        assert_same("r#type.a", "kind.b");
        assert_same("'\\u{1f600}'", "'é'");
    }

    #[test]
    fn keywords_and_punctuation_make_one() {
        for (first, second) in [
            ("a + b", "a - b"),
            ("while a {}", "if a {}"),
            ("&mut a", "&a"),
            ("'a", "'a'"),
            ("\"a\"", "1"),
        ] {
            assert_ne!(tokens(first), tokens(second), "{first}, {second}");
        }
    }

    #[test]
    fn what_looks_alike_is_told_apart() {
        assert_count("0..3", 4);
        assert_count("1.max(2)", 6);
        assert_count("1.5e-3 - 2", 3);
        assert_count("0xe-1", 3);
        assert_count("fn f<'a>(x: &'a str) -> char { 'a' }", 18);
        assert_count("br##\"a\"# b\"## c", 2);
        assert_count("'\\\\' '\\n' b'\\'' b'a'", 4);
    }

    #[test]
    fn any_text_has_tokens() {
        for text in [
            "\"open",
            "'",
            "'\\",
            "r#",
            "r##\"open\"#",
            "/* /* open */",
            "b'",
            "é'é",
            "\u{202e}\0\u{feff}",
            "0.",
            "1e+",
            "'\\u{",
            "//",
            "*/",
            "r#\"",
            "\\",
        ] {
            let _ = tokens(text);
        }
        let deep = "(".repeat(1 << 20);
        assert_eq!(tokens(&deep).len(), 1 << 20);
        assert_count(&"/*".repeat(1 << 19), 0);
        assert_count(&"é'".repeat(1 << 18), 1 << 18);
    }
}
