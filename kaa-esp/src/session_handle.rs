//! Sending within sessions.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use kaa_ism::{Bus, CallError, Context, Deadline, InstanceName, Response as _, SendOptions, Subject, Timestamp};

use crate::{ClientData, ExtensionData, Sessions};

/// How long a call takes at most, unless its options say otherwise (decision "open 13").
const TIMEOUT: Duration = Duration::from_secs(5);

/// Sends [`ClientData`] within [`Sessions`]: to the replica of the extension that has pinned the session of the
/// client, else to any. Clones share the sessions.
#[derive(Clone, Debug)]
pub struct SessionHandle<B> {
    bus: B,
    sessions: Arc<Mutex<Sessions>>,
}

impl<B: Bus> SessionHandle<B> {
    pub(crate) fn new(bus: B, sessions: Sessions) -> Self {
        Self { bus, sessions: Arc::new(Mutex::new(sessions)) }
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
        let timeout = options.timeout.unwrap_or(TIMEOUT);
        let mut options = options.with_timeout(timeout);
        options.deadline = options.deadline.min(Deadline::after(now, timeout));
        let replica = self.sessions().replica(session, to, now);
        if let Some(replica) = replica {
            match self.call_replica(&replica, session, to, data.clone(), now, &options).await {
                Err(error) if self.leaves(&replica, session, to, &error, &options) => {}
                result => return result,
            }
        }
        let (answer, reply_to) = self.bus.call_with_reply_to(None, to, data, options).await?;
        self.pin(session, to, reply_to.as_ref(), now);
        Ok(answer)
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
        self.sessions().unpin(session, extension);
    }

    async fn call_replica(
        &self,
        replica: &Subject,
        session: &str,
        to: &InstanceName,
        data: ClientData,
        now: Timestamp,
        options: &SendOptions,
    ) -> Result<ExtensionData, CallError> {
        let mut options = options.clone();
        if let (Some(retry), Some(left)) = (options.retry.take(), options.deadline.remaining(now)) {
            options = options.with_timeout(retry.patience(left));
        }
        let (answer, reply_to) = self.bus.call_with_reply_to(Some(replica.clone()), to, data, options).await?;
        if !self.pin(session, to, reply_to.as_ref(), now) && answer.status().code().is_success() {
            self.sessions().unpin_from(session, to, replica);
        }
        Ok(answer)
    }

    /// Whether a message that came to nothing at `replica` goes to the instance instead.
    fn leaves(
        &self,
        replica: &Subject,
        session: &str,
        to: &InstanceName,
        error: &CallError,
        options: &SendOptions,
    ) -> bool {
        let is_gone = matches!(error, CallError::NoResponders { .. });
        if !is_gone && !error.is_timeout() {
            return false;
        }
        self.sessions().unpin_from(session, to, replica);
        is_gone || options.retry.is_some_and(|retry| retry.delay(1, error, 0.0).is_some())
    }

    fn pin(&self, session: &str, extension: &InstanceName, reply_to: Option<&Subject>, now: Timestamp) -> bool {
        reply_to.is_some_and(|reply_to| self.sessions().pin(session, extension, reply_to, now))
    }

    fn sessions(&self) -> MutexGuard<'_, Sessions> {
        // A panic while holding the lock leaves at worst one session pinned or unpinned that should not be.
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
