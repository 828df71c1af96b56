//! The role of an extension service.

use std::future::Future;

use bytes::Bytes;
use kaa_ism::{
    Answering, Context, Handler, Handlers, Interest, MessageKind, Request as _, Response as _, Role, avro::to_bytes,
};
use kaa_protocol::Status;

use crate::{ClientData, ClientDataRef, ExtensionData, ExtensionDataRef, Reply};

/// Serves the requests of clients that the communication service passes on.
///
/// - **Order**: messages of one endpoint are handled one after the other, in order of arrival; endpoints concurrently.
///   Messages without an endpoint have no order.
/// - **Where it runs**: in the task of its role up to its first wait, then in a task of its own. What computes for long without
///   waiting keeps other endpoints waiting: give it to `tokio::task::spawn_blocking`.
/// - **Bounds**: the runner limits how many messages are handled at once and how many wait; beyond that clients get 503.
/// - **Answers**: each request gets exactly one answer. A returned `Status` is sent as it is; a panic answers 500, a handler
///   that outlasts the deadline 504, a shutdown before the end 503. To a message without request id a success is not
///   answered (KP-021); an error is, and the communication service decides whether the client gets it.
/// - **Sessions**: messages go to any replica, unless one asks for what follows by [`Reply::pinned`].
/// - **Cancellation**: the future is dropped at the deadline of the message or at the end of a shutdown.
///
/// A closure that returns a future is an extension too. An async closure does it as long as it captures nothing; with state,
/// each call gets a clone:
///
/// ```
/// use std::sync::{Arc, atomic::{AtomicU64, Ordering}};
///
/// use kaa_esp::{ClientData, Context, Reply, extension};
///
/// let echo = extension(async |data: ClientData, _context| Ok(Reply::bytes(data.payload)));
///
/// let requests = Arc::new(AtomicU64::new(0));
/// let counting = extension(move |_data: ClientData, _context: Context| {
///     let requests = requests.clone();
///     async move { Reply::json(&requests.fetch_add(1, Ordering::Relaxed)) }
/// });
/// # let _ = (echo, counting);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no extension service",
    label = "neither implements `ExtensionService` nor is a closure of the right form",
    note = "a closure has the form `async |data: ClientData, context: Context| -> Result<Reply, Status>`; with state, `move |data: ClientData, context: Context| {{ let state = state.clone(); async move {{ .. }} }}`"
)]
pub trait ExtensionService: Send + Sync + 'static {
    /// Handles one message of a client.
    fn handle(&self, data: ClientData, context: Context) -> impl Future<Output = Result<Reply, Status>> + Send;
}

impl<F, Fut> ExtensionService for F
where
    F: Fn(ClientData, Context) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Reply, Status>> + Send,
{
    fn handle(&self, data: ClientData, context: Context) -> impl Future<Output = Result<Reply, Status>> + Send {
        self(data, context)
    }
}

/// The role of `service`, to be served by a runtime.
pub fn extension(service: impl ExtensionService) -> impl Role {
    Extension(service)
}

struct Extension<S>(S);

impl<S: ExtensionService> Role for Extension<S> {
    fn install(self, handlers: &mut impl Handlers) {
        handlers.add(self);
    }
}

impl<S: ExtensionService> Handler for Extension<S> {
    type Message = ClientData;
    type Output = Reply;

    fn interest(&self) -> Interest {
        Interest::Targeted(ClientData::KIND)
    }

    fn handle(&self, data: ClientData, context: Context) -> impl Future<Output = Result<Reply, Status>> + Send {
        self.0.handle(data, context)
    }

    fn answer(&self, answering: Answering<'_>, result: Result<Reply, Status>) -> Option<Bytes> {
        let data: ClientDataRef<'_> = answering.read()?;
        let (code, reason, payload) = match &result {
            Ok(_) if data.request_id.is_none() => return None,
            Ok(reply) => (reply.code, None, reply.payload.as_deref()),
            Err(status) => (status.code(), Some(status.reason()), None),
        };
        Some(to_bytes(&ExtensionDataRef {
            correlation_id: data.correlation_id,
            timestamp: answering.now.0,
            timeout: 0,
            app_version_name: Some(data.app_version_name),
            extension_instance_name: Some(answering.me.instance.as_str()),
            endpoint_id: data.endpoint_id,
            resource_path: data.resource_path,
            request_id: data.request_id,
            payload,
            status_code: code.as_i32(),
            reason_phrase: reason,
        }))
    }

    fn reply_to(&self, reply: &Reply) -> Option<MessageKind> {
        reply.is_pinned.then_some(ClientData::KIND)
    }

    fn refuse_unread(&self, answering: Answering<'_>, status: &Status) -> Option<Bytes> {
        let refusal = ExtensionData::bare(status);
        Some(answering.stamped(refusal.with_extension_instance_name(answering.me.instance.as_str())))
    }
}

#[cfg(test)]
mod tests {
    use kaa_ism::{Identity, InstanceName, Message as _, ReplicaId, Timestamp};
    use kaa_proves::proves;

    use super::*;

    fn answer(data: ClientData, result: Result<Reply, Status>) -> Option<ExtensionData> {
        let me = Identity::new(InstanceName::parse("dcx").unwrap(), ReplicaId::parse("r1").unwrap());
        let role = Extension(async |_: ClientData, _: Context| Ok(Reply::empty()));
        let bytes = role.answer(Answering::new(&me, &data.to_bytes(), Timestamp(7)), result)?;
        Some(ExtensionData::decode(&bytes).unwrap())
    }

    fn request() -> ClientData {
        ClientData::new("demo-v1", "/json").with_endpoint_id("ep-1")
    }

    #[proves("ESP-019", "ESP-020", "ESP-026")]
    #[test]
    fn an_answer_repeats_what_the_topic_is_rebuilt_from() {
        for result in [Ok(Reply::bytes("x")), Err(Status::not_found("no such thing"))] {
            let mut data = request().with_request_id(42);
            data.correlation_id = "c1".into();
            let answer = answer(data, result).unwrap();
            assert_eq!(answer.correlation_id, "c1");
            assert_eq!(answer.app_version_name.as_deref(), Some("demo-v1"));
            assert_eq!(answer.extension_instance_name.as_deref(), Some("dcx"));
            assert_eq!(answer.endpoint_id.as_deref(), Some("ep-1"));
            assert_eq!((answer.resource_path.as_str(), answer.request_id), ("/json", Some(42)));
        }
    }

    #[proves("ESP-017", "ESP-018")]
    #[test]
    fn an_answer_about_no_endpoint_names_the_application_version_alone() {
        for result in [Ok(Reply::bytes("x")), Err(Status::not_found("no such thing"))] {
            let answer = answer(ClientData::new("demo-v1", "/json").with_request_id(1), result).unwrap();
            assert_eq!((answer.app_version_name.as_deref(), answer.endpoint_id), (Some("demo-v1"), None));
        }
    }

    #[proves("KP-021")]
    #[test]
    fn without_request_id_errors_are_answered_and_successes_are_not_kaa_unverified() {
        assert_eq!(answer(request(), Ok(Reply::empty())), None);
        let error = answer(request(), Err(Status::bad_request("no JSON"))).unwrap();
        assert_eq!((error.status_code, error.reason_phrase.as_deref()), (400, Some("no JSON")));
    }
}
