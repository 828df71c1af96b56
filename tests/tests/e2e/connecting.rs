//! Connecting to NATS.

use kaa_nats::connect;
use kaa_service::{ErrorKind, Service, Settings, Transport as _};

use crate::harness::{NatsServer, within};

/// Nothing listens there.
const DEAD: &str = "nats://127.0.0.1:1";

fn settings(urls: &[&str]) -> Settings {
    Settings::new("caller").unwrap().with_nats_urls(urls.iter().copied())
}

/// The bus carries messages.
async fn works(settings: Settings) {
    let transport = connect(&settings).await.unwrap();
    assert!(transport.is_connected());
    let running = Service::new(settings, transport).start().await.unwrap();
    within("shutting down", running.shutdown()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn user_and_password_in_the_url_open_a_server_with_authorization() {
    let nats = NatsServer::with_user("kaa", "s3cret").await;
    works(settings(&[&format!("nats://kaa:s3cret@{}", nats.place())])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_a_clear_error_without_the_password() {
    let nats = NatsServer::with_user("kaa", "s3cret").await;
    for url in [format!("nats://kaa:wr0ng@{}", nats.place()), nats.url()] {
        let error = within("an error", connect(&settings(&[&url]))).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Bus);
        let text = format!("{error} {error:?}");
        assert!(text.starts_with(&format!("cannot connect to NATS at {}: ", nats.place())), "{text}");
        assert!(text.contains("authorization"), "{text}");
        assert!(!text.contains("wr0ng") && !text.contains("s3cret"), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_urls_one_that_works_is_enough() {
    let open = NatsServer::start().await;
    works(settings(&[DEAD, &open.url()])).await;
    let closed = NatsServer::with_user("kaa", "s3cret").await;
    works(settings(&[DEAD, &format!("nats://kaa:s3cret@{}", closed.place())])).await;
    // Credentials are those of the first URL that has any.
    works(settings(&["nats://kaa:s3cret@127.0.0.1:1", &closed.url()])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_is_named() {
    let error = within("an error", connect(&settings(&[DEAD]))).await.unwrap_err();
    assert!(error.to_string().starts_with("cannot connect to NATS at 127.0.0.1:1: "), "{error}");
}
