//! What the tests are written with.

use bytes::Bytes;
use futures::{FutureExt as _, StreamExt as _};
use kaa_cdtp::{Cdtp as _, CdtpHandle, Config, ConfigRequest, Context, InstanceName, Status, provider};
use kaa_ism::{Role, Subject, SubjectFilter};
use kaa_service::{
    MemoryBus, RunningService, Service, ServiceHandle, Settings,
    transport::{Delivery, Incoming, Outgoing, Subscription, Transport as _},
};

pub(crate) fn instance(name: &str) -> InstanceName {
    InstanceName::parse(name).unwrap()
}

/// A bus.
#[derive(Default)]
pub(crate) struct World(MemoryBus);

impl World {
    pub(crate) fn service(&self, instance: &str) -> Service {
        Service::new(Settings::new(instance).unwrap(), self.0.clone())
    }

    /// A service with one role.
    pub(crate) async fn serve(&self, instance: &str, role: impl Role) -> RunningService {
        self.service(instance).serve(role).start().await.unwrap()
    }

    /// The provider `ecr`: `ep-1` has a configuration `default` and one in YAML named `network`, and none is assigned to
    /// it under `empty`; `broken` fails.
    pub(crate) async fn ecr(&self) -> RunningService {
        let role = provider(async |request: ConfigRequest, _: Context| {
            Ok(match (request.endpoint_id.as_str(), request.name()) {
                (_, "broken") => return Err(Status::unavailable("try later")),
                ("ep-1", "default") => Some(Config::new("v1", "{}")),
                ("ep-1", "network") => Some(Config::new("n1", "mode: AP").with_content_type("application/yaml")),
                ("ep-1", "empty") => Some(Config::unassigned()),
                _ => None,
            })
        });
        self.serve("ecr", role).await
    }

    /// Everything that is published there.
    pub(crate) async fn listen(&self, filter: &str) -> Box<dyn Subscription> {
        self.0.subscribe(SubjectFilter::parse(filter).unwrap(), None).await.unwrap()
    }

    pub(crate) async fn publish(&self, to: &str, reply_to: &str, body: Bytes) {
        let [to, reply_to] = [to, reply_to].map(|text| Subject::parse(text).unwrap());
        self.0.publish(Outgoing::new(to, Some(reply_to), body)).await.unwrap();
    }
}

/// What a service pulls from `ecr` with.
pub(crate) fn cdtp(service: &RunningService) -> CdtpHandle<ServiceHandle> {
    service.handle().cdtp(instance("ecr"))
}

/// The next message.
pub(crate) async fn next(subscription: &mut Box<dyn Subscription>) -> Incoming {
    message(subscription.next().await.unwrap())
}

/// The messages that are here.
pub(crate) fn here(subscription: &mut Box<dyn Subscription>) -> Vec<Incoming> {
    let here = || tokio::task::coop::unconstrained(subscription.next()).now_or_never().flatten();
    std::iter::from_fn(here).map(message).collect()
}

fn message(delivery: Delivery) -> Incoming {
    match delivery {
        Delivery::Message(incoming) => incoming,
        other => panic!("{other:?}"),
    }
}
