//! The side that uses system configurations.

use std::future::Future;

use kaa_ism::{Context, Event as _, EventFilter, Fanout, Handler, Handlers, InstanceName, Interest, Role};
use kaa_protocol::Status;

use super::{ConfigLevel, SystemConfigUpdated};

/// Hears of system configurations that were created or updated.
///
/// - **Order**: events about one tenant, application, application version or endpoint are handled one after the other,
///   in order of arrival; others concurrently. They are published at most once: one that arrives while nobody listens
///   is gone.
/// - **Which one counts**: usually that of the more specific [`ConfigLevel`] (SYSC-006).
/// - An event with a level that is none is logged and counted and not passed on (SYSC-004).
/// - **Cancellation**: the future is dropped at the deadline of the event or at the end of a shutdown.
///
/// A closure `async |level: ConfigLevel, event: SystemConfigUpdated, context: Context| …` is a listener too.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no listener to system configurations",
    label = "neither implements `SystemConfigListener` nor is a closure of the right form",
    note = "a closure has the form `async |level: ConfigLevel, event: SystemConfigUpdated, context: Context| -> Result<(), Status>`; with state, `move |level: ConfigLevel, event: SystemConfigUpdated, context: Context| {{ let state = state.clone(); async move {{ .. }} }}`"
)]
pub trait SystemConfigListener: Send + Sync + 'static {
    /// Handles one event, with its level read. An error is counted, and logged for the first one on its subject; nobody is told.
    fn updated(
        &self,
        level: ConfigLevel,
        event: SystemConfigUpdated,
        context: Context,
    ) -> impl Future<Output = Result<(), Status>> + Send;
}

impl<F, Fut> SystemConfigListener for F
where
    F: Fn(ConfigLevel, SystemConfigUpdated, Context) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), Status>> + Send,
{
    fn updated(
        &self,
        level: ConfigLevel,
        event: SystemConfigUpdated,
        context: Context,
    ) -> impl Future<Output = Result<(), Status>> + Send {
        self(level, event, context)
    }
}

/// The role of `listener`, to be served by a runtime: it listens to the repository instance `repository`.
pub fn listener(repository: InstanceName, fanout: Fanout, listener: impl SystemConfigListener) -> impl Role {
    Listener { repository, fanout, listener }
}

struct Listener<L> {
    repository: InstanceName,
    fanout: Fanout,
    listener: L,
}

impl<L: SystemConfigListener> Role for Listener<L> {
    fn install(self, handlers: &mut impl Handlers) {
        handlers.add(self);
    }
}

impl<L: SystemConfigListener> Handler for Listener<L> {
    type Message = SystemConfigUpdated;
    type Output = ();

    fn interest(&self) -> Interest {
        let filter = EventFilter::of(self.repository.clone()).subjects(SystemConfigUpdated::KIND);
        Interest::Events(filter, self.fanout)
    }

    fn lane<'m>(&self, event: &'m SystemConfigUpdated) -> Option<&'m str> {
        Some(&event.config_level_id)
    }

    async fn handle(&self, event: SystemConfigUpdated, context: Context) -> Result<(), Status> {
        let level = event.level().map_err(|error| Status::bad_request(error.to_string()))?;
        self.listener.updated(level, event, context).await
    }
}
