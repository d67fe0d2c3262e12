//! A node's disk: what survives a crash, if it was synced in time.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::fingerprint::fingerprint;

/// A small key-value disk. Writes go to a cache that a crash may lose; [`Disk::sync`] makes them safe.
///
/// Values are stored as JSON, so any type that serializes can be written. A node sees its own writes at once,
/// synced or not.
///
/// ```
/// use simulator::Disk;
///
/// let mut disk = Disk::new();
/// disk.write("term", &3_u64);
/// disk.sync();
/// assert_eq!(disk.read::<u64>("term"), Some(3));
/// assert_eq!(disk.read::<u64>("vote"), None);
///
/// disk.write("vote", "n2");
/// disk.remove("term");
/// assert_eq!(disk.keys(), ["vote"]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Disk {
    safe: BTreeMap<String, Value>,
    /// Writes since the last sync; `None` is a removal.
    cached: BTreeMap<String, Option<Value>>,
    /// What happened since the event loop last asked; kept only while a trace is recorded.
    journal: Option<Vec<DiskEvent>>,
}

/// What a node did to its disk.
#[derive(Clone, Debug)]
pub(crate) enum DiskEvent {
    Write { key: String, value: Option<String> },
    Sync,
}

impl Disk {
    /// An empty disk.
    ///
    /// ```
    /// # use simulator::Disk;
    /// assert!(Disk::new().keys().is_empty());
    /// ```
    pub fn new() -> Disk {
        Disk::default()
    }

    /// Writes `value` under `key`. It is safe from a crash only after the next [`Disk::sync`].
    ///
    /// # Panics
    /// If the value cannot be written as JSON, for example a map whose keys are not strings or numbers.
    ///
    /// ```
    /// # use simulator::Disk;
    /// let mut disk = Disk::new();
    /// disk.write("vote", &Some("n2"));
    /// // Seen at once, by its own node; written again, it is replaced.
    /// assert_eq!(disk.read::<Option<String>>("vote"), Some(Some("n2".to_owned())));
    /// disk.write("vote", &None::<String>);
    /// assert_eq!(disk.read::<Option<String>>("vote"), Some(None));
    /// ```
    #[track_caller]
    pub fn write<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) {
        match serde_json::to_value(value) {
            Ok(value) => self.put(key, Some(value)),
            Err(error) => panic!("the value for `{key}` cannot be written to the disk: {error}"),
        }
    }

    /// Removes `key`, as a write that is safe only after the next [`Disk::sync`].
    ///
    /// ```
    /// # use simulator::Disk;
    /// let mut disk = Disk::new();
    /// disk.write("term", &3);
    /// disk.remove("term");
    /// disk.remove("never written");
    /// assert_eq!(disk.read::<u64>("term"), None);
    /// ```
    pub fn remove(&mut self, key: &str) {
        self.put(key, None);
    }

    /// What was last written under `key`, if anything.
    ///
    /// # Panics
    /// If it was written as another type.
    ///
    /// ```
    /// # use simulator::Disk;
    /// let mut disk = Disk::new();
    /// disk.write("log", &[("x", 1), ("y", 2)]);
    /// assert_eq!(disk.read::<Vec<(String, u64)>>("log").map(|log| log.len()), Some(2));
    /// assert_eq!(disk.read::<u64>("term").unwrap_or(0), 0);
    /// ```
    #[track_caller]
    pub fn read<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        let value = match self.cached.get(key) {
            Some(cached) => cached.as_ref(),
            None => self.safe.get(key),
        }?;
        match T::deserialize(value) {
            Ok(value) => Some(value),
            Err(error) => panic!(
                "`{key}` was written to the disk as another type than it is read as: {error}"
            ),
        }
    }

    /// The keys that hold something, in order.
    ///
    /// ```
    /// # use simulator::Disk;
    /// let mut disk = Disk::new();
    /// for number in [2, 10, 1] {
    ///     disk.write(&format!("entry-{number:02}"), &"put");
    /// }
    /// assert_eq!(disk.keys(), ["entry-01", "entry-02", "entry-10"]);
    /// ```
    pub fn keys(&self) -> Vec<String> {
        let mut present: BTreeMap<&String, bool> =
            self.safe.keys().map(|key| (key, true)).collect();
        present.extend(
            self.cached
                .iter()
                .map(|(key, value)| (key, value.is_some())),
        );
        present
            .into_iter()
            .filter(|(_, present)| *present)
            .map(|(key, _)| key.clone())
            .collect()
    }

    /// Makes every write so far safe from a crash.
    ///
    /// ```
    /// # use simulator::example::{Register, Request::Write};
    /// # use simulator::{NodeId, ms, scenario};
    /// # const N0: NodeId = NodeId::new(0);
    /// # const N1: NodeId = NodeId::new(1);
    /// // A register syncs what it was asked to write, and not what it was told by others.
    /// scenario(Register::new).check(|sim| {
    ///     sim.ask(N0, Write(7), ms(1)).expect("it answers at once");
    ///     sim.run_for(ms(1));
    ///     let after_a_crash = [N0, N1].map(|node| {
    ///         sim.crash_losing_unsynced(node);
    ///         sim.restart(node);
    ///         sim.node(node).map(Register::value)
    ///     });
    ///     assert_eq!(after_a_crash, [Some(7), Some(0)]);
    /// });
    /// ```
    pub fn sync(&mut self) {
        self.settle();
        if let Some(journal) = &mut self.journal {
            journal.push(DiskEvent::Sync);
        }
    }

    /// How much is on it, synced or not, in bytes: the keys, and the values as JSON.
    pub(crate) fn size(&self) -> usize {
        let safe = self
            .safe
            .iter()
            .filter(|(key, _)| !self.cached.contains_key(*key));
        let cached = self
            .cached
            .iter()
            .filter_map(|(key, value)| Some((key, value.as_ref()?)));
        safe.chain(cached)
            .map(|(key, value)| key.len() + value.to_string().len())
            .sum()
    }

    fn put(&mut self, key: &str, value: Option<Value>) {
        if let Some(journal) = &mut self.journal {
            let value = value.as_ref().map(Value::to_string);
            journal.push(DiskEvent::Write {
                key: key.to_owned(),
                value,
            });
        }
        self.cached.insert(key.to_owned(), value);
    }

    fn settle(&mut self) {
        for (key, value) in std::mem::take(&mut self.cached) {
            match value {
                Some(value) => self.safe.insert(key, value),
                None => self.safe.remove(&key),
            };
        }
    }

    /// A crash in which the cache happened to reach the disk in time.
    pub(crate) fn crash_kindly(&mut self) {
        self.settle();
    }

    /// A crash that loses the cache. Returns the keys that were lost.
    pub(crate) fn crash_losing_unsynced(&mut self) -> Vec<String> {
        std::mem::take(&mut self.cached).into_keys().collect()
    }

    /// Whether a crash could lose something.
    pub(crate) fn has_unsynced(&self) -> bool {
        !self.cached.is_empty()
    }

    /// A hash of what is on it, and of what of that is safe.
    pub(crate) fn digest(&self) -> u64 {
        if self.safe.is_empty() && self.cached.is_empty() {
            return 0;
        }
        fingerprint(&(&self.safe, &self.cached))
    }

    pub(crate) fn record(&mut self) {
        self.journal = Some(Vec::new());
    }

    pub(crate) fn take_journal(&mut self) -> Vec<DiskEvent> {
        self.journal
            .as_mut()
            .map(std::mem::take)
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crash_loses_only_what_was_not_synced() {
        let mut disk = Disk::new();
        disk.write("a", &1);
        disk.sync();
        disk.write("a", &2);
        disk.write("b", &1);
        disk.remove("c");
        assert_eq!(disk.read::<i32>("a"), Some(2));
        assert_eq!(disk.crash_losing_unsynced(), ["a", "b", "c"]);
        assert_eq!(disk.read::<i32>("a"), Some(1));
        assert_eq!(disk.keys(), ["a"]);
    }

    #[test]
    fn its_size_is_that_of_what_can_be_read() {
        let mut disk = Disk::new();
        assert_eq!(disk.size(), 0);
        disk.write("log", &[1, 2, 3]);
        assert_eq!(disk.size(), "log".len() + "[1,2,3]".len());
        disk.sync();
        disk.write("log", "x");
        disk.write("term", &7);
        assert_eq!(
            disk.size(),
            "log".len() + "\"x\"".len() + "term".len() + "7".len()
        );
        disk.remove("log");
        assert_eq!(disk.size(), "term".len() + "7".len());
    }

    #[test]
    fn a_kind_crash_loses_nothing() {
        let mut disk = Disk::new();
        disk.write("a", &1);
        disk.sync();
        disk.remove("a");
        disk.write("b", &1);
        disk.crash_kindly();
        assert_eq!(disk.keys(), ["b"]);
    }
}
