//! See `kaa_fuzz::topic`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kaa_fuzz::topic(data));
