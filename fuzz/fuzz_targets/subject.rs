//! See `kaa_fuzz::subject`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kaa_fuzz::subject(data));
