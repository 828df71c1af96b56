use std::fmt;

/// A resource of 10/EPMP (10/EPMP, Request/response).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Resource {
    /// `/get`: takes a [`GetRequest`](super::GetRequest) (EPMP-020).
    Get,
    /// `/get/keys`: takes anything and does not look at it (EPMP-014, EPMP-016).
    GetKeys,
    /// `/update`: takes an [`UpdateRequest`](super::UpdateRequest), which replaces all metadata (EPMP-029).
    Update,
    /// `/update/keys`: takes an [`UpdateRequest`](super::UpdateRequest), which replaces the keys in it (EPMP-037).
    UpdateKeys,
    /// `/delete/keys`: takes a [`DeleteKeysRequest`](super::DeleteKeysRequest) (EPMP-043).
    DeleteKeys,
}

impl Resource {
    const ALL: [Self; 5] = [Self::Get, Self::GetKeys, Self::Update, Self::UpdateKeys, Self::DeleteKeys];

    /// The resource at a path; `None` if there is none.
    ///
    /// The path is that of 4/ESP: what follows the endpoint token, without the request id. It is matched as it stands,
    /// in both [dialects](crate::Dialect).
    pub fn parse(resource_path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|resource| resource.path() == resource_path)
    }

    fn path(self) -> &'static str {
        match self {
            Self::Get => "/get",
            Self::GetKeys => "/get/keys",
            Self::Update => "/update",
            Self::UpdateKeys => "/update/keys",
            Self::DeleteKeys => "/delete/keys",
        }
    }
}

/// The resource path.
impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.path())
    }
}
