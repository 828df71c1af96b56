//! Reading values of the types that are asked for.

use std::{borrow::Cow, cell::RefCell, marker::PhantomData};

use serde::{
    Deserializer,
    de::{DeserializeOwned, DeserializeSeed, Error as _, IntoDeserializer, MapAccess, SeqAccess, Visitor, value},
    forward_to_deserialize_any,
};
use serde_json::Value;

use super::{
    environment::Environment,
    known::{ANY, Known},
    node::{Content, Node},
    place::{Origin, Place},
    problem::Problem,
};

/// Reads from trees and the environment, and notes which keys are known by that.
pub(super) struct Reader<'a> {
    environment: &'a Environment,
    known: RefCell<Known>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(environment: &'a Environment) -> Self {
        Self { environment, known: RefCell::default() }
    }

    /// The keys that are known by what has been read.
    pub(super) fn into_known(self) -> Known {
        self.known.into_inner()
    }

    /// The value at `key`. `pattern` is the key with `*` for names that are no fields.
    pub(super) fn read<T: DeserializeOwned>(&self, node: &Node, key: &str, pattern: &str) -> Result<T, Problem> {
        Cursor::new(self, Cow::Borrowed(node), key.to_owned(), pattern.to_owned()).read(PhantomData::<T>)
    }

    /// What the environment says at a key that no tree has.
    pub(super) fn absent(&self, key: &str, siblings: &[String]) -> Option<Node> {
        let below = |variable: &str| Node::map(Origin::Variable(variable.into()).anywhere());
        self.environment.find(key).or_else(|| self.environment.below(key, siblings).map(below))
    }
}

/// A node on the way.
struct Cursor<'a> {
    reader: &'a Reader<'a>,
    node: Cow<'a, Node>,
    key: String,
    pattern: String,
}

impl<'a> Cursor<'a> {
    fn new(reader: &'a Reader<'a>, node: Cow<'a, Node>, key: String, pattern: String) -> Self {
        // What the program has set stays.
        let variable = if node.place.origin == Origin::Program { None } else { reader.environment.find(&key) };
        Self { reader, node: variable.map_or(node, Cow::Owned), key, pattern }
    }

    /// The value that `seed` makes of the node. What is wrong with it is here, if not below.
    fn read<'de, S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Problem> {
        let (key, place) = (self.key.clone(), self.node.place.clone());
        seed.deserialize(self).map_err(|problem| problem.at(&key, &place))
    }

    fn note(&self) {
        self.reader.known.borrow_mut().note(&self.pattern);
    }

    /// What a visitor makes of the node; `fields` are those of a struct, whose names are known.
    fn visit<'de, V: Visitor<'de>>(self, visitor: V, fields: Option<&[&str]>) -> Result<V::Value, Problem> {
        self.note();
        let node = self.node.into_owned();
        match node.content {
            Content::Scalar(Value::Null) if fields.is_some() => {
                visitor.visit_map(Members::new(self.reader, node, self.key, self.pattern, fields))
            }
            Content::Scalar(value) => visit_scalar(visitor, value),
            Content::Variable(text) => visit_scalar(visitor, typed(text)),
            Content::List(items) => {
                let items = items.into_iter();
                visitor.visit_seq(Items { reader: self.reader, items, next: 0, key: self.key, pattern: self.pattern })
            }
            Content::Map(_) => visitor.visit_map(Members::new(self.reader, node, self.key, self.pattern, fields)),
        }
    }
}

/// Bools and numbers of variables are known by their text, as in a file.
fn typed(text: String) -> Value {
    match (text.as_str(), text.parse()) {
        ("True" | "TRUE" | "False" | "FALSE", _) => Value::Bool(text.starts_with('T')),
        (_, Ok(value @ (Value::Bool(_) | Value::Number(_)))) => value,
        _ => Value::String(text),
    }
}

fn visit_scalar<'de, V: Visitor<'de>>(visitor: V, value: Value) -> Result<V::Value, Problem> {
    match value {
        Value::Null => visitor.visit_unit(),
        Value::Bool(value) => visitor.visit_bool(value),
        Value::String(text) => visitor.visit_string(text),
        Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
            (Some(number), ..) => visitor.visit_u64(number),
            (_, Some(number), _) => visitor.visit_i64(number),
            (.., Some(number)) => visitor.visit_f64(number),
            _ => Err(Problem::custom("a number that is too large")),
        },
        Value::Array(_) | Value::Object(_) => Err(Problem::custom("no single value")),
    }
}

/// Nothing is below them, so no further key is known by them.
macro_rules! single_values {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
            self.visit(visitor, None)
        })*
    };
}

impl<'de> Deserializer<'de> for Cursor<'_> {
    type Error = Problem;

    /// For who takes what comes: every key below is known.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        self.reader.known.borrow_mut().note_all_below(&self.pattern);
        self.visit(visitor, None)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        self.deserialize_string(visitor)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        self.deserialize_string(visitor)
    }

    /// A variable is a text as it is.
    fn deserialize_string<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Problem> {
        if let Content::Variable(text) = &self.node.content {
            let content = Content::Scalar(Value::String(text.clone()));
            self.node = Cow::Owned(Node { place: self.node.place.clone(), content });
        }
        self.visit(visitor, None)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        if self.node.is_null() {
            self.note();
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_newtype_struct(self)
    }

    /// A variable is a list by its commas.
    fn deserialize_seq<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Problem> {
        if let Content::Variable(text) = &self.node.content {
            let place = &self.node.place;
            let item = |text: &str| Node { place: place.clone(), content: Content::Variable(text.to_owned()) };
            let items = text.split(',').map(str::trim).filter(|text| !text.is_empty()).map(item).collect();
            self.node = Cow::Owned(Node { place: place.clone(), content: Content::List(items) });
        }
        self.visit(visitor, None)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Problem> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        self.deserialize_seq(visitor)
    }

    /// A key without a value has an empty map.
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        self.visit(visitor, Some(&[]))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        self.visit(visitor, Some(fields))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        self.note();
        match self.node.to_text() {
            Some(text) => visitor.visit_enum(text.into_deserializer()),
            None => {
                let members = Members::new(self.reader, self.node.into_owned(), self.key, self.pattern, None);
                value::MapAccessDeserializer::new(members).deserialize_enum(name, variants, visitor)
            }
        }
    }

    /// A key that the type does not have: it does not become known.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_unit()
    }

    single_values! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128 deserialize_u8
        deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32 deserialize_f64
        deserialize_bytes deserialize_byte_buf deserialize_unit
    }

    forward_to_deserialize_any! { identifier unit_struct }
}

/// The items of a list.
struct Items<'a> {
    reader: &'a Reader<'a>,
    items: std::vec::IntoIter<Node>,
    next: usize,
    key: String,
    pattern: String,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Problem;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Problem> {
        let Some(item) = self.items.next() else { return Ok(None) };
        let key = format!("{}[{}]", self.key, self.next);
        self.next += 1;
        Cursor::new(self.reader, Cow::Owned(item), key, format!("{}.{ANY}", self.pattern)).read(seed).map(Some)
    }
}

/// The members of a map, or the fields of a struct.
struct Members<'a> {
    reader: &'a Reader<'a>,
    members: std::vec::IntoIter<(String, Node)>,
    next: Option<Cursor<'a>>,
    key: String,
    pattern: String,
    is_struct: bool,
}

impl<'a> Members<'a> {
    fn new(reader: &'a Reader<'a>, node: Node, key: String, pattern: String, fields: Option<&[&str]>) -> Self {
        let mut members: Vec<_> = match node.content {
            Content::Map(members) => members.into_iter().collect(),
            _ => Vec::new(),
        };
        let fields = fields.unwrap_or_default();
        let keys: Vec<_> = fields.iter().map(|field| format!("{key}.{field}")).collect();
        for (field, own) in fields.iter().zip(&keys) {
            reader.known.borrow_mut().note(&format!("{pattern}.{field}"));
            if !members.iter().any(|(name, _)| name == field)
                && let Some(node) = reader.absent(own, &keys)
            {
                members.push(((*field).to_owned(), node));
            }
        }
        let is_struct = !fields.is_empty();
        Self { reader, members: members.into_iter(), next: None, key, pattern, is_struct }
    }
}

impl<'de> MapAccess<'de> for Members<'_> {
    type Error = Problem;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Problem> {
        let Some((name, node)) = self.members.next() else { return Ok(None) };
        let key = format!("{}.{name}", self.key);
        let pattern = format!("{}.{}", self.pattern, if self.is_struct { &name } else { ANY });
        let place: Place = node.place.clone();
        self.next = Some(Cursor::new(self.reader, Cow::Owned(node), key.clone(), pattern));
        seed.deserialize(name.into_deserializer()).map(Some).map_err(|problem: Problem| problem.at(&key, &place))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Problem> {
        let next = self.next.take().ok_or_else(|| Problem::custom("a value without a key"))?;
        next.read(seed)
    }
}
