//! Why a value is not of the type that was asked for.

use std::fmt;

use serde::de::{self, Expected, Unexpected};

use super::{
    place::Place,
    secrets::{has_private_key, is_secret, without_user_info},
};
use crate::Error;

/// What is wrong, in two ways: with the value, and without it for secrets.
#[derive(Debug)]
pub(super) struct Problem(Box<Cause>);

#[derive(Debug)]
struct Cause {
    text: String,
    without_value: String,
    is_type: bool,
    at: Option<(String, Place)>,
}

impl Problem {
    fn new(text: String, without_value: String) -> Self {
        Self(Box::new(Cause { text, without_value, is_type: false, at: None }))
    }

    /// One that says nothing about the value.
    fn plain(text: String) -> Self {
        Self::new(text.clone(), text)
    }

    /// At this key, unless it is known to be at one below.
    pub(super) fn at(mut self, key: &str, place: &Place) -> Self {
        self.0.at.get_or_insert_with(|| (key.to_owned(), place.clone()));
        self
    }

    /// Whether another type was expected at exactly this key.
    pub(super) fn is_type_of(&self, key: &str) -> bool {
        self.0.is_type && self.0.at.as_ref().is_some_and(|(own, _)| own == key)
    }

    pub(super) fn into_error(self) -> Error {
        let Cause { text, without_value, at, .. } = *self.0;
        let (key, place) = at.map_or_else(Default::default, |(key, place)| (key, place.to_string()));
        let is_hidden = is_secret(&key) || has_private_key(&text);
        let text = if is_hidden { without_value } else { without_user_info(&text) };
        Error::invalid_settings(place, format!("`{key}`: {}", with_unit(&key, &text)))
    }
}

/// What there is, as an operator calls it.
fn given(unexpected: Unexpected<'_>) -> String {
    match unexpected {
        // Also a whole number that is too large for any of the types.
        Unexpected::Float(number) => format!("number `{number}`"),
        other => other.to_string(),
    }
}

/// What there should be, as an operator calls it: `serde` says the types of Rust.
fn wanted(expected: &dyn Expected) -> String {
    let expected = expected.to_string();
    let words = match expected.as_str() {
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" => "a whole number from 0 to 4294967295",
        "u64" | "u128" | "usize" => "a whole number, 0 or more",
        "i8" => "a whole number from -128 to 127",
        "i16" => "a whole number from -32768 to 32767",
        "i32" => "a whole number from -2147483648 to 2147483647",
        "i64" | "i128" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        "a boolean" => "`true` or `false`",
        "a string" => "a text",
        nonzero if nonzero.starts_with("a nonzero u") => "a whole number, 1 or more",
        nonzero if nonzero.starts_with("a nonzero i") => "a whole number other than 0",
        _ => return expected,
    };
    words.to_owned()
}

/// The number of the chassis at a key has a unit.
fn with_unit(key: &str, text: &str) -> String {
    let unit = match key {
        "service.clock-skew" | "service.limits.handling" => "milliseconds",
        "service.graceful-shutdown" => "seconds",
        _ => return text.to_owned(),
    };
    text.replace("expected a whole number", &format!("expected a whole number of {unit}"))
}

/// `one`, or `one of a, b`.
struct OneOf(&'static [&'static str]);

impl fmt::Display for OneOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted: Vec<_> = self.0.iter().map(|name| format!("`{name}`")).collect();
        match quoted.as_slice() {
            [one] => f.write_str(one),
            all => write!(f, "one of {}", all.join(", ")),
        }
    }
}

impl de::Error for Problem {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string(), "the value is not valid".to_owned())
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        use Unexpected::{Bool, Float, Signed, Unsigned};
        let quotes = match (unexpected, wanted(expected).as_str()) {
            (Bool(_) | Unsigned(_) | Signed(_) | Float(_), "a text") => "; put it in quotes",
            _ => "",
        };
        let (unexpected, expected) = (given(unexpected), wanted(expected) + quotes);
        let text = format!("invalid type: {unexpected}, expected {expected}");
        let mut problem = Self::new(text, format!("expected {expected}"));
        problem.0.is_type = true;
        problem
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let (unexpected, expected) = (given(unexpected), wanted(expected));
        Self::new(format!("invalid value: {unexpected}, expected {expected}"), format!("expected {expected}"))
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self::plain(format!("invalid length {length}, expected {expected}"))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let expected = OneOf(expected);
        Self::new(format!("unknown value {variant:?}, expected {expected}"), format!("expected {expected}"))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::plain(format!("there is no key `{field}` here, expected {}", OneOf(expected)))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::plain(format!("the key `{field}` is missing"))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::plain(format!("the key `{field}` is there twice"))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.without_value)
    }
}

impl std::error::Error for Problem {}
