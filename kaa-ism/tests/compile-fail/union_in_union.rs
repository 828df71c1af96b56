use std::collections::BTreeMap;

use kaa_ism::Datum;

#[derive(Datum)]
enum Value {
    Int(i32),
    Null,
}

#[derive(Datum)]
struct Twice {
    a: Option<Option<String>>,
}

#[derive(Datum)]
struct OfAnEnum {
    a: BTreeMap<String, Vec<Option<Value>>>,
}

#[derive(Datum)]
enum Branch {
    Value(Value),
    Text(String),
}

fn main() {}
