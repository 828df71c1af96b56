//! Every record of the RFCs that has a schema file of its own, without its type: what tools and tests ask of it.

mod all;

use bytes::Bytes;
use kaa_ism::{
    Event, Message, OneWay, Request, Response, WireRevision,
    avro::{self, Datum as _, DecodeError, Names, Schema},
};
use kaa_platform::armp::Relation;

/// A record, its names and its codec.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Entry {
    /// Number of the RFC.
    pub rfc: u16,
    /// Stem of its schema file and of its file of vectors, for example `0004-client-data`.
    pub file: &'static str,
    /// Name of the record, without namespace.
    pub name: &'static str,
    /// How it travels.
    pub kind: Kind,
    /// The schema of our type.
    pub schema: fn() -> Schema,
    /// Decodes all of the bytes, and does nothing else.
    pub check: fn(&Bytes) -> Result<(), DecodeError>,
    /// Decodes all of the bytes, and encodes what came out.
    pub recode: fn(&Bytes) -> Result<Bytes, DecodeError>,
    /// Decodes from the start of the bytes, encodes what came out, and says how many bytes were left over.
    pub recode_prefix: fn(&Bytes) -> Recoded,
    /// The same for bytes of a peer of the first revision, encoded for a peer of the second.
    pub recode_revision: fn(&Bytes, WireRevision, WireRevision) -> Recoded,
}

/// The bytes of what was decoded, and how many were left over; or why nothing was.
pub type Recoded = Result<(Bytes, usize), DecodeError>;

/// How a record travels; a kind of subject is its last tokens, with `*` for one that varies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "3/ISM has no other ways")]
pub enum Kind {
    /// Targeted, with an answer.
    Request {
        /// Protocol and message type.
        kind: &'static str,
        /// Those of its answer.
        response: &'static str,
    },
    /// The answer to a request.
    Response {
        /// Protocol and message type.
        kind: &'static str,
        /// Those of its request.
        request: &'static str,
    },
    /// Targeted, without an answer; or the answer to an event.
    OneWay {
        /// Protocol and message type.
        kind: &'static str,
        /// Whether a token that varies follows them.
        has_variable: bool,
    },
    /// A broadcast.
    Event {
        /// Target entity type, event group, event type and what else there is.
        kind: &'static str,
    },
    /// Not at all, but within another record.
    Nested,
}

/// All 71 of them: by the number of the RFC, then in the order of its text.
#[must_use]
pub fn catalog() -> &'static [Entry] {
    &all::ALL
}

/// The record of the schema file `<stem>.avsc`.
#[must_use]
pub fn find(stem: &str) -> Option<&'static Entry> {
    catalog().iter().find(|entry| entry.file == stem)
}

impl Entry {
    /// Namespace and name.
    #[must_use]
    pub fn full_name(&self) -> String {
        match (self.schema)() {
            Schema::Record(record) => format!("{}.{}", record.namespace, record.name),
            _ => self.name.to_owned(),
        }
    }
}

const fn request<M: Request>(file: &'static str) -> Entry {
    message::<M>(file, Kind::Request { kind: M::KIND.as_str(), response: <M::Response as Response>::KIND.as_str() })
}

const fn response<M: Response>(file: &'static str) -> Entry {
    message::<M>(file, Kind::Response { kind: M::KIND.as_str(), request: <M::Request as Request>::KIND.as_str() })
}

const fn one_way<M: OneWay>(file: &'static str) -> Entry {
    message::<M>(file, Kind::OneWay { kind: M::KIND.as_str(), has_variable: M::HAS_VARIABLE })
}

const fn event<M: Event>(file: &'static str) -> Entry {
    message::<M>(file, Kind::Event { kind: M::KIND.as_str() })
}

const fn message<M: Message>(file: &'static str, kind: Kind) -> Entry {
    Entry {
        rfc: number(file),
        file,
        name: M::NAME,
        kind,
        schema: M::avro_schema,
        check: |bytes| M::decode(bytes).map(drop),
        recode: |bytes| Ok(M::decode(bytes)?.to_bytes()),
        recode_prefix: |bytes| M::decode_prefix(bytes).map(|(message, left)| (message.to_bytes(), left)),
        recode_revision: |bytes, from, to| {
            M::decode_revision(bytes, from).map(|(message, left)| (message.to_bytes_revision(to), left))
        },
    }
}

/// The one record that is no message has no revisions either.
const fn relation(file: &'static str) -> Entry {
    Entry {
        rfc: number(file),
        file,
        name: RELATION,
        kind: Kind::Nested,
        schema: || Relation::schema(&mut Names::new()),
        check: |bytes| avro::decode::<Relation>(RELATION, bytes).map(drop),
        recode: |bytes| Ok(avro::to_bytes(&avro::decode::<Relation>(RELATION, bytes)?)),
        recode_prefix: recode_relation,
        recode_revision: |bytes, _, _| recode_relation(bytes),
    }
}

const RELATION: &str = "Relation";

fn recode_relation(bytes: &Bytes) -> Recoded {
    avro::decode_prefix::<Relation>(RELATION, bytes).map(|(relation, left)| (avro::to_bytes(&relation), left))
}

/// The number that the name of a file starts with.
const fn number(file: &'static str) -> u16 {
    let (mut number, mut rest) = (0, file.as_bytes());
    while let [digit @ b'0'..=b'9', tail @ ..] = rest {
        number = number * 10 + (*digit - b'0') as u16;
        rest = tail;
    }
    number
}
