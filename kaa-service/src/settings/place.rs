//! Where a setting comes from.

use std::{fmt, sync::Arc};

/// Who has set a value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Origin {
    /// The program itself.
    Program,
    /// A file, by its path.
    File(Arc<str>),
    /// An environment variable, by its name.
    Variable(Arc<str>),
    /// Another source, by its name.
    Source(Arc<str>),
}

/// Where a value is set: line and column count from 1, and are those of its key.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Place {
    pub(super) origin: Origin,
    pub(super) position: Option<(u64, u64)>,
}

impl Origin {
    /// A place without line and column.
    pub(super) fn anywhere(&self) -> Place {
        Place { origin: self.clone(), position: None }
    }

    /// With those of the YAML parser, which counts from 1; 0 is unknown.
    pub(super) fn at(&self, location: serde_saphyr::Location) -> Place {
        let position = (location.line() > 0).then(|| (location.line(), location.column()));
        Place { origin: self.clone(), position }
    }
}

/// As it continues `the configuration …`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.origin {
            Origin::Program => f.write_str("of the program")?,
            Origin::File(path) => write!(f, "`{path}`")?,
            Origin::Variable(name) => write!(f, "in the variable `{name}`")?,
            Origin::Source(name) => write!(f, "of {name}")?,
        }
        self.position.map_or(Ok(()), |(line, column)| write!(f, " (line {line}, column {column})"))
    }
}
