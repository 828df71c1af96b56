//! 25/AMP.

use kaa_ism::Message as _;
use kaa_platform::{
    Context, SendOptions, Status,
    amp::{ActivateAlertCommand, Amp as _, storage},
};
use kaa_proves::proves;
use tokio::sync::mpsc;

use crate::support::*;

fn command() -> ActivateAlertCommand {
    ActivateAlertCommand::new("any type", "any level", "any entity", "ep-1", "acme", "hot").with_started_at(3)
}

#[proves("AMP-001", "AMP-002", "AMP-005")]
#[tokio::test(start_paused = true)]
async fn what_a_client_activates_the_storage_gets() {
    let world = World::default();
    let (tell, mut got) = mpsc::unbounded_channel();
    let role = storage(move |command: ActivateAlertCommand, context: Context| {
        let told = tell.send((context.subject, command)).map_err(Status::internal);
        async { told }
    });
    let (_alerts, client) = (world.serve("alerts", role).await, world.sender("re").await);
    let options = SendOptions::default().with_correlation_id("cause");
    client.handle().amp(instance("alerts")).activate(command(), options).await.unwrap();
    let (subject, got) = got.recv().await.unwrap();
    assert_eq!(subject.as_str(), "kaa.v1.service.alerts.amp.activate-alert");
    let mut expected = command();
    (expected.correlation_id, expected.timestamp) = ("cause".to_owned(), got.timestamp);
    assert_eq!(got, expected);
}

#[proves("AMP-004")]
#[tokio::test(start_paused = true)]
async fn nothing_is_answered() {
    let world = World::default();
    let mut inbox = world.listen("_INBOX.>").await;
    let role = storage(
        async |command: ActivateAlertCommand, _: Context| {
            if command.started_at == 3 { Err(Status::conflict("no")) } else { Ok(()) }
        },
    );
    let alerts = world.serve("alerts", role).await;
    for body in [command().to_bytes(), command().with_started_at(4).to_bytes(), "\x04c1\x07".into()] {
        world.publish("kaa.v1.service.alerts.amp.activate-alert", body).await;
    }
    assert_eq!(refused(alerts).await, 1);
    assert!(is_empty(&mut inbox));
}
