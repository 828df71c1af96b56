use std::collections::BTreeMap;

use bytes::Bytes;
use kaa_ism::Datum;

#[derive(Datum)]
struct Text {
    #[avro(default = 5)]
    a: String,
}

#[derive(Datum)]
struct Number {
    #[avro(default = "5")]
    a: i32,
}

#[derive(Datum)]
struct Flag {
    #[avro(default = 1)]
    a: bool,
}

#[derive(Datum)]
struct NullFirst {
    #[avro(default = "a")]
    a: Option<String>,
}

#[derive(Datum)]
struct NullLast {
    #[avro(default = null, null = "last")]
    a: Option<String>,
}

#[derive(Datum)]
struct List {
    #[avro(default = null)]
    a: Vec<String>,
}

#[derive(Datum)]
struct Map {
    #[avro(default = [])]
    a: BTreeMap<String, i64>,
}

#[derive(Datum)]
struct Payload {
    #[avro(default = "")]
    a: Bytes,
}

#[derive(Datum)]
struct Expression {
    #[avro(default = 1 + 1)]
    a: i64,
}

fn main() {}
