use kaa_ism::{Datum, Message};

#[derive(Message)]
#[message(event = "endpoint.demo.happened")]
struct Id {
    correlation_id: Option<String>,
}

#[derive(Message)]
#[message(event = "endpoint.demo.happened")]
struct Time {
    correlation_id: String,
    timestamp: i32,
}

#[derive(Message)]
#[message(event = "endpoint.demo.happened")]
struct Timeout {
    timeout: Option<i64>,
}

#[derive(Message)]
#[message(event = "endpoint.demo.happened")]
struct Originator {
    originator_replica_id: i64,
}

#[derive(Message)]
#[message(event = "endpoint.demo.{number}")]
struct Token {
    correlation_id: String,
    number: i64,
}

#[derive(Message)]
#[message(request = "demo.request", response = WithAPart)]
struct Ask {
    correlation_id: String,
}

#[derive(Message)]
#[message(response = "demo.response", request = Ask)]
struct Answer {
    correlation_id: String,
    status_code: String,
    reason_phrase: Option<String>,
}

#[derive(Message)]
#[message(response = "demo.response", request = Ask)]
struct Phrase {
    correlation_id: String,
    status_code: i32,
    reason_phrase: String,
}

#[derive(Message)]
#[message(response = "demo.response", request = Ask)]
struct Bare {
    correlation_id: String,
    status_code: i32,
}

#[derive(Datum)]
struct Part {
    a: i64,
}

#[derive(Message)]
#[message(response = "demo.response", request = Ask)]
struct WithAPart {
    correlation_id: String,
    part: Part,
    status_code: i32,
    reason_phrase: Option<String>,
}

fn main() {}
