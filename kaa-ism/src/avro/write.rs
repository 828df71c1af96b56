//! The two writers that everything else is made of.

/// Appends a `long` (or `int`): zig-zag, then seven bits a byte, least significant first.
#[inline]
pub fn put_long(out: &mut Vec<u8>, value: i64) {
    let zigzag = ((value << 1) ^ (value >> 63)).cast_unsigned();
    match u8::try_from(zigzag) {
        Ok(byte) if byte < 0x80 => out.push(byte),
        _ => put_varint(out, zigzag),
    }
}

/// How many bytes [`put_long`] appends.
#[inline]
#[must_use]
pub fn long_len(value: i64) -> usize {
    let zigzag = ((value << 1) ^ (value >> 63)).cast_unsigned();
    // Seven bits a byte, and a byte for zero.
    let bits = usize::try_from((zigzag | 1).ilog2()).unwrap_or(0);
    bits / 7 + 1
}

/// How many bytes [`put_bytes`] appends for so many.
#[inline]
pub(super) fn bytes_len(len: usize) -> usize {
    long_len(count(len)) + len
}

fn put_varint(out: &mut Vec<u8>, mut rest: u64) {
    while rest >= 0x80 {
        out.push(low_seven_bits(rest) | 0x80);
        rest >>= 7;
    }
    out.push(low_seven_bits(rest));
}

#[allow(clippy::cast_possible_truncation, reason = "masked to seven bits")]
fn low_seven_bits(value: u64) -> u8 {
    (value & 0x7f) as u8
}

/// Appends `bytes` (or the UTF-8 of a `string`): length, then content.
#[inline]
pub fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_long(out, count(bytes.len()));
    out.extend_from_slice(bytes);
}

/// A length as Avro counts it. No slice is longer than `isize::MAX` bytes, so nothing saturates.
pub(super) fn count(len: usize) -> i64 {
    i64::try_from(len).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn long(value: i64) -> Vec<u8> {
        let mut out = Vec::new();
        put_long(&mut out, value);
        out
    }

    #[test]
    fn longs_are_zigzag_varints() {
        assert_eq!(long(0), [0]);
        assert_eq!(long(-1), [1]);
        assert_eq!(long(1), [2]);
        assert_eq!(long(63), [0x7e]);
        assert_eq!(long(-64), [0x7f]);
        assert_eq!(long(64), [0x80, 0x01]);
        assert_eq!(long(i64::MAX), [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]);
        for value in [0, -1, 1, 63, -64, 64, -65, 8191, 8192, i64::MAX, i64::MIN] {
            assert_eq!(long(value).len(), long_len(value), "{value}");
        }
        assert_eq!(long(i64::MIN), [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]);
    }
}
