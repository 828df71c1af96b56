use crate::StatusCode;

/// The value of a JSON number if it is an integer of 64 bits, however it is written: `200`, `200.0` and `2e2` are the
/// same. Exact: nothing is rounded.
///
/// That is `integer` of JSON Schema from draft 6 on; the schemas of 7/CMP and 11/CEP name no draft (D-36).
pub(crate) fn integer(number: &str) -> Option<i64> {
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = [whole, fraction].concat();
    let significant = digits.trim_end_matches('0');
    if matches!(significant, "" | "-") {
        return Some(0);
    }
    // The number is `significant`, read as an integer, with this many zeros behind it.
    let zeros = exponent.parse::<i64>().ok()?;
    let zeros = zeros.checked_sub(i64::try_from(fraction.len()).ok()?)?;
    let zeros = zeros.checked_add(i64::try_from(digits.len() - significant.len()).ok()?)?;
    match usize::try_from(zeros) {
        Ok(zeros @ 0..20) => format!("{significant}{}", "0".repeat(zeros)).parse().ok(),
        _ => None,
    }
}

/// The same for a status code, which has 32 bits.
pub(crate) fn status_code(number: &str) -> Option<StatusCode> {
    i32::try_from(integer(number)?).ok().map(StatusCode::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integer_may_be_written_in_many_ways() {
        for (text, value) in [
            ("0", 0),
            ("-0", 0),
            ("0.000e999999999999999999999", 0),
            ("200", 200),
            ("-200", -200),
            ("200.0", 200),
            ("2e2", 200),
            ("2E+2", 200),
            ("0.2e3", 200),
            ("-2000e-1", -200),
            ("0.00020e6", 200),
            ("1e18", 1_000_000_000_000_000_000),
            ("9007199254740993.0", 9_007_199_254_740_993),
            ("9223372036854775807", i64::MAX),
            ("-9223372036854775808.00", i64::MIN),
        ] {
            assert_eq!(integer(text), Some(value), "{text}");
        }
    }

    #[test]
    fn fraction_and_large_number_are_none() {
        for text in [
            "200.5",
            "200.00000000000000000000000001",
            "1e-1",
            "9223372036854775808",
            "1e19",
            "1e999",
            "1e9223372036854775807",
            "1e-9223372036854775808",
            "1.5e-9223372036854775808",
            "10e9223372036854775807",
            "1e99999999999999999999",
        ] {
            assert_eq!(integer(text), None, "{text}");
        }
    }

    #[test]
    fn status_code_has_32_bits() {
        assert_eq!(status_code("2.00e2"), Some(StatusCode::OK));
        assert_eq!(status_code("-2147483648"), Some(StatusCode::new(i32::MIN)));
        assert_eq!(status_code("2147483648"), None);
        assert_eq!(status_code("200.5"), None);
    }
}
