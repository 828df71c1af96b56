use std::{borrow::Borrow, fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{InvalidName, invalid_name::Problem};

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

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn endpoint_id_is_made_of_unreserved_url_characters() {
        for text in ["b197e391-1d13-403b-83f5-87bdd44888cf", "a.b_c~d-E9", "."] {
            assert_eq!(EndpointId::parse(text).unwrap().as_str(), text);
        }
        for text in ["", "a b", "a/b", "é", "a+b", "a\n"] {
            EndpointId::parse(text).unwrap_err();
        }
    }

    // KP-010: the token is opaque.
    #[test]
    fn endpoint_token_may_look_like_anything_that_is_one_level() {
        for text in ["JTjdbENzHh", "42", "status", "мой токен", "*", ">", "a b", "$SYS", "\"quoted\""] {
            assert_eq!(EndpointToken::parse(text).unwrap().as_str(), text);
        }
        for text in ["", "a+b", "a#b", "a/b", "a.b", "\0", "a\r\nb", "\u{7f}"] {
            EndpointToken::parse(text).unwrap_err();
        }
    }

    #[test]
    fn application_and_version_names_have_no_dot_and_no_other_alphabet() {
        for text in ["bspu542ikfmmfgrk47s0-v1", "kettle_V2", "-"] {
            assert_eq!(ApplicationName::parse(text).unwrap().as_str(), text);
            assert_eq!(AppVersionName::parse(text).unwrap().as_str(), text);
        }
        for text in ["", "kettle.v2", "kettle v2", "κ", "a/b"] {
            ApplicationName::parse(text).unwrap_err();
            AppVersionName::parse(text).unwrap_err();
        }
    }

    // KP-002, KP-006: the same name is a topic level and a subject token.
    #[test]
    fn extension_name_is_one_topic_level_and_one_subject_token() {
        for text in ["dcx", "cmx_ota", "cmx-ota", "rsx~1"] {
            assert_eq!(ExtensionName::parse(text).unwrap().as_str(), text);
        }
        for text in ["", "a.b", "*", ">", "a/b", "+", "#", "a b", "a\tb", "a\u{a0}b", "\0"] {
            ExtensionName::parse(text).unwrap_err();
        }
    }

    #[test]
    fn metadata_key_has_letters_digits_and_underscores_only() {
        assert_eq!(MetadataKey::parse("fw_Version2").unwrap().as_str(), "fw_Version2");
        for text in ["", "fw-version", "fw.version", "fw version", "ключ"] {
            MetadataKey::parse(text).unwrap_err();
        }
    }

    #[test]
    fn error_says_what_was_meant_what_is_wrong_and_what_is_right() {
        assert_eq!(
            MetadataKey::parse("fw-version").unwrap_err().to_string(),
            "invalid metadata key: '-' at byte 2, expected one or more of `a-z`, `A-Z`, `0-9`, `_`"
        );
        assert_eq!(
            AppVersionName::parse("").unwrap_err().to_string(),
            "invalid app version name: empty, expected one or more of `a-z`, `A-Z`, `0-9`, `-`, `_`"
        );
    }

    #[test]
    fn name_is_found_in_a_map_by_its_text() {
        let map = HashMap::from([(EndpointId::parse("ep-1").unwrap(), 1)]);
        assert_eq!(map.get("ep-1"), Some(&1));
    }

    #[test]
    fn every_conversion_checks() {
        assert_eq!("ep-1".parse(), EndpointId::parse("ep-1"));
        assert_eq!(EndpointId::try_from("ep-1"), EndpointId::parse("ep-1"));
        assert_eq!(EndpointId::try_from("ep-1".to_owned()), EndpointId::parse("ep-1"));
        assert_eq!(String::from(EndpointId::parse("ep-1").unwrap()), "ep-1");
        assert!("ep 1".parse::<EndpointId>().is_err());
        assert!(EndpointId::try_from("ep 1").is_err());
        assert!(EndpointId::try_from("ep 1".to_owned()).is_err());
    }

    #[test]
    fn json_form_is_a_string_and_is_checked_when_read() {
        let key = MetadataKey::parse("model").unwrap();
        assert_eq!(serde_json::to_string(&key).unwrap(), r#""model""#);
        assert_eq!(serde_json::from_str::<MetadataKey>(r#""m\u006fdel""#).unwrap(), key);

        let error = serde_json::from_str::<HashMap<MetadataKey, i32>>(r#"{"a.b":1}"#).unwrap_err();
        assert!(error.to_string().starts_with("invalid metadata key: '.' at byte 1"), "{error}");
    }

    #[test]
    fn display_honours_width() {
        assert_eq!(format!("[{:>6}]", ExtensionName::parse("dcx").unwrap()), "[   dcx]");
    }
}
