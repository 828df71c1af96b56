//! A bus on which things go wrong.

mod never_silent;

use std::time::Duration;

use kaa_esp::Esp as _;
use kaa_ism::{CallError, SendOptions, Subject};
use kaa_service::{
    ErrorKind, Faults, MemoryBus, Service, Settings,
    transport::{Action, Delivery, Transport as _, TransportError},
};
use tokio::time::Instant;

use crate::support::*;

const MS: Duration = Duration::from_millis(1);

/// Publishes numbers.
async fn count(from: &MemoryBus, numbers: std::ops::Range<u32>) {
    for number in numbers {
        publish(from, "to.you", None, number.to_string()).await;
    }
}

/// The numbers that have arrived when nothing more is under way.
async fn arrived(at: &mut Raw) -> Vec<u32> {
    tokio::time::sleep(100 * MS).await;
    at.here().iter().map(|message| std::str::from_utf8(&message.body).unwrap().parse().unwrap()).collect()
}

/// What arrives of a thousand messages from `me`, while `another` sends so many.
async fn after(faults: Faults, others: u32) -> Vec<u32> {
    let bus = MemoryBus::new().with_faults(faults);
    let (me, another) = (bus.connect("me"), bus.connect("another"));
    let mut you = Raw::listen(&bus.connect("you"), "to.you").await;
    let mut them = Raw::listen(&bus.connect("them"), "to.them").await;
    for n in 0..1_000 {
        count(&me, n..n + 1).await;
        for _ in 0..others {
            publish(&another, "to.them", None, "x").await;
        }
    }
    let arrived = arrived(&mut you).await;
    drop(them.here());
    if others == 0 {
        let counts = bus.faults().counts();
        let expected = 1_000 - counts.dropped + counts.duplicated;
        assert_eq!(u64::try_from(arrived.len()).unwrap(), expected, "{counts:?}");
    }
    arrived
}

#[tokio::test(start_paused = true)]
async fn the_same_seed_gives_the_same_faults_whatever_others_send() {
    let faults =
        |seed| Faults::seeded(seed).with_drop(0.1).with_duplicate(0.1).with_reorder(0.1).with_delay(MS..=20 * MS);
    let first = after(faults(7), 0).await;
    assert_eq!(first, after(faults(7), 0).await);
    assert_eq!(first, after(faults(7), 3).await);
    assert_ne!(first, after(faults(8), 0).await);
}

#[tokio::test(start_paused = true)]
async fn each_fault_is_as_frequent_as_it_is_wanted() {
    let sorted = |mut numbers: Vec<u32>| {
        numbers.sort_unstable();
        numbers
    };
    let all: Vec<u32> = (0..1_000).collect();
    assert_eq!(after(Faults::default(), 0).await, all);
    let dropped = after(Faults::seeded(1).with_drop(0.1), 0).await;
    assert!((850..950).contains(&dropped.len()) && dropped.is_sorted(), "{}", dropped.len());
    let mut doubled = after(Faults::seeded(1).with_duplicate(0.1), 0).await;
    assert!((1_050..1_150).contains(&doubled.len()) && doubled.is_sorted(), "{}", doubled.len());
    doubled.dedup();
    assert_eq!(doubled, all);
    let reordered = after(Faults::seeded(1).with_reorder(0.1), 0).await;
    assert!(!reordered.is_sorted());
    assert_eq!(sorted(reordered), all);
    assert!(after(Faults::seeded(1).with_drop(7.0), 0).await.is_empty(), "always at most");
    assert_eq!(after(Faults::seeded(1).with_drop(f64::NAN), 0).await, all);
}

#[tokio::test(start_paused = true)]
async fn delays_keep_the_order_of_a_connection_also_when_they_end() {
    let bus = MemoryBus::new().with_faults(Faults::seeded(1).with_delay(5 * MS..=50 * MS));
    let (me, mut you) = (bus.connect("me"), Raw::listen(&bus.connect("you"), "to.you").await);
    let start = Instant::now();
    count(&me, 0..100).await;
    bus.faults().heal();
    count(&me, 100..200).await;
    assert_eq!(you.next().await.body, "0");
    assert!(start.elapsed() >= 5 * MS);
    assert_eq!(arrived(&mut you).await, (1..200).collect::<Vec<_>>());
    count(&me, 0..1).await;
    assert_eq!(you.here().len(), 1, "at once again");
    assert!(bus.faults().counts().delayed >= 100);
}

#[tokio::test(start_paused = true)]
async fn a_connection_keeps_its_promises_to_itself_and_notices_arrive() {
    let faults = Faults::seeded(1).with_drop(1.0).with_duplicate(1.0).with_reorder(1.0).with_delay(MS..=20 * MS);
    let me = MemoryBus::new().with_faults(faults).connect("me");
    let mut own = Raw::listen(&me, "to.you").await;
    count(&me, 0..100).await;
    assert_eq!(arrived(&mut own).await, (0..100).collect::<Vec<_>>());
    publish(&me, "to.nobody", Some("to.you"), "x").await;
    assert!(matches!(own.delivery().await, Delivery::NoResponders { .. }));
}

#[tokio::test(start_paused = true)]
async fn parted_connections_do_not_hear_each_other_until_they_are_healed() {
    let bus = MemoryBus::new();
    let (a, b) = (bus.connect("a"), bus.connect("b"));
    let (mut at_a, mut at_b) = (Raw::listen(&a, "to.you").await, Raw::listen(&b, "to.you").await);
    let mut heard = async || {
        count(&a, 1..2).await;
        count(&b, 2..3).await;
        (arrived(&mut at_a).await, arrived(&mut at_b).await)
    };
    assert_eq!(heard().await, (vec![1, 2], vec![1, 2]));
    bus.faults().partition_one_way("a", "b");
    assert_eq!(heard().await, (vec![1, 2], vec![2]));
    bus.faults().partition("a", "b");
    assert_eq!(heard().await, (vec![1], vec![2]));
    assert_eq!(bus.faults().counts().parted, 3);
    bus.faults().heal();
    assert_eq!(heard().await, (vec![1, 2], vec![1, 2]));
}

#[tokio::test(start_paused = true)]
async fn a_lost_connection_does_not_listen_and_does_not_send() {
    let world = World::new().await;
    let bus = &world.bus;
    let ext = Service::new(Settings::new("ext").unwrap(), bus.connect("ext")).serve(scripted()).start().await.unwrap();
    let caller = Service::new(Settings::new("caller").unwrap(), bus.connect("caller")).start().await.unwrap();
    let call = async || {
        let handle = caller.handle().esp();
        handle.call(&instance("ext"), request("/ok"), SendOptions::default()).await
    };
    assert!(call().await.is_ok());
    bus.faults().disconnect("ext");
    assert!(matches!(call().await, Err(CallError::NoResponders { .. })));
    assert!(caller.handle().is_connected() && !ext.handle().is_connected());
    bus.faults().disconnect("caller");
    assert!(call().await.is_err_and(|error| error.is_disconnected()));
    bus.faults().reconnect("caller");
    bus.faults().heal();
    idle().await;
    assert!(call().await.is_ok());
    assert_eq!(counter(&ext.handle(), "kaa_reconnects_total"), 1);
    assert!(world.elapsed() < 5 * MS);
}

#[tokio::test(start_paused = true)]
async fn load_goes_to_the_replica_that_has_a_connection() {
    let world = World::new().await;
    let replica = |name| Service::new(Settings::new("ext").unwrap(), world.bus.connect(name)).serve(scripted()).start();
    let (one, other) = (replica("one").await.unwrap(), replica("other").await.unwrap());
    world.bus.faults().disconnect("one");
    for _ in 0..10 {
        world.send(request("/ok")).await;
    }
    idle().await;
    assert_eq!((outcomes(&one.handle()), outcomes(&other.handle())), (String::new(), "handled 10".into()));
}

#[tokio::test(start_paused = true)]
async fn what_is_under_way_when_its_receiver_goes_is_told_to_the_caller() {
    let world = World::new().await;
    let ext = Service::new(Settings::new("ext").unwrap(), world.bus.connect("ext")).serve(scripted());
    let ext = ext.start().await.unwrap();
    let caller = Service::new(Settings::new("caller").unwrap(), world.bus.connect("caller")).start().await.unwrap();
    world.bus.faults().set(Faults::seeded(1).with_delay(20 * MS..=20 * MS));
    let (handle, to) = (caller.handle().esp(), instance("ext"));
    let (told, ()) = tokio::join!(handle.call(&to, request("/ok"), SendOptions::default()), ext.shutdown());
    assert!(matches!(told, Err(CallError::NoResponders { .. })), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn a_subscription_without_permission_is_an_error_at_the_start() {
    let bus = MemoryBus::new();
    let filter = Subject::parse("kaa.v1.service.ext.esp.ClientData").unwrap().into();
    bus.faults().refuse("ext", Action::Subscribe(filter));
    let start = || Service::new(Settings::new("ext").unwrap(), bus.connect("ext")).serve(scripted()).start();
    for _ in 0..2 {
        let error = start().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Bus);
        assert!(error.to_string().contains("subscribe to kaa.v1.service.ext.esp.ClientData"), "{error}");
    }
    bus.faults().heal();
    assert!(start().await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn publishing_without_permission_is_told_and_then_an_error() {
    let bus = MemoryBus::new();
    let (me, mut you) = (bus.connect("me"), Raw::listen(&bus.connect("you"), "to.you").await);
    let (mut refusals, to_you) = (me.refusals(), Subject::parse("to.you").unwrap());
    bus.faults().refuse("me", Action::Publish(to_you.clone()));
    count(&me, 0..1).await;
    assert_eq!(refusals.try_recv().unwrap().action, Action::Publish(to_you.clone()));
    let again = || me.publish(kaa_service::transport::Outgoing::new(to_you.clone(), None, "1".into()));
    assert!(matches!(again().await, Err(TransportError::Refused { .. })));
    count(&bus.connect("other"), 2..3).await;
    bus.faults().heal();
    again().await.unwrap();
    assert_eq!(arrived(&mut you).await, [2, 1]);
    assert_eq!(bus.faults().counts().refused, 2);
}

#[tokio::test(start_paused = true)]
async fn a_slow_connection_loses_what_it_does_not_take_and_others_do_not() {
    let bus = MemoryBus::new();
    let (slow, quick) = (bus.connect("slow"), bus.connect("quick"));
    let (mut at_slow, mut at_quick) = (Raw::listen(&slow, "to.you").await, Raw::listen(&quick, "to.you").await);
    bus.faults().slow("slow", 2);
    count(&bus, 0..5).await;
    assert_eq!((arrived(&mut at_slow).await, arrived(&mut at_quick).await), (vec![0, 1], vec![0, 1, 2, 3, 4]));
    assert_eq!((slow.dropped(), quick.dropped()), (3, 0));
}
