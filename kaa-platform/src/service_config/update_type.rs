//! The last token of the subjects.

use std::{fmt, str::FromStr};

use kaa_ism::Subject;

/// What has happened to a configuration (SCMP-002): the last token of the subjects of 17/SCMP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "SCMP-002 says that there is no other")]
pub enum UpdateType {
    /// It was created or updated.
    Upsert,
    /// It was removed.
    Delete,
}

impl UpdateType {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Upsert, Self::Delete];

    /// The subject token.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Upsert => "upsert",
            Self::Delete => "delete",
        }
    }

    /// That of a message which came with `subject`, the one or the other of 17/SCMP (SCMP-001, SCMP-006).
    ///
    /// # Errors
    ///
    /// [`InvalidUpdateType`] if the subject is none of 17/SCMP, or ends in another token.
    pub fn of(subject: &Subject) -> Result<Self, InvalidUpdateType> {
        let tokens: Vec<&str> = subject.as_str().split('.').collect();
        match tokens.as_slice() {
            ["kaa", "v1", "events", _, "service", "configuration", update_type]
            | ["kaa", "v1", "service", _, "scmp", "configuration", update_type] => update_type.parse(),
            _ => Err(InvalidUpdateType(())),
        }
    }
}

impl fmt::Display for UpdateType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for UpdateType {
    type Err = InvalidUpdateType;

    fn from_str(text: &str) -> Result<Self, InvalidUpdateType> {
        Self::ALL.into_iter().find(|update_type| update_type.as_str() == text).ok_or(InvalidUpdateType(()))
    }
}

/// A text is no [`UpdateType`], or a subject has none.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected upsert or delete, as the last token of a subject of 17/SCMP")]
pub struct InvalidUpdateType(());

#[cfg(test)]
mod tests {
    use kaa_proves::proves;

    use super::*;

    fn of(subject: &str) -> Result<UpdateType, InvalidUpdateType> {
        UpdateType::of(&Subject::parse(subject).unwrap())
    }

    #[proves("SCMP-002")]
    #[test]
    fn it_is_upsert_or_delete() {
        for update_type in UpdateType::ALL {
            assert_eq!(update_type.to_string().parse(), Ok(update_type));
        }
        for text in ["", "Upsert", "update", "*"] {
            assert_eq!(text.parse::<UpdateType>(), Err(InvalidUpdateType(())));
        }
    }

    #[proves("SCMP-001", "SCMP-006")]
    #[test]
    fn it_is_read_from_both_subjects() {
        assert_eq!(of("kaa.v1.events.tekton.service.configuration.upsert"), Ok(UpdateType::Upsert));
        assert_eq!(of("kaa.v1.service.kpc.scmp.configuration.delete"), Ok(UpdateType::Delete));
    }

    #[test]
    fn other_subjects_have_none() {
        for subject in [
            "upsert",
            "kaa.v1.events.tekton.service.configuration.changed",
            "kaa.v1.events.tekton.service.automation.upsert",
            "kaa.v1.events.tekton.service.configuration.upsert.now",
            "kaa.v1.service.kpc.scmp.upsert",
        ] {
            assert_eq!(of(subject), Err(InvalidUpdateType(())), "{subject}");
        }
    }
}
