//! What 17/SCMP tells.

use super::{Scope, UpdateType};

/// A change of the configuration of services, as both messages of 17/SCMP tell it. It does not carry the configuration
/// (SCMP-011).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Change {
    /// What has happened.
    pub update_type: UpdateType,
    /// To what: this has to be fetched again, or forgotten.
    pub scope: Scope,
}

impl Change {
    /// The scope was created or updated.
    #[must_use]
    pub fn upsert(scope: Scope) -> Self {
        Self { update_type: UpdateType::Upsert, scope }
    }

    /// The scope was removed.
    #[must_use]
    pub fn delete(scope: Scope) -> Self {
        Self { update_type: UpdateType::Delete, scope }
    }
}
