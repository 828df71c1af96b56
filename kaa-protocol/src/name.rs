use std::{borrow::Borrow, fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{Dialect, InvalidName, invalid_name::Problem};

/// What `Debug` shows of a name: its text, unless it is secret.
macro_rules! shown {
    ($name:ident) => {
        &&*$name.0
    };
    ($name:ident, secret) => {
        &format_args!("…")
    };
}

/// Defines a checked name: a non-empty text whose characters all satisfy `$allowed`.
macro_rules! name {
    ($(#[$meta:meta])* $name:ident, $kind:literal, $allowed:expr, $expected:literal $(, $secret:ident)?) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            #[doc = concat!("Checks that `text` is a legal ", $kind, ".")]
            ///
            /// # Errors
            ///
            /// [`InvalidName`] if the text is empty or has a character that this kind of name excludes.
            pub fn parse(text: impl AsRef<str>) -> Result<Self, InvalidName> {
                let text = text.as_ref();
                match Problem::find(text, $allowed) {
                    Some(problem) => Err(InvalidName::new($kind, problem, $expected)),
                    None => Ok(Self(text.into())),
                }
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($name)).field(shown!(self $(, $secret)?)).finish()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidName;

            fn from_str(text: &str) -> Result<Self, InvalidName> {
                Self::parse(text)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = InvalidName;

            fn try_from(text: &str) -> Result<Self, InvalidName> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidName;

            fn try_from(text: String) -> Result<Self, InvalidName> {
                Self::parse(text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.as_str().into()
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                self.as_str()
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::parse(String::deserialize(deserializer)?).map_err(de::Error::custom)
            }
        }
    };
}

name! {
    /// The immutable, globally unique id of an endpoint: `^[a-zA-Z0-9._~-]+$`, usually a lower-case UUID.
    ///
    /// The dot is legal here, so an endpoint id is never a token of a NATS subject.
    ///
    /// Source: Kaa concepts and the endpoint register's REST interface (1.1 and later).
    EndpointId,
    "endpoint id",
    |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '~' | '-'),
    "one or more of `a-z`, `A-Z`, `0-9`, `.`, `_`, `~`, `-`"
}

name! {
    /// The opaque token by which a client speaks for an endpoint in 1/KP topics (KP-007, KP-009, KP-010).
    ///
    /// One topic level without a dot. Spaces, other alphabets and even `*` and `>` are legal, so a token is never put
    /// into a NATS subject. Kaa's own rule is `^[^+#/.]+$`; control characters are refused as well, because MQTT
    /// forbids U+0000 and lets a receiver close the connection at the others (MQTT 3.1.1, section 1.5.3).
    ///
    /// Who knows it speaks for the endpoint: [`Debug`](fmt::Debug) does not show it.
    EndpointToken,
    "endpoint token",
    |c| !matches!(c, '+' | '#' | '/' | '.') && !c.is_control(),
    "one or more characters other than `+`, `#`, `/`, `.` and control characters",
    secret
}

name! {
    /// The name of an application: `a-z`, `A-Z`, `0-9`, `-`, `_`.
    ApplicationName,
    "application name",
    is_plain,
    "one or more of `a-z`, `A-Z`, `0-9`, `-`, `_`"
}

name! {
    /// The name of one version of an application, unique in a platform (KP-005): `a-z`, `A-Z`, `0-9`, `-`, `_`.
    ///
    /// The second level of every 1/KP topic.
    AppVersionName,
    "app version name",
    is_plain,
    "one or more of `a-z`, `A-Z`, `0-9`, `-`, `_`"
}

name! {
    /// The name of an extension service instance, such as `dcx` or `cmx_ota` (KP-002, KP-006).
    ///
    /// It is both the third level of 1/KP topics and a token of the instance's NATS subjects, so it has to be one
    /// level and one token.
    ExtensionName,
    "extension name",
    |c| !matches!(c, '.' | '*' | '>' | '/' | '+' | '#') && !c.is_whitespace() && !c.is_control(),
    "one or more characters other than `.`, `*`, `>`, `/`, `+`, `#`, white space and control characters"
}

name! {
    /// A key of endpoint metadata: `^[a-zA-Z0-9_]+$` (schemas of 10/EPMP).
    MetadataKey,
    "metadata key",
    |c| c.is_ascii_alphanumeric() || c == '_',
    "one or more of `a-z`, `A-Z`, `0-9`, `_`"
}

name! {
    /// The name of one of several configurations of an endpoint: `^[a-zA-Z0-9_-]+$` (CMP-009).
    ///
    /// The default configuration goes without a name; `default` is the same as none (decision D-24). A name that looks
    /// like a [`RequestId`](crate::RequestId) is one at the end of a topic, so that it needs an id behind it (CMP-011).
    ConfigName,
    "configuration name",
    is_plain,
    "one or more of `a-z`, `A-Z`, `0-9`, `-`, `_`"
}

name! {
    /// The type of a command, such as `reboot`: letters and digits (CEP-002), and `-` and `_` for the official clients
    /// and samples that use them.
    ///
    /// The last two are a matter of the [dialect](crate::Dialect); [`cep`](crate::cep) checks it.
    CommandType,
    "command type",
    is_plain,
    "one or more of `a-z`, `A-Z`, `0-9`, `-`, `_`"
}

impl CommandType {
    /// Whether a dialect has this type: `rfc` knows letters and digits only (CEP-002).
    pub(crate) fn is_legal(&self, dialect: Dialect) -> bool {
        dialect != Dialect::Rfc || self.as_str().bytes().all(|byte| byte.is_ascii_alphanumeric())
    }
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

#[cfg(test)]
mod tests;
