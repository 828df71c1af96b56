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
/// the first URL that has any are used for all servers that have none of their own.
///
/// # Errors
///
/// [`Error`] if a URL is not valid, or no server can be reached within 5 s. Passwords are in no error and in no log line.
pub async fn connect(settings: &Settings) -> Result<NatsTransport, Error> {
    let servers = settings.nats_urls().iter().map(|url| parse(url)).collect::<Result<Vec<_>, _>>()?;
    let shown = servers.iter().map(shown).collect::<Vec<_>>().join(", ");
    let shared = Arc::new(Shared::default());
    let options = options(settings, &servers, shared.clone());
    match tokio::time::timeout(FIRST_CONNECTION_WITHIN, options.connect(servers)).await {
        Ok(Ok(client)) => {
            shared.up(true);
            Ok(NatsTransport::new(client, shared))
        }
        Ok(Err(error)) => Err(Error::connect(format!("cannot connect to NATS at {shown}: {error}"))),
        Err(_) => Err(Error::connect(format!(
            "cannot connect to NATS at {shown}: no answer within {} s",
            FIRST_CONNECTION_WITHIN.as_secs()
        ))),
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

fn options(settings: &Settings, servers: &[ServerAddr], shared: Arc<Shared>) -> ConnectOptions {
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
    let credentials = servers.iter().find_map(|server| Some((server.username()?, server.password()?)));
    match credentials {
        Some((user, password)) => options.user_and_password(user.to_owned(), password.to_owned()),
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
        Event::SlowConsumer(_) => tracing::debug!("a subscription is too slow: a message was lost"),
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
        let error = connect(&settings.with_nats_urls(["http://user:secret@"])).await.unwrap_err().to_string();
        assert!(!error.contains("secret"), "{error}");
    }
}
