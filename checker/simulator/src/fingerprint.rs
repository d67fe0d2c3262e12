//! A hash of any serializable value: the same on every machine, and fast, because every message sent is hashed.

use std::fmt;

use serde::ser::{self, Serialize};

use crate::random::mix;

/// A hash of the contents of `value`.
#[inline]
pub(crate) fn fingerprint<T: Serialize + ?Sized>(value: &T) -> u64 {
    let mut hasher = Fingerprint(0x51_7c_c1_b7_27_22_0a_95);
    match value.serialize(&mut hasher) {
        Ok(()) => mix(hasher.0),
        Err(Unserializable) => UNSERIALIZABLE,
    }
}

/// What values that refuse to be serialized hash to. They are told apart by their copy number alone.
const UNSERIALIZABLE: u64 = 0;

struct Fingerprint(u64);

impl Fingerprint {
    #[inline]
    fn word(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.word(bytes.len() as u64);
        let mut words = bytes.chunks_exact(8);
        for word in &mut words {
            self.word(u64::from_le_bytes(word.try_into().unwrap_or_default()));
        }
        let mut rest = [0; 8];
        rest[..words.remainder().len()].copy_from_slice(words.remainder());
        self.word(u64::from_le_bytes(rest));
    }
}

/// The value refused to be serialized.
#[derive(Debug)]
struct Unserializable;

impl fmt::Display for Unserializable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value cannot be serialized")
    }
}

impl std::error::Error for Unserializable {}

impl ser::Error for Unserializable {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Unserializable
    }
}

type Done = Result<(), Unserializable>;

macro_rules! words {
    ($($method:ident: $type:ty),* $(,)?) => {
        $(#[inline]
        fn $method(self, value: $type) -> Done {
            self.word(value as u64);
            Ok(())
        })*
    };
}

impl ser::Serializer for &mut Fingerprint {
    type Ok = ();
    type Error = Unserializable;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    words! {
        serialize_bool: bool, serialize_char: char,
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
    }

    #[inline]
    fn serialize_i128(self, value: i128) -> Done {
        self.bytes(&value.to_le_bytes());
        Ok(())
    }

    #[inline]
    fn serialize_u128(self, value: u128) -> Done {
        self.bytes(&value.to_le_bytes());
        Ok(())
    }

    #[inline]
    fn serialize_f32(self, value: f32) -> Done {
        self.word(u64::from(value.to_bits()));
        Ok(())
    }

    #[inline]
    fn serialize_f64(self, value: f64) -> Done {
        self.word(value.to_bits());
        Ok(())
    }

    #[inline]
    fn serialize_str(self, value: &str) -> Done {
        self.bytes(value.as_bytes());
        Ok(())
    }

    #[inline]
    fn serialize_bytes(self, value: &[u8]) -> Done {
        self.bytes(value);
        Ok(())
    }

    #[inline]
    fn serialize_none(self) -> Done {
        self.word(0);
        Ok(())
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Done {
        self.word(1);
        value.serialize(self)
    }

    #[inline]
    fn serialize_unit(self) -> Done {
        self.word(2);
        Ok(())
    }

    #[inline]
    fn serialize_unit_struct(self, _: &'static str) -> Done {
        self.word(2);
        Ok(())
    }

    #[inline]
    fn serialize_unit_variant(self, _: &'static str, variant: u32, _: &'static str) -> Done {
        self.word(u64::from(variant));
        Ok(())
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Done {
        value.serialize(self)
    }

    #[inline]
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        variant: u32,
        _: &'static str,
        value: &T,
    ) -> Done {
        self.word(u64::from(variant));
        value.serialize(self)
    }

    #[inline]
    fn serialize_seq(self, length: Option<usize>) -> Result<Self, Unserializable> {
        self.word(length.map_or(u64::MAX, |length| length as u64));
        Ok(self)
    }

    #[inline]
    fn serialize_tuple(self, _: usize) -> Result<Self, Unserializable> {
        Ok(self)
    }

    #[inline]
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, Unserializable> {
        Ok(self)
    }

    #[inline]
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        variant: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, Unserializable> {
        self.word(u64::from(variant));
        Ok(self)
    }

    #[inline]
    fn serialize_map(self, length: Option<usize>) -> Result<Self, Unserializable> {
        self.word(length.map_or(u64::MAX, |length| length as u64));
        Ok(self)
    }

    #[inline]
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Unserializable> {
        Ok(self)
    }

    #[inline]
    fn serialize_struct_variant(
        self,
        _: &'static str,
        variant: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, Unserializable> {
        self.word(u64::from(variant));
        Ok(self)
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

macro_rules! elements {
    ($($trait:ident::$method:ident),* $(,)?) => {
        $(impl ser::$trait for &mut Fingerprint {
            type Ok = ();
            type Error = Unserializable;

            #[inline]
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
                value.serialize(&mut **self)
            }

            #[inline]
            fn end(self) -> Done {
                Ok(())
            }
        })*
    };
}

elements! {
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field,
}

impl ser::SerializeMap for &mut Fingerprint {
    type Ok = ();
    type Error = Unserializable;

    #[inline]
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Done {
        key.serialize(&mut **self)
    }

    #[inline]
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        value.serialize(&mut **self)
    }

    #[inline]
    fn end(self) -> Done {
        Ok(())
    }
}

macro_rules! fields {
    ($($trait:ident),*) => {
        $(impl ser::$trait for &mut Fingerprint {
            type Ok = ();
            type Error = Unserializable;

            #[inline]
            fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, value: &T) -> Done {
                value.serialize(&mut **self)
            }

            #[inline]
            fn end(self) -> Done {
                Ok(())
            }
        })*
    };
}

fields!(SerializeStruct, SerializeStructVariant);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_same_on_every_machine() {
        assert_eq!(
            fingerprint(&("put", 7_u64, Some('x'))),
            12_672_447_984_170_089_247
        );
    }

    #[test]
    fn tells_contents_apart() {
        assert_ne!(fingerprint(&(1, 2)), fingerprint(&(2, 1)));
        assert_ne!(fingerprint("ab"), fingerprint("ba"));
        assert_ne!(fingerprint(&Some(0)), fingerprint(&None::<i32>));
        assert_ne!(
            fingerprint(&vec![vec![1], vec![]]),
            fingerprint(&vec![vec![], vec![1]])
        );
    }
}
