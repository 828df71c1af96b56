use kaa_ism::Datum;

#[derive(Datum)]
enum Kind {
    A,
    B,
}

#[derive(Datum)]
enum Twice {
    One(String),
    Other(String),
}

#[derive(Datum)]
struct Record {
    #[avro(rename = "b")]
    a: i64,
    b: i64,
}

#[derive(Datum)]
struct Named {
    #[avro(rename = "not a name")]
    a: i64,
}

#[derive(Datum)]
#[avro(namespace = "com.9bad")]
struct Spaced {
    a: i64,
}

fn main() {}
