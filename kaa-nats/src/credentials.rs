//! How we say to a server who we are.

use std::fmt;

use async_nats::Auth;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use kaa_ism::Clock as _;
use kaa_service::{Error, SystemClock};
use nkeys::{KeyPair, KeyPairType};
use serde_json::Value;

use crate::{
    server::URLS,
    values::{File, Secret, Source, Values, invalid},
};

/// What is presented to a server. Secrets in files are read for every connection anew: a new password or JWT takes the
/// place of the old one while the service runs.
#[derive(Clone, Debug, Default)]
pub(crate) enum Credentials {
    #[default]
    None,
    Password {
        user: String,
        password: Secret,
    },
    Token(Secret),
    /// A file with the seed of a user's key.
    Nkey(File),
    /// A file with a user's JWT and the seed of its key, as `nsc` and the NATS tools make it.
    Jwt(File),
}

impl Credentials {
    /// Those of the settings; at most one kind may be set.
    pub(crate) fn from_settings(values: &Values<'_>) -> Result<Self, Error> {
        let user = match (values.text("nats.user")?, values.text("nats.username")?) {
            (Some((user, source)), Some((username, other))) if user != username => {
                let problem = format_args!("{source} and {other} are both set, and differ; expected one of them");
                return Err(source.conflict(problem));
            }
            // The second is what the Java services of Kaa call it.
            (user, username) => user.or(username),
        };
        let password = match (user, values.secret("nats.password")?) {
            (Some((user, _)), Some(password)) => Some(Self::Password { user, password }),
            (Some((_, source)), None) => {
                return Err(source.invalid("there is no password; set `nats.password` or `nats.password-file`"));
            }
            (None, Some(password)) => {
                return Err(password.source().invalid("there is no user; set `nats.user`"));
            }
            (None, None) => None,
        };
        let token = values.secret("nats.token")?.map(Self::Token);
        let nkey = values.secret_file("nats.nkey-seed-file")?.map(Self::Nkey);
        let jwt = values.secret_file("nats.credentials-file")?.map(Self::Jwt);
        let mut given = [password, token, nkey, jwt].into_iter().flatten();
        match (given.next(), given.next()) {
            (None, _) => Ok(Self::None),
            (Some(one), None) => Ok(one),
            (Some(one), Some(other)) => {
                let problem = format_args!("{one} and {other} are both set; expected credentials of one kind");
                Err(one.source().map_or_else(|| invalid(problem), |source| source.conflict(problem)))
            }
        }
    }

    /// Those of a URL: a user with a password, or a token alone.
    pub(crate) fn from_url(user: String, password: Option<String>) -> Self {
        let source = Source::new(URLS);
        match password {
            Some(password) => Self::Password { user, password: Secret::given(password, source) },
            None => Self::Token(Secret::given(user, source)),
        }
    }

    /// What says them.
    fn source(&self) -> Option<&Source> {
        match self {
            Self::None => None,
            Self::Password { password: secret, .. } | Self::Token(secret) => Some(secret.source()),
            Self::Nkey(file) | Self::Jwt(file) => Some(file.source()),
        }
    }

    /// Whether there is nothing to present.
    pub(crate) fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    /// What answers the nonce of a server.
    pub(crate) fn auth(&self, nonce: &[u8]) -> Result<Auth, Error> {
        let mut auth = Auth::new();
        match self {
            Self::None => {}
            Self::Password { user, password } => {
                auth.username = Some(user.clone());
                auth.password = Some(password.reveal()?);
            }
            Self::Token(token) => auth.token = Some(token.reveal()?),
            Self::Nkey(file) => {
                let key = key(file, &file.text()?)?;
                auth.nkey = Some(key.public_key());
                auth.signature = Some(sign(file, &key, nonce)?);
            }
            Self::Jwt(file) => {
                let text = file.text()?;
                let jwt = block(&text, "USER JWT").ok_or_else(|| file.invalid("there is no user JWT in the file"))?;
                let seed =
                    block(&text, "NKEY SEED").ok_or_else(|| file.invalid("there is no NKEY seed in the file"))?;
                auth.jwt = Some(jwt.to_owned());
                auth.signature = Some(sign(file, &key(file, seed)?, nonce)?);
            }
        }
        Ok(auth)
    }

    /// Why a server may have refused them, and what would be right.
    pub(crate) fn refused(&self) -> String {
        match self {
            Self::None => {
                "authorization violation: it wants to know who is there; set `nats.user` and `nats.password`, \
                `nats.token`, `nats.nkey-seed-file` or `nats.credentials-file`"
                    .to_owned()
            }
            Self::Password { user, password } => {
                format!("authorization violation: it does not accept the user {user:?} with the password of {password}")
            }
            Self::Token(token) => format!("authorization violation: it does not accept the token of {token}"),
            Self::Nkey(file) => {
                let key = file.text().and_then(|seed| key(file, &seed)).map(|key| key.public_key());
                let key = key.unwrap_or_default();
                format!("authorization violation: the key {key} of {file} is none of its users; add {{nkey: {key}}}")
            }
            Self::Jwt(file) => {
                format!("authorization violation: it does not accept the JWT of {file}: {}", doubt(file))
            }
        }
    }
}

/// What says them.
impl fmt::Display for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.source() {
            None => f.write_str("no credentials"),
            Some(source) => source.fmt(f),
        }
    }
}

fn key(file: &File, seed: &str) -> Result<KeyPair, Error> {
    match KeyPair::from_seed(seed) {
        Ok(key) if key.key_pair_type() == KeyPairType::User => Ok(key),
        _ => Err(file.invalid("there is no NKEY seed of a user in the file; it begins with SU")),
    }
}

fn sign(file: &File, key: &KeyPair, nonce: &[u8]) -> Result<Vec<u8>, Error> {
    key.sign(nonce).map_err(|_| file.invalid("nothing can be signed with the NKEY in the file"))
}

/// What is between `-----BEGIN … <name>-----` and the end of that block.
fn block<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.find(|line| line.starts_with("---") && line.contains("BEGIN") && line.contains(name))?;
    lines.next().filter(|line| !line.starts_with("---"))
}

fn doubt(file: &File) -> String {
    match file.text().ok().and_then(|text| expiry(block(&text, "USER JWT")?)) {
        Some(expiry) if expiry <= SystemClock::new().now().0 / 1000 => {
            format!("it has expired {} s ago; get a new one", SystemClock::new().now().0 / 1000 - expiry)
        }
        _ => "its account may be unknown to the server, or it may have been revoked".to_owned(),
    }
}

/// When a JWT expires, in seconds since the Unix epoch.
fn expiry(jwt: &str) -> Option<i64> {
    let claims = URL_SAFE_NO_PAD.decode(jwt.split('.').nth(1)?).ok()?;
    serde_json::from_slice::<Value>(&claims).ok()?.get("exp")?.as_i64()
}

#[cfg(test)]
mod tests;
