//! A value in a point of a time series.

use bytes::Bytes;
use kaa_ism::Datum;

/// A value of a [`DataPoint`](super::DataPoint): the branches of the union in their order, null last (TSTP-004).
///
/// A long that would fit an int stays a long. Composite values are encoded into a string or into bytes (TSTP-005).
#[derive(Clone, Debug, PartialEq, Datum)]
#[avro(borrowed)]
#[expect(clippy::exhaustive_enums, reason = "the union of the schema; another branch changes the bytes")]
pub enum Value {
    /// A boolean.
    Boolean(bool),
    /// 32 bits with sign.
    Int(i32),
    /// 64 bits with sign.
    Long(i64),
    /// A floating point number of 32 bits.
    Float(f32),
    /// A floating point number of 64 bits.
    Double(f64),
    /// A text, or a composite value written as one.
    String(String),
    /// Bytes, or a composite value encoded into them.
    Bytes(Bytes),
    /// No value.
    Null,
}

macro_rules! from {
    ($($ty:ty => $branch:ident),* $(,)?) => {$(
        impl From<$ty> for Value {
            fn from(value: $ty) -> Self {
                Self::$branch(value.into())
            }
        }
    )*};
}

from! {
    bool => Boolean,
    i32 => Int,
    i64 => Long,
    f32 => Float,
    f64 => Double,
    String => String,
    &str => String,
    Bytes => Bytes,
}
