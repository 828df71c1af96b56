//! Labels in the text format of Prometheus.

use std::fmt::Write as _;

/// `key="value",key="value"`, with what has to be escaped in values.
pub(crate) fn text<'a>(labels: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut text = String::new();
    for (key, value) in labels {
        let separator = if text.is_empty() { "" } else { "," };
        let value = value.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n");
        // Writing to a string does not fail.
        let _ = write!(text, "{separator}{key}=\"{value}\"");
    }
    text
}

/// Both, one behind the other.
pub(super) fn joined(one: &str, other: &str) -> String {
    let separator = if one.is_empty() || other.is_empty() { "" } else { "," };
    format!("{one}{separator}{other}")
}
