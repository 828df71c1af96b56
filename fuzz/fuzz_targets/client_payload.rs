//! See `kaa_fuzz::client_payload`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kaa_fuzz::client_payload(data));
