//! What a submission must not do besides being wrong: go round the contract, or round the network.
//!
//! The contract lies in `src/api.rs` and is the course's; a file that brings its own could answer with types that equal
//! everything. And nodes share nothing but messages: state that all of them can reach makes every promise easy, and
//! proves nothing. Last, what is graded is one file: it takes in no other, and does not pass for the suite. All of it is
//! seen in the tokens, as the compiler would see them.

use std::str::FromStr;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Types that can be changed by whoever has a reference to them: as something `static`, or through what several nodes hold.
const SHARED: [&str; 13] = [
    "Barrier",
    "Cell",
    "LazyCell",
    "LazyLock",
    "Mutex",
    "Once",
    "OnceCell",
    "OnceLock",
    "RefCell",
    "ReentrantLock",
    "RwLock",
    "UnsafeCell",
    "Condvar",
];

/// By these a message can carry a reference, instead of a copy, from node to node.
const HANDED: [&str; 4] = ["Arc", "Rc", "Weak", "leak"];

/// What the standard library keeps for the whole process, or carries from one of its ends to the other.
const GLOBAL: [&str; 6] = [
    "mpmc",
    "mpsc",
    "set_current_dir",
    "set_hook",
    "take_hook",
    "update_hook",
];

/// Macros that take in another file.
const INCLUDES: [&str; 3] = ["include", "include_bytes", "include_str"];

/// Why a file is not graded, if it is not. A file that is no Rust at all is the compiler's to refuse.
pub fn broken(source: &str) -> Option<String> {
    let tokens: Vec<TokenTree> = TokenStream::from_str(source).ok()?.into_iter().collect();
    if !has_contract(&tokens) {
        return Some(
            "it must contain `pub mod api;` as it was handed out, outside of everything else and without attributes"
                .to_owned(),
        );
    }
    let mut seen = Seen::default();
    look(tokens, &mut seen);
    if let Some(name) = seen.other {
        return Some(format!(
            "it uses `{name}`: what is graded is this file and no other, so write what you need in it"
        ));
    }
    if seen.elsewhere {
        return Some(
            "it uses `track_caller`, by which it could pass for the suite: leave the attribute out"
                .to_owned(),
        );
    }
    if let Some(name) = seen.global {
        return Some(format!(
            "it uses `{name}`, which the whole process shares: nodes share nothing but messages"
        ));
    }
    let by = match (seen.statics, &seen.handed) {
        (true, _) => "has something `static`".to_owned(),
        (false, Some(name)) => format!("uses `{name}`"),
        (false, None) => return None,
    };
    let name = seen.shared?;
    Some(format!(
        "it {by} and uses `{name}`: nodes share nothing but messages, so keep state in the node"
    ))
}

/// Whether `pub mod api;` stands at the top, as an item of its own, and exactly once.
fn has_contract(tokens: &[TokenTree]) -> bool {
    let starts: Vec<usize> = (0..tokens.len())
        .filter(|&at| {
            is_word(tokens.get(at), "pub")
                && is_word(tokens.get(at + 1), "mod")
                && is_word(tokens.get(at + 2), "api")
                && is_sign(tokens.get(at + 3), ';')
        })
        .collect();
    let [start] = starts[..] else {
        return false;
    };
    // Documentation is an attribute as well, and changes nothing.
    let mut before = start;
    while let Some(at) = before.checked_sub(2) {
        match (&tokens[at], &tokens[at + 1]) {
            (TokenTree::Punct(sign), TokenTree::Group(group))
                if sign.as_char() == '#' && is_documentation(group) =>
            {
                before = at;
            }
            _ => break,
        }
    }
    let Some(last) = before.checked_sub(1) else {
        return true;
    };
    match &tokens[last] {
        TokenTree::Punct(sign) => sign.as_char() == ';',
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => true,
        // An attribute of the whole file: `#![…]`.
        TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
            last >= 2 && is_sign(tokens.get(last - 1), '!') && is_sign(tokens.get(last - 2), '#')
        }
        _ => false,
    }
}

fn is_documentation(group: &proc_macro2::Group) -> bool {
    group.delimiter() == Delimiter::Bracket
        && is_word(group.stream().into_iter().next().as_ref(), "doc")
}

fn is_word(token: Option<&TokenTree>, word: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(found)) if found == word)
}

fn is_sign(token: Option<&TokenTree>, sign: char) -> bool {
    matches!(token, Some(TokenTree::Punct(found)) if found.as_char() == sign)
}

#[derive(Default)]
struct Seen {
    statics: bool,
    shared: Option<String>,
    handed: Option<String>,
    global: Option<String>,
    other: Option<String>,
    elsewhere: bool,
}

/// Looks at all tokens, however deep: with a list instead of a recursion, which a hostile file could make overflow.
fn look(tokens: Vec<TokenTree>, seen: &mut Seen) {
    let mut waiting = vec![(tokens, Inside::Code)];
    while let Some((tokens, inside)) = waiting.pop() {
        for (at, token) in tokens.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|before| tokens.get(before));
            match token {
                TokenTree::Ident(word) => {
                    let word = word.to_string();
                    let word = word.strip_prefix("r#").unwrap_or(&word);
                    let next = tokens.get(at + 1);
                    // A lifetime is a sign and a word: `'static` is no state.
                    if !is_sign(before, '\'') {
                        seen.word(word);
                    }
                    let path = word == "path"
                        && is_sign(next, '=')
                        && match inside {
                            Inside::Code => false,
                            Inside::Macro => {
                                matches!(tokens.get(at + 2), Some(TokenTree::Literal(_)))
                            }
                            Inside::Attribute => true,
                        };
                    let alone = inside == Inside::Macro && tokens.len() == 1;
                    if path || INCLUDES.contains(&word) && (alone || is_macro(before, next)) {
                        seen.other.get_or_insert_with(|| word.to_owned());
                    }
                }
                TokenTree::Group(group) => {
                    let inside = match inside {
                        Inside::Attribute => Inside::Attribute,
                        _ if is_sign(before, '#') => Inside::Attribute,
                        // A macro may hand on what it gets as an attribute.
                        _ if is_sign(before, '!') => Inside::Macro,
                        inside => inside,
                    };
                    waiting.push((group.stream().into_iter().collect(), inside));
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
}

/// What tokens stand in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Code,
    Macro,
    Attribute,
}

/// Whether a word between these two is the name of a macro that is used or imported.
fn is_macro(before: Option<&TokenTree>, next: Option<&TokenTree>) -> bool {
    is_sign(next, '!') || is_sign(before, ':') || is_word(next, "as")
}

impl Seen {
    fn word(&mut self, word: &str) {
        let note = |place: &mut Option<String>| {
            place.get_or_insert_with(|| word.to_owned());
        };
        if word == "static" || word == "thread_local" {
            self.statics = true;
        }
        if SHARED.contains(&word) || word.starts_with("Atomic") {
            note(&mut self.shared);
        }
        if HANDED.contains(&word) {
            note(&mut self.handed);
        }
        if GLOBAL.contains(&word) {
            note(&mut self.global);
        }
        if word == "track_caller" {
            self.elsewhere = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contract_must_be_the_courses() {
        for accepted in [
            "pub mod api;",
            "//! About.\n#![allow(dead_code)]\n/// The contract.\npub mod api;\nstruct A;",
            "use std::fmt;\n\npub mod api;",
            "mod own { fn f() {} }\npub mod api;",
            // No Rust at all: the compiler says so.
            "fn f( {",
        ] {
            assert_eq!(broken(accepted), None, "{accepted}");
        }
        for refused in [
            "",
            "pub mod api { pub enum Response {} }",
            "#[path = \"mine.rs\"] pub mod api;",
            "#[cfg(any())] pub mod api; ",
            "#[doc(hidden)] #[path = \"mine.rs\"] pub mod api;",
            "#[path = \"mine.rs\"] #[doc(hidden)] pub mod api;",
            "swallow! { pub mod api; }",
            "macro_rules! m { () => { pub mod api; } }",
            "pub mod inner { pub mod api; }",
            "// pub mod api;",
            "const A: &str = \"pub mod api;\";",
            "pub mod api; pub mod api;",
        ] {
            assert!(broken(refused).is_some(), "{refused}");
        }
    }

    #[test]
    fn nodes_share_nothing() {
        let with = |code: &str| broken(&format!("pub mod api;\n{code}"));
        for accepted in [
            "static WORDS: [&str; 2] = [\"a\", \"b\"];",
            "fn f(name: &'static str) -> RefCell<u8> { RefCell::new(0) }",
            "use std::cell::Cell;",
            "use std::rc::Rc; struct Text(Rc<str>);",
        ] {
            assert_eq!(with(accepted), None, "{accepted}");
        }
        for refused in [
            "static ALL: Mutex<u8> = Mutex::new(0);",
            "thread_local! { static A: Cell<u8> = Cell::new(0); }",
            "mod a { fn f() { static A: std::sync::atomic::AtomicU64 = x(); } }",
            "use std::sync::Mutex as M; static A: M<u8> = M::new(0);",
            "fn f() { std::panic::set_hook(Box::new(|_| {})) }",
            "static A: r#Mutex<u8> = y();",
            "struct Message { total: std::rc::Rc<std::cell::Cell<u64>> }",
            "fn f() -> &'static Cell<u8> { Box::leak(Box::default()) }",
            "use std::sync::mpsc::Sender;",
        ] {
            assert!(with(refused).is_some(), "{refused}");
        }
    }

    #[test]
    fn one_file_is_graded() {
        let with = |code: &str| broken(&format!("pub mod api;\n{code}"));
        for accepted in [
            "fn include(path: &str, include: bool) { let path = include; self.include(path) }",
            "fn f() { println!(\"include!\") }",
            "struct A { include: bool }",
            "fn f(path: &str, include: bool) { g(include); println!(\"{path}\", path = path); }",
        ] {
            assert_eq!(with(accepted), None, "{accepted}");
        }
        for refused in [
            "include!(\"../tests/grade.rs\");",
            "const A: &str = std::include_str!(\"/etc/passwd\");",
            "use std::include as also; also!(\"x\");",
            "use core::{include as also};",
            "macro_rules! m { ($a:ident) => { $a!(\"x\"); } } m!(include);",
            "#[path = \"../tests/grade.rs\"] mod suite;",
            "#[cfg_attr(all(), path = \"../tests/grade.rs\")] mod suite;",
            "macro_rules! m { ($($a:tt)*) => { #[$($a)*] mod suite; } } m!(path = \"x\");",
            "#[track_caller] fn f() {}",
            "#[cfg_attr(all(), track_caller)] fn f() {}",
        ] {
            assert!(with(refused).is_some(), "{refused}");
        }
    }
}
