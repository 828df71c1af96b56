//! Connecting, and staying connected.

use std::{sync::Arc, time::Duration};

use async_nats::{ConnectOptions, Event, ServerAddr, ServerError};
use kaa_ism::Identity;
use kaa_service::{Error, Settings};
use rand::RngExt as _;

use crate::{NatsTransport, transport::Shared};

const FIRST_CONNECTION_WITHIN: Duration = Duration::from_secs(5);
const LONGEST_DELAY: Duration = Duration::from_secs(4);

/// Connects to the NATS servers of the settings (`NATS_URLS`, `nats.urls`). User and password may stand in a URL; those of
/// the first URL that has any are used for all servers.
///
/// # Errors
///
/// [`Error`] if a URL is not valid, or no server can be reached within 5 s. Passwords are in no error and in no log line.
pub async fn connect(settings: &Settings) -> Result<NatsTransport, Error> {
    let servers = settings.nats_urls().iter().map(|url| Server::parse(url)).collect::<Result<Vec<_>, _>>()?;
    if servers.is_empty() {
        return Err(Error::connect(
            "no NATS URL is given; set NATS_URLS or nats.urls to nats://[user:password@]host[:port]",
        ));
    }
    let credentials = servers.iter().find_map(|server| server.credentials.clone());
    let addresses: Vec<_> = servers.into_iter().map(|server| server.address).collect();
    let shown = addresses.iter().map(shown).collect::<Vec<_>>().join(", ");
    let shared = Arc::new(Shared::default());
    let options = options(settings, credentials, shared.clone());
    match tokio::time::timeout(FIRST_CONNECTION_WITHIN, options.connect(addresses)).await {
        Ok(Ok(client)) => {
            shared.up(true);
            Ok(NatsTransport::new(client, shared))
        }
        Ok(Err(error)) => Err(Error::connect(format!("cannot connect to NATS at {shown}: {error} (set by NATS_URLS)"))),
        Err(_) => Err(Error::connect(format!(
            "cannot connect to NATS at {shown}: no answer within {} s (set by NATS_URLS)",
            FIRST_CONNECTION_WITHIN.as_secs()
        ))),
    }
}

/// A URL, taken apart: the client logs the addresses of its servers, so they are without passwords.
struct Server {
    address: ServerAddr,
    credentials: Option<(String, String)>,
}

impl Server {
    fn parse(url: &str) -> Result<Self, Error> {
        let given = parse(url)?;
        let credentials =
            given.username().map(|user| (user.to_owned(), given.password().unwrap_or_default().to_owned()));
        let address = match credentials {
            None => given,
            Some(_) => parse(&format!("{}://{}:{}", given.scheme(), given.host(), given.port()))?,
        };
        Ok(Self { address, credentials })
    }
}

fn parse(url: &str) -> Result<ServerAddr, Error> {
    // The URL itself may contain a password: it is not repeated.
    url.parse().map_err(|_| {
        let place = url.rsplit_once('@').map_or(url, |(_, place)| place);
        Error::connect(format!("the NATS URL of `{place}` is not valid; expected nats://[user:password@]host[:port]"))
    })
}

fn shown(server: &ServerAddr) -> String {
    format!("{}:{}", server.host(), server.port())
}

fn options(settings: &Settings, credentials: Option<(String, String)>, shared: Arc<Shared>) -> ConnectOptions {
    let Identity { instance, replica, .. } = settings.identity();
    let options = ConnectOptions::new()
        .name(format!("{instance}/{replica}"))
        .custom_inbox_prefix(format!("kaa.v1.replica.{replica}"))
        // Subjects are checked when they are made.
        .skip_subject_validation(true)
        .max_reconnects(None)
        .reconnect_delay_callback(delay)
        .event_callback(move |event| {
            shared.note(&event);
            log(&event);
            std::future::ready(())
        });
    match credentials {
        Some((user, password)) => options.user_and_password(user, password),
        None => options,
    }
}

/// Doubles from 25 ms up to the longest delay, with jitter of up to one half, so that the services of a platform do not come
/// back all at once.
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
        // The first of them is logged where they are counted.
        Event::SlowConsumer(_) => {}
        Event::ServerError(ServerError::AuthorizationViolation) => {
            tracing::error!("the NATS server refuses the credentials");
        }
        other => tracing::warn!(event = %other, "NATS"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_and_are_bounded() {
        assert_eq!(delay(1), Duration::ZERO);
        for attempts in 2..1000 {
            let delay = delay(attempts);
            assert!(delay >= Duration::from_millis(50) && delay <= LONGEST_DELAY, "{attempts}: {delay:?}");
        }
    }

    #[tokio::test]
    async fn errors_show_where_and_no_password() {
        let settings = Settings::new("hello").unwrap();
        let unreachable = settings.clone().with_nats_urls(["nats://user:secret@127.0.0.1:1"]);
        let error = connect(&unreachable).await.unwrap_err().to_string();
        assert!(error.starts_with("cannot connect to NATS at 127.0.0.1:1: "), "{error}");
        let error = connect(&settings.clone().with_nats_urls(["http://user:secret@"])).await.unwrap_err().to_string();
        assert!(!error.contains("secret"), "{error}");
        let error = connect(&settings.with_nats_urls([] as [String; 0])).await.unwrap_err().to_string();
        assert!(error.contains("NATS_URLS"), "{error}");
    }

    #[test]
    fn the_addresses_that_the_client_gets_and_logs_are_without_passwords() {
        let server = Server::parse("tls://user:secret@localhost:4333").unwrap();
        assert_eq!(server.credentials, Some(("user".to_owned(), "secret".to_owned())));
        assert!(!format!("{:?}", server.address).contains("secret"));
        assert_eq!((server.address.scheme(), shown(&server.address).as_str()), ("tls", "localhost:4333"));
    }
}
