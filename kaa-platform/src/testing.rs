//! What the tests of messages share.

use std::fmt::Debug;

use bytes::Bytes;
use kaa_ism::{Deadline, Message, ReplicaId, Stamp, Timestamp, WireRevision};

/// The message with the envelope of the typical golden vectors.
pub(crate) fn typical<M: Message>(mut message: M) -> M {
    const NOW: i64 = 1_700_000_000_123;
    let replica = ReplicaId::parse("cmx-6d9f-0").unwrap();
    let id = "3f0c1c9e-5a52-4c3b-9a53-0d1f4e6f7a10";
    message.stamp(&Stamp::new(id, Timestamp(NOW), Deadline::of(NOW, 30_000), &replica));
    message
}

/// To a peer of `revision`, `written` is `bytes`; and they are read as `read`.
pub(crate) fn is_layout<M: Message + PartialEq + Debug>(revision: WireRevision, bytes: &[u8], written: &M, read: &M) {
    let bytes = Bytes::copy_from_slice(bytes);
    assert_eq!(written.to_bytes_revision(revision), bytes, "{revision:?}");
    let (message, left_over) = M::decode_revision(&bytes, revision).unwrap();
    assert_eq!((&message, left_over), (read, 0), "{revision:?}");
}
