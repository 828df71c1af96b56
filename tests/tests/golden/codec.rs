//! Both directions, each judged by `apache-avro`.

use crate::{golden::all, judge::Judge, vectors::Vectors};

#[test]
fn there_is_a_golden_file_for_every_message_under_its_full_name() {
    for golden in all() {
        let vectors = Vectors::load(golden.file);
        assert_eq!(vectors.full_name.rsplit('.').next(), Some(golden.name), "{}", golden.file);
        assert!(vectors.vectors.len() >= 6, "{}", golden.file);
    }
}

/// ESP-004, ESP-015, ELCE-017, DSTP-003, DSTP-005, ECAP-004, ECAP-007, ECAP-012, ECAP-015, ECAP-020.
#[test]
fn golden_values_have_the_golden_bytes() {
    each(|golden, judge, vector| {
        let encoded = (golden.recode)(&vector.bytes).unwrap();
        assert_eq!(judge.decode(&encoded), judge.parse(&vector.json), "what we wrote");
        if !vector.map_order_sensitive && !vector.decode_only {
            assert_eq!(encoded, vector.bytes);
        }
    });
}

#[test]
fn what_apache_avro_makes_of_the_json_we_read_as_the_golden_bytes() {
    each(|golden, judge, vector| {
        let encoded = judge.encode(&judge.parse(&vector.json));
        assert!((golden.equal)(&encoded, &vector.bytes));
    });
}

#[test]
fn our_schema_reads_the_golden_bytes_as_their_json() {
    each(|_, judge, vector| assert_eq!(judge.decode(&vector.bytes), judge.parse(&vector.json)));
}

#[test]
fn equal_messages_have_equal_bytes_whatever_the_order_of_map_entries() {
    each(|golden, judge, vector| {
        let ours = (golden.recode)(&vector.bytes).unwrap();
        let shuffled = judge.encode(&judge.parse(&vector.json)); // a hash map: any order
        assert_eq!((golden.recode)(&shuffled).unwrap(), ours);
    });
}

fn each(check: impl Fn(&crate::golden::Golden, &Judge, &crate::vectors::Vector)) {
    for golden in all() {
        let judge = Judge::new(&(golden.schema)());
        for vector in Vectors::load(golden.file).vectors {
            let _shown_if_it_fails = Shown(format!("{}: {}", golden.file, vector.name));
            check(&golden, &judge, &vector);
        }
    }
}

/// Says which vector it was when a check panics.
struct Shown(String);

impl Drop for Shown {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("with {}", self.0);
        }
    }
}
