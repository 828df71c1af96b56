//! What comes from the bus unasked for: pushes, errors without request id, revocations, endpoints that roam.

use std::sync::Arc;

use kaa_endpoint::{ecap::EndpointTokenRevokedEvent, elce::ConnectedEvent};
use kaa_esp::{CommunicationService, Context, ExtensionData};
use kaa_ism::{Bus as _, Fanout, Originator, Role, Timestamp, listen};
use kaa_protocol::{Dialect, ErrorResponse, Outcome, RequestId, Status, StatusCode, response_topic};

use super::{
    downlink::{Downlink, Undelivered},
    hub::Hub,
};

/// Delivers what extensions send of their own accord to the connection that used the endpoint last.
///
/// Known limit: without session affinity such messages come to any one replica of the instance (ESP-012), and only the
/// replica that holds the endpoint can deliver. With several replicas the others count `not-connected` and drop them.
pub(crate) struct Delivery(pub(crate) Arc<Hub>);

impl CommunicationService for Delivery {
    async fn deliver(&self, data: ExtensionData, context: Context) -> Result<(), Status> {
        if context.reply_to.is_some() {
            self.0.pin(&data, &context);
        }
        self.0.deliver(data)
    }
}

impl Hub {
    /// The rest of the session of an endpoint that is connected here goes to the replica that asks for it (ESP-014).
    /// One whose answer comes too late does not get it.
    fn pin(&self, data: &ExtensionData, context: &Context) {
        if let Some(endpoint) = &data.endpoint_id
            && !self.is_late(&data.correlation_id)
            && self.sessions.find(endpoint).is_some()
        {
            self.extensions.delivered(endpoint, data, context);
        }
    }

    pub(super) fn deliver(&self, data: ExtensionData) -> Result<(), Status> {
        let counters = &self.metrics.downlinks;
        if self.is_late(&data.correlation_id) {
            counters.late.increment();
            return Ok(());
        }
        let Some(endpoint) = &data.endpoint_id else {
            counters.no_endpoint.increment();
            return Err(Status::bad_request("no endpoint: there is no telling which client it is for"));
        };
        let is_success = StatusCode::new(data.status_code).is_success();
        if !is_success && data.request_id.is_none() && self.dialect == Dialect::Rfc {
            counters.not_wanted.increment();
            return Ok(());
        }
        let Some(to) = self.sessions.find(endpoint) else {
            counters.not_connected.increment();
            return Err(Status::not_found("the endpoint is not connected here"));
        };
        let outcome = if is_success { Outcome::Status } else { Outcome::Error };
        let topic = data.extension_instance_name.as_deref().and_then(|extension| {
            let app_version = data.app_version_name.as_deref().unwrap_or(&to.app_version);
            let id = data.request_id.map(RequestId::try_from).transpose().ok()?;
            response_topic(app_version, extension, Some(&to.token), &data.resource_path, id, outcome).ok()
        });
        let Some(topic) = topic else {
            counters.no_topic.increment();
            return Err(Status::bad_request("extension, resource path and request id make no topic"));
        };
        let payload = match outcome {
            Outcome::Status => data.payload.unwrap_or_default(),
            Outcome::Error => ErrorResponse::new(data.status_code, data.reason_phrase).to_json().into(),
        };
        // A push answers no request; anything else has the quality of the endpoint's last message, most likely its cause.
        let is_push = is_success && data.request_id.is_none();
        let quality = if is_push { self.push_quality } else { to.quality };
        match to.outlet.deliver(Downlink { topic, payload, quality }) {
            Ok(()) => Ok(()),
            Err(Undelivered::Full) => {
                counters.queue_full.increment();
                Err(Status::unavailable("the client is slower than what it is sent"))
            }
            Err(Undelivered::Closed) => {
                counters.closed.increment();
                Err(Status::not_found("the endpoint is not connected here"))
            }
        }
    }
}

/// Ends the sessions of revoked tokens (ECAP-018). Every replica has to.
pub(crate) fn revoked(hub: Arc<Hub>) -> impl Role {
    listen(Originator::Any, Fanout::EveryReplica, move |event: EndpointTokenRevokedEvent, _context: Context| {
        // The tokens first: from here on nobody opens a session with them, so that what is ended stays ended.
        hub.tokens.revoke(&event.token_ids);
        hub.sessions.revoke(&event.endpoint_id, &event.token_ids);
        std::future::ready(Ok(()))
    })
}

/// Leaves endpoints to other replicas of this instance where they have been used since: the newest use wins.
pub(crate) fn elsewhere(hub: Arc<Hub>) -> impl Role {
    let me = hub.handle.identity().clone();
    let originator = Originator::Instance(me.instance);
    listen(originator, Fanout::EveryReplica, move |event: ConnectedEvent, _context: Context| {
        if event.originator_replica_id != me.replica.as_str() {
            let at = Timestamp(event.timestamp);
            event.endpoints.keys().for_each(|endpoint| hub.sessions.moved(endpoint, at));
        }
        std::future::ready(Ok(()))
    })
}
