use std::fmt;

use crate::{CommandType, Dialect};

/// A resource of 11/CEP, and of which command type (11/CEP, Command resource, Result resource).
///
/// ```
/// use kaa_protocol::{CommandType, Dialect, cep::Resource};
///
/// let reboot = CommandType::parse("reboot")?;
/// assert_eq!(Resource::Result(reboot.clone()).to_string(), "/result/reboot");
/// assert_eq!(Resource::parse("/command/reboot", Dialect::Rfc), Some(Resource::Command(reboot)));
/// assert_eq!(Resource::parse("/command", Dialect::Rfc), Some(Resource::AllCommands));
/// # Ok::<(), kaa_protocol::InvalidName>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Resource {
    /// `/command/<command type>`: takes a [`CommandRequest`](super::CommandRequest), answers with a
    /// [`CommandResponse`](super::CommandResponse) (CEP-001).
    Command(CommandType),
    /// `/command`: the same for all types, answers with an [`AllCommandsResponse`](super::AllCommandsResponse)
    /// (CEP-008, decision D-6).
    AllCommands,
    /// `/result/<command type>`: takes a [`ResultRequest`](super::ResultRequest) (CEP-001).
    Result(CommandType),
}

impl Resource {
    /// The resource at a path; `None` if there is none, or if the command type is not a legal one (CEP-002).
    ///
    /// The path is that of 4/ESP: what follows the endpoint token, without the request id. A command type consists of
    /// letters and digits; [`Dialect::Platform`] lets in `-` and `_` as well, for `close-door` and `OUTPUT_SWITCH` of
    /// Kaa's samples.
    pub fn parse(resource_path: &str, dialect: Dialect) -> Option<Self> {
        if resource_path == "/command" {
            return Some(Self::AllCommands);
        }
        let command_type = |text| CommandType::parse(text).ok().filter(|name| name.is_legal(dialect));
        match resource_path.strip_prefix("/command/") {
            Some(rest) => command_type(rest).map(Self::Command),
            None => command_type(resource_path.strip_prefix("/result/")?).map(Self::Result),
        }
    }

    /// The command type; `None` for all of them.
    pub fn command_type(&self) -> Option<&CommandType> {
        match self {
            Self::Command(command_type) | Self::Result(command_type) => Some(command_type),
            Self::AllCommands => None,
        }
    }
}

/// The resource path.
impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command(command_type) => write!(f, "/command/{command_type}"),
            Self::AllCommands => f.write_str("/command"),
            Self::Result(command_type) => write!(f, "/result/{command_type}"),
        }
    }
}
