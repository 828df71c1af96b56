//! Where small messages are written: many of them share one piece of memory.

use std::cell::RefCell;

use bytes::{Bytes, BytesMut};

use super::Datum;

/// Larger messages get memory of their own.
const SMALL: usize = 1024;

/// What small messages share. It is free again when the last of them has gone.
const CHUNK: usize = 16 * 1024;

thread_local! {
    static WRITER: RefCell<Writer> = RefCell::default();
}

#[derive(Default)]
struct Writer {
    datum: Vec<u8>,
    chunk: BytesMut,
}

/// The bytes of a value.
pub fn to_bytes(value: &impl Datum) -> Bytes {
    let len = value.encoded_len();
    // A writer that is in use: a value that is made of the bytes of other values.
    let shared = |writer: &RefCell<Writer>| writer.try_borrow_mut().ok().map(|mut writer| writer.write(value, len));
    let small = if len <= SMALL { WRITER.try_with(shared).ok().flatten() } else { None };
    small.unwrap_or_else(|| {
        // Exactly as large as needed: the vector becomes the bytes without another allocation.
        let mut out = Vec::with_capacity(len);
        value.write(&mut out);
        debug_assert_eq!(out.len(), len, "a value says how long it is");
        out.into()
    })
}

impl Writer {
    fn write(&mut self, value: &impl Datum, len: usize) -> Bytes {
        self.datum.clear();
        value.write(&mut self.datum);
        debug_assert_eq!(self.datum.len(), len, "a value says how long it is");
        if self.chunk.capacity() < len {
            self.chunk.reserve(CHUNK);
        }
        self.chunk.extend_from_slice(&self.datum);
        self.chunk.split().freeze()
    }
}
