//! The tree of settings.

use std::collections::BTreeMap;

use serde_json::Value;

use super::place::{Origin, Place};

/// A value, and where it is set.
#[derive(Clone, PartialEq)]
pub(super) struct Node {
    pub(super) place: Place,
    pub(super) content: Content,
}

#[derive(Clone, PartialEq)]
pub(super) enum Content {
    /// Null, a bool, a number or a text.
    Scalar(Value),
    /// The text of a variable: it is of the type that is asked for.
    Variable(String),
    List(Vec<Node>),
    /// No key has a dot: those that had one are taken apart.
    Map(BTreeMap<String, Node>),
}

/// A key that has two values in one source.
#[derive(Debug)]
pub(super) struct Twice {
    pub(super) key: String,
    pub(super) first: Place,
    pub(super) second: Place,
}

impl Node {
    /// A map without keys.
    pub(super) fn map(place: Place) -> Self {
        Self { place, content: Content::Map(BTreeMap::new()) }
    }

    /// The tree of a JSON value. The last one wins where a key has two values, dotted and nested.
    pub(super) fn from_json(origin: &Origin, value: Value) -> Self {
        let place = origin.anywhere();
        match value {
            Value::Array(items) => {
                let items = items.into_iter().map(|item| Self::from_json(origin, item)).collect();
                Self { place, content: Content::List(items) }
            }
            Value::Object(members) => {
                let mut map = Self::map(place);
                for (key, value) in members {
                    let _ = map.put(&key, Self::from_json(origin, value));
                }
                map
            }
            scalar => Self { place, content: Content::Scalar(scalar) },
        }
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self.content, Content::Scalar(Value::Null))
    }

    /// The members of a map; `None` for anything else.
    pub(super) fn members(&self) -> Option<&BTreeMap<String, Self>> {
        match &self.content {
            Content::Map(members) => Some(members),
            _ => None,
        }
    }

    /// What is at a dotted key.
    pub(super) fn find(&self, key: &str) -> Option<&Self> {
        key.split('.').try_fold(self, |node, part| node.members()?.get(part))
    }

    /// A text; `None` for anything else.
    pub(super) fn as_str(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar(Value::String(text)) | Content::Variable(text) => Some(text),
            _ => None,
        }
    }

    /// A text, or the text of a number; `None` for anything else.
    pub(super) fn to_text(&self) -> Option<String> {
        match &self.content {
            Content::Scalar(Value::Number(number)) => Some(number.to_string()),
            _ => self.as_str().map(str::to_owned),
        }
    }

    /// Puts a value of the same source at a dotted key. Maps are united; of two other values the last one wins, and is
    /// reported.
    pub(super) fn put(&mut self, key: &str, node: Self) -> Result<(), Twice> {
        let (first, rest) = key.split_once('.').map_or((key, None), |(first, rest)| (first, Some(rest)));
        let node = match rest {
            None => node,
            Some(rest) => {
                let mut map = Self::map(node.place.clone());
                map.put(rest, node)?;
                map
            }
        };
        if self.members().is_none() {
            self.content = Content::Map(BTreeMap::new());
        }
        let Content::Map(members) = &mut self.content else { return Ok(()) };
        let Some(own) = members.get_mut(first) else {
            members.insert(first.to_owned(), node);
            return Ok(());
        };
        own.unite(node).map_err(|twice| {
            let dot = if twice.key.is_empty() { "" } else { "." };
            Twice { key: format!("{first}{dot}{}", twice.key), ..twice }
        })
    }

    /// A key without a value says nothing beside one with a value.
    fn unite(&mut self, other: Self) -> Result<(), Twice> {
        if other.is_null() {
            return Ok(());
        }
        match other.content {
            Content::Map(members) if self.members().is_some() => {
                let mut result = Ok(());
                for (key, node) in members {
                    result = result.and(self.put(&key, node));
                }
                result
            }
            _ if self.is_null() => {
                *self = other;
                Ok(())
            }
            _ => {
                let twice = Twice { key: String::new(), first: self.place.clone(), second: other.place.clone() };
                *self = other;
                Err(twice)
            }
        }
    }

    /// Lays another tree over this one: its values win, also null, and lists as a whole.
    pub(super) fn lay_over(&mut self, upper: &Self) {
        let (Content::Map(own), Content::Map(members)) = (&mut self.content, &upper.content) else {
            return self.clone_from(upper);
        };
        for (key, node) in members {
            match own.get_mut(key) {
                Some(below) => below.lay_over(node),
                None => {
                    own.insert(key.clone(), node.clone());
                }
            }
        }
    }
}
