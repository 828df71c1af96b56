//! 13/DSTP.

use std::time::Duration;

use kaa_endpoint::dstp::{DataSamplesEvent, DataSamplesProcessed, Dstp as _, Receipt, receiver};
use kaa_ism::{
    Acknowledgement as _, Bus as _, Identity, InstanceName, Message as _, OneWay as _, Originator, ReplicaId, Role,
    SendOptions, Status, StatusCode, Subject,
};
use kaa_proves::proves;
use tokio::{sync::mpsc, time::Instant};

use crate::support::*;

const SUBJECT: &str = "kaa.v1.events.caller.endpoint.data-collection.data-samples-received";

fn event() -> DataSamplesEvent {
    DataSamplesEvent::new("kettle-v1", "ep-1", [r#"{"a":1}"#, "15"])
}

/// Processes data samples, and tells of it; `Err` refuses them.
fn storing(result: Result<(), Status>) -> (impl Role, mpsc::Receiver<DataSamplesEvent>) {
    let (sender, stored) = mpsc::channel(100);
    let role = receiver(Originator::Any, move |event: DataSamplesEvent, _context| {
        let (sender, result) = (sender.clone(), result.clone());
        async move {
            sender.send(event).await.map_err(Status::internal)?;
            result
        }
    });
    (role, stored)
}

/// Who has processed the data, who has failed, who was silent.
fn names(receipt: &Receipt) -> [Vec<&str>; 3] {
    [
        receipt.processed.iter().map(InstanceName::as_str).collect(),
        receipt.failed.iter().map(|(name, _)| name.as_str()).collect(),
        receipt.silent.iter().map(InstanceName::as_str).collect(),
    ]
}

#[proves("DSTP-001", "DSTP-002", "DSTP-003", "DSTP-007")]
#[tokio::test(start_paused = true)]
async fn unreliable_data_are_stored_and_nothing_is_answered() {
    let mut world = World::new();
    let (role, mut stored) = storing(Ok(()));
    world.serve("storage", role).await;
    let mut all = world.raw("kaa.v1.>").await;
    let bus = world.caller().await;
    bus.dstp().transmit(event(), SendOptions::default().with_correlation_id("cause-1")).await.unwrap();
    let sent = all.next().await;
    assert_eq!((sent.subject.as_str(), sent.reply_to), (SUBJECT, None));
    let stored = stored.recv().await.unwrap();
    assert_eq!(stored.data_samples, [r#"{"a":1}"#, "15"]);
    assert_eq!(stored.correlation_id, "cause-1");
    assert!(all.is_silent().await);
}

#[proves("DSTP-002", "DSTP-006", "DSTP-008", "DSTP-009")]
#[tokio::test(start_paused = true)]
async fn every_receiver_answers_with_its_name() {
    let mut world = World::new();
    let (good, _stored) = storing(Ok(()));
    let (bad, _refused) = storing(Err(Status::unavailable("the disk is full")));
    world.serve("storage", good).await;
    world.serve("archive", bad).await;
    let mut all = world.raw("kaa.v1.>").await;
    let bus = world.caller().await;
    let from = [instance("storage"), instance("archive")];
    let receipt = bus.dstp().transmit_reliably(event(), &from, SendOptions::default()).await.unwrap();
    assert_eq!(names(&receipt), [vec!["storage"], vec!["archive"], vec![]]);
    assert_eq!(receipt.failed[0].1.to_string(), "503 the disk is full");
    assert_eq!(receipt.into_result().unwrap_err().to_string(), "502 the data could not be processed");

    let sent = all.next().await;
    let reply_to = Subject::replica(&bus.identity().replica, DataSamplesProcessed::KIND);
    assert_eq!((sent.subject.as_str(), sent.reply_to.as_ref()), (SUBJECT, Some(&reply_to)));
    let correlation_id = DataSamplesEvent::decode(&sent.body).unwrap().correlation_id;
    let mut receivers = Vec::new();
    for _ in 0..2 {
        let answer = all.next().await;
        assert_eq!(answer.subject, reply_to);
        let answer = DataSamplesProcessed::decode(&answer.body).unwrap();
        assert_eq!(answer.correlation_id, correlation_id);
        receivers.push((answer.receiver_service_instance_name, answer.status_code));
    }
    receivers.sort_unstable();
    assert_eq!(receivers, [("archive".to_owned(), 503), ("storage".to_owned(), 200)]);
    assert!(all.is_silent().await);
}

#[proves("DSTP-006")]
#[tokio::test(start_paused = true)]
async fn only_one_replica_of_a_receiver_stores_and_answers() {
    let mut world = World::new();
    let mut stored = Vec::new();
    for _ in 0..2 {
        let (role, storing) = storing(Ok(()));
        world.serve("storage", role).await;
        stored.push(storing);
    }
    let bus = world.caller().await;
    let receipt = bus.dstp().transmit_reliably(event(), &[instance("storage")], SendOptions::default()).await;
    assert!(receipt.unwrap().into_result().is_ok());
    idle().await;
    let times: usize = stored.iter().map(mpsc::Receiver::len).sum();
    assert_eq!(times, 1);
}

#[tokio::test(start_paused = true)]
async fn who_is_silent_is_named_when_the_time_is_up() {
    let mut world = World::new();
    let (role, _stored) = storing(Ok(()));
    world.serve("storage", role).await;
    let bus = world.caller().await;
    let (from, begun) = ([instance("absent"), instance("storage")], Instant::now());
    let options = SendOptions::default().with_timeout(Duration::from_secs(3));
    let receipt = bus.dstp().transmit_reliably(event(), &from, options).await.unwrap();
    assert_eq!(names(&receipt), [vec!["storage"], vec![], vec!["absent"]]);
    assert_eq!(begun.elapsed().as_secs(), 3);
    assert_eq!(receipt.into_result().unwrap_err().to_string(), "504 the data was not processed in time");
}

#[tokio::test(start_paused = true)]
async fn nobody_is_waited_for_who_was_not_counted_on() {
    let mut world = World::new();
    let (good, _stored) = storing(Ok(()));
    let slow = receiver(Originator::Any, async |_: DataSamplesEvent, _context| {
        tokio::time::sleep(Duration::from_secs(1)).await;
        Ok(())
    });
    world.serve("storage", good).await;
    world.serve("dashboard", slow).await;
    let bus = world.caller().await;
    let begun = Instant::now();
    let receipt = bus.dstp().transmit_reliably(event(), &[instance("storage")], SendOptions::default()).await.unwrap();
    assert_eq!(names(&receipt), [vec!["storage"], vec![], vec![]]);
    assert!(begun.elapsed() < Duration::from_secs(1));
    let mut all = world.raw("kaa.v1.events.>").await;
    let receipt = bus.dstp().transmit_reliably(event(), &[], SendOptions::default()).await.unwrap();
    assert_eq!((names(&receipt), all.next().await.reply_to), ([vec![], vec![], vec![]], None));
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_panics_has_failed() {
    let mut world = World::new();
    let role = receiver(Originator::Any, async |_: DataSamplesEvent, _context| panic!("secret"));
    world.serve("storage", role).await;
    let bus = world.caller().await;
    let receipt = bus.dstp().transmit_reliably(event(), &[instance("storage")], SendOptions::default()).await.unwrap();
    assert_eq!(receipt.failed[0].1.to_string(), "500 Internal Server Error");
}

#[tokio::test(start_paused = true)]
async fn the_first_word_of_a_receiver_counts() {
    let mut world = World::new();
    let mut events = world.raw("kaa.v1.events.>").await;
    let bus = world.caller().await;
    let from = [instance("storage"), instance("other")];
    let dstp = bus.dstp();
    let (receipt, ()) = tokio::join!(dstp.transmit_reliably(event(), &from, SendOptions::default()), async {
        let asked = events.next().await;
        let id = DataSamplesEvent::decode(&asked.body).unwrap().correlation_id;
        let said = [("storage", 200), ("stranger", 500), ("storage", 500), ("other", 200)];
        for (name, code) in said {
            let me = Identity::new(instance(name), ReplicaId::parse("r1").unwrap());
            let status = Status::new(StatusCode::new(code), "x");
            let answer = DataSamplesProcessed::of(&id, &me, &status);
            events.publish(asked.reply_to.as_ref().unwrap(), None, &answer).await;
        }
    });
    assert_eq!(names(&receipt.unwrap()), [vec!["storage", "other"], vec![], vec![]]);
}
