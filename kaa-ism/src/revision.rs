//! Releases of the messages.

/// Since when a peer writes messages as it does.
///
/// No schema id travels with a message, and some messages changed in the middle (discrepancies 6.2): whoever talks to a peer of
/// an older release has to know it. A variant is the month in which the RFC of a message changed; a peer of that revision
/// knows this change and all before. The newest is the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum WireRevision {
    /// The oldest that is known here.
    R2020_07,
    /// 23/AIP `AutomationInvocation` has a tenant.
    R2023_04,
    /// 9/ELCE `TrafficReportEvent` counts messages.
    R2023_11,
    /// 26/ARMP `RelationGetRequest` has a tenant.
    R2024_03,
    /// 26/ARMP `RelationTreeGetResponse`: the tree is a plain string (until [`R2024_05_09`](Self::R2024_05_09)).
    R2024_05_04,
    /// 26/ARMP `RelationTreeUpdated` has tenant and entity.
    R2024_05_08,
    /// 26/ARMP `RelationTreeGetResponse`: the tree may be null again.
    R2024_05_09,
    /// 14/TSTP `DataPoint` has the time of its ingestion.
    R2024_11,
    /// 27/SCMP `SystemConfigUpdated` has a tenant.
    #[default]
    R2025_12,
}
