//! How deep arrays and maps may nest.

use std::collections::BTreeMap;

use kaa_ism::{
    Datum,
    avro::{Datum, DecodeErrorKind, MAX_DEPTH, Names},
};

use crate::sample::{read, written};

/// A record that holds itself.
#[derive(Clone, Debug, Default, PartialEq, Datum)]
#[avro(namespace = "example")]
struct Tree {
    branches: Vec<Tree>,
    named: BTreeMap<String, Tree>,
}

fn nested(depth: u8) -> Vec<u8> {
    let inner = Tree::default();
    let tree = (1..depth).fold(inner, |tree, _| Tree { branches: vec![tree], named: BTreeMap::new() });
    written(&tree)
}

#[test]
fn thirty_two_levels_are_read_and_no_more() {
    let deepest: Tree = read(nested(MAX_DEPTH)).unwrap();
    assert_eq!(written(&deepest), nested(MAX_DEPTH));

    let error = read::<Tree>(nested(MAX_DEPTH + 1)).unwrap_err();
    assert_eq!(error.kind(), DecodeErrorKind::TooDeep);
    assert!(error.path().starts_with(".branches[0].branches[0]."), "{error}");
    assert!(error.to_string().ends_with(" at byte 32: arrays and maps nest deeper than 32"), "{error}");
}

#[test]
fn a_megabyte_of_opening_brackets_does_not_overflow_the_stack() {
    assert_eq!(read::<Tree>(vec![2; 1 << 20]).unwrap_err().kind(), DecodeErrorKind::TooDeep);
}

#[test]
fn siblings_do_not_count_as_depth() {
    let child = Tree { branches: vec![Tree::default(); 40], named: BTreeMap::from([(String::new(), Tree::default())]) };
    let tree = Tree { branches: vec![child; 40], named: BTreeMap::new() };
    assert_eq!(read::<Tree>(written(&tree)).unwrap(), tree);
}

#[test]
fn the_schema_of_a_recursive_record_ends() {
    insta::assert_snapshot!(Tree::schema(&mut Names::new()), @r#"
    {
        "namespace": "example",
        "name": "Tree",
        "type": "record",
        "doc": "A record that holds itself.",
        "fields": [
            {"name": "branches", "type": {"type": "array", "items": "example.Tree"}},
            {"name": "named", "type": {"type": "map", "values": "example.Tree"}}
        ]
    }
    "#);
}
