//! The permissions that a service needs.

use std::{collections::BTreeSet, fmt};

use kaa_ism::{
    Acknowledged, Event, Fanout, InstanceName, Interest, MessageKind, OneWay, Request, Response, Subject, SubjectFilter,
};
use kaa_service::Service;

/// The least permissions in NATS that a service needs. [`Display`](fmt::Display) writes them as `nats-server.conf`
/// expects them for a user:
///
/// ```
/// use kaa_esp::{ClientData, Reply, extension};
/// use kaa_ism::InstanceName;
/// use kaa_service::{MemoryBus, Service, Settings};
///
/// let settings = Settings::from_yaml("hello", "service.instance.replica.id: r1")?;
/// let hello = extension(async |data: ClientData, _context| Ok(Reply::bytes(data.payload)));
/// let service = Service::new(settings, MemoryBus::new()).serve(hello);
/// assert_eq!(
///     kaa_nats::permissions(&service).calls::<ClientData>(&InstanceName::parse("dcx")?).to_string(),
///     r#"permissions: {
///   publish: {
///     allow: [
///       "kaa.v1.replica.*.esp.*"
///       "kaa.v1.replica.r1.ism.*"
///       "kaa.v1.service.dcx.esp.ClientData"
///     ]
///   }
///   subscribe: {
///     allow: [
///       "kaa.v1.replica.r1.>"
///       "kaa.v1.service.hello.esp.ClientData hello"
///     ]
///   }
/// }"#
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permissions {
    instance: InstanceName,
    publish: BTreeSet<String>,
    subscribe: BTreeSet<String>,
}

/// The permissions that the roles of a service need: to listen, alone or in the queue group of the instance; to answer
/// to the replicas of its peers, with any message of the protocol; to reach itself.
///
/// What it sends besides has to be added: [`calls`](Permissions::calls), [`tells`](Permissions::tells),
/// [`broadcasts`](Permissions::broadcasts), [`pushes`](Permissions::pushes),
/// [`acknowledges`](Permissions::acknowledges).
///
/// A replica id that the setting `service.instance.replica.id` does not fix is different at every start: `*` stands for
/// it then, which lets the service listen to what is sent to other replicas too.
///
/// The answers go to the reply subjects of 3/ISM. A peer that waits on an inbox instead (`nats request`) needs a
/// permission of its own: `"_INBOX.>"`.
#[must_use]
pub fn permissions(service: &Service) -> Permissions {
    let identity = service.settings().identity();
    let fixed = service.settings().get::<String>("service.instance.replica.id").ok().flatten();
    let replica = if fixed.as_deref() == Some(identity.replica.as_str()) { identity.replica.as_str() } else { "*" };
    let mut permissions = Permissions {
        publish: [format!("kaa.v1.replica.{replica}.ism.*")].into(),
        subscribe: [format!("kaa.v1.replica.{replica}.>")].into(),
        instance: identity.instance,
    };
    for interest in service.interests() {
        permissions.listens(interest);
    }
    permissions
}

impl Permissions {
    /// With calls of another service (`Bus::call`, `Bus::request`).
    #[must_use]
    pub fn calls<R: Request>(self, to: &InstanceName) -> Self {
        self.publishes(Subject::service(to, R::KIND).as_str())
    }

    /// With one-way messages to another service (`Bus::tell`).
    #[must_use]
    pub fn tells<M: OneWay>(self, to: &InstanceName) -> Self {
        match M::HAS_VARIABLE {
            true => self.publishes(SubjectFilter::one_way_with_variable(to, M::KIND).as_str()),
            false => self.publishes(Subject::service(to, M::KIND).as_str()),
        }
    }

    /// With events of this instance (`Bus::broadcast`).
    #[must_use]
    pub fn broadcasts<E: Event>(self) -> Self {
        let subject = format!("kaa.v1.events.{}.{}", self.instance, E::KIND);
        self.publishes(&subject)
    }

    /// With messages to replicas of other services that have not asked for them, as those that an extension sends to a
    /// device of its own accord. An extension may do that anyway.
    #[must_use]
    pub fn pushes<M: Response>(self) -> Self {
        self.replies(M::KIND)
    }

    /// With acknowledgements of events of other services.
    #[must_use]
    pub fn acknowledges<E: Acknowledged>(self) -> Self {
        self.replies(<E::Acknowledgement as OneWay>::KIND)
    }

    /// What may be published to, in order.
    pub fn publish(&self) -> impl Iterator<Item = &str> {
        self.publish.iter().map(String::as_str)
    }

    /// What may be subscribed to, in order: a subject, or a subject, a space and the queue group to do it in.
    pub fn subscribe(&self) -> impl Iterator<Item = &str> {
        self.subscribe.iter().map(String::as_str)
    }

    fn listens(&mut self, interest: Interest) {
        let subscribed = match interest {
            Interest::Targeted(kind) => {
                let (protocol, _) = kind.as_str().split_once('.').unwrap_or_default();
                self.publish.insert(format!("kaa.v1.replica.*.{protocol}.*"));
                in_queue(Subject::service(&self.instance, kind).as_str(), self.instance.as_str())
            }
            Interest::TargetedWithVariable(kind) => {
                in_queue(SubjectFilter::one_way_with_variable(&self.instance, kind).as_str(), self.instance.as_str())
            }
            Interest::Events(filter, Fanout::OneReplica) => in_queue(filter.as_str(), self.instance.as_str()),
            Interest::Events(filter, Fanout::EveryReplica) => filter.as_str().to_owned(),
            // The service does not start with it.
            _ => return,
        };
        self.subscribe.insert(subscribed);
    }

    fn publishes(mut self, subject: &str) -> Self {
        self.publish.insert(subject.to_owned());
        self
    }

    fn replies(self, kind: MessageKind) -> Self {
        self.publishes(&format!("kaa.v1.replica.*.{kind}"))
    }
}

/// Without an end of line behind it.
impl fmt::Display for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "permissions: {{")?;
        for (action, allowed) in [("publish", &self.publish), ("subscribe", &self.subscribe)] {
            writeln!(f, "  {action}: {{\n    allow: [")?;
            for one in allowed {
                writeln!(f, "      {}", quoted(one))?;
            }
            writeln!(f, "    ]\n  }}")?;
        }
        f.write_str("}")
    }
}

/// The permission to subscribe in a queue group only.
pub(crate) fn in_queue(filter: &str, queue: &str) -> String {
    format!("{filter} {queue}")
}

/// A text in `nats-server.conf`.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests;
