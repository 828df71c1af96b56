//! Random values of every message: `apache-avro` writes them, we read them and write them again, `apache-avro` reads
//! them.
//!
//! Nothing is left out: every type and branch of our schemas is one that `apache-avro` writes and reads.

use std::{collections::HashMap, iter::repeat_with};

use apache_avro::{Schema, types::Value};
use kaa_tests::judge::difference;

use crate::{random::Random, vectors::all};

/// Of each message.
const VALUES: u64 = 400;

#[test]
fn random_values_pass_through_us_unchanged() {
    for (number, vectors) in (0..).zip(all()) {
        for round in 0..VALUES {
            let value = value(vectors.judge.schema(), &mut Random::new(number * VALUES + round));
            let ours = (vectors.entry.recode)(&vectors.judge.encode(&value).unwrap()).unwrap();
            let difference = difference(&value, &vectors.judge.decode(&ours).unwrap());
            assert_eq!(difference, None, "{} round {round}", vectors.entry.name);
        }
    }
}

#[test]
fn random_values_have_every_branch() {
    let vectors = all();
    let series = vectors.iter().find(|vectors| vectors.entry.name == "TimeSeriesEvent").unwrap();
    let mut random = Random::new(1);
    let values = repeat_with(|| value(series.judge.schema(), &mut random)).take(usize::try_from(VALUES).unwrap());
    let shown = format!("{:?}", values.collect::<Vec<_>>());
    for branch in 0..8 {
        assert!(shown.contains(&format!("Union({branch}, ")), "{branch}");
    }
}

fn value(schema: &Schema, random: &mut Random) -> Value {
    match schema {
        Schema::Null => Value::Null,
        Schema::Boolean => Value::Boolean(random.below(2) == 1),
        Schema::Int => {
            let bits = number(random).to_le_bytes();
            Value::Int(i32::from_le_bytes([bits[0], bits[1], bits[2], bits[3]]))
        }
        Schema::Long => Value::Long(number(random)),
        Schema::Float => {
            let bits = random.next().to_le_bytes();
            Value::Float(f32::from_le_bytes([bits[0], bits[1], bits[2], bits[3]]))
        }
        Schema::Double => Value::Double(f64::from_bits(random.next())),
        Schema::Bytes => Value::Bytes(text(random).into_bytes().iter().map(|byte| byte ^ 0x80).collect()),
        Schema::String => Value::String(text(random)),
        Schema::Array(array) => Value::Array((0..length(random)).map(|_| value(&array.items, random)).collect()),
        Schema::Map(map) => {
            let entries: HashMap<_, _> =
                (0..length(random)).map(|_| (text(random), value(&map.types, random))).collect();
            Value::Map(entries)
        }
        Schema::Union(union) => {
            let branch = random.below(union.variants().len());
            let inner = value(&union.variants()[branch], random);
            Value::Union(branch.try_into().unwrap(), Box::new(inner))
        }
        Schema::Record(record) => {
            let fields = record.fields.iter();
            Value::Record(fields.map(|field| (field.name.clone(), value(&field.schema, random))).collect())
        }
        other => panic!("no message has a {other:?}"),
    }
}

/// Of any number of bits.
fn number(random: &mut Random) -> i64 {
    random.next().cast_signed() >> random.below(64)
}

/// Often none or few, seldom more than a count in one byte.
fn length(random: &mut Random) -> usize {
    if random.below(16) == 0 { random.below(80) } else { random.below(4) }
}

fn text(random: &mut Random) -> String {
    const CHARS: [char; 8] = ['a', 'Z', '0', '"', '\0', 'é', '温', '🔥'];
    let longest = *random.pick(&[1, 8, 8, 8, 40, 300]);
    (0..random.below(longest)).map(|_| *random.pick(&CHARS)).collect()
}
