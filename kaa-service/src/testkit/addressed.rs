//! Whose subject tells its type.

use kaa_ism::{Event, Message, MessageKind, OneWay, Request, Response, Subject, SubjectFilter};

/// A message whose type is known by its subject: every [`Request`], [`Response`], [`Event`] and [`OneWay`]. `K` says
/// which of these it is; the compiler finds out, so write `_`.
pub trait Addressed<K>: Message {
    /// Whether this type of message is published there.
    fn is_published_to(subject: &Subject) -> bool;
}

/// A request, among what is [`Addressed`].
#[derive(Debug)]
#[non_exhaustive]
pub struct AsRequest;

/// A response, among what is [`Addressed`].
#[derive(Debug)]
#[non_exhaustive]
pub struct AsResponse;

/// An event, among what is [`Addressed`].
#[derive(Debug)]
#[non_exhaustive]
pub struct AsEvent;

/// A one-way message, among what is [`Addressed`].
#[derive(Debug)]
#[non_exhaustive]
pub struct AsOneWay;

impl<R: Request> Addressed<AsRequest> for R {
    fn is_published_to(subject: &Subject) -> bool {
        is_targeted(subject, R::KIND)
    }
}

impl<R: Response> Addressed<AsResponse> for R {
    fn is_published_to(subject: &Subject) -> bool {
        subject.replica_kind() == Some(R::KIND.as_str())
    }
}

impl<E: Event> Addressed<AsEvent> for E {
    fn is_published_to(subject: &Subject) -> bool {
        SubjectFilter::event_of_any(E::KIND).matches(subject)
    }
}

impl<M: OneWay> Addressed<AsOneWay> for M {
    fn is_published_to(subject: &Subject) -> bool {
        if !M::HAS_VARIABLE {
            return is_targeted(subject, M::KIND);
        }
        let fixed = subject.as_str().rsplit_once('.').map(|(fixed, _)| fixed);
        fixed.is_some_and(|fixed| service_kind(fixed) == Some(M::KIND.as_str()))
    }
}

fn is_targeted(subject: &Subject, kind: MessageKind) -> bool {
    [subject.replica_kind(), service_kind(subject.as_str())].contains(&Some(kind.as_str()))
}

/// Protocol and message type of a message to an instance.
fn service_kind(subject: &str) -> Option<&str> {
    let (_, kind) = subject.strip_prefix("kaa.v1.service.")?.split_once('.')?;
    Some(kind)
}

#[cfg(test)]
mod tests {
    use kaa_endpoint::{
        dstp::DataSamplesProcessed,
        ecap::EndpointTokenValidationRequest,
        elce::{ConnectedEvent, DisconnectedEvent},
    };
    use kaa_esp::{ClientData, ExtensionData};

    use super::*;

    fn is<M: Addressed<K>, K>(subject: &str) -> bool {
        M::is_published_to(&Subject::parse(subject).unwrap())
    }

    #[test]
    fn a_subject_tells_the_type_of_its_message() {
        assert!(is::<ClientData, _>("kaa.v1.service.dcx.esp.ClientData"));
        assert!(is::<ClientData, _>("kaa.v1.replica.r1.esp.ClientData"), "of a session that stays with a replica");
        assert!(is::<ExtensionData, _>("kaa.v1.replica.r1.esp.ExtensionData"));
        assert!(is::<ConnectedEvent, _>("kaa.v1.events.kpc.endpoint.connectivity.connected"));
        assert!(is::<DataSamplesProcessed, _>(&format!("kaa.v1.replica.r1.{}", DataSamplesProcessed::KIND)));
    }

    #[test]
    fn other_subjects_are_of_other_messages() {
        assert!(!is::<ClientData, _>("kaa.v1.service.dcx.esp.ExtensionData"));
        assert!(!is::<ClientData, _>("kaa.v1.service.dcx.esp.ClientData.more"));
        assert!(!is::<ExtensionData, _>("kaa.v1.service.dcx.esp.ExtensionData"));
        assert!(!is::<EndpointTokenValidationRequest, _>("kaa.v1.service.dcx.esp.ClientData"));
        assert!(!is::<DisconnectedEvent, _>("kaa.v1.events.kpc.endpoint.connectivity.connected"));
    }
}
