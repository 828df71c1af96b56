//! Where extensions send what nobody called for, and answers that say little.

use kaa_esp::{Esp as _, ExtensionData};
use kaa_ism::{Message as _, SendOptions, Subject};
use kaa_proves::proves;
use kaa_service::transport::Outgoing;

use crate::support::*;

fn push() -> ExtensionData {
    ExtensionData::new("/news", 200).with_endpoint_id("ep-1")
}

#[proves("ESP-012", "ESP-019")]
#[tokio::test(start_paused = true)]
async fn without_a_session_a_push_goes_to_the_instance_of_the_communication_service() {
    let world = World::new();
    let dialog = world.dialog("d1").await;
    let mut sent = world.listen("kaa.v1.*.*.esp.ExtensionData").await;
    let to = instance("kpc");
    dialog.handle().esp().push(&to, push(), SendOptions::default()).await.unwrap();
    let incoming = next(&mut sent).await;
    assert_eq!(incoming.subject.as_str(), "kaa.v1.service.kpc.esp.ExtensionData");
    assert!(incoming.reply_to.is_none());
    let data = ExtensionData::decode(&incoming.body).unwrap();
    assert_eq!(data.extension_instance_name.as_deref(), Some("dialog"));
}

// D-22
#[proves("ESP-013", "ISM-022", "ISM-023")]
#[tokio::test(start_paused = true)]
async fn within_a_session_it_goes_to_the_replica_of_the_reply_to() {
    let world = World::new();
    let dialog = world.dialog("d1").await;
    let mut sent = world.listen(">").await;
    for (reply_to, expected) in [
        ("kaa.v1.replica.k2.esp.ExtensionData", "kaa.v1.replica.k2.esp.ExtensionData"),
        ("kaa.v1.replica.k2.esp.ClientData", "kaa.v1.replica.k2.esp.ExtensionData"),
        ("_INBOX.x.1", "_INBOX.x.1"),
    ] {
        let reply_to = Subject::parse(reply_to).unwrap();
        dialog.handle().esp().push_back(&reply_to, push(), SendOptions::default()).await.unwrap();
        assert_eq!(next(&mut sent).await.subject.as_str(), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_of_which_only_the_id_can_be_read_is_answered_400() {
    let world = World::new();
    let _dialog = world.dialog("d1").await;
    let mut answers = world.listen("kaa.v1.replica.k1.>").await;
    let (to, reply_to) = ("kaa.v1.service.dialog.esp.ClientData", "kaa.v1.replica.k1.esp.ExtensionData");
    let reply_to = Some(Subject::parse(reply_to).unwrap());
    world.publish(Outgoing::new(Subject::parse(to).unwrap(), reply_to, "\x04c1\x07".into())).await;
    let answer = ExtensionData::decode(&next(&mut answers).await.body).unwrap();
    assert_eq!((answer.correlation_id.as_str(), answer.status_code), ("c1", 400));
    assert_eq!(answer.extension_instance_name.as_deref(), Some("dialog"));
}
