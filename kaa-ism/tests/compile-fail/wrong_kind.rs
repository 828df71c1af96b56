use kaa_ism::Message;

#[derive(Message)]
#[message(event = "endpoint.happened")]
struct TooShort {
    correlation_id: String,
}

#[derive(Message)]
#[message(event = "endpoint.demo.has happened")]
struct WithASpace {
    correlation_id: String,
}

fn main() {}
