//! Connecting, and staying connected.

use std::{sync::Arc, time::Duration};

use async_nats::{AuthError, ClientError, ConnectOptions, Event, ServerError};
use kaa_ism::Identity;
use kaa_service::{Error, Settings};
use rand::RngExt as _;

use crate::{
    NatsTransport,
    credentials::Credentials,
    failure,
    server::{Server, URLS},
    tls::Tls,
    transport::Shared,
    values::{Values, environment},
};

const FIRST_CONNECTION_WITHIN: Duration = Duration::from_secs(5);
/// With what a connection takes, a service is back within five seconds after the server.
const LONGEST_DELAY: Duration = Duration::from_secs(3);

/// How long one server has, before the next one is tried.
const SERVER_WITHIN: Duration = Duration::from_secs(2);

/// A server that has not answered three of these has gone, even if its machine does not say so.
const PING_EVERY: Duration = Duration::from_secs(5);

/// Connects to the NATS servers of the settings.
///
/// Each of these settings has a variable in the environment of the process, which wins: for `nats.tls.ca` it is
/// `NATS_TLS_CA`.
///
/// | key | meaning |
/// |---|---|
/// | `nats.urls` | servers: `nats://host:port`, or `tls://…` to insist on TLS; others of a cluster are found out |
/// | `nats.user` (or `nats.username`), `nats.password` | user and password |
/// | `nats.token` | a token |
/// | `nats.password-file`, `nats.token-file` | the same, in files |
/// | `nats.nkey-seed-file` | file with the NKEY seed of a user |
/// | `nats.credentials-file` | file with the JWT and the NKEY seed of a user, as `nsc` makes it |
/// | `nats.tls.ca` | PEM file with the authorities that servers are trusted for; default: those of the system |
/// | `nats.tls.cert`, `nats.tls.key` | PEM files with our certificate and its key, for servers that want one |
/// | `nats.tls.first` | `true`: TLS comes first, as with `handshake_first` of nats-server; default `false` |
///
/// Credentials of one kind may be set. If none are, those of the first URL that has any are used for all servers:
/// `nats://user:password@host` or `nats://token@host`, percent-encoded. Any setting below `nats.tls`, and any `tls://`
/// URL, makes TLS a condition for all servers. Files are read again for each connection, so that certificates and
/// credentials can be replaced while the service runs.
///
/// Dropping the future connects to nothing.
///
/// # Errors
///
/// [`Error`] of the kind `Settings` if the settings do not fit together or a file is not what it has to be; of the kind
/// `Bus` if a URL is not valid, or no server can be reached within 5 s (2 s for each, if that is more), or none accepts
/// us. It is one line that says what would be right. Secrets are in no error and in no log line.
pub async fn connect(settings: &Settings) -> Result<NatsTransport, Error> {
    let from = settings.nats_urls_from();
    let servers = settings.nats_urls().iter().map(|url| Server::parse(url, from)).collect::<Result<Vec<_>, _>>()?;
    if servers.is_empty() {
        return Err(Error::connect(format!("no NATS URL is given; set {URLS} to nats://[user:password@]host[:port]")));
    }
    let (credentials, tls) = security(settings, &servers)?;
    let shown = servers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let addresses: Vec<_> = servers.into_iter().map(|server| server.address).collect();
    let within = FIRST_CONNECTION_WITHIN.max(SERVER_WITHIN.saturating_mul(u32::try_from(addresses.len()).unwrap_or(2)));
    let shared = Arc::new(Shared::default());
    let options = tls.apply(options(settings, credentials.clone(), shared.clone()));
    match tokio::time::timeout(within, options.connect(addresses)).await {
        Ok(Ok(client)) => Ok(NatsTransport::new(client, shared)),
        Ok(Err(error)) => {
            let reason = failure::reason(&error, &credentials, &tls);
            let from = named_by(settings);
            Err(Error::connect(format!("cannot connect to NATS at {shown}: {reason} (from {from})")))
        }
        Err(_) => Err(Error::connect(format!(
            "cannot connect to NATS at {shown}: no answer within {} s (from {})",
            within.as_secs(),
            named_by(settings)
        ))),
    }
}

/// Who has named the servers, and what nobody reads that somebody may have set in order to name them. Nobody would be
/// warned of it if the service ends here.
fn named_by(settings: &Settings) -> String {
    let unknown = settings.unknown_keys();
    let unread =
        unknown.iter().find(|key| key.nearest().is_some_and(|known| ["NATS_URLS", "nats.urls"].contains(&known)));
    let unread = unread.map(|key| format!("; `{}` is set and nothing reads it", key.key()));
    format!("{}{}", settings.nats_urls_from(), unread.unwrap_or_default())
}

/// Who we are and how the connection is protected. All files have been read once.
fn security(settings: &Settings, servers: &[Server]) -> Result<(Credentials, Tls), Error> {
    let values = Values::new(settings, &environment);
    let tls = Tls::from_settings(&values, servers.iter().any(Server::is_tls))?;
    let given = Credentials::from_settings(&values)?;
    let in_urls = servers.iter().map(|server| &server.credentials);
    let credentials = std::iter::once(&given).chain(in_urls).find(|credentials| !credentials.is_none());
    let credentials = credentials.cloned().unwrap_or_default();
    tls.check()?;
    credentials.auth(&[])?;
    Ok((credentials, tls))
}

fn options(settings: &Settings, credentials: Credentials, shared: Arc<Shared>) -> ConnectOptions {
    let Identity { instance, replica, .. } = settings.identity();
    let present = move |nonce: Vec<u8>| {
        let auth = credentials.auth(&nonce).map_err(AuthError::new);
        std::future::ready(auth)
    };
    ConnectOptions::with_auth_callback(present)
        .name(format!("{instance}/{replica}"))
        .custom_inbox_prefix(format!("kaa.v1.replica.{replica}"))
        // Subjects are checked when they are made.
        .skip_subject_validation(true)
        .connection_timeout(SERVER_WITHIN)
        .ping_interval(PING_EVERY)
        .max_reconnects(None)
        .reconnect_delay_callback(delay)
        .event_callback(move |event| {
            if !shared.note(&event) {
                log(&event);
            }
            std::future::ready(())
        })
}

/// Doubles from 25 ms up to the longest delay, with jitter of up to one half, so that the services of a platform do not
/// come back all at once.
fn delay(attempts: usize) -> Duration {
    if attempts <= 1 {
        return Duration::ZERO;
    }
    let doublings = u32::try_from(attempts.min(16)).unwrap_or(16);
    let longest = Duration::from_millis(25).saturating_mul(1 << doublings.min(8)).min(LONGEST_DELAY);
    longest.mul_f64(rand::rng().random_range(0.5..=1.0))
}

fn log(event: &Event) {
    match event {
        Event::Connected => tracing::info!("connected to NATS"),
        Event::Disconnected => tracing::warn!("the connection to NATS is lost; reconnecting until it is back"),
        event if is_expected(event) => tracing::debug!(%event, "NATS"),
        Event::ServerError(ServerError::AuthorizationViolation) => {
            tracing::error!("the NATS server refuses the credentials");
        }
        other => tracing::warn!(event = %other, "NATS"),
    }
}

/// Whether it belongs to the end of a connection, or is one of the attempts to get it back.
fn is_expected(event: &Event) -> bool {
    matches!(event, Event::Draining | Event::Closed | Event::ClientError(ClientError::Other(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_and_an_attempt_are_nothing_to_warn_of() {
        let attempt = Event::ClientError(ClientError::Other("refused".to_owned()));
        assert!([Event::Draining, Event::Closed, attempt].iter().all(is_expected));
        let warned = [Event::LameDuckMode, Event::ServerError(ServerError::AuthorizationViolation)];
        assert!(!warned.iter().any(is_expected));
    }

    #[test]
    fn delays_grow_and_are_bounded() {
        assert_eq!(delay(1), Duration::ZERO);
        for attempts in 2..1000 {
            let delay = delay(attempts);
            assert!(delay >= Duration::from_millis(50) && delay <= LONGEST_DELAY, "{attempts}: {delay:?}");
        }
    }

    #[tokio::test]
    async fn an_error_names_what_nobody_reads_that_may_be_meant_to_name_the_servers() {
        let settings = Settings::from_yaml("hello", "nats.url: nats://me:s3cret@host").unwrap();
        let unread = "the default; set NATS_URLS or nats.urls; `nats.url` is set and nothing reads it";
        assert_eq!(named_by(&settings), unread);
        let error = connect(&settings.with_nats_urls(["nats://127.0.0.1:1"])).await.unwrap_err().to_string();
        assert!(error.ends_with(" (from the program; `nats.url` is set and nothing reads it)"), "{error}");
        assert!(!error.contains("s3cret"), "{error}");
    }

    #[tokio::test]
    async fn errors_show_where_and_no_password() {
        let settings = Settings::new("hello").unwrap();
        let unreachable = settings.clone().with_nats_urls(["nats://user:secret@127.0.0.1:1"]);
        let error = connect(&unreachable).await.unwrap_err().to_string();
        assert!(error.starts_with("cannot connect to NATS at 127.0.0.1:1: "), "{error}");
        assert!(error.ends_with(" (from the program)"), "{error}");
        let error = connect(&settings.clone().with_nats_urls(["http://user:secret@"])).await.unwrap_err().to_string();
        assert!(!error.contains("secret"), "{error}");
        let error = connect(&settings.with_nats_urls([] as [String; 0])).await.unwrap_err().to_string();
        assert!(error.contains("NATS_URLS"), "{error}");
    }
}
