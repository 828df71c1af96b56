//! Kinds of messages, and the subjects that follow from them.

use kaa_ism::{Event as _, InstanceName, Message, OneWay as _};
use kaa_proves::proves;

/// A filter is gone.
#[derive(Clone, Debug, PartialEq, Message)]
#[message(event = "endpoint-filter.{filter_id}.deleted")]
struct FilterDeleted {
    timestamp: i64,
    correlation_id: String,
    filter_id: String,
}

/// Something is to be done.
#[derive(Clone, Debug, PartialEq, Message)]
#[message(event = "service.automation.{}")]
struct Invocation {
    correlation_id: String,
}

/// A command without an answer.
#[derive(Clone, Debug, PartialEq, Message)]
#[message(one_way = "amp.activate-alert")]
struct Alert {
    correlation_id: String,
}

/// A command whose subject says more.
#[derive(Clone, Debug, PartialEq, Message)]
#[message(one_way = "scmp.configuration.{}")]
struct Update {
    correlation_id: String,
}

fn name(text: &str) -> InstanceName {
    InstanceName::parse(text).unwrap()
}

#[proves("ISM-025")]
#[test]
fn a_field_can_be_a_token_of_the_subject() {
    let subject = FilterDeleted::new("f-1").subject(&name("epf")).unwrap();
    assert_eq!(subject.as_str(), "kaa.v1.events.epf.endpoint-filter.f-1.deleted");
    assert_eq!(FilterDeleted::KIND.as_str(), "endpoint-filter.*.deleted");
    for bad in ["", "a.b", "a b", "*", ">", "a\r\n"] {
        assert!(FilterDeleted::new(bad).subject(&name("epf")).is_err(), "{bad:?}");
    }
}

#[test]
fn a_token_that_is_no_field_is_given() {
    let event = Invocation::new();
    assert!(event.subject(&name("rules")).is_err());
    let subject = event.subject_with(&name("rules"), &["email"]).unwrap();
    assert_eq!(subject.as_str(), "kaa.v1.events.rules.service.automation.email");
}

#[test]
fn one_way_messages_have_a_subject_for_their_receiver() {
    assert_eq!(Alert::subject(&name("alerts")).unwrap().as_str(), "kaa.v1.service.alerts.amp.activate-alert");
    assert!(Update::subject(&name("epr")).is_err());
    let subject = Update::subject_with(&name("epr"), &["upsert"]).unwrap();
    assert_eq!(subject.as_str(), "kaa.v1.service.epr.scmp.configuration.upsert");
    assert!(Alert::subject_with(&name("epr"), &["upsert"]).is_err());
}

/// About one endpoint.
#[derive(Clone, Debug, PartialEq, Message)]
#[message(event = "endpoint.a.b")]
struct AboutOne {
    correlation_id: String,
    endpoint_id: String,
}

/// About one endpoint, or none.
#[derive(Clone, Debug, PartialEq, Message)]
#[message(event = "endpoint.a.c")]
struct Perhaps {
    correlation_id: String,
    endpoint_id: Option<String>,
}

#[test]
fn what_is_about_an_endpoint_is_in_its_lane() {
    assert_eq!(AboutOne::new("ep-1").lane(), Some("ep-1"));
    assert_eq!(Perhaps::new().with_endpoint_id("ep-1").lane(), Some("ep-1"));
    assert_eq!((Perhaps::new().lane(), Alert::new().lane()), (None, None));
}
