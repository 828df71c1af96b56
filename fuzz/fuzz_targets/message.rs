//! See `kaa_fuzz::message`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kaa_fuzz::message(data));
