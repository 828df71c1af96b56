//! Which credentials were revoked.

use kaa_ism::Subject;

/// What kind of credentials a [`ClientCredentialsRevokedEvent`](super::ClientCredentialsRevokedEvent) is about. Its
/// subject says it, and nothing in the message does (CAP-021).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "22/CAP has two ways to authenticate, each with messages of its own")]
pub enum CredentialsKind {
    /// User name and password.
    Basic,
    /// X.509 certificate.
    Certificate,
}

impl CredentialsKind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Basic, Self::Certificate];

    /// The token in the subject.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Certificate => "certificate",
        }
    }

    /// The kind that the subject of a received event says; `None` if it is no subject of this event.
    #[must_use]
    pub fn of(subject: &Subject) -> Option<Self> {
        let (_originator, kind) = subject.as_str().strip_prefix("kaa.v1.events.")?.split_once('.')?;
        let token = kind.strip_prefix("client-credentials.")?.strip_suffix(".revoked")?;
        Self::ALL.into_iter().find(|known| known.as_str() == token)
    }
}
