//! The side whose configuration changes.

use std::{future::Future, sync::Arc};

use kaa_ism::{
    Context, EventFilter, Fanout, Handler, Handlers, InstanceName, Interest, OneWay as _, Role, SubjectFilter, listen,
};
use kaa_protocol::Status;

use super::{
    BroadcastConfigurationUpdateEvent, Change, InvalidScope, Scope, ServiceSpecificConfigurationUpdateEvent, UpdateType,
};

/// Hears that the configuration of its service has changed, be it that of all services or its own alone.
///
/// Every replica hears of every change: each has to fetch again what the change [covers](Scope::covers) (SCMP-005,
/// SCMP-009). Changes are handled concurrently, in no order; they are told at most once, and do not say what the
/// configuration is now (SCMP-011). So what has been fetched last counts, and reading everything again from time to
/// time makes up for what was lost.
///
/// A message that 17/SCMP does not permit, for its null pattern (SCMP-004, SCMP-008) or its update type (SCMP-002), is
/// logged and counted and not passed on. Nothing is acknowledged (SCMP-010).
///
/// A closure `async |change: Change, context: Context| …` is a listener too; with state,
/// `move |change: Change, context: Context| { let state = state.clone(); async move { … } }`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no listener to changes of service configurations",
    label = "neither implements `ServiceConfigListener` nor is a closure of the right form",
    note = "a closure has the form `async |change: Change, context: Context| -> Result<(), Status>`; with state, `move |change: Change, context: Context| {{ let state = state.clone(); async move {{ .. }} }}`"
)]
pub trait ServiceConfigListener: Send + Sync + 'static {
    /// Handles one change. An error is counted, and logged for the first one on its subject; nobody is told.
    fn changed(&self, change: Change, context: Context) -> impl Future<Output = Result<(), Status>> + Send;
}

impl<F, Fut> ServiceConfigListener for F
where
    F: Fn(Change, Context) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), Status>> + Send,
{
    fn changed(&self, change: Change, context: Context) -> impl Future<Output = Result<(), Status>> + Send {
        self(change, context)
    }
}

/// The role of `listener`, to be served by a runtime; `me` is the service instance that plays it.
pub fn listener(me: InstanceName, listener: impl ServiceConfigListener) -> impl Role {
    Listener { me, listener: Arc::new(listener) }
}

struct Listener<L> {
    me: InstanceName,
    listener: Arc<L>,
}

impl<L: ServiceConfigListener> Role for Listener<L> {
    fn install(self, handlers: &mut impl Handlers) {
        let listener = self.listener.clone();
        listen(EventFilter::any(), Fanout::EveryReplica, move |event: BroadcastConfigurationUpdateEvent, context| {
            let listener = listener.clone();
            async move { listener.changed(change(&context, event.scope())?, context).await }
        })
        .install(handlers);
        handlers.add(ForOne(self));
    }
}

/// What is told to this service alone: to its instance, and still to every replica of it.
struct ForOne<L>(Listener<L>);

impl<L: ServiceConfigListener> Handler for ForOne<L> {
    type Message = ServiceSpecificConfigurationUpdateEvent;
    type Output = ();

    fn interest(&self) -> Interest {
        let kind = ServiceSpecificConfigurationUpdateEvent::KIND;
        // Not `Interest::TargetedWithVariable`: in a queue group one replica would hear of it.
        Interest::Events(SubjectFilter::one_way_with_variable(&self.0.me, kind), Fanout::EveryReplica)
    }

    async fn handle(&self, message: ServiceSpecificConfigurationUpdateEvent, context: Context) -> Result<(), Status> {
        self.0.listener.changed(change(&context, message.scope())?, context).await
    }
}

fn change(context: &Context, scope: Result<Scope, InvalidScope>) -> Result<Change, Status> {
    let update_type = UpdateType::of(&context.subject).map_err(|error| Status::bad_request(error.to_string()))?;
    let scope = scope.map_err(|error| Status::bad_request(error.to_string()))?;
    Ok(Change { update_type, scope })
}
