//! Requests and what refuses them.

use kaa_ism::{Message, Request as _, Response as _, Status};

/// Asks for a thing.
#[derive(Clone, Debug, PartialEq, Message)]
#[message(request = "demo.thing-request", response = ThingResponse)]
struct ThingRequest {
    correlation_id: String,
    timestamp: i64,
    #[avro(default = 0)]
    timeout: i64,
    app_name: String,
    thing_id: i32,
}

/// Gives a thing.
#[derive(Clone, Debug, PartialEq, Message)]
#[message(response = "demo.thing-response", request = ThingRequest, echo(app_name, thing_id))]
struct ThingResponse {
    correlation_id: String,
    timestamp: i64,
    #[avro(default = 0)]
    timeout: i64,
    #[avro(null = "last")]
    app_name: Option<String>,
    thing_id: i32,
    #[avro(default = "application/json")]
    content_type: String,
    status_code: i32,
    #[avro(default = null)]
    reason_phrase: Option<String>,
}

#[test]
fn a_refusal_repeats_what_it_is_told_to_and_the_correlation_id() {
    let mut request = ThingRequest::new("app", 7);
    request.correlation_id = "id".to_owned();
    request.timestamp = 1;
    let refusal = ThingResponse::refusal(request, &Status::not_found("no such thing"));
    let mut expected = ThingResponse::new(7, 404).with_app_name("app").with_reason_phrase("no such thing");
    expected.correlation_id = "id".to_owned();
    assert_eq!(refusal, expected);
    assert_eq!(refusal.status().reason(), "no such thing");
}

#[test]
fn a_status_without_a_phrase_gets_the_usual_one() {
    assert_eq!(ThingResponse::new(7, 404).status().reason(), "Not Found");
    assert_eq!(ThingResponse::new(7, 799).status().reason(), "");
}

#[test]
fn both_know_their_kinds() {
    assert_eq!(ThingRequest::KIND.as_str(), "demo.thing-request");
    assert_eq!(ThingResponse::KIND.as_str(), "demo.thing-response");
}
