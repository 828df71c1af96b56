//! Sending to extensions.

use std::time::Duration;

use futures::{FutureExt as _, future::BoxFuture};
use kaa_esp::{ClientData, Context, Esp as _, EspHandle, ExtensionData, SessionChange, SessionHandle, Sessions};
use kaa_ism::{CallError, InstanceName, SendOptions};
use kaa_service::ServiceHandle;

use super::metrics::Pins;

/// What has been handed over. In a box: inline it would be several times in the memory of a message under way, once for each
/// function that it passes through.
pub(super) type Waiting<T> = BoxFuture<'static, Result<T, CallError>>;

/// Hands messages to extensions. Those of an endpoint are a session: they stay with the replica of the extension that
/// asks for it (ESP-002), for all connections and tokens of the endpoint.
#[derive(Debug)]
pub(crate) struct Extensions {
    handle: ServiceHandle,
    esp: EspHandle<ServiceHandle>,
    sessions: SessionHandle<ServiceHandle>,
    timeout: Duration,
}

impl Extensions {
    /// `size` sessions at most are pinned, each for `max_age` since it was pinned last; messages are valid for
    /// `timeout`.
    pub(crate) fn new(handle: ServiceHandle, timeout: Duration, size: usize, max_age: Duration, pins: Pins) -> Self {
        let esp = handle.esp();
        let sessions = esp.clone().with_sessions(Sessions::new(size, max_age)).with_watch(move |change| match change {
            SessionChange::Pinned => pins.pinned.increment(),
            SessionChange::Unpinned => pins.unpinned.increment(),
            SessionChange::Lost => pins.lost.increment(),
            SessionChange::Expired => pins.expired.increment(),
            SessionChange::Evicted => pins.evicted.increment(),
            _ => {}
        });
        Self { handle, esp, sessions, timeout }
    }

    /// Hands over a message; what comes with it is ready when it is answered.
    pub(super) async fn begin(
        &self,
        extension: &InstanceName,
        data: ClientData,
    ) -> Result<Waiting<ExtensionData>, CallError> {
        let (now, options) = (self.handle.now(), self.options());
        match data.endpoint_id.clone() {
            Some(id) => self.sessions.begin(&id, extension, data, now, options).await.map(|answer| answer.boxed()),
            None => self.esp.begin(extension, data, options).await.map(|answer| answer.boxed()),
        }
    }

    /// Hands over a message whose success is not answered. What comes with one for a replica finds out whether that is
    /// gone, see [`SessionHandle::send`].
    pub(super) async fn send(
        &self,
        extension: &InstanceName,
        data: ClientData,
    ) -> Result<Option<Waiting<Option<ExtensionData>>>, CallError> {
        let (now, options) = (self.handle.now(), self.options());
        match data.endpoint_id.clone() {
            Some(id) => {
                let outcome = self.sessions.send(&id, extension, data, now, options).await?;
                Ok(outcome.map(|outcome| outcome.boxed()))
            }
            None => {
                self.esp.send(extension, data, options).await?;
                Ok(None)
            }
        }
    }

    /// An extension has sent something of its own accord.
    pub(super) fn delivered(&self, endpoint: &str, data: &ExtensionData, context: &Context) {
        self.sessions.delivered(endpoint, data, context, self.handle.now());
    }

    fn options(&self) -> SendOptions {
        SendOptions::default().with_timeout(self.timeout)
    }
}
