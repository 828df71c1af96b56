//! What a system configuration is for.

use std::{fmt, str::FromStr};

/// A level of the hierarchy of configurations (SYSC-004). Levels are ordered: the more specific one is the greater, and
/// usually wins (SYSC-006).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ConfigLevel {
    /// `TENANT`: for a tenant; configLevelId is its id.
    Tenant,
    /// `APPLICATION`: for an application; configLevelId is its name.
    Application,
    /// `APP_VERSION`: for an application version; configLevelId is its name.
    AppVersion,
    /// `ENDPOINT`: for an endpoint; configLevelId is its id.
    Endpoint,
}

impl ConfigLevel {
    /// All of them, the least specific first.
    pub const ALL: [Self; 4] = [Self::Tenant, Self::Application, Self::AppVersion, Self::Endpoint];

    /// The word on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tenant => "TENANT",
            Self::Application => "APPLICATION",
            Self::AppVersion => "APP_VERSION",
            Self::Endpoint => "ENDPOINT",
        }
    }
}

impl fmt::Display for ConfigLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The word on the wire.
impl From<ConfigLevel> for String {
    fn from(level: ConfigLevel) -> Self {
        level.as_str().to_owned()
    }
}

impl FromStr for ConfigLevel {
    type Err = InvalidConfigLevel;

    fn from_str(text: &str) -> Result<Self, InvalidConfigLevel> {
        Self::ALL.into_iter().find(|level| level.as_str() == text).ok_or(InvalidConfigLevel(()))
    }
}

/// A text is the word of no [`ConfigLevel`].
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected TENANT, APPLICATION, APP_VERSION or ENDPOINT")]
pub struct InvalidConfigLevel(());

#[cfg(test)]
mod tests {
    use kaa_proves::proves;

    use super::*;

    #[proves("SYSC-004")]
    #[test]
    fn each_level_has_its_word() {
        let words = ["TENANT", "APPLICATION", "APP_VERSION", "ENDPOINT"];
        for (level, word) in ConfigLevel::ALL.into_iter().zip(words) {
            assert_eq!(String::from(level), word);
            assert_eq!(word.parse(), Ok(level));
        }
        for text in ["", "tenant", "APPVERSION", "DEVICE"] {
            assert_eq!(text.parse::<ConfigLevel>(), Err(InvalidConfigLevel(())));
        }
    }

    #[proves("SYSC-006")]
    #[test]
    fn the_more_specific_level_is_the_greater() {
        assert!(ConfigLevel::ALL.is_sorted());
        assert_eq!(ConfigLevel::ALL.into_iter().max(), Some(ConfigLevel::Endpoint));
    }
}
