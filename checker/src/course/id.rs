//! Ids: names of folders and packages, in kebab-case.

use super::table::{At, Table};
use crate::problem::{Code, Problem};

/// Passes on an id that can be the name of a folder and of a package; reports any other.
pub fn check_id(table: &Table, whose: &str, id: At<String>) -> Option<At<String>> {
    if is_kebab_case(&id.0) {
        return Some(id);
    }
    let suggestion = to_kebab_case(&id.0);
    let advice = if is_kebab_case(&suggestion) {
        format!("write `{suggestion}`: small letters, digits and single hyphens, a letter first")
    } else {
        "use small letters, digits and single hyphens, a letter first: `primary-backup`".to_owned()
    };
    let problem = Problem::new(
        Code::BadId,
        format!("`{}` cannot be the id of {whose}", id.0.escape_debug()),
    );
    table.report(problem.at(table.source(), id.1, "").help(advice));
    None
}

/// Whether `id` is in kebab-case and short enough for every file system.
pub fn is_kebab_case(id: &str) -> bool {
    id.len() <= 64
        && id.starts_with(|first: char| first.is_ascii_lowercase())
        && !id.ends_with('-')
        && !id.contains("--")
        && id
            .chars()
            .all(|char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-')
}

fn to_kebab_case(id: &str) -> String {
    let mut kebab = String::new();
    for char in id.chars() {
        if char.is_ascii_uppercase() && kebab.ends_with(|last: char| last.is_ascii_lowercase()) {
            kebab.push('-');
        }
        match char.to_ascii_lowercase() {
            char if char.is_ascii_alphanumeric() => kebab.push(char),
            _ if kebab.ends_with('-') || kebab.is_empty() => {}
            _ => kebab.push('-'),
        }
    }
    kebab.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kebab_case_is_small_letters_digits_and_single_hyphens() {
        for good in ["a", "request-reply", "two-phase-commit-2"] {
            assert!(is_kebab_case(good), "{good}");
        }
        for bad in ["", "-a", "a-", "a--b", "A", "1a", "a_b", "a b", "é", "../a"] {
            assert!(!is_kebab_case(bad), "{bad}");
        }
    }

    #[test]
    fn a_suggestion_is_in_kebab_case() {
        assert_eq!(to_kebab_case("RequestReply"), "request-reply");
        assert_eq!(to_kebab_case("request_reply "), "request-reply");
    }
}
