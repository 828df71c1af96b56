use kaa_ism::Message;

#[derive(Message)]
struct Happened {
    correlation_id: String,
}

fn main() {}
