//! The messages and timers of a run, with their types. The event loop, which is compiled without these, knows each value
//! by its handle: a number is moved at no cost, and a value needs no memory of its own.

use std::any::Any;

use crate::Node;
use crate::payload::wrong_type;

/// The place of a message or a timer in its store.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Handle(u32);

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
        self.messages.put(copy)
    }

    fn drop_message(&mut self, message: Handle) {
        self.messages.take(message);
    }

    fn show_message(&self, message: Handle) -> String {
        format!("{:?}", self.messages.get(message))
    }

    fn drop_timer(&mut self, timer: Handle) {
        self.timers.take(timer);
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
}

impl<T> Default for Slab<T> {
    fn default() -> Slab<T> {
        Slab {
            values: Vec::new(),
            free: Vec::new(),
        }
    }
}

impl<T> Slab<T> {
    #[inline]
    pub fn put(&mut self, value: T) -> Handle {
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
        match self.values[handle.0 as usize].take() {
            Some(value) => {
                self.free.push(handle);
                value
            }
            None => taken_twice(),
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
        let one = slab.put("one");
        let other = slab.put("other");
        assert_eq!(slab.take(one), "one");
        let third = slab.put("third");
        assert_eq!((third.0, slab.values.len()), (one.0, 2));
        assert_eq!((*slab.get(other), slab.take(third)), ("other", "third"));
    }

    #[test]
    #[should_panic(expected = "used a message or a timer twice")]
    fn what_was_taken_is_gone() {
        let mut slab = Slab::default();
        let handle = slab.put("value");
        slab.take(handle);
        slab.take(handle);
    }
}
