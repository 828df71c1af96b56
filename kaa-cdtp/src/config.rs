//! What an endpoint is configured with.

use bytes::Bytes;

/// One configuration of an endpoint, as a provider holds it and a consumer gets it.
///
/// Two configurations with the same name and the same id are the same (CDTP-019): whoever changes the content gives it
/// another id.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Config {
    /// Its id: any text. The empty one is that of an unassigned configuration (CDTP-017).
    pub id: String,
    /// How the content is encoded, `application/json` by default (CDTP-022).
    pub content_type: String,
    /// The configuration itself.
    pub content: Bytes,
}

impl Config {
    /// The name that is meant where none is given (CDTP-018).
    pub const DEFAULT_NAME: &str = "default";

    pub(crate) const JSON: &str = "application/json";

    /// A configuration in JSON.
    #[must_use]
    pub fn new(id: impl Into<String>, content: impl Into<Bytes>) -> Self {
        Self { id: id.into(), content_type: Self::JSON.to_owned(), content: content.into() }
    }

    /// What an endpoint has that was assigned nothing: the empty id and the JSON value `null` (CDTP-017, CDTP-024).
    #[must_use]
    pub fn unassigned() -> Self {
        Self::new("", "null")
    }

    /// With a content type other than `application/json`.
    #[must_use]
    pub fn with_content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = content_type.into();
        self
    }

    /// Whether this is what an endpoint has that was assigned nothing: the id is empty (CDTP-017).
    #[must_use]
    pub fn is_unassigned(&self) -> bool {
        self.id.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use kaa_proves::proves;

    use super::*;

    #[proves("CDTP-017", "CDTP-024")]
    #[test]
    fn the_unassigned_configuration_is_null_with_an_empty_id() {
        let config = Config::unassigned();
        assert_eq!((config.id.as_str(), &config.content[..]), ("", &b"null"[..]));
        assert_eq!(config.content_type, "application/json");
        assert!(config.is_unassigned());
        assert!(!Config::new("v1", "null").is_unassigned());
    }

    #[proves("CDTP-022")]
    #[test]
    fn content_is_json_unless_said_otherwise() {
        assert_eq!(Config::new("v1", "{}").content_type, "application/json");
        assert_eq!(Config::new("v1", "a: 1").with_content_type("application/yaml").content_type, "application/yaml");
    }
}
