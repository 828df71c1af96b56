//! Reading YAML, with the place of each key.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_json::Value;
use serde_saphyr::Spanned;

use super::{
    node::{Content, Node, Twice},
    place::Origin,
};
use crate::Error;

/// How deeply a configuration may be nested: reading takes some 32 KiB of the stack for each level.
const MAX_DEPTH: usize = 24;

/// The tree of a text; an empty text is a tree without keys.
pub(super) fn parse(origin: &Origin, text: &str) -> Result<Node, Error> {
    let budget = serde_saphyr::budget! { max_depth: MAX_DEPTH };
    // As in YAML 1.2: `yes` and `no` are texts.
    let options = serde_saphyr::options! { budget: budget, strict_booleans: true };
    let parsed = serde_saphyr::from_str_with_options::<Option<Yaml>>(text, options);
    let parsed = parsed.map_err(|error| unreadable(origin, &error))?;
    let mut tree = Node::map(origin.anywhere());
    match parsed.map(|yaml| yaml.0.value) {
        None | Some(Kind::Scalar(Value::Null)) => {}
        Some(Kind::Map(members)) => put_all(&mut tree, origin, members).map_err(set_twice)?,
        Some(_) => return Err(Error::invalid_settings(origin.anywhere().to_string(), "expected keys and values")),
    }
    Ok(tree)
}

fn set_twice(twice: Twice) -> Error {
    let Twice { key, first, second } = twice;
    let already = first.position.map(|(line, column)| format!(" in line {line}, column {column}")).unwrap_or_default();
    Error::invalid_settings(second.to_string(), format!("`{key}` is set already{already}"))
}

/// The first line of what the parser says: further lines may show a password. The place is said before.
fn unreadable(origin: &Origin, error: &serde_saphyr::Error) -> Error {
    let place = error.location().map_or_else(|| origin.anywhere(), |location| origin.at(location));
    if let serde_saphyr::Error::DuplicateMappingKey { key, .. } = error.without_snippet() {
        let key = key.as_deref().unwrap_or_default();
        return Error::invalid_settings(place.to_string(), format!("`{key}` is set twice"));
    }
    let text = error.without_snippet().to_string();
    let line = text.lines().next().unwrap_or_default();
    Error::invalid_settings(place.to_string(), line.rsplit_once(" at line ").map_or(line, |(problem, _)| problem))
}

struct Yaml(Spanned<Kind>);

enum Kind {
    Scalar(Value),
    List(Vec<Yaml>),
    Map(Vec<(Spanned<String>, Yaml)>),
}

fn put_all(map: &mut Node, origin: &Origin, members: Vec<(Spanned<String>, Yaml)>) -> Result<(), Twice> {
    members.into_iter().try_for_each(|(key, yaml)| {
        let node = node(origin, key.referenced, yaml.0.value)?;
        map.put(&key.value, node)
    })
}

fn node(origin: &Origin, at: serde_saphyr::Location, kind: Kind) -> Result<Node, Twice> {
    let place = origin.at(at);
    let content = match kind {
        Kind::Scalar(value) => Content::Scalar(value),
        Kind::List(items) => {
            let items = items.into_iter().map(|item| node(origin, item.0.referenced, item.0.value));
            Content::List(items.collect::<Result<_, _>>()?)
        }
        Kind::Map(members) => {
            let mut map = Node::map(place);
            put_all(&mut map, origin, members)?;
            return Ok(map);
        }
    };
    Ok(Node { place, content })
}

impl<'de> Deserialize<'de> for Yaml {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Spanned::deserialize(deserializer).map(Self)
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(KindVisitor)
    }
}

struct KindVisitor;

impl<'de> Visitor<'de> for KindVisitor {
    type Value = Kind;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Kind, E> {
        Ok(Kind::Scalar(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Kind, E> {
        Ok(Kind::Scalar(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Kind, E> {
        Ok(Kind::Scalar(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Kind, E> {
        Ok(Kind::Scalar(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Kind, E> {
        Ok(Kind::Scalar(value.into()))
    }

    fn visit_unit<E>(self) -> Result<Kind, E> {
        Ok(Kind::Scalar(Value::Null))
    }

    fn visit_none<E>(self) -> Result<Kind, E> {
        Ok(Kind::Scalar(Value::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Kind, D::Error> {
        Kind::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Kind, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Kind::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Kind, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = members.next_entry()? {
            map.push(entry);
        }
        Ok(Kind::Map(map))
    }
}

#[cfg(test)]
mod tests {
    use crate::settings::{
        Settings,
        tests::{error, loaded},
    };

    #[test]
    fn a_bool_is_the_same_in_the_file_and_in_a_variable() {
        for text in ["true", "True", "TRUE", "false", "False", "FALSE"] {
            let expected = Some(text.to_lowercase() == "true");
            assert_eq!(loaded(&format!("kaa.on: {text}"), &[]).get("kaa.on").unwrap(), expected, "{text}");
            assert_eq!(loaded("", &[("KAA_ON", text)]).get("kaa.on").unwrap(), expected, "{text}");
        }
        for text in ["yes", "on", "y", "no", "off"] {
            for settings in [loaded(&format!("kaa.on: {text}"), &[]), loaded("", &[("KAA_ON", text)])] {
                let error = error::<bool>(&settings, "kaa.on");
                assert!(error.ends_with(&format!("string {text:?}, expected `true` or `false`")), "{error}");
            }
        }
    }

    #[test]
    fn a_secret_that_is_no_yaml_is_not_in_the_error() {
        for secret in [
            "*hunter2",
            "&hunter2 x",
            "&hunter2",
            "!hunter2 x",
            "!!hunter2",
            "!<hunter2",
            "@hunter2",
            "`hunter2",
            "%hunter2",
            "|hunter2",
            ">hunter2",
            "{hunter2",
            "[hunter2",
            "]hunter2",
            "}hunter2",
            "hunter2: x",
            "- hunter2",
            "? hunter2",
            "\"hunter2",
            "\"hunter2\\q\"",
            "'hunter2' x",
            "\"hunter2\" x",
            ",hunter2",
            "\thunter2: x",
            "\u{7}hunter2",
            "<<: hunter2",
            "!!int hunter2",
            "!!float hunter2",
            "!!bool hunter2",
            "!!binary hunter2",
            "!!null hunter2",
            "!!map hunter2",
            "!!seq hunter2",
            "!!timestamp hunter2",
            "{<<: hunter2}",
        ] {
            for yaml in [format!("db:\n  password: {secret}\n  user: me"), format!("db.password: {secret}")] {
                let text = match Settings::from_yaml("dcx", &yaml) {
                    Err(error) => format!("{error:?}"),
                    Ok(settings) => error::<String>(&settings, "db.password"),
                };
                assert!(!text.contains("hunter2"), "{yaml}: {text}");
            }
        }
    }
}
