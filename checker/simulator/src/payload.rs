//! Messages, timers, requests and responses without their types, so that the event loop is compiled only once.

use std::any::Any;
use std::fmt::Debug;
use std::rc::Rc;

use serde::Serialize;
use serde_json::Value;

use crate::fingerprint::fingerprint;

/// Something that can be sent and written down: a message, a request or a response.
pub(crate) trait Payload: Any {
    fn fingerprint(&self) -> u64;
    fn debug(&self) -> String;
    fn json(&self) -> Value;
}

impl<T: Debug + Serialize + 'static> Payload for T {
    fn fingerprint(&self) -> u64 {
        fingerprint(self)
    }

    fn debug(&self) -> String {
        format!("{self:?}")
    }

    fn json(&self) -> Value {
        serde_json::to_value(self).unwrap_or(Value::Null)
    }
}

/// The value in `payload`, moved out where nobody else holds it.
///
/// # Panics
/// If it is of another type, which would be a mistake of the simulator.
pub(crate) fn unwrap<T: Clone + 'static>(payload: Rc<dyn Payload>) -> T {
    let value: Rc<dyn Any> = payload;
    let value = value.downcast::<T>().unwrap_or_else(|_| wrong_type());
    Rc::try_unwrap(value).unwrap_or_else(|shared| (*shared).clone())
}

/// A look at the value in `payload`.
///
/// # Panics
/// If it is of another type, which would be a mistake of the simulator.
pub(crate) fn view<T: 'static>(payload: &dyn Payload) -> &T {
    let payload: &dyn Any = payload;
    payload.downcast_ref::<T>().unwrap_or_else(|| wrong_type())
}

/// A timer: compared, shown, never sent.
pub(crate) trait Alarm: Any {
    fn debug(&self) -> String;
    fn equals(&self, other: &dyn Alarm) -> bool;
    fn copy(&self) -> Box<dyn Alarm>;
}

impl<T: Clone + Debug + PartialEq + 'static> Alarm for T {
    fn debug(&self) -> String {
        format!("{self:?}")
    }

    fn equals(&self, other: &dyn Alarm) -> bool {
        let other: &dyn Any = other;
        other.downcast_ref::<T>().is_some_and(|other| self == other)
    }

    fn copy(&self) -> Box<dyn Alarm> {
        Box::new(self.clone())
    }
}

/// The timer in `alarm`.
pub(crate) fn unwrap_alarm<T: 'static>(alarm: Box<dyn Alarm>) -> T {
    let alarm: Box<dyn Any> = alarm;
    *alarm.downcast::<T>().unwrap_or_else(|_| wrong_type())
}

fn wrong_type() -> ! {
    panic!("the simulator mixed up two types; please report this")
}
