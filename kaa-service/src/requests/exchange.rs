//! One call, from sending to the answer.

use std::{marker::PhantomData, sync::Arc, time::Duration};

use kaa_ism::{CallError, InstanceName, Message as _, Request, Response, Retry, SendError, Subject};
use rand::RngExt as _;
use tokio::time::Instant;

use super::{
    id::Id,
    pending::{Outcome, PendingCall, Refused},
};
use crate::{
    core::{Core, WAITING_CALLS, after},
    transport::Outgoing,
};

/// A call, besides its bytes.
pub(crate) struct Exchange<R> {
    core: Arc<Core>,
    to: InstanceName,
    id: Id,
    within: Duration,
    end: Instant,
    request: PhantomData<fn(R)>,
}

/// An answer with its replyTo.
type Answer<R> = (<R as Request>::Response, Option<Subject>);

impl<R: Request> Exchange<R> {
    pub(crate) fn new(core: Arc<Core>, to: InstanceName, id: Id, within: Duration) -> Self {
        Self { core, to, id, within, end: after(within), request: PhantomData }
    }

    /// Hands the request to the connection.
    pub(crate) fn begin(&self, message: &Outgoing) -> impl Future<Output = Result<PendingCall, CallError>> + Send {
        self.begin_until(message, self.end)
    }

    async fn begin_until(&self, message: &Outgoing, end: Instant) -> Result<PendingCall, CallError> {
        let kind = <R::Response as Response>::KIND;
        let call = self.core.begin(self.id.clone(), kind, message, end, None).await;
        call.map_err(|refused| refused.into_error(self.id.as_str()))
    }

    /// Waits for the answer.
    pub(crate) async fn answer(&self, mut call: PendingCall) -> Result<Answer<R>, CallError> {
        let instance = || self.to.clone();
        let outcome = call.outcome().await;
        self.core.chassis.call_ended(&outcome);
        match outcome {
            Outcome::TimedOut => Err(CallError::Timeout { instance: instance(), kind: R::KIND, waited: self.within }),
            Outcome::Disconnected => Err(CallError::Disconnected),
            Outcome::NotAllowed(subject) => Err(CallError::NotSent(SendError::NotAllowed { subject })),
            Outcome::NoResponders => Err(CallError::NoResponders { instance: instance(), kind: R::KIND }),
            Outcome::Answer(body, reply_to) => match R::Response::decode_revision(&body, self.core.revision) {
                Ok((response, left)) => {
                    if left > 0 {
                        self.core.count_left_over(R::Response::NAME, left);
                    }
                    Ok((response, reply_to))
                }
                Err(source) => Err(CallError::Undecodable { instance: instance(), source }),
            },
        }
    }

    /// The same, again if it fails, as long as there is time.
    pub(crate) async fn persist(&self, message: Outgoing, retry: Retry) -> Result<Answer<R>, CallError> {
        let mut tries = 0;
        loop {
            tries += 1;
            let end = self.end.min(after(retry.patience(self.within)));
            let error = match self.begin_until(&message, end).await {
                Ok(call) => match self.answer(call).await {
                    Ok(answer) => return Ok(answer),
                    Err(error) => error,
                },
                Err(error) => error,
            };
            let Some(delay) = retry.delay(tries, &error, rand::rng().random()) else { return Err(error) };
            if Instant::now() + delay >= self.end {
                return Err(error);
            }
            tokio::time::sleep(delay).await;
        }
    }
}

impl Refused {
    pub(super) fn into_error(self, id: &str) -> CallError {
        match self {
            Self::Full => CallError::Overloaded { waiting: WAITING_CALLS },
            Self::Duplicate => CallError::DuplicateId { correlation_id: id.to_owned() },
            Self::NotSent(error) => CallError::NotSent(error),
        }
    }
}
