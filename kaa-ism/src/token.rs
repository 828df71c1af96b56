//! Names that are single subject tokens.

use std::{borrow::Borrow, fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A name that cannot be a subject token: empty, or with a dot, a wildcard, white space or a control character in it (ISM-025).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{kind} {text:?} is no subject token: {problem}; expected one or more characters without '.', '*', '>' and white space"
)]
pub struct InvalidToken {
    kind: &'static str,
    text: String,
    problem: Problem,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum Problem {
    #[error("it is empty")]
    Empty,
    #[error("{0:?} at byte {1}")]
    Character(char, usize),
}

pub(crate) const fn is_token_byte(byte: u8) -> bool {
    !matches!(byte, b'.' | b'*' | b'>' | 0..=b' ' | 0x7f)
}

fn check(text: &str) -> Result<(), Problem> {
    if text.is_empty() {
        return Err(Problem::Empty);
    }
    let bad = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '.' | '*' | '>');
    text.char_indices().find(|&(_, c)| bad(c)).map_or(Ok(()), |(at, c)| Err(Problem::Character(c, at)))
}

macro_rules! token {
    ($(#[$meta:meta])* $name:ident, $kind:literal) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Checks a name.
            ///
            /// # Errors
            ///
            /// [`InvalidToken`] if it is no single subject token.
            pub fn parse(text: impl AsRef<str>) -> Result<Self, InvalidToken> {
                let text = text.as_ref();
                match check(text) {
                    Ok(()) => Ok(Self(text.into())),
                    Err(problem) => Err(InvalidToken { kind: $kind, text: text.to_owned(), problem }),
                }
            }

            /// The name.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({:?})"), &*self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidToken;

            fn from_str(text: &str) -> Result<Self, InvalidToken> {
                Self::parse(text)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::parse(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
            }
        }
    };
}

token! {
    /// The name of a service instance: a service together with its configuration. All its replicas share it, and it names
    /// their NATS queue group (ISM-003).
    ///
    /// ```
    /// use kaa_ism::InstanceName;
    ///
    /// assert_eq!(InstanceName::parse("cmx_ota")?.as_str(), "cmx_ota");
    /// assert!(InstanceName::parse("a.b").is_err());
    /// # Ok::<(), kaa_ism::InvalidToken>(())
    /// ```
    InstanceName, "instance name"
}

token! {
    /// The id of one replica of a service instance, unique among all replicas of the platform (ISM-006). Opaque.
    ReplicaId, "replica id"
}

impl ReplicaId {
    /// A random id: 20 characters of base32hex, as Kaa's own generated ids. It is in the subject of every answer, so short.
    #[must_use]
    pub fn random() -> Self {
        const DIGITS: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";
        let mut bits = uuid::Uuid::new_v4().as_u128();
        let digits = std::iter::repeat_with(|| {
            let digit = usize::try_from(bits & 31).ok().and_then(|index| DIGITS.get(index));
            bits >>= 5;
            char::from(digit.copied().unwrap_or(b'0'))
        });
        Self(digits.take(20).collect::<String>().into())
    }
}

/// An extension instance name of 1/KP is the instance name of its service.
impl From<&kaa_protocol::ExtensionName> for InstanceName {
    fn from(name: &kaa_protocol::ExtensionName) -> Self {
        Self(name.as_str().into())
    }
}

#[cfg(test)]
mod tests {
    use kaa_proves::proves;

    use super::*;

    #[proves("ISM-025")]
    #[test]
    fn names_are_single_tokens() {
        for bad in ["", "a.b", "a b", "*", "a>", "a\tb", "a\u{a0}b", "a\u{0}"] {
            assert!(InstanceName::parse(bad).is_err(), "{bad:?}");
        }
        for good in ["dcx", "cmx_ota", "cmx-ota", "auto~temperature", "Größe", "7"] {
            assert_eq!(InstanceName::parse(good).unwrap().as_str(), good);
        }
    }

    #[test]
    fn the_error_says_what_where_and_what_would_be_right() {
        insta::assert_snapshot!(
            InstanceName::parse("a.b").unwrap_err(),
            @r#"instance name "a.b" is no subject token: '.' at byte 1; expected one or more characters without '.', '*', '>' and white space"#
        );
    }

    #[proves("ISM-006")]
    #[test]
    fn random_replica_ids_differ() {
        let (one, other) = (ReplicaId::random(), ReplicaId::random());
        assert_ne!(one, other);
        assert_eq!(one.as_str().len(), 20);
        assert!(ReplicaId::parse(one.as_str()).is_ok());
    }
}
