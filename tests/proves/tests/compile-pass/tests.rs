#![deny(warnings)]

use kaa_proves::proves;

/// With a comment.
#[proves("KP-001")]
#[test]
fn one() {}

#[proves("KP-001", "ESP-020",)]
#[test]
#[should_panic]
fn many() {
    panic!();
}

fn main() {}
