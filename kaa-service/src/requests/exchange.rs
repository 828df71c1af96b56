//! One call, from sending to the answer.

use std::{marker::PhantomData, pin::pin, sync::Arc, time::Duration};

use kaa_ism::{CallError, InstanceName, Message as _, Request, Response};
use tokio::time::Instant;

use super::pending::{Outcome, PendingCall, Refused};
use crate::{
    core::{Core, WAITING_CALLS},
    transport::Outgoing,
};

/// A call: encoded, not sent yet or waiting for its answer.
pub(crate) struct Exchange<R> {
    core: Arc<Core>,
    to: InstanceName,
    id: Arc<str>,
    /// Until it has been sent.
    message: Option<Outgoing>,
    within: Duration,
    end: Instant,
    request: PhantomData<fn(R)>,
}

impl<R: Request> Exchange<R> {
    pub(crate) fn new(core: Arc<Core>, to: InstanceName, id: Arc<str>, message: Outgoing, within: Duration) -> Self {
        let end = Instant::now() + within;
        Self { core, to, id, message: Some(message), within, end, request: PhantomData }
    }

    /// Hands the request to the connection.
    pub(crate) async fn begin(&mut self) -> Result<PendingCall, CallError> {
        let Some(message) = self.message.take() else { return Err(CallError::Disconnected) };
        let kind = <R::Response as Response>::KIND;
        let target = message.subject.clone();
        let sending = pin!(self.core.send(message, self.within));
        self.core.pending.call(self.id.clone(), kind, target, sending).await.map_err(|refused| match refused {
            Refused::Full => CallError::Overloaded { waiting: WAITING_CALLS },
            Refused::Duplicate => CallError::DuplicateId { correlation_id: self.id.as_ref().to_owned() },
            Refused::NotSent(error) => CallError::NotSent(error),
        })
    }

    /// Waits for the answer.
    pub(crate) async fn answer(self, mut call: PendingCall) -> Result<R::Response, CallError> {
        let Self { core, to: instance, within: waited, end, .. } = self;
        match tokio::time::timeout_at(end, call.outcome()).await {
            Err(_) => Err(CallError::Timeout { instance, kind: R::KIND, waited }),
            Ok(Outcome::Disconnected) => Err(CallError::Disconnected),
            Ok(Outcome::NoResponders) => Err(CallError::NoResponders { instance, kind: R::KIND }),
            Ok(Outcome::Answer(body)) => match R::Response::decode_prefix(&body) {
                Ok((response, 0)) => Ok(response),
                Ok((response, left)) => {
                    core.count_left_over(R::Response::NAME, left);
                    Ok(response)
                }
                Err(source) => Err(CallError::Undecodable { instance, source }),
            },
        }
    }
}
