//! Correlation ids of calls that wait.

use std::{
    borrow::Borrow,
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

/// As long as a UUID in text form, and a little more.
const SHORT: usize = 38;

/// A correlation id as a key. A short one, as nearly all are, takes no memory of its own.
#[derive(Clone)]
pub(crate) enum Id {
    Short { length: u8, bytes: [u8; SHORT] },
    Long(Arc<[u8]>),
}

impl Id {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Short { length, bytes } => bytes.get(..usize::from(*length)).unwrap_or_default(),
            Self::Long(bytes) => bytes,
        }
    }

    /// The text that it was made from. Looks whether it is text.
    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }
}

impl From<&str> for Id {
    fn from(id: &str) -> Self {
        let mut bytes = [0; SHORT];
        match (bytes.get_mut(..id.len()), u8::try_from(id.len())) {
            (Some(place), Ok(length)) => {
                place.copy_from_slice(id.as_bytes());
                Self::Short { length, bytes }
            }
            _ => Self::Long(id.as_bytes().into()),
        }
    }
}

impl PartialEq for Id {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Id {}

/// As the bytes alone: they are what is looked for.
impl Hash for Id {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl Borrow<[u8]> for Id {
    fn borrow(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_of_any_length_are_found_by_their_bytes() {
        let texts: Vec<_> = (0..300).step_by(19).map(|length| "x".repeat(length)).collect();
        let ids: HashSet<Id> = texts.iter().map(|text| Id::from(text.as_str())).collect();
        for text in &texts {
            assert_eq!(ids.get(text.as_bytes()).map(Id::to_string).as_ref(), Some(text));
        }
        assert_eq!(ids.len(), texts.len());
    }
}
