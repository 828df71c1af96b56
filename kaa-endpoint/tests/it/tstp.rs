//! 14/TSTP.

use std::time::Duration;

use kaa_endpoint::tstp::{DataPoint, TimeSeriesEvent, TimeSeriesProcessed, Tstp as _, receiver};
use kaa_ism::{
    Bus as _, Event as _, EventFilter, Message as _, OneWay as _, Role, SendError, SendOptions, Status, Subject,
};
use kaa_proves::proves;
use tokio::{sync::mpsc, time::Instant};

use crate::support::*;

fn event(time_series_name: &str) -> TimeSeriesEvent {
    TimeSeriesEvent::new("kettle-v1", "ep-1", time_series_name, [DataPoint::new(5, [("value", 21.5)])])
}

/// Processes data points, and tells of it; `Err` refuses them.
fn storing(events: EventFilter, result: Result<(), Status>) -> (impl Role, mpsc::Receiver<TimeSeriesEvent>) {
    let (sender, stored) = mpsc::channel(100);
    let role = receiver(events, move |event: TimeSeriesEvent, _context| {
        let (sender, result) = (sender.clone(), result.clone());
        async move {
            sender.send(event).await.map_err(Status::internal)?;
            result
        }
    });
    (role, stored)
}

#[proves("TSTP-001", "TSTP-002", "TSTP-007")]
#[tokio::test(start_paused = true)]
async fn without_reply_to_points_are_stored_and_nothing_is_answered() {
    let mut world = World::new();
    let (role, mut stored) = storing(EventFilter::any(), Ok(()));
    world.serve("storage", role).await;
    let mut all = world.raw("kaa.v1.>").await;
    let bus = world.caller().await;
    bus.tstp().transmit(event("auto-temp"), SendOptions::default()).await.unwrap();
    let sent = all.next().await;
    let subject = "kaa.v1.events.caller.endpoint.data-collection.data-points-received.auto-temp";
    assert_eq!((sent.subject.as_str(), sent.reply_to), (subject, None));
    assert_eq!(stored.recv().await.unwrap().data_points, event("auto-temp").data_points);
    assert!(all.is_silent().await);
}

#[proves("TSTP-002", "ISM-025")]
#[tokio::test(start_paused = true)]
async fn a_time_series_whose_name_is_no_token_is_not_transmitted() {
    let mut world = World::new();
    let bus = world.caller().await;
    let sent = bus.tstp().transmit(event("auto.temp"), SendOptions::default()).await;
    assert!(matches!(sent, Err(SendError::NoSubject(_))), "{sent:?}");
    assert!(bus.tstp().transmit_reliably(event("auto.temp"), 1, SendOptions::default()).await.is_err());
}

#[proves("TSTP-007", "TSTP-008")]
#[tokio::test(start_paused = true)]
async fn every_receiver_answers() {
    let mut world = World::new();
    let (good, _stored) = storing(EventFilter::any(), Ok(()));
    let (bad, _refused) = storing(EventFilter::any(), Err(Status::unavailable("the disk is full")));
    world.serve("storage", good).await;
    world.serve("archive", bad).await;
    let mut all = world.raw("kaa.v1.>").await;
    let bus = world.caller().await;
    let receipt = bus.tstp().transmit_reliably(event("auto-temp"), 2, SendOptions::default()).await.unwrap();
    assert_eq!((receipt.processed, receipt.silent), (1, 0));
    assert_eq!(receipt.failed[0].to_string(), "503 the disk is full");
    assert_eq!(receipt.into_result().unwrap_err().to_string(), "502 the data could not be processed");

    let sent = all.next().await;
    let reply_to = Subject::replica(&bus.identity().replica, TimeSeriesProcessed::KIND);
    assert_eq!(sent.reply_to.as_ref(), Some(&reply_to));
    let correlation_id = TimeSeriesEvent::decode(&sent.body).unwrap().correlation_id;
    for _ in 0..2 {
        let answer = all.next().await;
        assert_eq!(answer.subject, reply_to);
        assert_eq!(TimeSeriesProcessed::decode(&answer.body).unwrap().correlation_id, correlation_id);
    }
    assert!(all.is_silent().await);
}

#[tokio::test(start_paused = true)]
async fn who_is_silent_is_counted_when_the_time_is_up() {
    let mut world = World::new();
    let (role, _stored) = storing(EventFilter::any(), Ok(()));
    world.serve("storage", role).await;
    let bus = world.caller().await;
    let begun = Instant::now();
    let options = SendOptions::default().with_timeout(Duration::from_secs(3));
    let receipt = bus.tstp().transmit_reliably(event("auto-temp"), 3, options).await.unwrap();
    assert_eq!((receipt.processed, receipt.failed.len(), receipt.silent), (1, 0, 2));
    assert_eq!(begun.elapsed().as_secs(), 3);
    assert_eq!(receipt.into_result().unwrap_err().to_string(), "504 the data was not processed in time");
}

#[tokio::test(start_paused = true)]
async fn with_no_receivers_nobody_is_asked() {
    let mut world = World::new();
    let mut all = world.raw("kaa.v1.events.>").await;
    let bus = world.caller().await;
    let receipt = bus.tstp().transmit_reliably(event("auto-temp"), 0, SendOptions::default()).await.unwrap();
    assert_eq!(all.next().await.reply_to, None);
    assert!(receipt.into_result().is_ok());
}

#[proves("TSTP-001")]
#[tokio::test(start_paused = true)]
async fn one_time_series_is_received_alone() {
    let mut world = World::new();
    let one = EventFilter::any().with_variables(TimeSeriesEvent::KIND, &["auto-temp"]).unwrap();
    let (role, mut stored) = storing(one, Ok(()));
    world.serve("storage", role).await;
    let bus = world.caller().await;
    for name in ["auto-humidity", "auto-temp", "auto-pressure"] {
        bus.tstp().transmit(event(name), SendOptions::default()).await.unwrap();
    }
    assert_eq!(stored.recv().await.unwrap().time_series_name, "auto-temp");
    idle().await;
    assert!(stored.try_recv().is_err());
}
