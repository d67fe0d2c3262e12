//! The replicated writes as processes of AnySystem.

use std::cell::RefCell;
use std::rc::Rc;

use anysystem::{Context, Process};

#[path = "../../../shared/protocol.rs"]
mod protocol;

pub use protocol::*;

/// The names of nodes and their processes, by number.
pub const NAMES: [&str; NODES] = ["client", "primary", "backup-1", "backup-2"];
/// The local message that the client starts with; it says how many writes, over how many keys.
pub const START: &str = "START";
const RETRY: &str = "retry";

/// A node.
#[derive(Clone)]
pub struct Replica {
    /// What it does; shared with the suite, which looks at it in the end.
    pub role: Rc<RefCell<Role>>,
}

struct Out<'c>(&'c mut Context);

impl Outbox for Out<'_> {
    fn send(&mut self, to: usize, message: Message) {
        self.0.send(encode(message), NAMES[to].to_owned());
    }

    fn set_timer(&mut self) {
        self.0.set_timer(RETRY, RETRY_MILLIS as f64 / 1e3);
    }

    fn cancel_timer(&mut self) {
        self.0.cancel_timer(RETRY);
    }
}

/// Its messages are texts, usually JSON; numbers with spaces between are cheaper.
fn encode(message: Message) -> anysystem::Message {
    let (kind, fields) = match message {
        Message::Put { number, key, value } => ("PUT", format!("{number} {key} {value}")),
        Message::Stored { number } => ("STORED", number.to_string()),
        Message::Replicate { number, key, value } => {
            ("REPLICATE", format!("{number} {key} {value}"))
        }
        Message::Acknowledge { number } => ("ACKNOWLEDGE", number.to_string()),
    };
    anysystem::Message::new(kind, &fields)
}

fn decode(message: &anysystem::Message) -> Option<Message> {
    let mut fields = message
        .data
        .split(' ')
        .map_while(|field| field.parse().ok());
    let number = fields.next()?;
    Some(match message.tip.as_str() {
        "PUT" => Message::Put {
            number,
            key: fields.next()?,
            value: fields.next()?,
        },
        "STORED" => Message::Stored { number },
        "REPLICATE" => Message::Replicate {
            number,
            key: fields.next()?,
            value: fields.next()?,
        },
        "ACKNOWLEDGE" => Message::Acknowledge { number },
        _ => return None,
    })
}

impl Process for Replica {
    fn on_message(
        &mut self,
        message: anysystem::Message,
        from: String,
        ctx: &mut Context,
    ) -> Result<(), String> {
        let from = NAMES
            .iter()
            .position(|name| *name == from)
            .ok_or("nobody knows the sender")?;
        let message = decode(&message).ok_or("nobody knows the message")?;
        self.role
            .borrow_mut()
            .on_message(from, message, &mut Out(ctx));
        Ok(())
    }

    fn on_local_message(
        &mut self,
        message: anysystem::Message,
        ctx: &mut Context,
    ) -> Result<(), String> {
        let asked = message.data.split_once(' ');
        let numbers =
            asked.and_then(|(writes, keys)| Some((writes.parse().ok()?, keys.parse().ok()?)));
        let (writes, keys) = numbers.ok_or("how many writes over how many keys?")?;
        self.role.borrow_mut().want(1..=writes, keys, &mut Out(ctx));
        Ok(())
    }

    fn on_timer(&mut self, _: String, ctx: &mut Context) -> Result<(), String> {
        self.role.borrow_mut().on_timer(&mut Out(ctx));
        Ok(())
    }
}
