//! The built-in types.
//!
//! The compiler is told not to recommend the single ones: a list of them explains nothing. It is not told so of those that
//! have items: by them it finds out which item has no Avro form, and blames that one.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::{
    Datum, Decode, DecodeError, Names, Reader, Schema, long_len, put_bytes, put_long,
    write::{bytes_len, count},
};

macro_rules! primitive {
    ($type:ty, $name:literal, $min:literal, |$of:ident| $len:expr, |$value:ident, $out:ident| $write:expr, |$input:ident| $read:expr) => {
        #[diagnostic::do_not_recommend]
        impl Datum for $type {
            const MIN_LEN: usize = $min;

            #[inline]
            fn write(&self, $out: &mut Vec<u8>) {
                let $value = self;
                $write
            }

            #[inline]
            fn encoded_len(&self) -> usize {
                let $of = self;
                $len
            }

            fn schema(_: &mut Names) -> Schema {
                Schema::Primitive($name)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<'a> Decode<'a> for $type {
            #[inline]
            fn read($input: &mut Reader<'a>) -> Result<Self, DecodeError> {
                $read
            }
        }
    };
}

primitive!(bool, "boolean", 1, |_v| 1, |v, out| out.push(u8::from(*v)), |input| input.boolean());
primitive!(i32, "int", 1, |v| long_len(i64::from(*v)), |v, out| put_long(out, i64::from(*v)), |input| input.int());
primitive!(i64, "long", 1, |v| long_len(*v), |v, out| put_long(out, *v), |input| input.long());
primitive!(f32, "float", 4, |_v| 4, |v, out| out.extend_from_slice(&v.to_le_bytes()), |input| Ok(f32::from_le_bytes(
    input.fixed()?
)));
primitive!(f64, "double", 8, |_v| 8, |v, out| out.extend_from_slice(&v.to_le_bytes()), |input| Ok(f64::from_le_bytes(
    input.fixed()?
)));

/// A length, then the content.
macro_rules! length_prefixed {
    ($type:ty, $name:literal) => {
        #[diagnostic::do_not_recommend]
        impl Datum for $type {
            const MIN_LEN: usize = 1;

            #[inline]
            fn write(&self, out: &mut Vec<u8>) {
                put_bytes(out, AsRef::<[u8]>::as_ref(self));
            }

            #[inline]
            fn encoded_len(&self) -> usize {
                bytes_len(self.len())
            }

            fn schema(_: &mut Names) -> Schema {
                Schema::Primitive($name)
            }
        }
    };
}
pub(super) use length_prefixed;

length_prefixed!(String, "string");
length_prefixed!(Bytes, "bytes");

#[diagnostic::do_not_recommend]
impl<'a> Decode<'a> for String {
    #[inline(always)] // four of them in a message: a call each is four per cent of decoding it
    fn read(input: &mut Reader<'a>) -> Result<Self, DecodeError> {
        Ok(input.str()?.to_owned())
    }
}

#[diagnostic::do_not_recommend]
impl<'a> Decode<'a> for Bytes {
    #[inline]
    fn read(input: &mut Reader<'a>) -> Result<Self, DecodeError> {
        input.bytes()
    }
}

/// The union `["null", T]`: null is branch 0. For the other order see [`null_last`].
impl<T: Datum> Datum for Option<T> {
    const MIN_LEN: usize = 1;
    const IS_UNION: bool = true;

    #[inline]
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            None => out.push(0),
            Some(value) => {
                out.push(2);
                value.write(out);
            }
        }
    }

    #[inline]
    fn encoded_len(&self) -> usize {
        1 + self.as_ref().map_or(0, T::encoded_len)
    }

    fn schema(names: &mut Names) -> Schema {
        Schema::Union(vec![Schema::Primitive("null"), T::schema(names)])
    }
}

impl<'a, T: Decode<'a>> Decode<'a> for Option<T> {
    #[inline]
    fn read(input: &mut Reader<'a>) -> Result<Self, DecodeError> {
        match input.branch(2)? {
            0 => Ok(None),
            _ => T::read(input).map(Some),
        }
    }
}

/// The union `[T, "null"]`: the value is branch 0, as in twenty fields of the Kaa schemas (discrepancy D-12). Chosen with
/// `#[avro(null = "last")]` on a field.
pub mod null_last {
    use super::{Datum, Decode, DecodeError, Names, Reader, Schema};

    /// Appends the binary form to `out`.
    #[inline]
    pub fn write<T: Datum>(value: &Option<T>, out: &mut Vec<u8>) {
        match value {
            Some(value) => {
                out.push(0);
                value.write(out);
            }
            None => out.push(2),
        }
    }

    /// Reads one value.
    ///
    /// # Errors
    ///
    /// Those of [`Decode::read`].
    #[inline]
    pub fn read<'a, T: Decode<'a>>(input: &mut Reader<'a>) -> Result<Option<T>, DecodeError> {
        match input.branch(2)? {
            0 => T::read(input).map(Some),
            _ => Ok(None),
        }
    }

    /// The schema of the union.
    pub fn schema<T: Datum>(names: &mut Names) -> Schema {
        Schema::Union(vec![T::schema(names), Schema::Primitive("null")])
    }
}

/// A count, the items, and the empty block at the end.
pub(super) fn blocks_len(items: usize, lens: impl Iterator<Item = usize>) -> usize {
    let head = if items == 0 { 0 } else { long_len(count(items)) };
    head + lens.sum::<usize>() + 1
}

/// The most memory in bytes that is reserved for items because they are claimed, and not because as many have been
/// read.
const RESERVED_AT_ONCE: usize = 16 * 1024;

/// Appends an item that has been read; so many more are claimed to follow in its block, and so many bytes are left.
#[inline]
pub(super) fn push<T>(items: &mut Vec<T>, item: T, claimed: usize, left: usize, min_len: usize) {
    if items.len() == items.capacity() {
        grow(items, claimed, left / min_len.max(1));
    }
    items.push(item);
}

/// At most doubles it, and never beyond what can still come.
fn grow<T>(items: &mut Vec<T>, claimed: usize, possible: usize) {
    let at_once = RESERVED_AT_ONCE / size_of::<T>().max(1);
    let more = 1 + claimed.min(at_once).max(items.len()).min(possible);
    if items.is_empty() {
        *items = Vec::with_capacity(more);
    } else {
        items.reserve_exact(more);
    }
}

impl<T: Datum> Datum for Vec<T> {
    const MIN_LEN: usize = 1;

    fn write(&self, out: &mut Vec<u8>) {
        if !self.is_empty() {
            put_long(out, count(self.len()));
            for item in self {
                item.write(out);
            }
        }
        out.push(0);
    }

    fn encoded_len(&self) -> usize {
        blocks_len(self.len(), self.iter().map(T::encoded_len))
    }

    fn schema(names: &mut Names) -> Schema {
        Schema::Array(Box::new(T::schema(names)))
    }
}

impl<'a, T: Decode<'a>> Decode<'a> for Vec<T> {
    fn read(input: &mut Reader<'a>) -> Result<Self, DecodeError> {
        let mut items = Vec::new();
        input.blocks(T::MIN_LEN, |input, index, remaining| {
            match T::read(input) {
                Ok(item) => push(&mut items, item, remaining, input.left(), T::MIN_LEN),
                Err(error) => return Err(error.at_index(index)),
            }
            Ok(())
        })?;
        Ok(items)
    }
}

/// An Avro map. Entries are written in the order of their keys, so equal maps have equal bytes; of two equal keys on the
/// wire the last wins (D-39).
impl<T: Datum> Datum for BTreeMap<String, T> {
    const MIN_LEN: usize = 1;

    fn write(&self, out: &mut Vec<u8>) {
        if !self.is_empty() {
            put_long(out, count(self.len()));
            for (key, value) in self {
                key.write(out);
                value.write(out);
            }
        }
        out.push(0);
    }

    fn encoded_len(&self) -> usize {
        blocks_len(self.len(), self.iter().map(|(key, value)| key.encoded_len() + value.encoded_len()))
    }

    fn schema(names: &mut Names) -> Schema {
        Schema::Map(Box::new(T::schema(names)))
    }
}

impl<'a, T: Decode<'a>> Decode<'a> for BTreeMap<String, T> {
    fn read(input: &mut Reader<'a>) -> Result<Self, DecodeError> {
        let mut entries = BTreeMap::new();
        input.blocks(1 + T::MIN_LEN, |input, index, _| {
            let key = input.str().map_err(|error| error.at_index(index))?;
            match T::read(input) {
                Ok(value) => entries.insert(key.to_owned(), value),
                Err(error) => return Err(error.at_key(key)),
            };
            Ok(())
        })?;
        Ok(entries)
    }
}
