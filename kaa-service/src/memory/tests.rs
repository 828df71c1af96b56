use bytes::Bytes;
use futures::StreamExt as _;
use kaa_ism::Subject;

use super::*;
use crate::transport::Incoming;

fn subject(text: &str) -> Subject {
    Subject::parse(text).unwrap()
}

fn filter(text: &str) -> SubjectFilter {
    SubjectFilter::parse(text).unwrap()
}

fn message(to: &str, reply_to: Option<&str>, body: &'static str) -> Outgoing {
    Outgoing::new(subject(to), reply_to.map(subject), Bytes::from_static(body.as_bytes()))
}

fn now(subscription: &mut Box<dyn Subscription>) -> Option<Delivery> {
    subscription.next().now_or_never().flatten()
}

fn body(delivery: Option<Delivery>) -> Option<Bytes> {
    match delivery {
        Some(Delivery::Message(Incoming { body, .. })) => Some(body),
        _ => None,
    }
}

#[tokio::test]
async fn every_plain_subscriber_gets_a_message_and_one_of_each_queue_group() {
    let bus = MemoryBus::new();
    let queue = Some(InstanceName::parse("dcx").unwrap());
    let mut plain = [
        bus.subscribe(filter("a.*"), None).await.unwrap(),
        bus.subscribe(filter("a.>"), None).await.unwrap(),
        bus.subscribe(filter("b.>"), None).await.unwrap(),
    ];
    let mut group = [
        bus.subscribe(filter("a.b"), queue.clone()).await.unwrap(),
        bus.subscribe(filter("a.*"), queue.clone()).await.unwrap(),
    ];
    for _ in 0..10 {
        bus.publish(message("a.b", None, "x")).await.unwrap();
    }
    let mut count = |subscription: &mut Box<dyn Subscription>| std::iter::from_fn(|| now(subscription)).count();
    assert_eq!(plain.each_mut().map(&mut count), [10, 10, 0]);
    assert_eq!(group.each_mut().map(&mut count), [5, 5]);
}

#[tokio::test]
async fn a_message_with_reply_to_that_reaches_nobody_is_noticed() {
    let bus = MemoryBus::new();
    let mut own = bus.subscribe(filter("me.>"), None).await.unwrap();
    bus.publish(message("nobody.there", Some("me.answer"), "x")).await.unwrap();
    match now(&mut own) {
        Some(Delivery::NoResponders { reply_to, subject: Some(target) }) => {
            assert_eq!((reply_to.as_str(), target.as_str()), ("me.answer", "nobody.there"));
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_slow_subscriber_loses_messages_and_they_are_counted() {
    let bus = MemoryBus::with_capacity(2);
    let mut slow = bus.subscribe(filter("a"), None).await.unwrap();
    for _ in 0..5 {
        bus.publish(message("a", None, "x")).await.unwrap();
    }
    assert_eq!(bus.dropped(), 3);
    assert_eq!(std::iter::from_fn(|| now(&mut slow)).count(), 2);
}

#[tokio::test]
async fn a_stopped_subscription_ends_behind_what_it_has() {
    let bus = MemoryBus::new();
    let mut subscription = bus.subscribe(filter("a"), None).await.unwrap();
    bus.publish(message("a", None, "taken")).await.unwrap();
    subscription.stop().await.unwrap();
    bus.publish(message("a", None, "too late")).await.unwrap();
    assert_eq!(body(subscription.next().await).unwrap(), "taken");
    assert!(subscription.next().await.is_none());
}

#[tokio::test]
async fn nothing_is_published_without_connection_or_beyond_the_limit() {
    let bus = MemoryBus::new();
    let large = Outgoing::new(subject("a"), None, vec![0; bus.max_payload() + 1].into());
    assert!(matches!(bus.publish(large).await, Err(TransportError::TooLarge { .. })));
    bus.set_connected(false);
    assert!(matches!(bus.publish(message("a", None, "x")).await, Err(TransportError::Disconnected)));
}
