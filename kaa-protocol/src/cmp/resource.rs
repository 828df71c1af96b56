use std::fmt;

use crate::{ConfigName, Status};

/// What `default` as the name of a configuration stands for: none (decision D-24).
const DEFAULT: &str = "default";

/// A resource of 7/CMP, and of which configuration (7/CMP, Configuration resource, Applied configuration resource).
///
/// Without a name it is about the default configuration (CMP-007, CMP-029). Named configurations are independent of it
/// and of each other (CMP-010).
///
/// ```
/// use kaa_protocol::{ConfigName, cmp::Resource};
///
/// let network = ConfigName::parse("network")?;
/// assert_eq!(Resource::parse("/config/json/network"), Some(Resource::Config(Some(network))));
/// assert_eq!(Resource::parse("/config/json/default"), Some(Resource::Config(None)));
/// assert_eq!(Resource::Applied(None).to_string(), "/applied/json");
/// # Ok::<(), kaa_protocol::InvalidName>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Resource {
    /// `/config/json[/<config name>]`: takes a [`ConfigRequest`](super::ConfigRequest) (CMP-006). `None` is the default
    /// configuration.
    Config(Option<ConfigName>),
    /// `/applied/json[/<config name>]`: takes an [`AppliedRequest`](super::AppliedRequest) (CMP-029). `None` is the
    /// default configuration.
    Applied(Option<ConfigName>),
}

impl Resource {
    /// The resource at a path; `None` if there is none, or if the name is not a legal one (CMP-009).
    ///
    /// The path is that of 4/ESP: what follows the endpoint token, without the request id. It is matched as it stands,
    /// in both [dialects](crate::Dialect). The name `default` is the same as none (decision D-24).
    pub fn parse(resource_path: &str) -> Option<Self> {
        if let Some(rest) = resource_path.strip_prefix("/config/json") {
            parse_name(rest).map(Self::Config)
        } else {
            parse_name(resource_path.strip_prefix("/applied/json")?).map(Self::Applied)
        }
    }

    /// The name of the configuration; `None` is the default one.
    pub fn config_name(&self) -> Option<&ConfigName> {
        match self {
            Self::Config(name) | Self::Applied(name) => name.as_ref(),
        }
    }

    /// Takes the `configName` of 4/ESP ClientData into account: a name in only one of the two places is used (decision
    /// D-24). `default` is the same as none there too.
    ///
    /// # Errors
    ///
    /// [`Status`] 400 if it is not a legal name (CMP-009), or another one than in the path.
    pub fn with_config_name(mut self, config_name: Option<&str>) -> Result<Self, Status> {
        let Some(text) = config_name.filter(|&text| text != DEFAULT) else { return Ok(self) };
        let given = ConfigName::parse(text).map_err(|error| Status::bad_request(format!("{error} (CMP-009)")))?;
        let (Self::Config(name) | Self::Applied(name)) = &mut self;
        match name {
            Some(name) if *name != given => {
                Err(Status::bad_request("path and configName name two different configurations (CMP-030)"))
            }
            _ => {
                *name = Some(given);
                Ok(self)
            }
        }
    }
}

/// The resource path.
impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Config(_) => "/config/json",
            Self::Applied(_) => "/applied/json",
        })?;
        self.config_name().map_or(Ok(()), |name| write!(f, "/{name}"))
    }
}

/// Reads what follows the resource: nothing, or a slash and a name.
fn parse_name(rest: &str) -> Option<Option<ConfigName>> {
    match rest.strip_prefix('/') {
        Some(DEFAULT) => Some(None),
        Some(name) => ConfigName::parse(name).ok().map(Some),
        None => rest.is_empty().then_some(None),
    }
}

#[cfg(test)]
mod tests;
