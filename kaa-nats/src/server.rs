//! The URL of a server.

use std::fmt;

use async_nats::ServerAddr;
use kaa_service::Error;
use percent_encoding::percent_decode_str;

use crate::credentials::Credentials;

/// What gives the URLs, where it does not matter which of the two it was.
pub(crate) const URLS: &str = "NATS_URLS or nats.urls";

/// A URL, taken apart: the client logs the addresses of its servers, so they are without passwords.
pub(crate) struct Server {
    pub(crate) address: ServerAddr,
    pub(crate) credentials: Credentials,
}

impl Server {
    /// `from` says who has named the server.
    pub(crate) fn parse(url: &str, from: &str) -> Result<Self, Error> {
        let invalid = |why: &str| invalid(url, why, from);
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let given: ServerAddr = url.parse().map_err(|error: std::io::Error| invalid(&error.to_string()))?;
        let Some(user) = given.username() else { return Ok(Self { address: given, credentials: Credentials::None }) };
        let credentials = Credentials::from_url(decoded(user), given.password().map(decoded));
        let mut bare = given.into_inner();
        bare.set_password(None).and_then(|()| bare.set_username("")).map_err(|()| invalid("no host"))?;
        Ok(Self { address: ServerAddr::from_url(bare).map_err(|error| invalid(&error.to_string()))?, credentials })
    }

    /// Whether the URL asks for TLS.
    pub(crate) fn is_tls(&self) -> bool {
        self.address.tls_required()
    }
}

/// Host and port.
impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.address.host(), self.address.port())
    }
}

fn invalid(url: &str, why: &str, from: &str) -> Error {
    // Also the scheme may be a part of a password.
    let why = if why.starts_with("invalid scheme") { "invalid scheme" } else { why };
    let why = why.strip_prefix("NATS server URL is invalid: ").unwrap_or(why);
    // The URL itself may contain a password: it is not repeated.
    let place = url.rsplit_once('@').map_or(url, |(_, place)| place);
    Error::connect(format!(
        "the NATS URL of `{place}` is not valid: {why}; expected nats://[user:password@]host[:port], or tls://… \
        (from {from})"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_addresses_that_the_client_gets_and_logs_are_without_passwords() {
        let server = Server::parse("tls://user:secret@localhost:4333", URLS).unwrap();
        let auth = server.credentials.auth(b"").unwrap();
        assert_eq!((auth.username.as_deref(), auth.password.as_deref()), (Some("user"), Some("secret")));
        assert!(!format!("{:?}", server.address).contains("secret"));
        assert_eq!((server.is_tls(), server.to_string().as_str()), (true, "localhost:4333"));
        assert!(!Server::parse("nats://localhost", URLS).unwrap().is_tls());
    }

    #[test]
    fn what_a_url_cannot_contain_is_encoded_in_it() {
        let server = Server::parse("nats://kaa:p%40ss%2Fword@localhost", URLS).unwrap();
        assert_eq!(server.credentials.auth(b"").unwrap().password.as_deref(), Some("p@ss/word"));
    }

    #[test]
    fn a_url_that_is_none_is_told_without_its_password() {
        let error = |url| Server::parse(url, "NATS_URLS").err().unwrap().to_string();
        let empty = error("http://user:secret@");
        assert!(empty.contains("expected nats://") && !empty.contains("secret"), "{empty}");
        assert_eq!(
            error("nats://user:secret@localhost:70000"),
            "the NATS URL of `localhost:70000` is not valid: invalid port number; expected \
            nats://[user:password@]host[:port], or tls://… (from NATS_URLS)"
        );
        let scheme = error("secret:x://y@localhost");
        assert!(scheme.contains("`localhost` is not valid: invalid scheme; expected nats://"), "{scheme}");
    }
}
