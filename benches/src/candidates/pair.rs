//! A message in our codec and in that of `apache-avro`.

use apache_avro::Schema;
use bytes::Bytes;
use kaa_ism::Message;

use super::{Candidate, apache, apache::Judge};

/// A message, and what encodes and decodes it.
pub(super) struct Pair<'s, M> {
    ours: M,
    theirs: Box<dyn Judge + 's>,
    datum: &'s Bytes,
    buffers: [Vec<u8>; 2],
}

/// The schema that our type prints.
pub(super) fn schema_of<M: Message>() -> Schema {
    Schema::parse_str(&M::avro_schema().to_string()).expect("a schema")
}

impl<'s, M: Message> Pair<'s, M> {
    /// The message of the schema file `stem` that is in `datum`. Both sides have the same bytes: otherwise the figures are of
    /// different things.
    pub(super) fn new(stem: &str, schema: &'s Schema, datum: &'s Bytes) -> Self {
        let ours = M::decode(datum).expect("our codec decodes");
        let theirs = apache::judge(stem, schema, datum).expect("a schema file");
        let mut pair = Self { ours, theirs, datum, buffers: Default::default() };
        pair.candidates().iter_mut().for_each(|candidate| candidate.run(1));
        for bytes in &pair.buffers {
            assert_eq!(bytes, datum, "bytes of {stem}");
        }
        pair
    }

    /// `encode` and `decode`, and those of `apache-avro`.
    pub(super) fn candidates(&mut self) -> Vec<Candidate<'_>> {
        let Self { ours, theirs, datum, buffers: [our_buffer, their_buffer] } = self;
        vec![
            Candidate::encoder("encode", our_buffer, |out| ours.encode(out)),
            theirs.encode("apache-avro-encode", their_buffer),
            Candidate::new("decode", || M::decode(datum)),
            theirs.decode("apache-avro-decode", datum),
        ]
    }
}
