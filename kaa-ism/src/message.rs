//! What all messages have in common.

use bytes::Bytes;
use kaa_protocol::Status;

use crate::{
    Deadline, EventKind, InstanceName, InvalidSubject, MessageKind, ReplicaId, Subject, Timestamp, WireRevision,
    avro::{self, Datum, Decode, DecodeError, Names, Schema},
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
pub trait Message: Datum + for<'a> Decode<'a> + Send + Sync + 'static {
    /// The name of the Avro record, for example `ClientData`.
    const NAME: &'static str;

    /// The common fields.
    fn envelope(&self) -> Envelope<'_>;

    /// Whose messages are handled one after the other: the endpoint that the message is about. Derived where there is a field
    /// `endpoint_id`.
    fn lane(&self) -> Option<&str> {
        None
    }

    /// Fills the common fields.
    fn stamp(&mut self, stamp: &Stamp<'_>);

    /// Appends the bytes of this message to `out`, which may be used again for the next one.
    fn encode(&self, out: &mut Vec<u8>) {
        self.write(out);
    }

    /// The bytes of this message.
    fn to_bytes(&self) -> Bytes {
        avro::to_bytes(self)
    }

    /// The bytes of this message for a peer of another release.
    fn to_bytes_revision(&self, revision: WireRevision) -> Bytes {
        let _ = revision;
        self.to_bytes()
    }

    /// Reads a message that fills `bytes` entirely. Fields of the Avro type `bytes` are slices of the input.
    ///
    /// # Errors
    ///
    /// [`DecodeError`]; of the kind `LeftOver` if only the end is too long.
    fn decode(bytes: &Bytes) -> Result<Self, DecodeError> {
        avro::decode(Self::NAME, bytes)
    }

    /// Reads a message from the start of `bytes`, and says how many bytes are left over: a peer of a newer release appends
    /// fields.
    ///
    /// # Errors
    ///
    /// [`DecodeError`].
    fn decode_prefix(bytes: &Bytes) -> Result<(Self, usize), DecodeError> {
        avro::decode_prefix(Self::NAME, bytes)
    }

    /// The same for bytes of a peer of another release. What its release did not know reads as default, or empty.
    ///
    /// # Errors
    ///
    /// [`DecodeError`].
    fn decode_revision(bytes: &Bytes, revision: WireRevision) -> Result<(Self, usize), DecodeError> {
        let _ = revision;
        Self::decode_prefix(bytes)
    }

    /// The Avro schema.
    #[must_use]
    fn avro_schema() -> Schema {
        Self::schema(&mut Names::new())
    }
}

/// A message with a twin that borrows from the bytes that it is read from. Derived with `#[avro(borrowed)]`: the twin of `X` is
/// `XRef<'a>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no twin that borrows",
    label = "not a message that can be looked at where it lies",
    note = "derive the message `X` with `#[avro(borrowed)]`; its twin is `XRef`, and it is `X` that is named here"
)]
pub trait Borrowed: Message {
    /// The twin. The message itself if there is nothing in it to borrow.
    type Ref<'a>;

    /// Reads a message of a peer of that release, and gives it to `look` with how many bytes are left over. Nothing is copied,
    /// unless that release had another layout.
    ///
    /// # Errors
    ///
    /// [`DecodeError`]; then `look` has not been called.
    fn look<T>(
        bytes: &Bytes,
        revision: WireRevision,
        look: impl FnOnce(Self::Ref<'_>, usize) -> T,
    ) -> Result<T, DecodeError>;

    /// See [`Message::envelope`].
    fn envelope_of<'m>(message: &'m Self::Ref<'_>) -> Envelope<'m>;

    /// See [`Message::lane`].
    fn lane_of<'m>(message: &'m Self::Ref<'_>) -> Option<&'m str> {
        let _ = message;
        None
    }
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

    /// The answer that carries nothing but a status.
    fn bare(status: &Status) -> Self;

    /// The answer that carries nothing but a status and what the response repeats of the request.
    fn refusal(request: Self::Request, status: &Status) -> Self;

    /// Its status code and reason phrase.
    fn status(&self) -> Status;
}

/// A targeted message that has no answer. Derived with `#[message(one_way = "<protocol>.<message type>")]`.
pub trait OneWay: Message {
    /// Protocol and message type of its subject.
    const KIND: MessageKind;

    /// Whether a token follows that says more: `#[message(one_way = "scmp.configuration.{}")]`. Only in 17/SCMP (D-15).
    const HAS_VARIABLE: bool = false;

    /// Where it is published for `to`.
    ///
    /// # Errors
    ///
    /// [`InvalidSubject`] if its subject has a variable token: see [`subject_with`](Self::subject_with).
    fn subject(to: &InstanceName) -> Result<Subject, InvalidSubject> {
        Self::subject_with(to, &[])
    }

    /// The same with what the variable token is.
    ///
    /// # Errors
    ///
    /// [`InvalidSubject`] if these are not as many as the subject has, or one is no token.
    fn subject_with(to: &InstanceName, variables: &[&str]) -> Result<Subject, InvalidSubject> {
        Subject::one_way(to, Self::KIND, Self::HAS_VARIABLE, variables)
    }
}

/// A broadcast. Derived with `#[message(event = "<entity type>.<group>.<type>")]`.
pub trait Event: Message {
    /// The last tokens of its subject; `*` for one that varies.
    const KIND: EventKind;

    /// What the variable tokens of its subject are, if the event knows: `#[message(event = "filter.{filter_id}.deleted")]`.
    fn variables(&self) -> Vec<&str> {
        Vec::new()
    }

    /// Where `originator` publishes it.
    ///
    /// # Errors
    ///
    /// [`InvalidSubject`] if a field is a token of the subject and is none, or if the subject has a variable token that is no
    /// field: see [`subject_with`](Self::subject_with).
    fn subject(&self, originator: &InstanceName) -> Result<Subject, InvalidSubject> {
        Subject::event(originator, Self::KIND, &self.variables())
    }

    /// The same with what the variable tokens are.
    ///
    /// # Errors
    ///
    /// [`InvalidSubject`] if these are not as many as the subject has, or one is no token.
    fn subject_with(&self, originator: &InstanceName, variables: &[&str]) -> Result<Subject, InvalidSubject> {
        Subject::event(originator, Self::KIND, variables)
    }
}
