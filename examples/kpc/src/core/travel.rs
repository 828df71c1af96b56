//! The way of one message: token, turn, bus, answer.

use std::{sync::Arc, time::Duration};

use kaa_esp::ExtensionData;
use kaa_ism::CallError;
use kaa_protocol::Status;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    budget::Share,
    downlink::Downlink,
    hub::Hub,
    sessions::{ConnectionId, Unusable, Use},
    tokens::{NoOwner, Owner},
    uplink::{Request, Uplink},
};

/// How long a message without request id waits for the bus to tell that the replica it was for is gone. That takes two
/// round trips.
const TOLD_WITHIN: Duration = Duration::from_millis(500);

/// One message under way.
pub(crate) struct Travel {
    pub(crate) hub: Arc<Hub>,
    pub(crate) connection: ConnectionId,
    pub(crate) uplink: Uplink,
    /// Held until the message is done. Nothing that has one waits for another.
    pub(crate) share: Share,
    /// Ready when the message before it has been handed to the bus, or never will.
    pub(crate) turn: Option<oneshot::Receiver<()>>,
    pub(crate) settled: Settled,
    /// The client has gone: answers are of no use any more.
    pub(crate) closing: CancellationToken,
}

/// Who waits for a message to be handed to the bus. Dropped, it tells them that this will never be.
#[derive(Debug)]
pub(crate) struct Settled {
    /// The next message of the same lane.
    pub(crate) next: oneshot::Sender<()>,
    /// The transport.
    pub(crate) receipt: Option<oneshot::Sender<()>>,
}

impl Settled {
    fn tell(self) {
        // Whoever has stopped waiting need not be told.
        let _ = self.next.send(());
        self.receipt.map(|receipt| receipt.send(()));
    }
}

impl Travel {
    /// Returns what the client is told.
    pub(crate) async fn run(self) -> Option<Downlink> {
        let request = self.uplink.request.clone();
        let hub = self.hub.clone();
        match self.forward().await {
            Ok(downlink) => downlink,
            Err(status) => hub.refusal(&request, &status),
        }
    }

    async fn forward(mut self) -> Result<Option<Downlink>, Status> {
        // Before its turn, so that it waits for the provider no longer than the message before it.
        let owner = self.owner().await;
        if let Some(turn) = self.turn.take() {
            let _ = turn.await;
        }
        let owner = owner?;
        // Behind its turn: whoever has a permit waits for nobody without one. The semaphore is never closed.
        let _permit = self.hub.in_flight.clone().acquire_owned().await.map_err(Status::internal)?;
        if let (Some(owner), Some(token)) = (&owner, &self.uplink.token) {
            self.touch(owner, token)?;
        }
        let endpoint_id = owner.map(|owner| owner.endpoint_id.clone());
        let Self { hub, uplink, settled, closing, share: _share, .. } = self;
        let (request, extension) = (uplink.request.clone(), uplink.extension.clone());
        let correlation_id = Uuid::new_v4().to_string();
        let data = uplink.into_client_data(correlation_id.clone(), endpoint_id.as_deref());
        if request.id.is_none() {
            let sent = hub.extensions.send(&extension, data).await;
            hub.count_handed_over(sent.is_ok());
            settled.tell();
            return match sent? {
                None => Ok(None),
                Some(outcome) => hub.one_way(&request, outcome).await,
            };
        }
        let begun = hub.extensions.begin(&extension, data).await;
        hub.count_handed_over(begun.is_ok());
        settled.tell();
        let answer = begun?;
        let mut forget = Forget { hub: &hub, correlation_id: Some(correlation_id) };
        let result = tokio::select! {
            biased;
            result = answer => result,
            () = closing.cancelled() => {
                hub.metrics.requests.abandoned.increment();
                return Ok(None);
            }
        };
        if matches!(result, Ok(_) | Err(CallError::NoResponders { .. } | CallError::NotSent(_))) {
            forget.correlation_id = None;
        }
        Ok(Some(hub.answer(&request, result)?))
    }

    async fn owner(&self) -> Result<Option<Arc<Owner>>, Status> {
        let Some(token) = &self.uplink.token else { return Ok(None) };
        if token.len() > self.hub.token_length {
            // Not even remembered: that would take the memory which the limit saves.
            return Err(self.unauthorized());
        }
        match self.hub.tokens.owner(&self.uplink.application, token).await {
            Ok(owner) => Ok(Some(owner)),
            Err(NoOwner::Refused) => Err(self.unauthorized()),
            Err(NoOwner::Unresolved(status)) => {
                self.hub.metrics.uplinks.unresolved_token.increment();
                Err(status)
            }
        }
    }

    fn touch(&self, owner: &Owner, token: &str) -> Result<(), Status> {
        let (app_version, quality) = (&*self.uplink.app_version, self.uplink.request.quality);
        let usage = Use { owner, token, app_version, quality, now: self.hub.handle.now() };
        match self.hub.sessions.touch(self.connection, usage) {
            // After the end of the connection nobody counts its sessions any more.
            Ok(()) | Err(Unusable::Ended) => Ok(()),
            Err(Unusable::Revoked) => Err(self.unauthorized()),
            Err(Unusable::TooMany) => {
                self.hub.metrics.uplinks.too_many_sessions.increment();
                Err(Status::too_many_requests("too many endpoints on this connection"))
            }
        }
    }

    /// The same words for every token that is not valid: the reader is a stranger.
    fn unauthorized(&self) -> Status {
        self.hub.metrics.uplinks.refused_token.increment();
        Status::unauthorized("the endpoint token is not valid")
    }
}

impl Hub {
    fn count_handed_over(&self, is_handed_over: bool) {
        let counters = &self.metrics.uplinks;
        if is_handed_over { counters.forwarded.increment() } else { counters.not_sent.increment() }
    }

    /// What becomes of a message without request id for a replica that may be gone. What is answered goes where it
    /// would have gone later.
    async fn one_way(
        &self,
        request: &Request,
        outcome: impl Future<Output = Result<Option<ExtensionData>, CallError>>,
    ) -> Result<Option<Downlink>, Status> {
        match tokio::time::timeout(TOLD_WITHIN, outcome).await {
            Ok(Ok(Some(data))) => {
                // It is counted if it cannot be delivered; the extension is not told.
                let _ = self.deliver(data);
                Ok(None)
            }
            Ok(Err(error)) => self.answer(request, Err(error)).map(Some),
            Ok(Ok(None)) | Err(_) => Ok(None),
        }
    }

    fn answer(&self, request: &Request, result: Result<ExtensionData, CallError>) -> Result<Downlink, Status> {
        let counters = &self.metrics.requests;
        match &result {
            Ok(_) => counters.answered.increment(),
            Err(CallError::NoResponders { .. }) => counters.no_responders.increment(),
            Err(CallError::Timeout { .. }) => counters.timed_out.increment(),
            Err(_) => counters.failed.increment(),
        }
        let data = result?;
        Ok(request.answer(data.status_code, data.reason_phrase, data.payload))
    }
}

/// Remembers the correlation id of a call that is given up, also when it is dropped, so that its answer is not taken for a
/// message that the extension sends of its own accord.
struct Forget<'a> {
    hub: &'a Hub,
    correlation_id: Option<String>,
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        if let Some(correlation_id) = self.correlation_id.take() {
            self.hub.forget(correlation_id);
        }
    }
}
