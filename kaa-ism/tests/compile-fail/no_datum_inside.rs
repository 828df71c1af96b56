use std::collections::BTreeMap;

use kaa_ism::Datum;

struct Kettle;

#[derive(Datum)]
struct Kitchen {
    kettles: BTreeMap<String, Kettle>,
}

fn main() {}
