//! Messages as a few bytes, for frameworks whose networks carry bytes: as cheap as can be.

use super::Message;

/// How long they are.
pub const LENGTH: usize = 25;

/// The bytes of a message.
pub fn encode(message: Message) -> [u8; LENGTH] {
    let (kind, fields) = match message {
        Message::Put { number, key, value } => (0, [number, key, value]),
        Message::Stored { number } => (1, [number, 0, 0]),
        Message::Replicate { number, key, value } => (2, [number, key, value]),
        Message::Acknowledge { number } => (3, [number, 0, 0]),
    };
    let mut bytes = [kind; LENGTH];
    for (place, field) in bytes[1..].chunks_exact_mut(8).zip(fields) {
        place.copy_from_slice(&field.to_le_bytes());
    }
    bytes
}

/// The message of these bytes.
pub fn decode(bytes: &[u8]) -> Option<Message> {
    let (kind, fields) = bytes.split_first()?;
    let mut fields = fields
        .chunks_exact(8)
        .filter_map(|field| field.try_into().ok());
    let mut next = || fields.next().map(u64::from_le_bytes);
    let (number, key, value) = (next()?, next()?, next()?);
    Some(match kind {
        0 => Message::Put { number, key, value },
        1 => Message::Stored { number },
        2 => Message::Replicate { number, key, value },
        3 => Message::Acknowledge { number },
        _ => return None,
    })
}
