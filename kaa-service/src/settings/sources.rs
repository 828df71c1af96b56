//! What settings are made from.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{node::Node, place::Origin, yaml};
use crate::Error;

/// The trees of all sources, one laid over the other: the file, other sources in the order of their coming, the
/// program.
#[derive(Clone)]
pub(super) struct Sources {
    base: Node,
    others: Vec<(Arc<str>, Node)>,
    program: Node,
}

impl Sources {
    /// A file or a text, and nothing else.
    pub(super) fn new(base: Node) -> Self {
        Self { base, others: Vec::new(), program: Node::map(Origin::Program.anywhere()) }
    }

    /// With another file.
    pub(super) fn with_base(mut self, base: Node) -> Self {
        self.base = base;
        self
    }

    /// With another tree of a source.
    pub(super) fn with_source(mut self, source: &str, tree: Node) -> Self {
        match self.others.iter_mut().find(|(name, _)| **name == *source) {
            Some((_, own)) => *own = tree,
            None => self.others.push((source.into(), tree)),
        }
        self
    }

    /// With another value of the program.
    pub(super) fn with_value(mut self, tree: &Node) -> Self {
        self.program.lay_over(tree);
        self
    }

    /// All of them together.
    pub(super) fn tree(&self) -> Node {
        let mut tree = self.base.clone();
        for (_, upper) in &self.others {
            tree.lay_over(upper);
        }
        tree.lay_over(&self.program);
        tree
    }
}

/// The file of the settings.
#[derive(Clone)]
pub(super) struct SettingsFile {
    pub(super) path: PathBuf,
    /// Nobody has named it: it need not be there.
    pub(super) is_default: bool,
    /// What is in it.
    pub(super) text: Arc<str>,
}

impl SettingsFile {
    /// Reads the file. One that need not be there, and is not, is empty.
    pub(super) fn read(path: &Path, is_default: bool) -> Result<Self, Error> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if is_default && error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(Error::unreadable(path.to_owned(), error)),
        };
        Ok(Self { path: path.to_owned(), is_default, text: text.into() })
    }

    pub(super) fn parse(&self) -> Result<Node, Error> {
        yaml::parse(&Origin::File(self.path.to_string_lossy().into()), &self.text)
    }
}
