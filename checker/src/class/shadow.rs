//! Methods by which a submission could stand in for those that the suite means.
//!
//! A type of the contract is the course's, but it lies in the same crate as the student's file, which may give it further
//! methods. One that is called as a method of a trait (`clone`, `to_string`) comes before that: a suite that calls it gets what the
//! student wants. Aliases and macros hide such methods from a look at the tokens; the compiler sees through all of them, and
//! refuses a second method of the same name.

use std::collections::BTreeSet;
use std::str::FromStr;

use proc_macro2::{TokenStream, TokenTree};

/// Methods of traits that a suite may call on types of a contract. Others it can call only where the contract has them, and
/// there a second one does not compile anyway.
const METHODS: [&str; 27] = [
    "as_mut",
    "as_ref",
    "borrow",
    "borrow_mut",
    "clamp",
    "clone",
    "clone_from",
    "cmp",
    "deref",
    "deserialize",
    "eq",
    "fmt",
    "ge",
    "gt",
    "hash",
    "into",
    "into_iter",
    "le",
    "lt",
    "max",
    "min",
    "ne",
    "next",
    "partial_cmp",
    "serialize",
    "to_owned",
    "to_string",
];

/// What the compiler says if one of the methods is there already.
pub const TWICE: &str = "E0592";

/// Code to add to `source`, in which every type of `contract` has all methods that `suite` may mean by a trait. If the compiler
/// then says [`TWICE`], the submission has one of them. `None` if it can have none, because it says none of their names after
/// `fn` and has no macros.
pub fn methods(contract: &str, suite: &str, source: &str) -> Option<String> {
    let own = Words::of(source);
    let called = Words::of(suite).called;
    let names: Vec<&str> = METHODS
        .into_iter()
        .filter(|name| called.contains(*name))
        .filter(|name| own.functions.contains(*name) || own.macros && own.all.contains(*name))
        .collect();
    let types = Words::of(contract).types;
    if names.is_empty() || types.is_empty() {
        return None;
    }
    let methods: String = names
        .iter()
        .map(|name| format!(" pub fn {name}() {{}}"))
        .collect();
    let impls: String = types
        .iter()
        .map(|name| format!("    impl crate::api::{name} {{{methods} }}\n"))
        .collect();
    Some(format!(
        "\nmod methods_that_the_suite_means {{\n{impls}}}\n"
    ))
}

#[derive(Default)]
struct Words {
    all: BTreeSet<String>,
    /// Those after `fn`.
    functions: BTreeSet<String>,
    /// Those between a dot and what a method is given.
    called: BTreeSet<String>,
    /// Public types at the top, without parameters.
    types: BTreeSet<String>,
    macros: bool,
}

impl Words {
    fn of(source: &str) -> Words {
        let mut words = Words::default();
        let Ok(tokens) = TokenStream::from_str(source) else {
            return words;
        };
        let mut waiting = vec![(tokens, true)];
        while let Some((tokens, top)) = waiting.pop() {
            let tokens: Vec<TokenTree> = tokens.into_iter().collect();
            for (at, token) in tokens.iter().enumerate() {
                match token {
                    TokenTree::Ident(word) => {
                        let word = plain(word);
                        let before = |steps: usize| at.checked_sub(steps).map(|at| &tokens[at]);
                        if is(before(1), "fn") {
                            words.functions.insert(word.clone());
                        }
                        if is(before(1), ".") {
                            words.called.insert(word.clone());
                        }
                        let kind = ["struct", "enum", "union"]
                            .iter()
                            .any(|kind| is(before(1), kind));
                        if top && kind && is(before(2), "pub") && !is(tokens.get(at + 1), "<") {
                            words.types.insert(word.clone());
                        }
                        words.macros |= word == "macro_rules";
                        words.all.insert(word);
                    }
                    TokenTree::Group(group) => waiting.push((group.stream(), false)),
                    TokenTree::Punct(_) | TokenTree::Literal(_) => {}
                }
            }
        }
        words
    }
}

fn plain(word: &proc_macro2::Ident) -> String {
    let word = word.to_string();
    word.strip_prefix("r#").unwrap_or(&word).to_owned()
}

fn is(token: Option<&TokenTree>, text: &str) -> bool {
    match token {
        Some(TokenTree::Ident(word)) => word == text,
        Some(TokenTree::Punct(sign)) => text.starts_with(sign.as_char()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTRACT: &str =
        "pub struct Answer(String); pub enum Other { A } struct Hidden; pub struct Any<T>(T);";
    const SUITE: &str = "fn f() { assert!(answer.clone() == other); }";

    #[test]
    fn types_of_the_contract_get_the_methods_that_the_suite_means() {
        let code = methods(
            CONTRACT,
            SUITE,
            "impl Own { fn clone(&self) {} fn hash() {} }",
        );
        let code = code.unwrap();
        assert!(
            code.contains("impl crate::api::Answer { pub fn clone() {} }"),
            "{code}"
        );
        assert!(code.contains("impl crate::api::Other {"), "{code}");
        assert!(
            !code.contains("Hidden") && !code.contains("Any") && !code.contains("hash"),
            "{code}"
        );
    }

    #[test]
    fn the_compiler_is_asked_only_where_something_can_be_hidden() {
        for (source, asked) in [
            ("fn f() { answer.clone() }", false),
            ("impl Own { fn eq(&self) {} }", false),
            ("impl Own { fn r#clone(&self) {} }", true),
            ("macro_rules! m { () => {} } fn f() { a.clone() }", true),
            ("macro_rules! m { () => {} }", false),
        ] {
            assert_eq!(
                methods(CONTRACT, SUITE, source).is_some(),
                asked,
                "{source}"
            );
        }
    }
}
