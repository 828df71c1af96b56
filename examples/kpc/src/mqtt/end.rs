//! Why a connection ended.

use super::codec::Malformed;

/// Why a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The client said so.
    Disconnected,
    /// The client closed the socket.
    Closed,
    /// The socket failed.
    Broken,
    KeepAlive,
    /// The first packet was another one, or did not come in time.
    NoConnect,
    NotMqtt,
    TooLarge,
    UnacceptableVersion,
    IdentifierRejected,
    /// A packet that has no business there.
    Protocol,
    /// The client takes nothing.
    Slow,
    /// The last token was revoked.
    Revoked,
    TakenOver,
    Shutdown,
}

impl End {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Disconnected => "disconnected",
            Self::Closed => "closed",
            Self::Broken => "broken",
            Self::KeepAlive => "keep-alive",
            Self::NoConnect => "no-connect",
            Self::NotMqtt => "not-mqtt",
            Self::TooLarge => "too-large",
            Self::UnacceptableVersion => "unacceptable-version",
            Self::IdentifierRejected => "identifier-rejected",
            Self::Protocol => "protocol",
            Self::Slow => "slow",
            Self::Revoked => "revoked",
            Self::TakenOver => "taken-over",
            Self::Shutdown => "shutdown",
        }
    }
}

impl From<Malformed> for End {
    fn from(malformed: Malformed) -> Self {
        match malformed {
            Malformed::NotMqtt => Self::NotMqtt,
            Malformed::TooLarge => Self::TooLarge,
            Malformed::UnacceptableVersion => Self::UnacceptableVersion,
            Malformed::IdentifierRejected => Self::IdentifierRejected,
        }
    }
}
