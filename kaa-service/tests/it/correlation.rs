//! What is stamped on messages.

use std::time::Duration;

use kaa_endpoint::ecap::{EndpointTokenValidationRequest as Ask, EndpointTokenValidationResponse as Told};
use kaa_esp::{ClientData, Esp as _, ExtensionData, Reply, extension};
use kaa_ism::{Bus as _, Context, Message as _, SendOptions, Timestamp, respond};
use kaa_proves::proves;

use crate::support::*;

/// What `nobody` would get if the caller sent this.
async fn sent(data: ClientData, options: SendOptions) -> ClientData {
    let world = World::new().await;
    let mut to = Raw::listen(&world.bus, "kaa.v1.service.nobody.esp.ClientData").await;
    let caller = world.caller().await;
    caller.handle().esp().send(&instance("nobody"), data, options).await.unwrap();
    ClientData::decode(&to.next().await.body).unwrap()
}

fn fresh() -> ClientData {
    ClientData::new("demo-v1", "/x")
}

#[proves("ISM-007", "ISM-008")]
#[tokio::test(start_paused = true)]
async fn timestamps_are_now_in_milliseconds_and_timeouts_zero_by_default() {
    let data = sent(fresh(), SendOptions::default()).await;
    assert_eq!((data.timestamp, data.timeout), (T0, 0));
}

#[proves("ISM-008")]
#[tokio::test(start_paused = true)]
async fn a_timeout_is_sent_in_milliseconds() {
    let data = sent(fresh(), SendOptions::default().with_timeout(Duration::from_secs(3))).await;
    assert_eq!(data.timeout, 3_000);
    let data = sent(fresh(), SendOptions::default().with_timeout(Duration::MAX)).await;
    assert!(data.timeout > 0);
}

#[tokio::test(start_paused = true)]
async fn a_message_inherits_the_rest_of_the_deadline_it_is_sent_within() {
    let context = |ms| {
        let subject = kaa_ism::Subject::parse("x").unwrap();
        Context::new(subject, None, kaa_ism::Deadline::after(Timestamp(T0), Duration::from_millis(ms)))
    };
    let data = sent(fresh(), SendOptions::within(&context(700))).await;
    assert_eq!(data.timeout, 700);
    let data = sent(fresh(), SendOptions::within(&context(700)).with_timeout(Duration::from_millis(200))).await;
    assert_eq!(data.timeout, 200);
    let data = sent(fresh(), SendOptions::within(&context(0))).await;
    assert_eq!(data.timeout, 1, "never 0, which would mean no deadline");
}

#[proves("ISM-011")]
#[tokio::test(start_paused = true)]
async fn correlation_ids_are_made_kept_or_taken_from_the_cause() {
    let (a, b) = (sent(fresh(), SendOptions::default()).await, sent(fresh(), SendOptions::default()).await);
    assert!(!a.correlation_id.is_empty() && a.correlation_id != b.correlation_id);
    assert_eq!(sent(request("/x"), SendOptions::default()).await.correlation_id, "c/x");
    let options = SendOptions::default().with_correlation_id("cause");
    assert_eq!(sent(fresh(), options.clone()).await.correlation_id, "cause");
    assert_eq!(sent(request("/x"), options).await.correlation_id, "c/x");
    let options = SendOptions::default().with_correlation_id("");
    assert!(!sent(fresh(), options).await.correlation_id.is_empty());
}

#[proves("ISM-011")]
#[tokio::test(start_paused = true)]
async fn one_correlation_id_follows_a_cause_through_three_services() {
    let mut world = World::new().await;
    let seen = respond(async |ask: Ask, _context| Ok(Told::new(200).with_token_id(ask.correlation_id)));
    let _cm = world.service("cm").serve(seen).start().await.unwrap();
    let mut ext = world.service("ext");
    let handle = ext.handle();
    let role = extension(move |data: ClientData, context: Context| {
        let handle = handle.clone();
        async move {
            let options = SendOptions::within(&context).with_correlation_id(data.correlation_id);
            let told = handle.call(&instance("cm"), Ask::new("demo", "t"), options).await?;
            Ok(Reply::bytes(told.token_id.unwrap()))
        }
    });
    let _ext = ext.serve(role).start().await.unwrap();
    world.send(expiring("/x", 1_000)).await;
    let answer = world.answer().await;
    assert_eq!((answer.correlation_id.as_str(), answer.payload.as_deref()), ("c/x", Some(&b"c/x"[..])));
}

#[proves("ESP-012", "ESP-019")]
#[tokio::test(start_paused = true)]
async fn a_push_names_its_instance_and_expects_no_answer() {
    let world = World::new().await;
    let mut kpc = Raw::listen(&world.bus, "kaa.v1.service.kpc.esp.ExtensionData").await;
    let ext = world.serve(scripted()).await;
    let data = ExtensionData::new("/push", 200).with_app_version_name("demo-v1");
    ext.handle().esp().push(&instance("kpc"), data, SendOptions::default()).await.unwrap();
    let incoming = kpc.next().await;
    let data = ExtensionData::decode(&incoming.body).unwrap();
    assert_eq!((incoming.reply_to, data.extension_instance_name.as_deref()), (None, Some("ext")));
}
