use std::fmt;

use serde::Deserialize;

use crate::Status;

/// A payload that breaks a rule of its protocol.
///
/// Says what is wrong, where, and what would be right, with the id of the requirement. The JSON parser's own message,
/// if there is one, is the source. As a [`Status`] it is a 400.
///
/// ```
/// use kaa_protocol::{Dialect, cmp::AppliedRequest};
///
/// let error = AppliedRequest::parse(br#"{"configId": 5}"#, Dialect::Platform).unwrap_err();
/// assert_eq!((error.pointer(), error.offset()), ("/configId", Some(13)));
/// assert_eq!(error.requirement(), "CMP-031");
/// ```
#[derive(Debug)]
pub struct InvalidPayload {
    problem: &'static str,
    pointer: String,
    offset: Option<usize>,
    rule: Rule,
    source: Option<serde_json::Error>,
}

impl InvalidPayload {
    /// The JSON pointer (RFC 6901) of the value that is wrong or missing; empty for the payload as a whole and where
    /// the JSON itself is broken. Of a member name over 64 characters it has the beginning and `…`.
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// The byte of the payload at which it goes wrong, give or take one; `None` if the payload is wrong as a whole.
    ///
    /// For a member with a wrong name it is that of its value, for a missing member that of its object.
    pub fn offset(&self) -> Option<usize> {
        self.offset
    }

    /// The id of the requirement that is not met, such as `DCP-004`.
    pub fn requirement(&self) -> &'static str {
        self.rule.requirement
    }

    pub(crate) fn at(self, pointer: String) -> Self {
        Self { pointer, ..self }
    }
}

impl fmt::Display for InvalidPayload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.problem)?;
        match (self.pointer.as_str(), self.offset) {
            ("", None) => {}
            ("", Some(offset)) => write!(f, " at byte {offset}")?,
            (pointer, None) => write!(f, " at {}", pointer.escape_debug())?,
            (pointer, Some(offset)) => write!(f, " at {}, byte {offset}", pointer.escape_debug())?,
        }
        write!(f, ", expected {} ({})", self.rule.expected, self.rule.requirement)
    }
}

impl std::error::Error for InvalidPayload {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|cause| cause as _)
    }
}

impl From<InvalidPayload> for Status {
    fn from(error: InvalidPayload) -> Self {
        Self::bad_request(error.to_string()).with_source(error)
    }
}

/// What a payload has to be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    pub(crate) expected: &'static str,
    pub(crate) requirement: &'static str,
}

impl Rule {
    /// Reads JSON by the grammar of `T`, with nothing but white space behind it.
    pub(crate) fn json<'a, T: Deserialize<'a>>(self, text: &'a str) -> Result<T, InvalidPayload> {
        serde_json::from_str(text).map_err(|error| {
            let problem = match error.classify() {
                serde_json::error::Category::Eof => "JSON ends too early",
                serde_json::error::Category::Data => "JSON of another shape",
                _ => "broken JSON",
            };
            let offset = Some(byte_offset(text, &error));
            InvalidPayload { source: Some(error), ..self.broken(problem, offset) }
        })
    }

    pub(crate) fn utf8(self, payload: &[u8]) -> Result<&str, InvalidPayload> {
        std::str::from_utf8(payload).map_err(|error| self.broken("invalid UTF-8", Some(error.valid_up_to())))
    }

    pub(crate) fn broken(self, problem: &'static str, offset: Option<usize>) -> InvalidPayload {
        InvalidPayload { problem, pointer: String::new(), offset, rule: self, source: None }
    }
}

/// `serde_json` counts lines and columns from 1, columns in bytes.
fn byte_offset(text: &str, error: &serde_json::Error) -> usize {
    if error.is_eof() {
        return text.len();
    }
    let lines_before = error.line().saturating_sub(1);
    let line_start: usize = text.split_inclusive('\n').take(lines_before).map(str::len).sum();
    line_start + error.column().saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use serde_json::Value;

    use super::*;

    const RULE: Rule = Rule { expected: "something else", requirement: "KP-000" };

    #[test]
    fn offset_is_that_of_the_offending_byte() {
        for (text, offset) in
            [("", 0), ("[1", 2), ("[1,x]", 3), ("x", 0), ("[1]]", 3), ("[\n1,\n\n ü]", 7), ("{\"a\":\n}", 6)]
        {
            let error = RULE.json::<Value>(text).unwrap_err();
            assert_eq!(error.offset(), Some(offset), "{text:?}: {error}");
        }
        assert_eq!(RULE.utf8(b"ab\xffc").unwrap_err().offset(), Some(2));
    }

    #[test]
    fn error_says_what_where_and_which_rule() {
        let error = RULE.json::<Value>("[1,x]").unwrap_err();
        assert_eq!(error.to_string(), "broken JSON at byte 3, expected something else (KP-000)");
        assert_eq!(error.requirement(), "KP-000");
        assert!(error.source().is_some());
        assert_eq!(RULE.broken("nothing", None).to_string(), "nothing, expected something else (KP-000)");
    }

    #[test]
    fn pointer_says_where_and_is_fit_for_a_log() {
        let error = RULE.broken("no number", Some(7)).at("/0/a~1b\n".to_owned());
        assert_eq!(error.pointer(), "/0/a~1b\n");
        assert_eq!(error.to_string(), r"no number at /0/a~1b\n, byte 7, expected something else (KP-000)");
        let error = RULE.broken("no number", None).at("/é".to_owned());
        assert_eq!(error.to_string(), "no number at /é, expected something else (KP-000)");
        assert_eq!(RULE.json::<Value>("[1,x]").unwrap_err().pointer(), "");
    }

    #[test]
    fn status_of_an_invalid_payload_is_400_with_the_same_words() {
        let status = Status::from(RULE.json::<Value>("[").unwrap_err());
        assert_eq!(status.to_string(), "400 JSON ends too early at byte 1, expected something else (KP-000)");
        assert!(status.source().unwrap().is::<InvalidPayload>());
    }
}
