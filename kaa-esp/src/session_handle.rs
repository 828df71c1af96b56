//! Sending within sessions.

mod trip;

use std::{
    fmt,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use kaa_ism::{Bus, CallError, Context, InstanceName, SendOptions, Subject, Timestamp};

use self::trip::Trip;
use crate::{ClientData, Esp as _, ExtensionData, SessionChange, Sessions};

/// Sends [`ClientData`] within [`Sessions`]: to the replica of the extension that has pinned the session of the
/// client, else to any. Clones share the sessions.
#[derive(Clone)]
pub struct SessionHandle<B> {
    bus: B,
    sessions: Arc<Mutex<Sessions>>,
    watch: Arc<dyn Fn(SessionChange) + Send + Sync>,
}

impl<B: Bus> SessionHandle<B> {
    pub(crate) fn new(bus: B, sessions: Sessions) -> Self {
        Self { bus, sessions: Arc::new(Mutex::new(sessions)), watch: Arc::new(|_| {}) }
    }

    /// Tells `watch` of every change of a session that this handle makes, or one that is cloned from it from now on.
    #[must_use]
    pub fn with_watch(self, watch: impl Fn(SessionChange) + Send + Sync + 'static) -> Self {
        Self { watch: Arc::new(watch), ..self }
    }

    /// Sends a message of the client `session` to the extension instance `to` and waits for the answer (ESP-001,
    /// ESP-002). `session` is what tells this client from others, its endpoint id for example; `now` is the current
    /// time.
    ///
    /// - An answer with a replyTo pins the session to the replica that it names (ESP-014). A success without one, from
    ///   the replica that the session is pinned to, unpins it; an error leaves it as it is.
    /// - If the replica is gone the session is unpinned, and the message goes to the instance. What both take together
    ///   is within the one deadline of the call, 5 s if the options say nothing.
    /// - A replica that does not answer in time may have handled the message. The session is unpinned; the message is
    ///   sent to the instance only if the options allow to [try again](SendOptions::with_retry) after a timeout, and
    ///   then the replica has [a part of the time](kaa_ism::Retry::patience) to answer in.
    /// - A success is not answered if the message has no request id (KP-021): see [`send`](Self::send).
    ///
    /// Dropping the future forgets the call; a session that an answer would have pinned is not.
    ///
    /// # Errors
    ///
    /// Those of [`Bus::call`].
    pub async fn call(
        &self,
        session: &str,
        to: &InstanceName,
        data: ClientData,
        now: Timestamp,
        options: SendOptions,
    ) -> Result<ExtensionData, CallError> {
        let trip = Trip::new(self, session, to, &data, now, options);
        let replica = self.sessions().replica(session, to, now);
        match replica {
            None => trip.call_instance(data).await,
            Some(replica) => trip.begin(Some(replica), data).await?.await,
        }
    }

    /// The same in two steps: the outer future is ready when the message has been handed to the connection, the inner
    /// one when the answer is there. For who has to keep an order, or to acknowledge that a message has been passed on.
    ///
    /// **Order**: messages that are handed over one after the other reach one replica in that order, as long as it is
    /// there. That a replica is gone is known only behind the first step: by then later messages may have been handed
    /// over too. Each of them goes on to the instance when its own inner future finds out, if that is polled. So there is
    /// no order among those, nor between them and what begins once the session is unpinned.
    ///
    /// [`SendOptions::retry`] has an effect only within a pinned session, as with [`call`](Self::call).
    ///
    /// # Errors
    ///
    /// Those of [`Bus::begin`].
    pub async fn begin(
        &self,
        session: &str,
        to: &InstanceName,
        data: ClientData,
        now: Timestamp,
        options: SendOptions,
    ) -> Result<impl Future<Output = Result<ExtensionData, CallError>> + Send + use<B>, CallError> {
        let trip = Trip::new(self, session, to, &data, now, options);
        let replica = self.sessions().replica(session, to, now);
        trip.begin(replica, data).await
    }

    /// Sends a message whose success is not answered, since it has no request id (KP-021). Ready when it has been
    /// handed to the connection.
    ///
    /// - To the instance, if the session is not pinned: `None`. What is answered all the same comes to the
    ///   [`CommunicationService`](crate::CommunicationService).
    /// - To the replica that the session is pinned to. The future that comes with it finds out whether the replica is
    ///   gone, which the bus tells soon; then the session is unpinned, and the message goes to the instance. It is
    ///   ready with an error that was answered, and with `None` after the timeout of the message, 5 s if the options
    ///   say nothing: silence is no failure here. Wait for it as long as the bus may take. What is answered after it
    ///   has been dropped comes to the `CommunicationService`.
    ///
    /// Nothing is tried again. For the order, see [`begin`](Self::begin).
    ///
    /// # Errors
    ///
    /// Those of [`Bus::publish`] and [`Bus::begin`]; of the future [`CallError`] if the message has come to nobody.
    pub async fn send(
        &self,
        session: &str,
        to: &InstanceName,
        data: ClientData,
        now: Timestamp,
        options: SendOptions,
    ) -> Result<Option<impl Future<Output = Result<Option<ExtensionData>, CallError>> + Send + use<B>>, CallError> {
        let replica = self.sessions().replica(session, to, now);
        if replica.is_none() {
            self.bus.esp().send(to, data, options).await?;
            return Ok(None);
        }
        let answer = Trip::new(self, session, to, &data, now, options).begin(replica, data).await?;
        Ok(Some(async move {
            match answer.await {
                Ok(answer) => Ok(Some(answer)),
                Err(CallError::Timeout { .. } | CallError::Disconnected) => Ok(None),
                Err(error) => Err(error),
            }
        }))
    }

    /// A message that nobody waited for has come to the [`CommunicationService`](crate::CommunicationService), for the
    /// client `session`: its replyTo, if it has one, pins the session (ESP-014). Nothing happens if the message does
    /// not say which extension instance it is from.
    pub fn delivered(&self, session: &str, data: &ExtensionData, context: &Context, now: Timestamp) {
        let extension = data.extension_instance_name.as_deref().map(InstanceName::parse);
        if let Some(Ok(extension)) = extension {
            self.pin(session, &extension, context.reply_to.as_ref(), now);
        }
    }

    /// The session may go on with any replica.
    pub fn unpin(&self, session: &str, extension: &InstanceName) {
        if self.sessions().unpin(session, extension) {
            (self.watch)(SessionChange::Unpinned);
        }
    }

    fn unpin_from(&self, session: &str, extension: &InstanceName, replica: &Subject, why: SessionChange) {
        if self.sessions().unpin_from(session, extension, replica) {
            (self.watch)(why);
        }
    }

    fn pin(&self, session: &str, extension: &InstanceName, reply_to: Option<&Subject>, now: Timestamp) -> bool {
        let Some(reply_to) = reply_to else { return false };
        let mut changes = Vec::new();
        let is_pinned = self.sessions().pin_noting(session, extension, reply_to, now, &mut changes);
        changes.into_iter().for_each(&*self.watch);
        is_pinned
    }

    fn sessions(&self) -> MutexGuard<'_, Sessions> {
        // A panic while holding the lock leaves at worst one session pinned or unpinned that should not be.
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<B: fmt::Debug> fmt::Debug for SessionHandle<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionHandle").field("bus", &self.bus).finish_non_exhaustive()
    }
}
