//! Why the service does not start.

use std::{fmt, io};

use crate::settings::MQTT_PORT;

/// Why the service does not start. [`Debug`] is one line with all causes: a `main` that returns this error prints it.
pub struct Error(Cause);

enum Cause {
    Listen { address: String, error: io::Error },
    Service(kaa_service::Error),
}

impl Error {
    pub(crate) fn listen(address: String, error: io::Error) -> Self {
        Self(Cause::Listen { address, error })
    }

    /// Whether the port is taken by another program.
    #[must_use]
    pub fn is_address_in_use(&self) -> bool {
        matches!(&self.0, Cause::Listen { error, .. } if error.kind() == io::ErrorKind::AddrInUse)
    }
}

impl From<kaa_service::Error> for Error {
    fn from(error: kaa_service::Error) -> Self {
        Self(Cause::Service(error))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Cause::Listen { address, error } => {
                write!(f, "cannot listen on {address} for MQTT: ")?;
                match error.kind() {
                    io::ErrorKind::AddrInUse => f.write_str("address in use")?,
                    io::ErrorKind::PermissionDenied => f.write_str("permission denied")?,
                    _ => write!(f, "{error}")?,
                }
                write!(f, "; set {MQTT_PORT}")
            }
            Cause::Service(error) => fmt::Display::fmt(error, f),
        }
    }
}

/// One line with all causes.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Cause::Listen { .. } => write!(f, "{self}"),
            Cause::Service(error) => fmt::Debug::fmt(error, f),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            // Its text is part of ours.
            Cause::Listen { .. } => None,
            Cause::Service(error) => std::error::Error::source(error),
        }
    }
}
