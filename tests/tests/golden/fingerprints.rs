//! The schemas that we print are those of the RFCs, as far as the bytes depend on them.

use std::collections::BTreeMap;

use apache_avro::rabin::Rabin;
use sha2::Sha256;

use crate::vectors::all;

#[test]
fn the_canonical_forms_of_our_schemas_have_the_fingerprints_of_the_official_ones() {
    let mut official: BTreeMap<&str, [&str; 3]> = BTreeMap::new();
    for line in include_str!("../../fingerprints.tsv").lines().skip(1) {
        let mut columns = line.split('\t');
        let mut next = || columns.next().unwrap();
        let (file, rest) = (next(), [next(), next(), next()]);
        official.insert(file.rsplit('/').next().unwrap(), rest);
    }
    assert_eq!(official.len(), 71);
    for vectors in all() {
        let (entry, schema) = (vectors.entry, vectors.judge.schema());
        // apache-avro has the bytes of the number least significant first
        let rabin: [u8; 8] = schema.fingerprint::<Rabin>().bytes.try_into().unwrap();
        let rabin = format!("{:016x}", u64::from_le_bytes(rabin));
        let sha256 = hex::encode(schema.fingerprint::<Sha256>().bytes);
        let expected = official.remove(format!("{}.avsc", entry.file).as_str()).unwrap();
        assert_eq!([&entry.full_name(), &rabin, &sha256], expected, "{}", schema.canonical_form());
    }
    assert!(official.is_empty(), "{official:?}");
}
