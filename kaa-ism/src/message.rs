//! What all messages have in common.

use bytes::Bytes;
use kaa_protocol::Status;

use crate::{
    Deadline, EventKind, InstanceName, MessageKind, ReplicaId, Subject, Timestamp,
    avro::{Datum, DecodeError, DecodeErrorKind, Names, Reader, Schema},
};

/// The common fields of a message, for tracking and expiry (ISM-007 to ISM-011). Empty or 0 where a message has no such field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Envelope<'a> {
    /// Follows the processing of one cause across services.
    pub correlation_id: &'a str,
    /// Creation time in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires; 0: never.
    pub timeout: i64,
}

impl<'a> Envelope<'a> {
    /// The common fields of a message.
    #[must_use]
    pub fn new(correlation_id: &'a str, timestamp: i64, timeout: i64) -> Self {
        Self { correlation_id, timestamp, timeout }
    }

    /// When the message expires.
    #[must_use]
    pub fn deadline(&self) -> Deadline {
        Deadline::of(self.timestamp, self.timeout)
    }
}

/// What the sender's runtime fills into a message just before it leaves.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Stamp<'a> {
    /// For `correlationId`. Empty: the message keeps its own.
    pub correlation_id: &'a str,
    /// For `timestamp`: now.
    pub now: Timestamp,
    /// For `timeout`.
    pub deadline: Deadline,
    /// For `originatorReplicaId`.
    pub replica: &'a ReplicaId,
}

impl<'a> Stamp<'a> {
    /// All the stamps.
    #[must_use]
    pub fn new(correlation_id: &'a str, now: Timestamp, deadline: Deadline, replica: &'a ReplicaId) -> Self {
        Self { correlation_id, now, deadline, replica }
    }
}

/// A message of a Kaa protocol: one Avro binary datum. Derived: `#[derive(Message)]`.
pub trait Message: Datum + Send + Sync + 'static {
    /// The name of the Avro record, for example `ClientData`.
    const NAME: &'static str;

    /// The common fields.
    fn envelope(&self) -> Envelope<'_>;

    /// Fills the common fields.
    fn stamp(&mut self, stamp: &Stamp<'_>);

    /// Appends the bytes of this message to `out`, which may be used again for the next one.
    fn encode(&self, out: &mut Vec<u8>) {
        out.reserve(self.encoded_len());
        self.write(out);
    }

    /// The bytes of this message.
    fn to_bytes(&self) -> Bytes {
        // Exactly as large as needed: the vector becomes the bytes without another allocation.
        let mut out = Vec::with_capacity(self.encoded_len());
        self.write(&mut out);
        debug_assert_eq!(out.len(), self.encoded_len(), "{} says how long it is", Self::NAME);
        out.into()
    }

    /// Reads a message that fills `bytes` entirely. Fields of the Avro type `bytes` are slices of the input.
    ///
    /// # Errors
    ///
    /// [`DecodeError`]; of the kind `LeftOver` if only the end is too long.
    fn decode(bytes: &Bytes) -> Result<Self, DecodeError> {
        match Self::decode_prefix(bytes)? {
            (message, 0) => Ok(message),
            (_, left) => Err(left_over(Self::NAME, bytes.len() - left, left)),
        }
    }

    /// Reads a message from the start of `bytes`, and says how many bytes are left over: a peer of a newer release appends
    /// fields.
    ///
    /// # Errors
    ///
    /// [`DecodeError`].
    fn decode_prefix(bytes: &Bytes) -> Result<(Self, usize), DecodeError> {
        let mut input = Reader::new(bytes);
        match Self::read(&mut input) {
            Ok(message) => Ok((message, input.left())),
            Err(error) => Err(error.in_message(Self::NAME)),
        }
    }

    /// The Avro schema.
    #[must_use]
    fn avro_schema() -> Schema {
        Self::schema(&mut Names::new())
    }
}

#[cold]
fn left_over(name: &'static str, offset: usize, left: usize) -> DecodeError {
    DecodeError::new(DecodeErrorKind::LeftOver, offset, format!("{left} bytes are left over behind the message"))
        .in_message(name)
}

/// A targeted message that has an answer. Derived with `#[message(request = "<protocol>.<type>", response = …)]`.
pub trait Request: Message {
    /// The answer.
    type Response: Response<Request = Self>;

    /// The last two tokens of its subject.
    const KIND: MessageKind;
}

/// The answer to a [`Request`]. Derived with `#[message(response = "<protocol>.<type>", request = …)]`.
pub trait Response: Message {
    /// What it answers.
    type Request: Request<Response = Self>;

    /// The last two tokens of the subject that is given as replyTo.
    const KIND: MessageKind;

    /// The answer that carries nothing but a status and what the response repeats of the request.
    fn refusal(request: Self::Request, status: &Status) -> Self;

    /// Its status code and reason phrase.
    fn status(&self) -> Status;
}

/// A broadcast. Derived with `#[message(event = "<entity type>.<group>.<type>")]`.
pub trait Event: Message {
    /// The last three tokens of its subject.
    const KIND: EventKind;

    /// Where `originator` publishes it.
    fn subject(&self, originator: &InstanceName) -> Subject {
        Subject::event(originator, Self::KIND)
    }
}

/// The answer of what is never answered; no value of it exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "it is empty for good")]
pub enum NoAnswer {}

impl Datum for NoAnswer {
    const MIN_LEN: usize = 0;

    fn write(&self, _: &mut Vec<u8>) {
        match *self {}
    }

    fn encoded_len(&self) -> usize {
        match *self {}
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Err(DecodeError::new(DecodeErrorKind::UnknownBranch, input.offset(), "this message has no answer"))
    }

    fn schema(_: &mut Names) -> Schema {
        Schema::Union(Vec::new())
    }
}

impl Message for NoAnswer {
    const NAME: &'static str = "NoAnswer";

    fn envelope(&self) -> Envelope<'_> {
        match *self {}
    }

    fn stamp(&mut self, _: &Stamp<'_>) {
        match *self {}
    }
}
