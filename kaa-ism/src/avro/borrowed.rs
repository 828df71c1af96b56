//! Types that borrow from what they are read from: for who looks at a message and keeps nothing of it.

use std::{collections::BTreeMap, fmt::Debug};

use bytes::Bytes;

use super::{
    Datum, Decode, DecodeError, Names, Reader, Schema, put_bytes, put_long,
    types::{blocks_len, length_prefixed, push},
    write::{bytes_len, count},
};

/// A type with a twin that borrows from the bytes that it is read from, and has the same binary form and schema.
///
/// Implemented for the built-in types that own what they hold; derived with `#[avro(borrowed)]` for records and unions.
/// What each type becomes is a table at the derive [`Datum`](derive@crate::Datum#twins).
///
/// ```
/// use kaa_ism::{Datum, Message};
///
/// /// Where it is. There is nothing in it to borrow, so it is its own twin.
/// #[derive(Clone, Debug, PartialEq, Datum)]
/// #[avro(borrowed)]
/// pub struct Position {
///     pub latitude: f64,
///     pub longitude: f64,
/// }
///
/// /// Something was seen there.
/// #[derive(Clone, Debug, PartialEq, Message)]
/// #[avro(namespace = "com.example.birds", borrowed)]
/// #[message(event = "bird.place.seen")]
/// pub struct BirdSeen {
///     pub timestamp: i64,
///     pub species: String,
///     pub position: Position,
/// }
///
/// let seen = BirdSeen::new("wren", Position { latitude: 50.45, longitude: 30.52 });
/// let bytes = seen.to_bytes();
/// let twin = BirdSeenRef::decode(&bytes)?;
/// let species: &str = twin.species; // in `bytes`
/// assert_eq!((species, twin.position), ("wren", seen.position));
/// # Ok::<(), kaa_ism::avro::DecodeError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no twin that borrows",
    label = "a field of a type with `#[avro(borrowed)]` needs a twin too",
    note = "write `#[avro(borrowed)]` at `{Self}` too, if it is a record or union that derives `Datum`"
)]
pub trait Twin: Datum {
    /// The twin. The type itself if there is nothing in it to borrow.
    type Ref<'a>: Decode<'a> + Clone + Debug + PartialEq;
}

macro_rules! twins {
    ($($type:ty => $twin:ty),* $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl Twin for $type {
            type Ref<'a> = $twin;
        }
    )*};
}

twins!(bool => bool, i32 => i32, i64 => i64, f32 => f32, f64 => f64, String => &'a str, Bytes => &'a [u8]);

#[diagnostic::do_not_recommend]
impl<T: Twin> Twin for Option<T> {
    type Ref<'a> = Option<T::Ref<'a>>;
}

#[diagnostic::do_not_recommend]
impl<T: Twin> Twin for Vec<T> {
    type Ref<'a> = Vec<T::Ref<'a>>;
}

#[diagnostic::do_not_recommend]
impl<T: Twin> Twin for BTreeMap<String, T> {
    type Ref<'a> = Entries<'a, T::Ref<'a>>;
}

length_prefixed!(&str, "string");
length_prefixed!(&[u8], "bytes");

#[diagnostic::do_not_recommend]
impl<'a> Decode<'a> for &'a str {
    #[inline]
    fn read(input: &mut Reader<'a>) -> Result<Self, DecodeError> {
        input.str()
    }
}

#[diagnostic::do_not_recommend]
impl<'a> Decode<'a> for &'a [u8] {
    #[inline]
    fn read(input: &mut Reader<'a>) -> Result<Self, DecodeError> {
        input.byte_slice()
    }
}

/// An Avro map whose keys are borrowed: the entries as they stand on the wire, equal keys included.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entries<'a, T>(Vec<(&'a str, T)>);

impl<'a, T> Entries<'a, T> {
    /// The entries in the order of the wire.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&'a str, &T)> {
        self.0.iter().map(|(key, value)| (*key, value))
    }

    /// The value of a key; of several the last (D-39).
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&T> {
        self.0.iter().rev().find(|(known, _)| *known == key).map(|(_, value)| value)
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a, T> FromIterator<(&'a str, T)> for Entries<'a, T> {
    fn from_iter<I: IntoIterator<Item = (&'a str, T)>>(entries: I) -> Self {
        Self(entries.into_iter().collect())
    }
}

#[diagnostic::do_not_recommend]
impl<T: Datum> Datum for Entries<'_, T> {
    const MIN_LEN: usize = 1;

    fn write(&self, out: &mut Vec<u8>) {
        if !self.is_empty() {
            put_long(out, count(self.len()));
            for (key, value) in &self.0 {
                key.write(out);
                value.write(out);
            }
        }
        out.push(0);
    }

    fn encoded_len(&self) -> usize {
        blocks_len(self.len(), self.0.iter().map(|(key, value)| key.encoded_len() + value.encoded_len()))
    }

    fn schema(names: &mut Names) -> Schema {
        Schema::Map(Box::new(T::schema(names)))
    }
}

#[diagnostic::do_not_recommend]
impl<'a, T: Decode<'a>> Decode<'a> for Entries<'a, T> {
    fn read(input: &mut Reader<'a>) -> Result<Self, DecodeError> {
        let mut entries = Vec::new();
        let min_len = 1 + T::MIN_LEN;
        input.blocks(min_len, |input, index, remaining| {
            let key = input.str().map_err(|error| error.at_index(index))?;
            match T::read(input) {
                Ok(value) => push(&mut entries, (key, value), remaining, input.left(), min_len),
                Err(error) => return Err(error.at_key(key)),
            }
            Ok(())
        })?;
        Ok(Self(entries))
    }
}
