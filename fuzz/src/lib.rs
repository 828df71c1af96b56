//! What the fuzz targets do with their input, as plain functions: what must hold of any bytes at all. A panic is a finding.
//!
//! [`seeds`] has inputs to begin with. The tests of this crate run the targets on them, without a fuzzer.
#![forbid(unsafe_code)]

mod client_payload;
mod message;
mod revision;
pub mod seeds;
mod subject;
mod topic;

pub use client_payload::client_payload;
pub use message::message;
pub use revision::revision;
pub use subject::subject;
pub use topic::topic;

/// Takes any bytes.
pub type Target = fn(&[u8]);

/// Each target with its name.
pub const TARGETS: [(&str, Target); 5] = [
    ("message", message),
    ("revision", revision),
    ("topic", topic),
    ("subject", subject),
    ("client_payload", client_payload),
];

#[cfg(test)]
mod tests;
