//! Which keys a service knows: those that it has asked for, and those of the types that it has asked for.

use std::{collections::BTreeMap, fmt};

use super::{
    Settings,
    node::{Content, Node},
    variables,
};

/// A part of a key that stands for any name: of a map, or an item of a list.
pub(super) const ANY: &str = "*";

/// The keys that are known, as a tree. It grows with the types of a program, not with what is configured.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    members: BTreeMap<String, Known>,
    /// Somebody has asked for this key itself, and not only for keys below it.
    asked: bool,
    /// Everything below is known.
    open: bool,
}

/// A known key, with the names that the tree has where any name is known.
pub(super) struct KnownKey {
    /// The whole key, with dots.
    pub(super) name: String,
    /// No part of it is a name that the tree has.
    pub(super) is_fixed: bool,
    /// Everything below is known too.
    pub(super) is_open: bool,
}

/// A key of the configuration, or a variable of the environment, that nobody has asked for. Its
/// [`Display`](fmt::Display) is a line for an operator; values are not in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownKey {
    key: String,
    what: String,
    nearest: Option<String>,
    is_variable: bool,
}

impl UnknownKey {
    fn new(key: String, node: &Node, nearest: Option<String>) -> Self {
        let what = format!("the configuration {} has the unknown key `{key}`", node.place);
        Self { key, what, nearest, is_variable: false }
    }

    /// One that has no value, but keys below it.
    fn with_value(key: &str, node: &Node) -> Self {
        let what =
            format!("the configuration {} has a value for `{key}`, where only keys below it are known", node.place);
        Self { key: key.to_owned(), what, nearest: None, is_variable: false }
    }

    pub(super) fn of_variable(name: &str, nearest: Option<String>) -> Self {
        let what = format!("the environment has the unknown variable `{name}`");
        Self { key: name.to_owned(), what, nearest, is_variable: true }
    }

    /// The whole key, with dots; of a variable its name.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The known key that is most like it, or the known variable; `None` if there is none that is near. A variable may be
    /// near to a key that has none.
    #[must_use]
    pub fn nearest(&self) -> Option<&str> {
        self.nearest.as_deref()
    }
}

impl fmt::Display for UnknownKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        match &self.nearest {
            None => Ok(()),
            // Only a key has dots.
            Some(key) if self.is_variable && key.contains('.') => {
                write!(f, "; the key `{key}` has no variable: set it in the file")
            }
            Some(nearest) => write!(f, "; did you mean `{nearest}`?"),
        }
    }
}

impl Settings {
    /// The keys that nobody has asked these settings for, or their clones, and the variables of the environment that look
    /// like those of known keys and are not.
    ///
    /// Of variables, that are those near to a known one, those of a section of known ones and what begins as these do
    /// (`KAA_KPC`, `NATS_TLS_…`), and those of keys below `service`, `management` and `server` that have no variable.
    /// Variables that a cluster sets for its services are not among them.
    #[must_use]
    pub fn unknown_keys(&self) -> Vec<UnknownKey> {
        let known = self.keys().known.clone();
        let mut unknown = known.unknown(&self.tree);
        unknown.extend(variables::unknown(&known, &self.tree, &self.environment));
        unknown
    }

    /// Logs a warning for each of the [unknown keys](Self::unknown_keys), once; for a service that has read all its
    /// settings.
    pub fn warn_unknown_keys(&self) {
        let unknown = self.unknown_keys();
        let reported = std::mem::replace(&mut self.keys().reported, unknown.clone());
        for key in unknown.iter().filter(|key| !reported.contains(key)) {
            tracing::warn!("{key}");
        }
    }
}

impl Known {
    /// Knows that there are keys below a dotted one; what is at it.
    pub(super) fn note_above(&mut self, key: &str) -> &mut Self {
        key.split('.').fold(self, |known, part| known.members.entry(part.to_owned()).or_default())
    }

    /// Knows a dotted key.
    pub(super) fn note(&mut self, key: &str) {
        self.note_above(key).asked = true;
    }

    /// Knows everything below a key.
    pub(super) fn note_all_below(&mut self, key: &str) {
        self.note_above(key).open = true;
    }

    pub(super) fn unite(&mut self, other: &Self) {
        self.asked |= other.asked;
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
        if !self.asked && node.members().is_none() && !node.is_null() {
            found.push(UnknownKey::with_value(key, node));
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
            let own = below(key, name);
            match self.members.get(name).or_else(|| self.members.get(ANY)) {
                Some(known) => known.collect(&own, node, found),
                None => {
                    let nearest = self.nearest(name).map(|nearest| below(key, nearest));
                    let (key, node) = if nearest.is_none() { deepest(own, node) } else { (own, node) };
                    found.push(UnknownKey::new(key, node, nearest));
                }
            }
        }
    }

    /// The member whose name is most like another: every third letter may differ.
    fn nearest(&self, name: &str) -> Option<&str> {
        nearest(name, self.members.keys().map(String::as_str), (name.chars().count() / 3).max(1))
    }

    /// All of them, with the names that a tree has where any name is known.
    pub(super) fn keys(&self, tree: &Node) -> Vec<KnownKey> {
        let mut found = Vec::new();
        self.collect_keys("", true, Some(tree), &mut found);
        found
    }

    fn collect_keys(&self, key: &str, is_fixed: bool, node: Option<&Node>, found: &mut Vec<KnownKey>) {
        if self.asked || self.open {
            found.push(KnownKey { name: key.to_owned(), is_fixed, is_open: self.open });
        }
        let members = node.and_then(Node::members);
        for (part, known) in &self.members {
            if part != ANY {
                let node = members.and_then(|members| members.get(part));
                known.collect_keys(&below(key, part), is_fixed, node, found);
                continue;
            }
            for (name, node) in members.into_iter().flatten() {
                known.collect_keys(&below(key, name), false, Some(node), found);
            }
        }
    }

    /// The members of a key that have members themselves, but for those with any name.
    pub(super) fn sections(&self, key: &str) -> Vec<String> {
        let members = self.members.get(key).into_iter().flat_map(|known| &known.members);
        let sections = members.filter(|(part, known)| *part != ANY && !known.members.is_empty());
        sections.map(|(part, _)| below(key, part)).collect()
    }
}

/// The name that is most like another, if no more than `most` letters differ.
pub(super) fn nearest<'n>(name: &str, names: impl Iterator<Item = &'n str>, most: usize) -> Option<&'n str> {
    let distances = names.map(|known| (strsim::osa_distance(known, name), known));
    distances.filter(|(distance, _)| *distance <= most).min().map(|(_, known)| known)
}

/// A member of a key; the key of the whole tree is empty.
fn below(key: &str, name: &str) -> String {
    if key.is_empty() { name.to_owned() } else { format!("{key}.{name}") }
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

    #[test]
    fn a_value_where_only_keys_are_known_is_told() {
        let settings =
            loaded("nats: nats://user:hunter2@host\nservice: {instance: [a, b], limits: }\nmanagement:", &[]);
        let unknown: Vec<_> = settings.unknown_keys().iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(unknown.join("\n"), @r"
        the configuration `config.yml` (line 1, column 1) has a value for `nats`, where only keys below it are known
        the configuration `config.yml` (line 2, column 11) has a value for `service.instance`, where only keys below it are known
        ");
    }
}
