//! What a table of a manifest may hold, as data.
//!
//! The reader refuses every other key with it, and the schemas that editors complete keys from are made of it, so that the
//! two cannot drift apart.

use std::ops::RangeInclusive;

/// A table, and all keys that it may hold.
#[derive(Debug)]
pub struct Form {
    /// The keys, in the order in which authors write them.
    pub keys: &'static [Key],
}

/// A key of a table.
#[derive(Debug)]
pub struct Key {
    /// The key itself.
    pub name: &'static str,
    /// What it is for, in a sentence; editors show it.
    pub about: &'static str,
    /// Whether a table without it is refused.
    pub need: Need,
    /// What may stand under it.
    pub value: Value,
}

/// Whether a key has to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It has to.
    Required,
    /// It may be left out.
    Optional,
}

/// What may stand under a key.
#[derive(Debug)]
pub enum Value {
    /// A text that says something.
    Text,
    /// A text of this form, a regular expression as JSON Schema has them.
    Like(&'static str),
    /// One of these words.
    Word(&'static [&'static str]),
    /// A whole number.
    Number(RangeInclusive<u64>),
    /// The number of the format that this version reads.
    Format(u64),
    /// True or false.
    Flag,
    /// A list of texts.
    Texts,
    /// A list of ids.
    Ids,
    /// One text, or a list of texts.
    TextOrTexts,
    /// Texts under keys that the author chooses.
    TextsByKey,
    /// A list of texts, or texts under keys that the author chooses.
    TextsOrTextsByKey,
    /// A table.
    Table(&'static Form),
    /// At least so many tables.
    Tables(u64, &'static Form),
    /// A table whose form depends on the word under another key of the same table.
    TableBy(&'static str, &'static [(&'static str, &'static Form)]),
}

/// An id, in kebab-case: what [`is_kebab_case`](super::id::is_kebab_case) accepts, but for its length.
pub const ID: &str = "^[a-z][a-z0-9]*(-[a-z0-9]+)*$";

/// A key that has to be there.
pub const fn required(name: &'static str, value: Value, about: &'static str) -> Key {
    Key {
        name,
        about,
        need: Need::Required,
        value,
    }
}

/// A key that may be left out.
pub const fn optional(name: &'static str, value: Value, about: &'static str) -> Key {
    Key {
        name,
        about,
        need: Need::Optional,
        value,
    }
}

impl Form {
    /// The names of its keys, in their order.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + Clone {
        self.keys.iter().map(|key| key.name)
    }

    /// The key of this name.
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}
