use std::{borrow::Cow, fmt};

use serde::{Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};

use crate::{Dialect, InvalidPayload, invalid_payload::Rule, node::Node};

const RULE: Rule =
    Rule { expected: "one JSON value of at most 127 nested arrays and objects", requirement: "RFC 8259" };

/// One JSON value, kept as the text that came: a part of a payload that may be anything.
///
/// Numbers keep their digits, objects the order of their keys. Two are equal if their texts are. Without white space
/// around it, and never nested deeper than [`Json::MAX_DEPTH`].
///
/// ```
/// use kaa_protocol::Json;
///
/// let config = Json::parse(br#"{"brightness": 0.10, "id": 12345678901234567890}"#)?;
/// assert_eq!(config.as_str(), r#"{"brightness": 0.10, "id": 12345678901234567890}"#);
///
/// let payload = Json::new(&["on", "off"])?;
/// assert_eq!(payload.as_str(), r#"["on","off"]"#);
/// # Ok::<(), kaa_protocol::InvalidPayload>(())
/// ```
#[derive(Clone)]
pub struct Json<'a>(Cow<'a, RawValue>);

impl<'a> Json<'a> {
    /// How many arrays and objects a value may nest: as many as `serde_json` reads, so that what is let in can be read
    /// by those who get it.
    pub const MAX_DEPTH: usize = 127;

    /// JSON's `null`.
    pub const NULL: Json<'static> = Json(Cow::Borrowed(RawValue::NULL));

    /// Checks the grammar of a text, and nothing else; the value borrows from it.
    ///
    /// # Errors
    ///
    /// [`InvalidPayload`] if the text is not UTF-8 or not one JSON value, or if it nests deeper than
    /// [`Json::MAX_DEPTH`].
    pub fn parse(text: &'a [u8]) -> Result<Self, InvalidPayload> {
        Node::root(text, RULE, Dialect::Platform)?.json()
    }

    /// The JSON text.
    pub fn as_str(&self) -> &str {
        self.0.get()
    }

    /// The same value with a text of its own.
    pub fn into_owned(self) -> Json<'static> {
        Json(Cow::Owned(self.0.into_owned()))
    }

    /// A part of a text whose grammar was checked; `None` if it nests too deep.
    pub(crate) fn from_raw(raw: &'a RawValue) -> Option<Self> {
        first_deeper_than(Self::MAX_DEPTH, raw.get()).is_none().then_some(Self(Cow::Borrowed(raw)))
    }
}

impl Json<'static> {
    /// The JSON form of a value.
    ///
    /// # Errors
    ///
    /// [`InvalidPayload`] if it has none, such as a map whose keys are no strings, or nests deeper than
    /// [`Json::MAX_DEPTH`].
    pub fn new<T: Serialize + ?Sized>(value: &T) -> Result<Self, InvalidPayload> {
        let raw = to_raw_value(value).map_err(|_| RULE.broken("a value without JSON form", None))?;
        match first_deeper_than(Self::MAX_DEPTH, raw.get()) {
            Some(offset) => Err(RULE.broken("too deep a value", Some(offset))),
            None => Ok(Self(Cow::Owned(raw))),
        }
    }
}

impl PartialEq for Json<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Json<'_> {}

impl fmt::Debug for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Json({self})")
    }
}

impl fmt::Display for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Text for text with `serde_json`; no other format knows how.
impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// The offset of the first array or object of a JSON text that is nested too deep.
///
/// Necessary because `serde_json` skips raw values in a loop and without a limit.
pub(crate) fn first_deeper_than(max_depth: usize, json: &str) -> Option<usize> {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for (offset, byte) in json.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true, // legal JSON has it in strings only
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'[' | b'{' => {
                depth += 1;
                if depth > max_depth {
                    return Some(offset);
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn text_survives_byte_for_byte() {
        for text in ["1.0", "-0", "1e+999", "12345678901234567890.10", r#"{"b" : 1, "a":[ ],"b":"\ud800é"}"#, "null"] {
            assert_eq!(Json::parse(text.as_bytes()).unwrap().as_str(), text);
            assert_eq!(Json::parse(format!(" \n{text}\t").as_bytes()).unwrap().into_owned().as_str(), text);
            assert_eq!(serde_json::to_string(&[Json::parse(text.as_bytes()).unwrap()]).unwrap(), format!("[{text}]"));
        }
    }

    #[test]
    fn equal_is_what_has_the_same_text() {
        let [one, same, other] = [&b" 1"[..], b"1 ", b"1.0"].map(|text| Json::parse(text).unwrap());
        assert_eq!(one, same.into_owned());
        assert_ne!(one, other);
        assert_eq!(Json::NULL, Json::new(&()).unwrap());
        assert_eq!(format!("{one:?} {one}"), "Json(1) 1");
    }

    #[test]
    fn what_is_no_json_text_is_refused() {
        for text in [&b""[..], b" ", b"[1,]", b"1 2", b"nul", b"\"\n\"", b"\xff", b"\xef\xbb\xbf1"] {
            assert_eq!(Json::parse(text).unwrap_err().requirement(), "RFC 8259");
        }
        let without_form = BTreeMap::from([((1, 2), 3)]);
        assert_eq!(
            Json::new(&without_form).unwrap_err().to_string(),
            "a value without JSON form, expected one JSON value of at most 127 nested arrays and objects (RFC 8259)"
        );
    }

    #[test]
    fn nesting_has_a_limit() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        Json::parse(nested(Json::MAX_DEPTH).as_bytes()).unwrap();
        for depth in [Json::MAX_DEPTH + 1, 100_000] {
            Json::parse(nested(depth).as_bytes()).unwrap_err();
        }
        let deep = (0..Json::MAX_DEPTH).fold(serde_json::Value::Null, |value, _| serde_json::Value::from(vec![value]));
        Json::new(&deep).unwrap();
        assert_eq!(Json::new(&[deep]).unwrap_err().offset(), Some(Json::MAX_DEPTH));
    }
}
