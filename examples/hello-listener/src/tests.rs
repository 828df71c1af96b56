//! The listener on a bus within the process.

use kaa_platform::{Bus as _, tle::UpdatedEvent};
use kaa_service::MemoryBus;

use super::*;

#[tokio::test]
async fn it_counts_who_is_gone() {
    let (bus, gone) = (MemoryBus::new(), Arc::new(AtomicU64::new(0)));
    let hello = with_roles(Service::new(Settings::new("hello-listener").unwrap(), bus.clone()), gone.clone());
    let hello = hello.start().await.unwrap();
    let tenants = Service::new(Settings::new("tenants").unwrap(), bus).start().await.unwrap();
    for tenant in ["acme", "globex"] {
        tenants.handle().broadcast(UpdatedEvent::new(tenant)).await.unwrap();
        tenants.handle().broadcast(UnregisteredEvent::new(tenant)).await.unwrap();
    }
    hello.shutdown().await;
    assert_eq!(gone.load(Ordering::Relaxed), 2);
}

#[test]
fn the_example_has_at_most_40_lines() {
    let source = include_str!("main.rs");
    let count = source.lines().filter(|line| !["#[cfg(test)]", "mod tests;"].contains(line)).count();
    assert!(count <= 40, "{count} lines");
}
