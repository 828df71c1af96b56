use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::value::RawValue;

use crate::{Dialect, InvalidPayload, Json, MetadataKey, invalid_payload::Rule};

/// A name of more characters is cut in a pointer: pointers end up in reason phrases and logs.
const MAX_NAME_LEN: usize = 64;

/// One value of a payload while it is read: knows where it is, for errors.
///
/// Reading is never recursive and holds one level at a time, so that hostile nesting costs nothing.
pub(crate) struct Node<'a> {
    payload: &'a str,
    json: &'a RawValue,
    pointer: String,
    rule: Rule,
    dialect: Dialect,
}

impl<'a> Node<'a> {
    /// The payload as a whole, if it is one JSON text.
    pub(crate) fn root(payload: &'a [u8], rule: Rule, dialect: Dialect) -> Result<Self, InvalidPayload> {
        let payload = rule.utf8(payload)?;
        Ok(Self { payload, json: rule.json(payload)?, pointer: String::new(), rule, dialect })
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }

    pub(crate) fn is_object(&self) -> bool {
        self.json.get().starts_with('{')
    }

    pub(crate) fn object(self) -> Result<Object<'a>, InvalidPayload> {
        if !self.is_object() {
            return Err(self.broken("no object"));
        }
        match serde_json::from_str(self.json.get()) {
            Ok(members) => Ok(Object { node: self, members }),
            Err(_) => Err(self.broken("object with a name that is no Unicode text")),
        }
    }

    /// The elements, in order.
    pub(crate) fn array(self) -> Result<impl Iterator<Item = Self>, InvalidPayload> {
        let elements: Vec<&'a RawValue> = serde_json::from_str(self.json.get()).map_err(|_| self.broken("no array"))?;
        Ok(elements.into_iter().enumerate().map(move |(index, json)| self.child(&index.to_string(), json)))
    }

    pub(crate) fn string(&self) -> Result<String, InvalidPayload> {
        serde_json::from_str(self.json.get()).map_err(|_| self.broken("no string of Unicode text"))
    }

    pub(crate) fn boolean(&self) -> Result<bool, InvalidPayload> {
        serde_json::from_str(self.json.get()).map_err(|_| self.broken("no boolean"))
    }

    /// A number that `read` makes something of.
    pub(crate) fn number<T>(&self, read: impl FnOnce(&str) -> Option<T>) -> Result<T, InvalidPayload> {
        let text = Some(self.json.get()).filter(|text| text.starts_with(|c: char| c == '-' || c.is_ascii_digit()));
        text.and_then(read).ok_or_else(|| self.broken("no integer, or too large a one"))
    }

    /// Anything.
    pub(crate) fn json(&self) -> Result<Json<'a>, InvalidPayload> {
        Json::from_raw(self.json).ok_or_else(|| self.broken("too deep a value"))
    }

    /// An array of metadata keys, none of them twice.
    pub(crate) fn keys(self) -> Result<BTreeSet<MetadataKey>, InvalidPayload> {
        let mut keys = BTreeSet::new();
        for node in self.array()? {
            let key = MetadataKey::parse(node.string()?).map_err(|_| node.broken("illegal key"))?;
            if !keys.insert(key) {
                return Err(node.broken("repeated key"));
            }
        }
        Ok(keys)
    }

    pub(crate) fn broken(&self, problem: &'static str) -> InvalidPayload {
        let offset = self.json.get().as_ptr().addr().saturating_sub(self.payload.as_ptr().addr());
        self.rule.broken(problem, Some(offset)).at(self.pointer.clone())
    }

    fn child(&self, name: &str, json: &'a RawValue) -> Self {
        Self { json, pointer: self.pointer_to(name), ..*self }
    }

    fn pointer_to(&self, name: &str) -> String {
        let (kept, end) = match name.char_indices().nth(MAX_NAME_LEN) {
            Some((end, _)) => (name.get(..end).unwrap_or_default(), "…"),
            None => (name, ""),
        };
        format!("{}/{}{end}", self.pointer, kept.replace('~', "~0").replace('/', "~1"))
    }
}

/// The members of an object, taken one by one. Of two equal names the last one counts (decision D-39).
pub(crate) struct Object<'a> {
    node: Node<'a>,
    members: BTreeMap<String, &'a RawValue>,
}

impl<'a> Object<'a> {
    pub(crate) fn take(&mut self, name: &'static str) -> Option<Node<'a>> {
        self.members.remove(name).map(|json| self.node.child(name, json))
    }

    pub(crate) fn require(&mut self, name: &'static str) -> Result<Node<'a>, InvalidPayload> {
        let missing = || self.node.broken("missing member").at(self.node.pointer_to(name));
        self.members.remove(name).map(|json| self.node.child(name, json)).ok_or_else(missing)
    }

    /// `reasonPhrase`: optional. Null is as good as none in [`Dialect::Platform`], because official clients send it.
    pub(crate) fn reason_phrase(&mut self) -> Result<Option<String>, InvalidPayload> {
        match self.take("reasonPhrase") {
            Some(node) if self.node.dialect == Dialect::Platform && node.json.get() == "null" => Ok(None),
            node => node.map(|node| node.string()).transpose(),
        }
    }

    /// Refuses members that were not taken, except in [`Dialect::Platform`].
    pub(crate) fn end(self) -> Result<(), InvalidPayload> {
        match self.members.iter().next() {
            Some((name, json)) if self.node.dialect == Dialect::Rfc => {
                Err(self.node.child(name, json).broken("unknown member"))
            }
            _ => Ok(()),
        }
    }

    /// All members as metadata.
    pub(crate) fn metadata(self) -> Result<BTreeMap<MetadataKey, Json<'a>>, InvalidPayload> {
        let Self { node, members } = self;
        let members = members.into_iter().map(|(name, json)| {
            let node = node.child(&name, json);
            let key = MetadataKey::parse(name).map_err(|_| node.broken("illegal key"))?;
            Ok((key, node.json()?))
        });
        members.collect()
    }
}

/// A payload as UTF-8 JSON, without white space.
pub(crate) fn to_json(payload: &impl Serialize) -> Vec<u8> {
    // Fails for types that refuse to be written and for keys that are no strings; payloads have neither.
    serde_json::to_vec(payload).unwrap_or_default()
}

#[cfg(test)]
mod tests;
