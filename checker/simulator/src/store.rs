//! The messages and timers of a run, with their types. The event loop, which is compiled without these, knows each value
//! by its handle: a number is moved at no cost, and a value needs no memory of its own.

use std::any::Any;
use std::collections::BTreeMap;

use crate::Node;
use crate::payload::wrong_type;

/// The place of a message or a timer in its store.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Handle(u32);

impl Handle {
    pub fn number(self) -> u64 {
        self.0.into()
    }
}

/// What the event loop does with messages and timers without knowing their types.
pub(crate) trait Store: Any {
    fn copy_message(&mut self, message: Handle) -> Handle;
    fn drop_message(&mut self, message: Handle);
    fn show_message(&self, message: Handle) -> String;
    fn drop_timer(&mut self, timer: Handle);
    fn show_timer(&self, timer: Handle) -> String;
    fn is_same_timer(&self, one: Handle, other: Handle) -> bool;
}

/// The messages and timers of nodes of one type.
pub(crate) struct Typed<N: Node> {
    pub messages: Slab<N::Message>,
    pub timers: Slab<N::Timer>,
}

impl<N: Node> Default for Typed<N> {
    fn default() -> Typed<N> {
        Typed {
            messages: Slab::default(),
            timers: Slab::default(),
        }
    }
}

impl<N: Node> Typed<N> {
    /// A store that nothing leaves, for runs that are gone on from more than once: equal messages have one handle, and
    /// so have equal timers.
    pub fn keeping() -> Typed<N> {
        Typed {
            messages: Slab::keeping(),
            timers: Slab::keeping(),
        }
    }

    /// Stores a timer. Nobody hashes timers: an equal one is looked for, among the few kinds that nodes have.
    #[inline]
    pub fn put_timer(&mut self, timer: N::Timer) -> Handle {
        let hash = self.timers.known.as_ref().map_or(0, |known| {
            let mut others = (0..known.len() as u64).zip(&self.timers.values);
            let equal = others.find(|(_, other)| other.as_ref() == Some(&timer));
            equal.map_or(known.len() as u64, |(number, _)| number)
        });
        self.timers.put(hash, timer)
    }

    /// Gives a store its types back.
    ///
    /// # Panics
    /// If it is of other types, which would be a mistake of the simulator.
    #[inline]
    pub fn of(store: &mut dyn Store) -> &mut Typed<N> {
        let store: &mut dyn Any = store;
        match store.downcast_mut() {
            Some(store) => store,
            None => wrong_type(),
        }
    }
}

impl<N: Node> Store for Typed<N> {
    fn copy_message(&mut self, message: Handle) -> Handle {
        let copy = self.messages.get(message).clone();
        self.messages.put_another(copy)
    }

    fn drop_message(&mut self, message: Handle) {
        self.messages.drop(message);
    }

    fn show_message(&self, message: Handle) -> String {
        format!("{:?}", self.messages.get(message))
    }

    fn drop_timer(&mut self, timer: Handle) {
        self.timers.drop(timer);
    }

    fn show_timer(&self, timer: Handle) -> String {
        format!("{:?}", self.timers.get(timer))
    }

    fn is_same_timer(&self, one: Handle, other: Handle) -> bool {
        self.timers.get(one) == self.timers.get(other)
    }
}

/// Values of one type in places that are used again.
pub(crate) struct Slab<T> {
    values: Vec<Option<T>>,
    free: Vec<Handle>,
    /// The handles of all values by their hash, if values are kept.
    known: Option<BTreeMap<u64, Handle>>,
}

impl<T> Default for Slab<T> {
    fn default() -> Slab<T> {
        Slab {
            values: Vec::new(),
            free: Vec::new(),
            known: None,
        }
    }
}

impl<T: Clone> Slab<T> {
    fn keeping() -> Slab<T> {
        Slab {
            known: Some(BTreeMap::new()),
            ..Slab::default()
        }
    }

    /// Stores a value with this hash.
    #[inline]
    pub fn put(&mut self, hash: u64, value: T) -> Handle {
        match &self.known {
            None => self.put_another(value),
            Some(_) => self.put_once(hash, value),
        }
    }

    #[cold]
    fn put_once(&mut self, hash: u64, value: T) -> Handle {
        let known = self.known.as_ref().and_then(|known| known.get(&hash));
        if let Some(handle) = known {
            return *handle;
        }
        let handle = self.put_another(value);
        if let Some(known) = &mut self.known {
            known.insert(hash, handle);
        }
        handle
    }

    #[inline]
    fn put_another(&mut self, value: T) -> Handle {
        match self.free.pop() {
            Some(handle) => {
                self.values[handle.0 as usize] = Some(value);
                handle
            }
            None => {
                self.values.push(Some(value));
                Handle((self.values.len() - 1) as u32)
            }
        }
    }

    /// The value, whose handle is worth nothing from here on.
    #[inline]
    pub fn take(&mut self, handle: Handle) -> T {
        if self.known.is_some() {
            return self.get(handle).clone();
        }
        match self.values[handle.0 as usize].take() {
            Some(value) => {
                self.free.push(handle);
                value
            }
            None => taken_twice(),
        }
    }

    fn drop(&mut self, handle: Handle) {
        if self.known.is_none() {
            self.take(handle);
        }
    }

    /// How many values there are.
    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.values.len() - self.free.len()
    }

    pub fn get(&self, handle: Handle) -> &T {
        match &self.values[handle.0 as usize] {
            Some(value) => value,
            None => taken_twice(),
        }
    }
}

#[cold]
fn taken_twice() -> ! {
    panic!("the simulator used a message or a timer twice; please report this")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_used_again() {
        let mut slab = Slab::default();
        let one = slab.put(1, "one");
        let other = slab.put(2, "other");
        assert_eq!(slab.take(one), "one");
        let third = slab.put(3, "third");
        assert_eq!((third.0, slab.values.len()), (one.0, 2));
        assert_eq!((*slab.get(other), slab.take(third)), ("other", "third"));
    }

    #[test]
    #[should_panic(expected = "used a message or a timer twice")]
    fn what_was_taken_is_gone() {
        let mut slab = Slab::default();
        let handle = slab.put(1, "value");
        slab.take(handle);
        slab.take(handle);
    }
}
