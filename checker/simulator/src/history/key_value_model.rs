//! Values under keys.

use std::collections::HashMap;
use std::fmt::Debug;
use std::hash::Hash;

use super::Model;
use super::fixed_hash::FixedState;

/// A map from keys to values; each key is checked by itself.
///
/// ```
/// use simulator::history::key_value_map::{Answer, Operation};
/// use simulator::history::{KeyValueMap, Model};
///
/// let map = KeyValueMap::empty();
/// let (answer, state) = map.step(&None, &Operation::Put("x", 1));
/// assert_eq!((answer, state), (Answer::Done, Some(1)));
/// assert_eq!(map.step(&Some(1), &Operation::Get("x")), (Answer::Value(Some(1)), Some(1)));
/// assert_eq!(map.key(&Operation::Delete("x")), "x");
/// ```
#[derive(Clone, Debug)]
pub struct KeyValueMap<K, V> {
    start: HashMap<K, V, FixedState>,
}

/// What a [`KeyValueMap`] can be asked.
///
/// ```
/// use simulator::history::{KeyValueMap, Model, key_value_map::{Answer, Operation}};
///
/// let map = KeyValueMap::empty();
/// // Put only if nothing is there.
/// let claim = Operation::CompareAndSet { key: "lock", expected: None, new: "n1" };
/// assert_eq!(map.step(&None, &claim), (Answer::Swapped(true), Some("n1")));
/// assert_eq!(map.step(&Some("n2"), &claim), (Answer::Swapped(false), Some("n2")));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Operation<K, V> {
    /// Asks for the value under a key; answered with [`Answer::Value`].
    Get(K),
    /// Puts a value under a key; answered with [`Answer::Done`].
    Put(K, V),
    /// Takes the key out, if it is there; answered with [`Answer::Done`].
    Delete(K),
    /// Replaces the value under a key if it is the expected one; answered with [`Answer::Swapped`].
    CompareAndSet {
        /// The key.
        key: K,
        /// What must be under it; `None` if it must not be there.
        expected: Option<V>,
        /// What is put under it.
        new: V,
    },
}

/// What a [`KeyValueMap`] answers.
///
/// ```
/// use simulator::history::{KeyValueMap, Model, key_value_map::{Answer, Operation}};
///
/// let map = KeyValueMap::<&str, u64>::empty();
/// assert_eq!(map.step(&None, &Operation::Get("x")).0, Answer::Value(None));
/// // Deleting what is not there is done as well.
/// assert_eq!(map.step(&None, &Operation::Delete("x")).0, Answer::Done);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Answer<V> {
    /// What is under the key, if it is there.
    Value(Option<V>),
    /// It was put there, or is no longer there.
    Done,
    /// Whether the value was the expected one and is now the new one.
    Swapped(bool),
}

impl<K: Eq + Hash, V> KeyValueMap<K, V> {
    /// A map that holds nothing until the first put.
    ///
    /// ```
    /// use simulator::history::{KeyValueMap, Model};
    ///
    /// assert_eq!(KeyValueMap::<&str, u32>::empty().start(&"x"), None);
    /// ```
    pub fn empty() -> KeyValueMap<K, V> {
        KeyValueMap::holding([])
    }

    /// A map that holds these until the first put or delete.
    ///
    /// ```
    /// use simulator::history::{KeyValueMap, Model};
    ///
    /// let map = KeyValueMap::holding([("x", 1)]);
    /// assert_eq!(map.start(&"x"), Some(1));
    /// assert_eq!(map.start(&"y"), None);
    /// ```
    pub fn holding(entries: impl IntoIterator<Item = (K, V)>) -> KeyValueMap<K, V> {
        KeyValueMap {
            start: entries.into_iter().collect(),
        }
    }
}

impl<K, V> Model for KeyValueMap<K, V>
where
    K: Clone + Eq + Hash + Debug,
    V: Clone + Eq + Hash + Debug,
{
    type Operation = Operation<K, V>;
    type Answer = Answer<V>;
    type State = Option<V>;
    type Key = K;

    fn key(&self, operation: &Operation<K, V>) -> K {
        match operation {
            Operation::Get(key) | Operation::Put(key, _) | Operation::Delete(key) => key.clone(),
            Operation::CompareAndSet { key, .. } => key.clone(),
        }
    }

    fn start(&self, key: &K) -> Option<V> {
        self.start.get(key).cloned()
    }

    fn step(&self, value: &Option<V>, operation: &Operation<K, V>) -> (Answer<V>, Option<V>) {
        match operation {
            Operation::Get(_) => (Answer::Value(value.clone()), value.clone()),
            Operation::Put(_, new) => (Answer::Done, Some(new.clone())),
            Operation::Delete(_) => (Answer::Done, None),
            Operation::CompareAndSet { expected, new, .. } if value == expected => {
                (Answer::Swapped(true), Some(new.clone()))
            }
            Operation::CompareAndSet { .. } => (Answer::Swapped(false), value.clone()),
        }
    }

    fn only_reads(&self, operation: &Operation<K, V>, answer: Option<&Answer<V>>) -> bool {
        match operation {
            Operation::Get(_) => true,
            Operation::Put(..) | Operation::Delete(_) => false,
            Operation::CompareAndSet { .. } => answer == Some(&Answer::Swapped(false)),
        }
    }

    fn overwrites(&self, operation: &Operation<K, V>) -> bool {
        matches!(operation, Operation::Put(..) | Operation::Delete(_))
    }
}
