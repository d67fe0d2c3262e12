//! What a submission must not do besides being wrong: go round the contract, or round the network.
//!
//! The contract lies in `src/api.rs` and is the course's; a file that brings its own could answer with types that equal
//! everything. And nodes share nothing but messages: state that all of them can reach makes every promise easy, and
//! proves nothing. Both are seen in the tokens, as the compiler would see them.

use std::str::FromStr;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Types with which something `static` can be changed.
const SHARED: [&str; 12] = [
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

/// Functions of the standard library that keep something for the whole process.
const GLOBAL: [&str; 4] = ["set_hook", "take_hook", "update_hook", "set_current_dir"];

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
    if let Some(name) = seen.global {
        return Some(format!(
            "it uses `{name}`, which keeps something for the whole process: nodes share nothing but messages"
        ));
    }
    match seen.shared {
        Some(name) if seen.statics => Some(format!(
            "it has something `static` and uses `{name}`: nodes share nothing but messages, so keep state in the node"
        )),
        _ => None,
    }
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
    global: Option<String>,
}

/// Looks at all tokens, however deep: with a list instead of a recursion, which a hostile file could make overflow.
fn look(tokens: Vec<TokenTree>, seen: &mut Seen) {
    let mut waiting = vec![tokens];
    while let Some(tokens) = waiting.pop() {
        let mut quoted = false;
        for token in tokens {
            // A lifetime is a sign and a word: `'static` is no state.
            let lifetime = std::mem::replace(&mut quoted, is_sign(Some(&token), '\''));
            match token {
                TokenTree::Ident(word) => {
                    let word = word.to_string();
                    let word = word.strip_prefix("r#").unwrap_or(&word);
                    if !lifetime && (word == "static" || word == "thread_local") {
                        seen.statics = true;
                    }
                    if SHARED.contains(&word) || word.starts_with("Atomic") {
                        seen.shared.get_or_insert_with(|| word.to_owned());
                    }
                    if GLOBAL.contains(&word) {
                        seen.global.get_or_insert_with(|| word.to_owned());
                    }
                }
                TokenTree::Group(group) => waiting.push(group.stream().into_iter().collect()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
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
        ] {
            assert!(with(refused).is_some(), "{refused}");
        }
    }
}
