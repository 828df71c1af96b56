//! One call, from sending to the answer.

use std::{future::Future, marker::PhantomData, pin::pin, sync::Arc, time::Duration};

use kaa_ism::{CallError, InstanceName, Message as _, Request, Response};
use tokio::time::Instant;

use super::pending::{Outcome, PendingCall, Refused};
use crate::{
    core::{Core, WAITING_CALLS},
    transport::Outgoing,
};

/// A call, besides its bytes.
pub(crate) struct Exchange<R> {
    core: Arc<Core>,
    to: InstanceName,
    id: Arc<str>,
    within: Duration,
    end: Instant,
    request: PhantomData<fn(R)>,
}

impl<R: Request> Exchange<R> {
    pub(crate) fn new(core: Arc<Core>, to: InstanceName, id: Arc<str>, within: Duration) -> Self {
        Self { core, to, id, within, end: Instant::now() + within, request: PhantomData }
    }

    /// Hands the request to the connection.
    pub(crate) fn begin(
        &self,
        message: Outgoing,
    ) -> impl Future<Output = Result<PendingCall, CallError>> + Send + use<'_, R> {
        let target = message.subject.clone();
        let sending = self.core.send(message, self.within);
        async move {
            let sending = pin!(sending);
            let kind = <R::Response as Response>::KIND;
            let call = self.core.pending.call(self.id.clone(), kind, target, self.end, sending);
            call.await.map_err(|refused| match refused {
                Refused::Full => CallError::Overloaded { waiting: WAITING_CALLS },
                Refused::Duplicate => CallError::DuplicateId { correlation_id: self.id.as_ref().to_owned() },
                Refused::NotSent(error) => CallError::NotSent(error),
            })
        }
    }

    /// Waits for the answer.
    pub(crate) async fn answer(&self, mut call: PendingCall) -> Result<R::Response, CallError> {
        let instance = || self.to.clone();
        match call.outcome().await {
            Outcome::TimedOut => Err(CallError::Timeout { instance: instance(), kind: R::KIND, waited: self.within }),
            Outcome::Disconnected => Err(CallError::Disconnected),
            Outcome::NoResponders => Err(CallError::NoResponders { instance: instance(), kind: R::KIND }),
            Outcome::Answer(body) => match R::Response::decode_prefix(&body) {
                Ok((response, 0)) => Ok(response),
                Ok((response, left)) => {
                    self.core.count_left_over(R::Response::NAME, left);
                    Ok(response)
                }
                Err(source) => Err(CallError::Undecodable { instance: instance(), source }),
            },
        }
    }
}
