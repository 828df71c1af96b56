//! What the tests are written with.

use bytes::Bytes;
use futures::{FutureExt as _, StreamExt as _};
use kaa_ism::{Role, Subject, SubjectFilter};
use kaa_platform::InstanceName;
use kaa_service::{
    MemoryBus, RunningService, Service, Settings,
    transport::{Delivery, Incoming, Outgoing, Subscription, Transport as _},
};
use tokio::sync::mpsc;

pub(crate) fn instance(name: &str) -> InstanceName {
    InstanceName::parse(name).unwrap()
}

/// A bus.
#[derive(Default)]
pub(crate) struct World(MemoryBus);

impl World {
    /// A service with one role.
    pub(crate) async fn serve(&self, instance: &str, role: impl Role) -> RunningService {
        Service::new(Settings::new(instance).unwrap(), self.0.clone()).serve(role).start().await.unwrap()
    }

    /// A service that only sends.
    pub(crate) async fn sender(&self, instance: &str) -> RunningService {
        Service::new(Settings::new(instance).unwrap(), self.0.clone()).start().await.unwrap()
    }

    /// Everything that is published there.
    pub(crate) async fn listen(&self, filter: &str) -> Box<dyn Subscription> {
        self.0.subscribe(SubjectFilter::parse(filter).unwrap(), None).await.unwrap()
    }

    /// Publishes with the replyTo `_INBOX.x.1`.
    pub(crate) async fn publish(&self, to: &str, body: Bytes) {
        let [to, reply_to] = [to, "_INBOX.x.1"].map(|text| Subject::parse(text).unwrap());
        self.0.publish(Outgoing::new(to, Some(reply_to), body)).await.unwrap();
    }
}

/// The next message.
pub(crate) async fn next(subscription: &mut Box<dyn Subscription>) -> Incoming {
    match subscription.next().await.unwrap() {
        Delivery::Message(incoming) => incoming,
        other => panic!("{other:?}"),
    }
}

/// Whether nothing is here.
pub(crate) fn is_empty(subscription: &mut Box<dyn Subscription>) -> bool {
    tokio::task::coop::unconstrained(subscription.next()).now_or_never().is_none()
}

/// Shuts a service down, so that it has handled all it got, and says how many messages it refused.
pub(crate) async fn refused(service: RunningService) -> u64 {
    let handle = service.handle();
    service.shutdown().await;
    handle.metrics().sum("kaa_messages_total", ("outcome", "refused"))
}

/// What has been told so far.
pub(crate) fn told<T>(receiver: &mut mpsc::UnboundedReceiver<T>) -> Vec<T> {
    std::iter::from_fn(|| receiver.try_recv().ok()).collect()
}
