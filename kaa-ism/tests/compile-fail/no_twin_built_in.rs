use std::collections::HashMap;

use kaa_ism::Datum;

#[derive(Datum)]
#[avro(borrowed)]
struct Counts {
    by_name: HashMap<String, i32>,
    raw: Vec<u8>,
}

fn main() {}
