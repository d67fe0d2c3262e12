//! Requests and responses without their types, so that the event loop is compiled only once.

use std::any::Any;
use std::fmt::Debug;
use std::rc::Rc;

use serde::Serialize;
use serde_json::Value;

use crate::fingerprint::fingerprint;

/// Something that can be told and written down: a request or a response.
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

#[cold]
pub(crate) fn wrong_type() -> ! {
    panic!("the simulator mixed up two types; please report this")
}
