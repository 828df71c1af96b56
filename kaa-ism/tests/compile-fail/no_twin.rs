use kaa_ism::{Datum, Message};

#[derive(Clone, Debug, PartialEq, Datum)]
struct Place {
    name: String,
}

#[derive(Message)]
#[avro(borrowed)]
#[message(event = "endpoint.demo.moved")]
struct Moved {
    place: Place,
    timestamp: i64,
}

#[derive(Datum)]
#[avro(borrowed)]
struct Journey {
    stops: Vec<Place>,
    end: Place,
}

#[derive(Datum)]
#[avro(borrowed)]
enum Where {
    Place(Place),
    Null,
}

fn main() {}
