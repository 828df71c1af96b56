//! What several tests need.

use bytes::Bytes;
use kaa_ism::{Event, Identity, InstanceName, Message, ReplicaId, Request, Response, Subject};

/// The bytes of a text of hexadecimal digits.
pub(crate) fn hex(text: &str) -> Bytes {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// A name of a service instance.
pub(crate) fn peer() -> InstanceName {
    InstanceName::parse("peer").unwrap()
}

/// A replica of it.
pub(crate) fn me() -> Identity {
    Identity::new(peer(), ReplicaId::parse("r1").unwrap())
}

/// Where a request goes, and where its answer should go.
pub(crate) fn subjects<R: Request>() -> [String; 2] {
    let reply_to = Subject::replica(&ReplicaId::parse("r1").unwrap(), R::Response::KIND);
    [Subject::service(&peer(), R::KIND).to_string(), reply_to.to_string()]
}

/// Where an event goes whose subject it knows itself.
pub(crate) fn subject_of(event: &impl Event) -> String {
    event.subject(&peer()).unwrap().to_string()
}

/// The same message, having travelled.
pub(crate) fn travelled<M: Message>(message: &M) -> M {
    M::decode(&message.to_bytes()).unwrap()
}
