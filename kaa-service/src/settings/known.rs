//! Which keys a service knows: those that it has asked for, and those of the types that it has asked for.

use std::{collections::BTreeMap, fmt};

use super::node::{Content, Node};

/// A part of a key that stands for any name: of a map, or an item of a list.
pub(super) const ANY: &str = "*";

/// The keys that are known, as a tree. It grows with the types of a program, not with what is configured.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    members: BTreeMap<String, Known>,
    /// Everything below is known.
    open: bool,
}

/// A key that nobody has asked for. Its [`Display`](fmt::Display) is a line for an operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownKey {
    key: String,
    place: String,
    nearest: Option<String>,
}

impl UnknownKey {
    /// The whole key, with dots.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The known key that is most like it; `None` if there is none that is near.
    #[must_use]
    pub fn nearest(&self) -> Option<&str> {
        self.nearest.as_deref()
    }
}

impl fmt::Display for UnknownKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the configuration {} has the unknown key `{}`", self.place, self.key)?;
        self.nearest.as_ref().map_or(Ok(()), |nearest| write!(f, "; did you mean `{nearest}`?"))
    }
}

impl Known {
    /// Knows a dotted key; what is at it.
    pub(super) fn note(&mut self, key: &str) -> &mut Self {
        key.split('.').fold(self, |known, part| known.members.entry(part.to_owned()).or_default())
    }

    /// Knows everything below a key.
    pub(super) fn note_all_below(&mut self, key: &str) {
        self.note(key).open = true;
    }

    pub(super) fn unite(&mut self, other: &Self) {
        self.open |= other.open;
        for (part, known) in &other.members {
            self.members.entry(part.clone()).or_default().unite(known);
        }
    }

    /// The keys of a tree that are not known, each once: nothing below one of them.
    pub(super) fn unknown(&self, tree: &Node) -> Vec<UnknownKey> {
        let mut found = Vec::new();
        self.collect("", tree, &mut found);
        found
    }

    fn collect(&self, key: &str, node: &Node, found: &mut Vec<UnknownKey>) {
        if self.open {
            return;
        }
        if let Content::List(items) = &node.content {
            for (index, item) in items.iter().enumerate() {
                if let Some(known) = self.members.get(ANY) {
                    known.collect(&format!("{key}[{index}]"), item, found);
                }
            }
        }
        for (name, node) in node.members().into_iter().flatten() {
            let dot = if key.is_empty() { "" } else { "." };
            let own = format!("{key}{dot}{name}");
            match self.members.get(name).or_else(|| self.members.get(ANY)) {
                Some(known) => known.collect(&own, node, found),
                None => {
                    let nearest = self.nearest(name).map(|nearest| format!("{key}{dot}{nearest}"));
                    let (key, node) = if nearest.is_none() { deepest(own, node) } else { (own, node) };
                    found.push(UnknownKey { key, place: node.place.to_string(), nearest });
                }
            }
        }
    }

    /// The member whose name is most like another: every third letter may differ.
    fn nearest(&self, name: &str) -> Option<&str> {
        let distances = self.members.keys().map(|known| (strsim::osa_distance(known, name), known.as_str()));
        let near = distances.filter(|(distance, _)| *distance <= (name.chars().count() / 3).max(1));
        near.min().map(|(_, known)| known)
    }
}

/// Down from a key as long as there is no more than one way.
fn deepest(mut key: String, mut node: &Node) -> (String, &Node) {
    while let Some(members) = node.members()
        && members.len() == 1
        && let Some((name, only)) = members.first_key_value()
    {
        key = format!("{key}.{name}");
        node = only;
    }
    (key, node)
}

#[cfg(test)]
mod tests {
    use crate::settings::tests::loaded;

    #[test]
    fn an_unknown_key_is_named_as_deeply_as_it_is_the_only_one() {
        let unknown =
            |yaml| loaded(yaml, &[]).unknown_keys().iter().map(|key| key.key().to_owned()).collect::<Vec<_>>();
        assert_eq!(unknown("kaa.kettle.x: 1"), ["kaa.kettle.x"]);
        assert_eq!(unknown("kaa: {kettle: {x: {y: 1, z: 2}}, pot: }\nother: {}"), ["kaa.kettle.x", "kaa.pot", "other"]);
        assert_eq!(unknown("service.instanec.name: x"), ["service.instanec"]);
    }
}
