//! What a runtime serves: handlers, and the roles that bring them.

use std::future::Future;

use bytes::Bytes;
use kaa_protocol::Status;

use crate::{
    Deadline, InstanceName, Message, MessageKind, Observer, ReplicaId, Stamp, Subject, SubjectFilter, Timestamp,
    WireRevision,
    avro::{Decode, Reader, decode_prefix},
    observer::Observing,
};

/// Who a service is on the bus.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Identity {
    /// The service instance, shared by its replicas.
    pub instance: InstanceName,
    /// This replica.
    pub replica: ReplicaId,
}

impl Identity {
    /// Instance and replica.
    #[must_use]
    pub fn new(instance: InstanceName, replica: ReplicaId) -> Self {
        Self { instance, replica }
    }
}

/// What a handler knows about a message besides its fields.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Context {
    /// Where it was published.
    pub subject: Subject,
    /// Where an answer is expected, if anywhere.
    pub reply_to: Option<Subject>,
    /// When the message expires. The runner cancels the handler then; calls that the handler makes should not outlast it.
    pub deadline: Deadline,
}

impl Context {
    /// A context, as a runtime makes it.
    #[must_use]
    pub fn new(subject: Subject, reply_to: Option<Subject>, deadline: Deadline) -> Self {
        Self { subject, reply_to, deadline }
    }
}

/// What an answer is made from, besides the result of handling.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Answering<'a> {
    /// Who answers.
    pub me: &'a Identity,
    /// The message that is answered, as it came.
    pub message: &'a Bytes,
    /// When the answer is made.
    pub now: Timestamp,
    /// The release of the peer. Default: the newest.
    pub revision: WireRevision,
}

impl<'a> Answering<'a> {
    /// All of it, for a peer of the newest release.
    #[must_use]
    pub fn new(me: &'a Identity, message: &'a Bytes, now: Timestamp) -> Self {
        Self { me, message, now, revision: WireRevision::default() }
    }

    /// For a peer of another release.
    #[must_use]
    pub fn with_revision(mut self, revision: WireRevision) -> Self {
        self.revision = revision;
        self
    }

    /// The correlation id of the message: its first field, as in every request of the RFCs and of `#[derive(Message)]`.
    #[must_use]
    pub fn correlation_id(&self) -> &'a str {
        Reader::new(self.message).str().unwrap_or_default()
    }

    /// Reads the message once more, as the peer writes it; `None` cannot happen to one that has been handled.
    #[must_use]
    pub fn read_message<M: Message>(&self) -> Option<M> {
        M::decode_revision(self.message, self.revision).ok().map(|(message, _)| message)
    }

    /// The same for a twin that borrows, or a part, of a message that is the same in all releases.
    #[must_use]
    pub fn read<T: Decode<'a>>(&self) -> Option<T> {
        decode_prefix("", self.message).ok().map(|(message, _)| message)
    }

    /// The bytes of `answer` as the peer reads it, stamped, with the correlation id of the message.
    #[must_use]
    pub fn stamped(&self, mut answer: impl Message) -> Bytes {
        answer.stamp(&Stamp::new(self.correlation_id(), self.now, Deadline::NEVER, &self.me.replica));
        answer.to_bytes_revision(self.revision)
    }
}

/// What a handler listens to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Interest {
    /// Targeted messages of a kind: those for the service instance, shared by its replicas in a queue group, and those for
    /// this replica.
    Targeted(MessageKind),
    /// Targeted messages of a kind whose subject has one more token, which varies (17/SCMP): those for the service instance.
    TargetedWithVariable(MessageKind),
    /// Broadcasts that match a filter.
    Events(SubjectFilter, Fanout),
}

/// How many replicas of an instance get an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[allow(clippy::exhaustive_enums, reason = "with a queue group or without: there is no third way")]
pub enum Fanout {
    /// One replica handles it: they listen in a queue group (ISM-019).
    #[default]
    OneReplica,
    /// Every replica handles it (ISM-020).
    EveryReplica,
}

/// Handles the messages of one kind. Applications implement a role instead (`ExtensionService`, [`Responder`](crate::Responder),
/// [`EventListener`](crate::EventListener), …); a role for a new protocol is a handler.
///
/// The runtime decodes, checks the deadline, keeps messages with the same [`lane`](Self::lane) in order of arrival, and runs
/// [`handle`](Self::handle). When it has finished, in whatever way, the runtime lets [`answer`](Self::answer) make the answer
/// from its result and the bytes of the message: so nothing has to be copied for an answer that is not wanted.
pub trait Handler: Send + Sync + 'static {
    /// What is handled.
    type Message: Message;
    /// What handling results in.
    type Output: Send;

    /// What it listens to.
    fn interest(&self) -> Interest;

    /// Messages with the same lane are handled one after the other, in order of arrival; messages without one in no order.
    /// The endpoint, unless it is said otherwise.
    fn lane<'m>(&self, message: &'m Self::Message) -> Option<&'m str> {
        message.lane()
    }

    /// Handles one message.
    fn handle(
        &self,
        message: Self::Message,
        context: Context,
    ) -> impl Future<Output = Result<Self::Output, Status>> + Send;

    /// The bytes of the answer, or `None` if there is none. The runtime asks only if the message has a replyTo.
    fn answer(&self, answering: Answering<'_>, result: Result<Self::Output, Status>) -> Option<Bytes> {
        let _ = (answering, result);
        None
    }

    /// Where the peer may send what follows, instead of to any replica: the kind of what this replica gets then. Asked for
    /// before the answer is made.
    fn reply_to(&self, output: &Self::Output) -> Option<MessageKind> {
        let _ = output;
        None
    }

    /// The bytes of the answer to a message that cannot be read but for its correlation id, or `None` if there is none.
    fn refuse_unread(&self, answering: Answering<'_>, status: &Status) -> Option<Bytes> {
        let _ = (answering, status);
        None
    }
}

/// Takes the handlers of a role; a runtime implements it.
pub trait Handlers {
    /// Adds a handler.
    fn add(&mut self, handler: impl Handler);

    /// Adds an observer. Default: as a handler, for which every message is copied.
    fn add_observer(&mut self, observer: impl Observer) {
        self.add(Observing(observer));
    }
}

/// A part that a service plays in a protocol: one handler or more.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no role",
    label = "not a role yet",
    note = "make one with `kaa_esp::extension(..)`, `kaa_esp::communication(..)`, `kaa_ism::respond(..)`, `kaa_ism::listen(..)` or another function of a protocol crate"
)]
pub trait Role {
    /// Gives its handlers to the runtime.
    fn install(self, handlers: &mut impl Handlers);
}
