//! A cursor over one datum.

use ascii::AsAsciiStr as _;
use bytes::Bytes;

use super::{DecodeError, DecodeErrorKind as Kind};

/// How deep arrays and maps may nest.
pub const MAX_DEPTH: u8 = 32;

/// A cursor over the bytes of one datum.
#[derive(Debug)]
pub struct Reader<'a> {
    source: &'a Bytes,
    rest: &'a [u8],
    depth: u8,
}

impl<'a> Reader<'a> {
    /// Starts at the first byte of `source`.
    #[must_use]
    pub fn new(source: &'a Bytes) -> Self {
        Self { source, rest: source, depth: 0 }
    }

    /// The byte that is read next.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.source.len() - self.rest.len()
    }

    /// How many bytes are left.
    #[must_use]
    pub fn left(&self) -> usize {
        self.rest.len()
    }

    /// Whether every byte has been read.
    #[must_use]
    pub fn at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// Reads a record field; an error says its name.
    ///
    /// # Errors
    ///
    /// Those of `read`.
    #[inline]
    pub fn field<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        match read(self) {
            Ok(value) => Ok(value),
            Err(error) => Err(error.in_field(name)),
        }
    }

    /// Reads a `long`.
    ///
    /// # Errors
    ///
    /// The input ends, or the varint does not fit 64 bits.
    #[inline]
    pub fn long(&mut self) -> Result<i64, DecodeError> {
        match self.rest.split_first() {
            Some((&byte, rest)) if byte < 0x80 => {
                self.rest = rest;
                Ok(unzigzag(u64::from(byte)))
            }
            _ => self.long_of_many(),
        }
    }

    /// A timestamp has six bytes: up to eight are taken at once.
    fn long_of_many(&mut self) -> Result<i64, DecodeError> {
        let Some(chunk) = self.rest.first_chunk::<8>() else { return self.long_by_bytes() };
        let word = u64::from_le_bytes(*chunk);
        let stops = !word & 0x8080_8080_8080_8080;
        if stops == 0 {
            return self.long_by_bytes();
        }
        let last = stops.trailing_zeros() / 8;
        self.rest = self.rest.get(usize::try_from(last).unwrap_or_default() + 1..).unwrap_or_default();
        Ok(unzigzag(join_sevens(word & (stops ^ (stops - 1)))))
    }

    fn long_by_bytes(&mut self) -> Result<i64, DecodeError> {
        let mut value = 0u64;
        for (index, &byte) in self.rest.iter().take(10).enumerate() {
            if index == 9 && byte > 1 {
                break;
            }
            value |= u64::from(byte & 0x7f) << (7 * index);
            if byte < 0x80 {
                self.rest = self.rest.get(index + 1..).unwrap_or_default();
                return Ok(unzigzag(value));
            }
        }
        Err(if self.rest.len() < 10 {
            self.error(Kind::UnexpectedEnd, "the input ends, expected a number")
        } else {
            self.error(Kind::InvalidVarint, "a number does not fit 64 bits")
        })
    }

    /// Reads an `int`.
    ///
    /// # Errors
    ///
    /// Those of [`long`](Self::long), and a number beyond 32 bits.
    pub fn int(&mut self) -> Result<i32, DecodeError> {
        let before = self.rest;
        let value = self.long()?;
        i32::try_from(value).map_err(|_| {
            self.rest = before;
            self.error(Kind::IntOutOfRange, format!("{value} does not fit an int of 32 bits"))
        })
    }

    /// Reads a `boolean`.
    ///
    /// # Errors
    ///
    /// The input ends, or the byte is neither 0 nor 1.
    pub fn boolean(&mut self) -> Result<bool, DecodeError> {
        let flag = match self.rest.first() {
            Some(0) => false,
            Some(1) => true,
            Some(byte) => {
                return Err(self.error(Kind::InvalidBoolean, format!("{byte:#04x} is no boolean, expected 0 or 1")));
            }
            None => return Err(self.error(Kind::UnexpectedEnd, "the input ends, expected a boolean")),
        };
        self.rest = self.rest.get(1..).unwrap_or_default();
        Ok(flag)
    }

    /// Reads `N` bytes as they are.
    ///
    /// # Errors
    ///
    /// The input ends.
    pub fn fixed<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        match self.rest.split_first_chunk::<N>() {
            Some((chunk, rest)) => {
                self.rest = rest;
                Ok(*chunk)
            }
            None => Err(self.ends_within(N, "bytes of a number")),
        }
    }

    /// Reads `bytes` as a slice of the input: nothing is copied.
    ///
    /// # Errors
    ///
    /// A negative length, or one beyond the end of the input.
    pub fn bytes(&mut self) -> Result<Bytes, DecodeError> {
        let slice = self.byte_slice()?;
        Ok(self.source.slice_ref(slice))
    }

    /// Reads `bytes`, borrowed from the input.
    ///
    /// # Errors
    ///
    /// Those of [`bytes`](Self::bytes).
    #[inline]
    pub fn byte_slice(&mut self) -> Result<&'a [u8], DecodeError> {
        self.sized("bytes")
    }

    /// Reads a `string`, borrowed from the input.
    ///
    /// # Errors
    ///
    /// A negative length, one beyond the end of the input, or text that is not UTF-8.
    #[inline]
    pub fn str(&mut self) -> Result<&'a str, DecodeError> {
        let slice = self.sized("bytes of text")?;
        // Names and ids nearly always are ASCII, and that is seen in a fraction of the time.
        match slice.as_ascii_str() {
            Ok(text) => Ok(text.as_str()),
            Err(_) => self.utf8(slice),
        }
    }

    fn utf8(&self, slice: &'a [u8]) -> Result<&'a str, DecodeError> {
        std::str::from_utf8(slice).map_err(|error| self.not_utf8(slice, error))
    }

    #[cold]
    fn not_utf8(&self, slice: &[u8], error: std::str::Utf8Error) -> DecodeError {
        let offset = self.offset() - slice.len() + error.valid_up_to();
        DecodeError::new(Kind::InvalidUtf8, offset, "text is not UTF-8")
    }

    #[inline]
    fn sized(&mut self, what: &str) -> Result<&'a [u8], DecodeError> {
        let claimed = self.long()?;
        if let Some((slice, rest)) = usize::try_from(claimed).ok().and_then(|len| self.rest.split_at_checked(len)) {
            self.rest = rest;
            return Ok(slice);
        }
        Err(self.bad_size(claimed, what))
    }

    #[cold]
    fn bad_size(&self, claimed: i64, what: &str) -> DecodeError {
        if claimed < 0 {
            self.error(Kind::InvalidLength, format!("a length of {claimed}, expected 0 or more {what}"))
        } else {
            self.ends_within(claimed, what)
        }
    }

    /// Reads a union index below `branches`.
    ///
    /// # Errors
    ///
    /// The input ends, or there is no such branch.
    #[inline]
    pub fn branch(&mut self, branches: usize) -> Result<usize, DecodeError> {
        let before = self.rest;
        let index = self.long()?;
        match usize::try_from(index) {
            Ok(known) if known < branches => Ok(known),
            _ => {
                self.rest = before;
                Err(self.error(Kind::UnknownBranch, format!("union branch {index}, expected 0 to {}", branches - 1)))
            }
        }
    }

    /// Reads the blocks of an array or map: calls `item` for each with its index. `min_len` is the least number of bytes
    /// of an item.
    ///
    /// # Errors
    ///
    /// Those of `item`, a count that the rest of the input cannot hold, a wrong block size, and too deep nesting.
    pub fn blocks(
        &mut self,
        min_len: usize,
        mut item: impl FnMut(&mut Self, usize, usize) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        if self.depth >= MAX_DEPTH {
            return Err(self.error(Kind::TooDeep, format!("arrays and maps nest deeper than {MAX_DEPTH}")));
        }
        self.depth += 1;
        let mut index = 0;
        loop {
            let start = self.rest;
            let (count, size) = self.block_head()?;
            if count == 0 {
                break;
            }
            // An item without bytes takes memory all the same: it counts as one.
            let left_before = self.left();
            if count.checked_mul(min_len.max(1)).is_none_or(|needed| needed > left_before) {
                self.rest = start;
                return Err(
                    self.error(Kind::TooManyItems, format!("{count} items, but only {left_before} bytes are left"))
                );
            }
            for remaining in (0..count).rev() {
                item(self, index, remaining)?;
                index += 1;
            }
            if size.is_some_and(|size| size != left_before - self.left()) {
                self.rest = start;
                return Err(self.error(Kind::InvalidLength, "a block is not as long as it says"));
            }
        }
        self.depth -= 1;
        Ok(())
    }

    /// A count of items, and the size in bytes where the count was written negative.
    #[inline]
    fn block_head(&mut self) -> Result<(usize, Option<usize>), DecodeError> {
        let before = self.rest;
        let count = self.long()?;
        if let Ok(count) = usize::try_from(count) {
            return Ok((count, None));
        }
        let size = if count < 0 { Some(self.long()?) } else { None };
        let as_len = |value: i64| usize::try_from(value).ok();
        let parsed = as_len(count.checked_abs().unwrap_or(-1)).zip(match size {
            Some(size) => as_len(size).map(Some),
            None => Some(None),
        });
        parsed.ok_or_else(|| {
            self.rest = before;
            self.error(Kind::InvalidLength, format!("a block of {count} items in {} bytes", size.unwrap_or(0)))
        })
    }

    #[cold]
    fn ends_within(&self, needed: impl std::fmt::Display, what: &str) -> DecodeError {
        let left = self.left();
        self.error(Kind::UnexpectedEnd, format!("the input ends, expected {needed} {what}, {left} are left"))
    }

    #[cold]
    fn error(&self, kind: Kind, detail: impl Into<String>) -> DecodeError {
        DecodeError::new(kind, self.offset(), detail)
    }
}

/// Eight bytes with seven bits each, least significant first, as one number.
fn join_sevens(bytes: u64) -> u64 {
    let sevens = bytes & 0x7f7f_7f7f_7f7f_7f7f;
    let pairs = (sevens & 0x007f_007f_007f_007f) | ((sevens & 0x7f00_7f00_7f00_7f00) >> 1);
    let fours = (pairs & 0x0000_3fff_0000_3fff) | ((pairs & 0x3fff_0000_3fff_0000) >> 2);
    (fours & 0x0fff_ffff) | ((fours & 0x0fff_ffff_0000_0000) >> 4)
}

fn unzigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(input: &'static [u8], read: impl FnOnce(&mut Reader<'_>) -> Result<(), DecodeError>) -> Kind {
        let source = Bytes::from_static(input);
        read(&mut Reader::new(&source)).unwrap_err().kind()
    }

    fn long(input: &'static [u8]) -> Result<i64, DecodeError> {
        let source = Bytes::from_static(input);
        Reader::new(&source).long()
    }

    /// With what follows it, and without: that takes another way.
    #[test]
    fn longs_of_every_length_are_read() {
        for shift in 0..64 {
            for value in [
                1_i64 << shift,
                (1_i64 << shift).wrapping_sub(1),
                -(1 << shift.min(62)),
                i64::MAX >> shift,
                i64::MIN >> shift,
            ] {
                let mut bytes = Vec::new();
                crate::avro::put_long(&mut bytes, value);
                let len = bytes.len();
                assert_eq!(Reader::new(&Bytes::from(bytes.clone())).long().unwrap(), value);
                bytes.extend([0xff; 9]);
                let source = Bytes::from(bytes);
                let mut reader = Reader::new(&source);
                assert_eq!((reader.long().unwrap(), reader.offset()), (value, len));
            }
        }
    }

    #[test]
    fn varints_longer_than_needed_are_read() {
        assert_eq!(long(&[0x82, 0x00]).unwrap(), 1);
        assert_eq!(long(&[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00]).unwrap(), 0);
    }

    #[test]
    fn varints_beyond_64_bits_are_refused() {
        let eleven = &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00];
        assert_eq!(long(eleven).unwrap_err().kind(), Kind::InvalidVarint);
        let overflow = &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02];
        assert_eq!(long(overflow).unwrap_err().kind(), Kind::InvalidVarint);
        assert_eq!(long(&[0x80]).unwrap_err().kind(), Kind::UnexpectedEnd);
    }

    #[test]
    fn lengths_are_checked_before_memory_is_taken() {
        // 2^62 bytes claimed, one there
        let huge = &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01, b'x'];
        assert_eq!(kind(huge, |r| r.bytes().map(drop)), Kind::UnexpectedEnd);
        assert_eq!(kind(&[0x01], |r| r.bytes().map(drop)), Kind::InvalidLength);
        assert_eq!(kind(huge, |r| r.blocks(1, |_, _, _| Ok(()))), Kind::TooManyItems);
        assert_eq!(kind(huge, |r| r.blocks(0, |_, _, _| Ok(()))), Kind::TooManyItems);
        // i64::MIN has no absolute value
        let min = &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0x00];
        assert_eq!(kind(min, |r| r.blocks(1, |_, _, _| Ok(()))), Kind::InvalidLength);
    }

    #[test]
    fn sized_blocks_must_be_as_long_as_they_say() {
        let source = Bytes::from_static(&[0x01, 0x02, 0x0a, 0x00]); // -1 item in 1 byte: 5
        let mut items = Vec::new();
        Reader::new(&source)
            .blocks(1, |r, _, _| {
                items.push(r.long()?);
                Ok(())
            })
            .unwrap();
        assert_eq!(items, [5]);
        assert_eq!(kind(&[0x01, 0x04, 0x0a, 0x00], |r| r.blocks(1, |r, _, _| r.long().map(drop))), Kind::InvalidLength);
    }

    #[test]
    fn ints_booleans_and_branches_are_bounded() {
        assert_eq!(kind(&[0x80, 0x80, 0x80, 0x80, 0x10], |r| r.int().map(drop)), Kind::IntOutOfRange);
        assert_eq!(kind(&[0x02], |r| r.boolean().map(drop)), Kind::InvalidBoolean);
        assert_eq!(kind(&[0x04], |r| r.branch(2).map(drop)), Kind::UnknownBranch);
        assert_eq!(kind(&[0x01], |r| r.branch(2).map(drop)), Kind::UnknownBranch);
    }
}
