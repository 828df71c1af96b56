//! The role of a communication service, and how it and extensions send.

use std::future::Future;

use kaa_ism::{
    Bus, CallError, Context, Handler, Handlers, InstanceName, Interest, MessageKind, Request as _, Response as _, Role,
    SendError, SendOptions, Subject,
};
use kaa_protocol::Status;

use crate::{ClientData, ExtensionData, SessionHandle, Sessions};

/// Delivers to clients what extensions send: pushes, and answers that nobody called for with [`EspHandle::call`].
///
/// - **Order**: messages for one endpoint are delivered one after the other, in order of arrival; endpoints concurrently.
/// - **Bounds**: as for every role; what exceeds them is dropped and counted, for nothing is answered.
/// - **Cancellation**: the future is dropped at the deadline of the message or at the end of a shutdown.
///
/// A closure that returns a future is a communication service too; see [`ExtensionService`](crate::ExtensionService) for one with
/// state.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no communication service",
    label = "neither implements `CommunicationService` nor is a closure of the right form",
    note = "a closure has the form `async |data: ExtensionData, context: Context| -> Result<(), Status>`; with state, `move |data: ExtensionData, context: Context| {{ let state = state.clone(); async move {{ .. }} }}`"
)]
pub trait CommunicationService: Send + Sync + 'static {
    /// Delivers one message. An error is counted, and logged for the first one on its subject; the extension is not told.
    fn deliver(&self, data: ExtensionData, context: Context) -> impl Future<Output = Result<(), Status>> + Send;
}

impl<F, Fut> CommunicationService for F
where
    F: Fn(ExtensionData, Context) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), Status>> + Send,
{
    fn deliver(&self, data: ExtensionData, context: Context) -> impl Future<Output = Result<(), Status>> + Send {
        self(data, context)
    }
}

/// The role of `service`, to be served by a runtime.
pub fn communication(service: impl CommunicationService) -> impl Role {
    Communication(service)
}

struct Communication<S>(S);

impl<S: CommunicationService> Role for Communication<S> {
    fn install(self, handlers: &mut impl Handlers) {
        handlers.add(self);
    }
}

impl<S: CommunicationService> Handler for Communication<S> {
    type Message = ExtensionData;
    type Output = ();

    fn interest(&self) -> Interest {
        Interest::Targeted(ExtensionData::KIND)
    }

    async fn handle(&self, data: ExtensionData, context: Context) -> Result<(), Status> {
        if data.endpoint_id.is_none() && data.app_version_name.is_none() {
            return Err(Status::bad_request(
                "neither endpoint nor application version: nobody to deliver to (ESP-017)",
            ));
        }
        self.0.deliver(data, context).await
    }
}

/// Sends the messages of 4/ESP.
#[derive(Clone, Debug)]
pub struct EspHandle<B>(B);

/// Gives every [`Bus`] an [`EspHandle`].
pub trait Esp: Bus {
    /// Sends the messages of 4/ESP.
    fn esp(&self) -> EspHandle<Self> {
        EspHandle(self.clone())
    }
}

impl<B: Bus> Esp for B {}

impl<B: Bus> EspHandle<B> {
    /// Keeps sessions with the replicas of extensions that ask for it (ESP-002).
    #[must_use]
    pub fn with_sessions(self, sessions: Sessions) -> SessionHandle<B> {
        SessionHandle::new(self.0, sessions)
    }

    /// Sends a client's message to the extension instance `to`, with this replica as replyTo. What is answered comes to the
    /// [`CommunicationService`].
    ///
    /// # Errors
    ///
    /// Those of [`Bus::publish`].
    pub async fn send(&self, to: &InstanceName, data: ClientData, options: SendOptions) -> Result<(), SendError> {
        self.0.publish(Subject::service(to, ClientData::KIND), Some(ExtensionData::KIND), data, options).await
    }

    /// Sends a client's message to the extension instance `to` and waits for the answer.
    ///
    /// # Errors
    ///
    /// Those of [`Bus::call`].
    pub fn call(
        &self,
        to: &InstanceName,
        data: ClientData,
        options: SendOptions,
    ) -> impl Future<Output = Result<ExtensionData, CallError>> + Send {
        self.0.call(to, data, options)
    }

    /// The same in two steps, see [`Bus::begin`]: handed over, then the answer.
    ///
    /// # Errors
    ///
    /// Those of [`Bus::begin`].
    pub async fn begin(
        &self,
        to: &InstanceName,
        data: ClientData,
        options: SendOptions,
    ) -> Result<impl Future<Output = Result<ExtensionData, CallError>> + Send + use<B>, CallError> {
        let answer = self.0.begin(None, to, data, options).await?;
        Ok(async move { answer.await.map(|(data, _)| data) })
    }

    /// Pushes to a client by way of the communication service instance `to`, as this extension instance (ESP-012).
    ///
    /// # Errors
    ///
    /// Those of [`Bus::publish`].
    pub async fn push(&self, to: &InstanceName, data: ExtensionData, options: SendOptions) -> Result<(), SendError> {
        self.publish(Subject::service(to, ExtensionData::KIND), None, data, options).await
    }

    /// The same, and asks that what the client sends from now on comes to this replica (ESP-014).
    ///
    /// # Errors
    ///
    /// Those of [`Bus::publish`].
    pub async fn push_pinned(
        &self,
        to: &InstanceName,
        data: ExtensionData,
        options: SendOptions,
    ) -> Result<(), SendError> {
        self.publish(Subject::service(to, ExtensionData::KIND), Some(ClientData::KIND), data, options).await
    }

    /// Pushes to a client by way of the communication service replica that has sent a [`ClientData`] with this replyTo
    /// (ESP-013). The last token of the replyTo becomes that of [`ExtensionData`] (ISM-023); one that is no replica subject
    /// of 4/ESP is taken as it stands (D-22).
    ///
    /// # Errors
    ///
    /// Those of [`Bus::publish`].
    pub async fn push_back(
        &self,
        reply_to: &Subject,
        data: ExtensionData,
        options: SendOptions,
    ) -> Result<(), SendError> {
        let subject = reply_to.for_kind(ExtensionData::KIND).unwrap_or_else(|| reply_to.clone());
        self.publish(subject, None, data, options).await
    }

    /// As this extension instance.
    async fn publish(
        &self,
        subject: Subject,
        answer: Option<MessageKind>,
        data: ExtensionData,
        options: SendOptions,
    ) -> Result<(), SendError> {
        let data = data.with_extension_instance_name(self.0.identity().instance.as_str());
        self.0.publish(subject, answer, data, options).await
    }
}
