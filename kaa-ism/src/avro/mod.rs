//! The Avro binary datum codec: straight-line, strict, without a schema at run time.
//!
//! [`Datum`] (encode and schema) and [`Decode`] are what the derives implement. Nobody has to call it directly; whole
//! messages go through [`Message`](crate::Message).
//!
//! # What is strict
//!
//! Input that ends early, claims more than there is, has an unknown union branch, a boolean that is neither 0 nor 1,
//! an `int` beyond 32 bits, a varint beyond 64 bits or text that is not UTF-8 is a [`DecodeError`] which names the
//! field and the byte. Memory is taken for what is there, never for what a length claims: for each byte of input, an
//! array takes at most twice the memory of the items that fit into it, `2 * size_of::<T>() / T::MIN_LEN` bytes, which
//! is 48 for a `Vec<String>` of nothing but empty texts. Arrays and maps may nest [`MAX_DEPTH`] deep. Varints longer
//! than needed, and arrays and maps in several or in sized blocks, are legal Avro and are read.

mod borrowed;
mod chunk;
mod error;
mod reader;
mod schema;
mod types;
mod write;

use bytes::Bytes;

pub use borrowed::{Entries, Twin};
pub use chunk::to_bytes;
pub use error::{DecodeError, DecodeErrorKind};
pub use reader::{MAX_DEPTH, Reader};
pub use schema::{Field, Names, Record, Schema};
pub use types::null_last;
pub use write::{long_len, put_bytes, put_long};

/// A type with an Avro binary form.
///
/// Implemented for `bool`, `i32` (int), `i64` (long), `f32`, `f64`, `String`, [`Bytes`], `Option<T>` (union of null and `T`),
/// `Vec<T>` (array), `BTreeMap<String, T>` (map), and for `&str`, `&[u8]` and [`Entries`], which borrow from what they are read
/// from; derived for records and unions with `#[derive(Datum)]`, together with [`Decode`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no Avro form",
    label = "not a type that a Kaa message can carry",
    note = "use bool, i32, i64, f32, f64, String, bytes::Bytes, Option, Vec, BTreeMap<String, _>, or derive `Datum` for a record or union of your own",
    note = "Avro has no unsigned integers: use i64 for what may exceed i32"
)]
pub trait Datum: Sized {
    /// The least number of bytes that a value takes; what an array of `n` items must have left is checked against it.
    const MIN_LEN: usize;

    /// Whether it is a union: an `Option`, or a derived enum. Avro has no union directly in a union, and the derives refuse it.
    const IS_UNION: bool = false;

    /// Appends the binary form to `out`.
    fn write(&self, out: &mut Vec<u8>);

    /// How many bytes [`write`](Self::write) appends.
    fn encoded_len(&self) -> usize;

    /// The schema; a named type that `names` has seen already is given as a reference.
    ///
    /// # Panics
    ///
    /// If two types of records have the same full name, see [`Names::record`].
    fn schema(names: &mut Names) -> Schema;
}

/// A [`Datum`] that can be read from a buffer that lives for `'a`. What borrows nothing can be read from any.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from Avro",
    label = "not a type that a Kaa message can carry",
    note = "use bool, i32, i64, f32, f64, String, bytes::Bytes, Option, Vec, BTreeMap<String, _>, or derive `Datum` for a record or union of your own"
)]
pub trait Decode<'a>: Datum {
    /// Reads one value.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] for whatever is not the binary form of this type.
    fn read(input: &mut Reader<'a>) -> Result<Self, DecodeError>;
}

/// Reads a value that fills `bytes` entirely; an error says `name`.
///
/// # Errors
///
/// [`DecodeError`]; of the kind `LeftOver` if only the end is too long.
pub fn decode<'a, T: Decode<'a>>(name: &'static str, bytes: &'a Bytes) -> Result<T, DecodeError> {
    match decode_prefix(name, bytes)? {
        (value, 0) => Ok(value),
        (_, left) => Err(left_over(name, bytes.len() - left, left)),
    }
}

/// Reads a value from the start of `bytes`, and says how many bytes are left over; an error says `name`.
///
/// # Errors
///
/// [`DecodeError`].
pub fn decode_prefix<'a, T: Decode<'a>>(name: &'static str, bytes: &'a Bytes) -> Result<(T, usize), DecodeError> {
    let mut input = Reader::new(bytes);
    match T::read(&mut input) {
        Ok(value) => Ok((value, input.left())),
        Err(error) => Err(error.in_message(name)),
    }
}

#[cold]
fn left_over(name: &'static str, offset: usize, left: usize) -> DecodeError {
    DecodeError::new(DecodeErrorKind::LeftOver, offset, format!("{left} bytes are left over behind the message"))
        .in_message(name)
}
