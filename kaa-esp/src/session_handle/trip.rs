//! The way of one message of a session.

use std::{future::Future, sync::Arc, time::Duration};

use kaa_ism::{Bus, CallError, Deadline, InstanceName, Response as _, SendOptions, Subject, Timestamp};

use super::SessionHandle;
use crate::{ClientData, ExtensionData, SessionChange};

/// How long a call takes at most, unless its options say otherwise (decision "open 13").
const TIMEOUT: Duration = Duration::from_secs(5);

/// One message of a session, on its way to a replica, to the instance, or to one after the other.
pub(super) struct Trip<B> {
    handle: SessionHandle<B>,
    session: Arc<str>,
    to: InstanceName,
    now: Timestamp,
    /// Whether a success is answered.
    is_answered: bool,
    options: SendOptions,
    /// Of all tries together.
    deadline: Deadline,
}

impl<B: Bus> Trip<B> {
    pub(super) fn new(
        handle: &SessionHandle<B>,
        session: &str,
        to: &InstanceName,
        data: &ClientData,
        now: Timestamp,
        options: SendOptions,
    ) -> Self {
        let (timeout, is_answered) = (options.timeout.unwrap_or(TIMEOUT), data.request_id.is_some());
        let mut options = options.with_timeout(timeout);
        let deadline = options.deadline.min(Deadline::after(now, timeout));
        // Where a success is not answered, silence is no reason to try again.
        options.retry = options.retry.filter(|_| is_answered);
        Self { handle: handle.clone(), session: session.into(), to: to.clone(), now, is_answered, options, deadline }
    }

    /// To a replica, from where it may go on to the instance, or to the instance at once.
    pub(super) async fn begin(
        self,
        replica: Option<Subject>,
        data: ClientData,
    ) -> Result<impl Future<Output = Result<ExtensionData, CallError>> + Send + use<B>, CallError> {
        let pinned = replica.map(|replica| (replica, data.clone()));
        let (subject, options) = match &pinned {
            Some((replica, _)) => (Some(replica.clone()), self.options_at_replica()),
            None => (None, self.options.clone()),
        };
        let answer = self.handle.bus.begin(subject, &self.to, data, options).await?;
        Ok(async move {
            let result = answer.await;
            match (pinned, result) {
                (Some((replica, data)), Err(error)) if self.leaves(&replica, &error) => self.call_instance(data).await,
                (Some((replica, _)), Ok((answer, reply_to))) => {
                    if !self.pin(reply_to.as_ref()) && answer.status().code().is_success() {
                        self.unpin_from(&replica, SessionChange::Unpinned);
                    }
                    Ok(answer)
                }
                (None, Ok((answer, reply_to))) => {
                    self.pin(reply_to.as_ref());
                    Ok(answer)
                }
                (_, Err(error)) => Err(error),
            }
        })
    }

    /// To the instance, and waits for the answer.
    pub(super) async fn call_instance(self, data: ClientData) -> Result<ExtensionData, CallError> {
        let mut options = self.options.clone();
        options.deadline = self.deadline;
        let (answer, reply_to) = self.handle.bus.call_with_reply_to(None, &self.to, data, options).await?;
        self.pin(reply_to.as_ref());
        Ok(answer)
    }

    /// One try, within a part of the time if there may be another one.
    fn options_at_replica(&self) -> SendOptions {
        let mut options = self.options.clone();
        if let (Some(retry), Some(left)) = (options.retry.take(), self.deadline.remaining(self.now)) {
            options = options.with_timeout(retry.patience(left));
        }
        options
    }

    /// Whether a message that came to nothing at `replica` goes to the instance instead.
    fn leaves(&self, replica: &Subject, error: &CallError) -> bool {
        let is_gone = matches!(error, CallError::NoResponders { .. });
        let is_silent = self.is_answered && error.is_timeout();
        if !is_gone && !is_silent {
            return false;
        }
        self.unpin_from(replica, SessionChange::Lost);
        is_gone || self.options.retry.is_some_and(|retry| retry.delay(1, error, 0.0).is_some())
    }

    fn pin(&self, reply_to: Option<&Subject>) -> bool {
        self.handle.pin(&self.session, &self.to, reply_to, self.now)
    }

    fn unpin_from(&self, replica: &Subject, why: SessionChange) {
        self.handle.unpin_from(&self.session, &self.to, replica, why);
    }
}
