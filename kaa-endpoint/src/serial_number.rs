//! The serial number of a certificate as text.

/// The serial number of a certificate as 16/ECAP and 22/CAP carry it: decimal, without leading zeros (ECAP-040,
/// CAP-018).
///
/// `big_endian` is the content of the DER integer, which is positive (RFC 5280, 4.1.2.2). Zeros in front change
/// nothing.
///
/// ```
/// assert_eq!(kaa_endpoint::decimal_serial_number(&[0x0a, 0x10]), "2576");
/// ```
#[must_use]
pub fn decimal_serial_number(big_endian: &[u8]) -> String {
    // Digits, lowest first.
    let mut digits = vec![0_u32];
    for &byte in big_endian {
        let mut carry = u32::from(byte);
        for digit in &mut digits {
            carry += *digit * 256;
            *digit = carry % 10;
            carry /= 10;
        }
        while carry > 0 {
            digits.push(carry % 10);
            carry /= 10;
        }
    }
    digits.into_iter().rev().filter_map(|digit| char::from_digit(digit, 10)).collect()
}

#[cfg(test)]
mod tests {
    use kaa_proves::proves;

    use super::*;

    #[proves("ECAP-040", "CAP-018")]
    #[test]
    fn serial_numbers_are_decimal_without_leading_zeros() {
        assert_eq!(decimal_serial_number(&[0x0a, 0x10]), "2576");
        assert_eq!(decimal_serial_number(&[0, 0, 0x0a, 0x10]), "2576");
        for zero in [&[][..], &[0], &[0, 0]] {
            assert_eq!(decimal_serial_number(zero), "0");
        }
        let longest = [0xff_u8; 20];
        assert_eq!(decimal_serial_number(&longest), "1461501637330902918203684832716283019655932542975");
        assert_eq!(decimal_serial_number(&u64::MAX.to_be_bytes()), u64::MAX.to_string());
    }
}
