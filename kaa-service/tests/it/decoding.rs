//! Bytes that are no message, and bytes behind one.

use kaa_ism::Message as _;

use crate::support::*;

fn with_tail(path: &str, tail: &[u8]) -> Vec<u8> {
    [&request(path).to_bytes()[..], tail].concat()
}

#[tokio::test(start_paused = true)]
async fn what_has_no_correlation_id_is_counted_and_not_answered() {
    let mut world = World::new().await;
    let ext = world.serve(scripted()).await;
    for bytes in ["", "nonsense", "\0\0\0"] {
        world.send_bytes(bytes).await;
    }
    world.send_bytes(vec![0xff; 1_000]).await;
    world.send_bytes(request("/ok").to_bytes()).await;
    assert_eq!(world.status().await.0, 200);
    assert_eq!(outcomes(&ext.handle()), "handled 1, undecodable 4");
    assert_eq!(answers(&ext.handle()), "sent 1");
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_further_is_answered_400() {
    let mut world = World::new().await;
    let ext = world.serve(scripted()).await;
    let mut request = request("/ok");
    request.correlation_id = "c1".to_owned();
    let whole = request.to_bytes();
    world.send_bytes(whole.slice(..whole.len() / 2)).await;
    let answer = world.answer().await;
    assert_eq!((answer.correlation_id.as_str(), answer.status_code), ("c1", 400));
    assert_eq!(answer.extension_instance_name.as_deref(), Some("ext"));
    let reason = answer.reason_phrase.unwrap();
    assert!(reason.starts_with("the message cannot be read: ClientData"), "{reason}");
    assert_eq!(outcomes(&ext.handle()), "malformed 1");
    assert_eq!(answers(&ext.handle()), "sent 1");
}

#[tokio::test(start_paused = true)]
async fn left_over_bytes_are_accepted_and_counted() {
    let mut world = World::new().await;
    let ext = world.serve(scripted()).await;
    world.send_bytes(with_tail("/ok", b"abc")).await;
    assert_eq!(world.status().await.0, 200);
    assert_eq!(outcomes(&ext.handle()), "handled 1");
    assert_eq!(ext.handle().metrics().sum("kaa_left_over_bytes_total", ("message", "ClientData")), 3);
}

#[tokio::test(start_paused = true)]
async fn left_over_bytes_are_refused_where_the_setting_says_so() {
    let mut world = World::new().await;
    let ext = world.service("ext").refusing_left_over_bytes().serve(scripted()).start().await.unwrap();
    world.send_bytes(with_tail("/bad", b"abc")).await;
    world.send(request("/good")).await;
    assert_eq!((world.status().await.0, world.answer().await.resource_path.as_str()), (400, "/good"));
    assert_eq!(outcomes(&ext.handle()), "handled 1, malformed 1");
}

#[tokio::test(start_paused = true)]
async fn a_message_without_its_appended_field_is_handled() {
    let mut world = World::new().await;
    let _ext = world.serve(scripted()).await;
    let whole = request("/ok").to_bytes();
    world.send_bytes(whole.slice(..whole.len() - 1)).await;
    assert_eq!(world.status().await.0, 200);
}
