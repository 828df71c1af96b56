//! See `kaa_fuzz::revision`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kaa_fuzz::revision(data));
