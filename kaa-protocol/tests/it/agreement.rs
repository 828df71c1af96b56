//! Our types read what our schemas accept, and nothing else.

use std::cell::Cell;

use kaa_protocol::Dialect;
use proptest::{
    prelude::*,
    test_runner::{RngAlgorithm, TestRng, TestRunner},
};
use serde_json::Value;

use crate::{parsers::PARSERS, schema::validator, values::like};

/// Why a value that fits its schema is no payload.
fn not_in_the_schema(name: &str, value: &Value) -> bool {
    let is_large = |number: &Value, limit: f64| number.as_f64().is_some_and(|number| number.abs() > limit);
    let has_large = |value: &Value| is_large(&value["id"], 9.2e18) || is_large(&value["statusCode"], 2_147_483_647.0);
    match name {
        // CMP-025
        "0007-config-response" => value.get("configId").is_some() != value.get("config").is_some(),
        _ => has_large(value) || value.as_array().is_some_and(|elements| elements.iter().any(has_large)),
    }
}

/// Runs a check on values that look like the payload of a schema, always the same ones.
fn for_values_like(name: &str, cases: u32, check: impl Fn(&Value, &[u8]) -> Result<(), TestCaseError>) {
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    runner
        .run(&like(name), |value| check(&value, value.to_string().as_bytes()))
        .unwrap_or_else(|e| panic!("{name}: {e}"));
}

#[test]
fn rfc_dialect_is_what_the_schema_says() {
    for (name, parse) in PARSERS {
        let (schema, accepted, refused) = (validator(name), Cell::new(0), Cell::new(0));
        for_values_like(name, 1000, |value, payload| {
            let fits = schema.is_valid(value);
            let count = if fits { &accepted } else { &refused };
            count.set(count.get() + 1);
            let result = parse(payload, Dialect::Rfc);
            prop_assert!(result.is_ok() == fits || (fits && not_in_the_schema(name, value)), "{:?}", result.err());
            Ok(())
        });
        assert!(accepted.get() > 100 && refused.get() > 100, "{name}: {accepted:?} accepted, {refused:?} refused");
    }
}

#[test]
fn platform_dialect_reads_all_that_the_rfc_dialect_reads() {
    for (name, parse) in PARSERS {
        for_values_like(name, 1000, |_, payload| {
            if let Ok(rfc) = parse(payload, Dialect::Rfc) {
                let platform = parse(payload, Dialect::Platform);
                prop_assert_eq!(platform.ok().map(|read| read.shown), Some(rfc.shown));
            }
            Ok(())
        });
    }
}

#[test]
fn what_is_written_is_what_was_read() {
    for (name, parse) in PARSERS {
        let schema = validator(name);
        for_values_like(name, 1000, |_, payload| {
            if let Ok(read) = parse(payload, Dialect::Rfc) {
                let again =
                    parse(&read.written, Dialect::Rfc).map_err(|error| TestCaseError::fail(error.to_string()))?;
                prop_assert_eq!(again.shown, read.shown);
                prop_assert!(schema.is_valid(&serde_json::from_slice(&read.written).unwrap()));
            }
            Ok(())
        });
    }
}

#[test]
fn broken_bytes_are_an_error_and_never_a_panic() {
    for (name, parse) in PARSERS {
        for_values_like(name, 50, |_, payload| {
            for dialect in [Dialect::Platform, Dialect::Rfc] {
                for end in 0..payload.len() {
                    let result = parse(&payload[..end], dialect);
                    // A beginning of a payload may be a payload: a number, or nothing.
                    let error_ends_inside = result.err().and_then(|error| error.offset()).is_none_or(|at| at <= end);
                    prop_assert!(error_ends_inside);
                }
                let mut flipped = payload.to_vec();
                for index in 0..flipped.len() {
                    flipped[index] ^= 0x81;
                    prop_assert!(parse(&flipped, dialect).is_err());
                    flipped[index] ^= 0x81;
                }
            }
            Ok(())
        });
    }
}
