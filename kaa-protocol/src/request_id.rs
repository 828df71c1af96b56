use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{InvalidName, invalid_name::Problem};

const KIND: &str = "request id";
const EXPECTED: &str = "an integer from 0 to 2147483647 without sign and leading zeros";

/// The id by which a client matches a response with its request: the last level of a 1/KP topic (KP-016).
///
/// From 0 to 2147483647, the non-negative half of the Avro `int` that carries it in 4/ESP (KP-020). 1/KP says
/// "positive integer"; official clients count from 0, so 0 is an id as well (decision D-20).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "i32", into = "i32")]
pub struct RequestId(i32);

impl RequestId {
    /// Reads `0` or `[1-9][0-9]*` up to 2147483647 (decision D-20).
    ///
    /// # Errors
    ///
    /// [`InvalidName`] for anything else, such as `007`, `+5` or `2147483648`.
    pub fn parse(text: impl AsRef<str>) -> Result<Self, InvalidName> {
        let text = text.as_ref();
        Self::from_level(text).ok_or_else(|| {
            let problem = Problem::find(text, |c| c.is_ascii_digit()).unwrap_or(Problem::Number);
            InvalidName::new(KIND, problem, EXPECTED)
        })
    }

    /// The number.
    pub fn as_i32(self) -> i32 {
        self.0
    }

    /// [`RequestId::parse`] for the way of a message, where "not an id" is no error (KP-018).
    pub(crate) fn from_level(level: &str) -> Option<Self> {
        let canonical = level == "0" || !level.starts_with('0');
        // `i32::from_str` takes a sign, 1/KP does not.
        if !canonical || !level.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        level.parse().ok().map(Self)
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for RequestId {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        Self::parse(text)
    }
}

impl TryFrom<i32> for RequestId {
    type Error = InvalidName;

    fn try_from(number: i32) -> Result<Self, InvalidName> {
        if number < 0 { Err(InvalidName::new(KIND, Problem::Number, EXPECTED)) } else { Ok(Self(number)) }
    }
}

impl From<RequestId> for i32 {
    fn from(id: RequestId) -> Self {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use kaa_proves::proves;

    use super::*;

    // D-20
    #[proves("KP-016")]
    #[test]
    fn zero_and_positive_integers_are_ids() {
        for (text, number) in [("0", 0), ("1", 1), ("42", 42), ("2147483647", i32::MAX)] {
            let id = RequestId::parse(text).unwrap();
            assert_eq!(id.as_i32(), number);
            assert_eq!(id.to_string(), text);
            assert_eq!(RequestId::try_from(number), Ok(id));
        }
    }

    // D-20
    #[proves("KP-018")]
    #[test]
    fn other_forms_of_numbers_are_no_ids() {
        for text in ["", "-1", "+5", "007", "00", "4.2", "42a", "0x2a", "1e3", " 1", "1 ", "٤٢", "４２"] {
            RequestId::parse(text).unwrap_err();
        }
    }

    #[proves("KP-020")]
    #[test]
    fn number_over_31_bits_is_refused_and_never_wrapped() {
        for text in ["2147483648", "4294967297", "123456789012345678901234567890"] {
            RequestId::parse(text).unwrap_err();
        }
        RequestId::try_from(-1).unwrap_err();
        RequestId::try_from(i32::MIN).unwrap_err();
    }

    #[test]
    fn error_says_what_is_right() {
        let expected = "expected an integer from 0 to 2147483647 without sign and leading zeros";
        assert_eq!(
            RequestId::parse("007").unwrap_err().to_string(),
            format!("invalid request id: not such a number, {expected}")
        );
        assert_eq!(
            RequestId::parse("+5").unwrap_err().to_string(),
            format!("invalid request id: '+' at byte 0, {expected}")
        );
    }

    #[test]
    fn json_form_is_a_number_and_is_checked_when_read() {
        assert_eq!(serde_json::to_string(&RequestId::parse("7").unwrap()).unwrap(), "7");
        assert_eq!(serde_json::from_str::<RequestId>("7").unwrap().as_i32(), 7);
        serde_json::from_str::<RequestId>("-7").unwrap_err();
    }
}
