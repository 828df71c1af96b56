use kaa_ism::{Context, Fanout, Message, Originator, Status, listen, receive};

#[derive(Message)]
#[message(event = "demo.place.storm")]
struct Storm {
    correlation_id: String,
}

#[derive(Message)]
#[message(one_way = "demo.report")]
struct Report {
    correlation_id: String,
}

struct Station;

fn main() {
    let _fine = listen(Originator::Any, Fanout::OneReplica, async |_: Storm, _: Context| Ok::<(), Status>(()));
    let _wrong = listen::<Storm>(Originator::Any, Fanout::OneReplica, Station);
    let _fine = receive(async |_: Report, _: Context| Ok::<(), Status>(()));
    let _wrong = receive::<Report>(Station);
}
