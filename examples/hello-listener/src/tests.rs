//! The listener on a bus within the process.

use kaa_endpoint::{Bus as _, elce::DisconnectedEvent};
use kaa_service::MemoryBus;

use super::*;

#[tokio::test]
async fn it_counts_who_connects() {
    let (bus, greeted) = (MemoryBus::new(), Arc::new(AtomicU64::new(0)));
    let hello = with_roles(Service::new(Settings::new("hello-listener").unwrap(), bus.clone()), greeted.clone());
    let hello = hello.start().await.unwrap();
    let kpc = Service::new(Settings::new("kpc").unwrap(), bus).start().await.unwrap();
    for endpoints in [vec![("ep-1", "kettle-v1")], vec![("ep-2", "kettle-v1"), ("ep-3", "kettle-v2")]] {
        kpc.handle().broadcast(ConnectedEvent::new(endpoints.clone())).await.unwrap();
        kpc.handle().broadcast(DisconnectedEvent::new(endpoints)).await.unwrap();
    }
    hello.shutdown().await;
    assert_eq!(greeted.load(Ordering::Relaxed), 3);
}

#[test]
fn the_example_has_at_most_40_lines() {
    let source = include_str!("main.rs");
    let count = source.lines().filter(|line| !["#[cfg(test)]", "mod tests;"].contains(line)).count();
    assert!(count <= 40, "{count} lines");
}
