//! Where two values differ.

use std::fmt::Display;

use apache_avro::types::Value;

/// The first difference between two values and the path to it; none if both mean the same. All NaN are one, and 0 is
/// not -0.
#[must_use]
pub fn difference(expected: &Value, got: &Value) -> Option<String> {
    let Place { path, expected, got } = place(expected, got)?;
    Some(format!("{path}: expected {}, got {}", shown(expected), shown(got)))
}

/// The value, or the start of a long one.
fn shown(value: Option<&Value>) -> String {
    const LONGEST: usize = 300;
    let text = value.map_or_else(|| "nothing".to_owned(), |value| format!("{value:?}"));
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

struct Place<'v> {
    path: String,
    expected: Option<&'v Value>,
    got: Option<&'v Value>,
}

impl Place<'_> {
    fn below(self, step: impl Display) -> Self {
        Self { path: format!("{step}{}", self.path), ..self }
    }
}

fn place<'v>(expected: &'v Value, got: &'v Value) -> Option<Place<'v>> {
    match (expected, got) {
        (Value::Record(one), Value::Record(other)) if one.len() == other.len() => {
            one.iter().zip(other).find_map(|((name, one), (other_name, other))| {
                let inner = if name == other_name { place(one, other) } else { item(Some(one), None) };
                inner.map(|inner| inner.below(format_args!(".{name}")))
            })
        }
        (Value::Array(one), Value::Array(other)) => (0..one.len().max(other.len())).find_map(|index| {
            let inner = item(one.get(index), other.get(index));
            inner.map(|inner| inner.below(format_args!("[{index}]")))
        }),
        (Value::Map(one), Value::Map(other)) => one.keys().chain(other.keys()).find_map(|key| {
            let inner = item(one.get(key), other.get(key));
            inner.map(|inner| inner.below(format_args!("[{key:?}]")))
        }),
        (Value::Union(branch, one), Value::Union(other_branch, other)) if branch == other_branch => place(one, other),
        (Value::Float(one), Value::Float(other)) if is_same(f64::from(*one), f64::from(*other)) => None,
        (Value::Double(one), Value::Double(other)) if is_same(*one, *other) => None,
        (Value::Float(_) | Value::Double(_), _) => end(expected, got),
        _ if expected == got => None,
        _ => end(expected, got),
    }
}

fn item<'v>(expected: Option<&'v Value>, got: Option<&'v Value>) -> Option<Place<'v>> {
    match (expected, got) {
        (Some(expected), Some(got)) => place(expected, got),
        _ => Some(Place { path: String::new(), expected, got }),
    }
}

fn end<'v>(expected: &'v Value, got: &'v Value) -> Option<Place<'v>> {
    Some(Place { path: String::new(), expected: Some(expected), got: Some(got) })
}

fn is_same(one: f64, other: f64) -> bool {
    (one.is_nan() && other.is_nan()) || one.to_bits() == other.to_bits()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(values: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
        Value::Record(values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    #[test]
    fn floats_are_compared_by_what_they_are() {
        assert_eq!(difference(&Value::Float(f32::NAN), &Value::Float(-f32::NAN)), None);
        assert_eq!(difference(&Value::Double(0.5), &Value::Double(0.5)), None);
        assert_eq!(
            difference(&Value::Double(0.0), &Value::Double(-0.0)).unwrap(),
            ": expected Double(0.0), got Double(-0.0)"
        );
        assert!(difference(&Value::Float(1.0), &Value::Double(1.0)).is_some());
    }

    #[test]
    fn the_path_leads_to_the_difference() {
        let point = |value| record([("values", Value::Array(vec![Value::Int(1), Value::Union(1, Box::new(value))]))]);
        let difference = difference(&point(Value::Int(5)), &point(Value::Long(5))).unwrap();
        assert_eq!(difference, ".values[1]: expected Int(5), got Long(5)");
    }

    #[test]
    fn what_is_missing_or_too_much_is_a_difference() {
        let array = |len| Value::Array(vec![Value::Null; len]);
        assert!(difference(&array(1), &array(2)).is_some());
        assert!(difference(&array(2), &array(1)).is_some());
        let map = |keys: &[&str]| Value::Map(keys.iter().map(|key| ((*key).to_owned(), Value::Null)).collect());
        assert_eq!(difference(&map(&["a"]), &map(&["a", "b"])).unwrap(), "[\"b\"]: expected nothing, got Null");
        assert!(difference(&map(&["a", "b"]), &map(&["a"])).is_some());
        assert!(difference(&record([("a", Value::Null)]), &record([("b", Value::Null)])).is_some());
        let union = |branch| Value::Union(branch, Box::new(Value::Null));
        assert!(difference(&union(0), &union(1)).is_some());
    }
}
