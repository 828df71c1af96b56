//! What pulling a configuration comes to.

use crate::Config;

/// What a successful answer to a [`ConfigRequest`](crate::ConfigRequest) says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is a configuration to apply, or there is none")]
pub enum Fetched {
    /// The consumer has the current configuration already (CDTP-015).
    NotModified,
    /// The current configuration (CDTP-014, CDTP-016).
    Config(Config),
}
