use kaa_ism::Message;

#[derive(Message)]
#[message(event = "endpoint.demo.happened")]
struct Happened {
    correlation_id: String,
    count: u64,
}

fn main() {}
