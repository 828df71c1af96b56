//! Taking the messages of 17/SCMP.

use std::{future::Future, sync::Arc};

use kaa_ism::{
    Context, EventFilter, Fanout, Handler, Handlers, InstanceName, Interest, OneWay as _, Role, Status, SubjectFilter,
    listen,
};
use kaa_platform::service_config::{
    BroadcastConfigurationUpdateEvent, InvalidScope, Scope, ServiceSpecificConfigurationUpdateEvent, UpdateType,
};

use crate::changes::Changes;

/// The role: both messages, for every replica.
pub(crate) struct Updates {
    instance: InstanceName,
    provider: InstanceName,
    changes: Arc<Changes>,
}

impl Updates {
    pub(crate) fn new(instance: InstanceName, provider: InstanceName, changes: Arc<Changes>) -> Self {
        Self { instance, provider, changes }
    }
}

impl Role for Updates {
    fn install(self, handlers: &mut impl Handlers) {
        let changes = self.changes.clone();
        let broadcast = move |event: BroadcastConfigurationUpdateEvent, context: Context| {
            std::future::ready(take(&changes, event.scope(), &context))
        };
        listen(EventFilter::of(self.provider), Fanout::EveryReplica, broadcast).install(handlers);
        handlers.add(Targeted { instance: self.instance, changes: self.changes });
    }
}

/// What is for the service instance is for each of its replicas: they do not share settings. So this is no member of
/// the queue group, as the role of `kaa_ism::receive` would be.
struct Targeted {
    instance: InstanceName,
    changes: Arc<Changes>,
}

impl Handler for Targeted {
    type Message = ServiceSpecificConfigurationUpdateEvent;
    type Output = ();

    fn interest(&self) -> Interest {
        let kind = ServiceSpecificConfigurationUpdateEvent::KIND;
        Interest::Events(SubjectFilter::one_way_with_variable(&self.instance, kind), Fanout::EveryReplica)
    }

    fn handle(
        &self,
        message: ServiceSpecificConfigurationUpdateEvent,
        context: Context,
    ) -> impl Future<Output = Result<(), Status>> + Send {
        std::future::ready(take(&self.changes, message.scope(), &context))
    }
}

/// Notes what has to be fetched again. Whether it was changed or removed is for Tekton to say: it may have changed
/// again.
fn take(changes: &Changes, scope: Result<Scope, InvalidScope>, context: &Context) -> Result<(), Status> {
    let update_type = UpdateType::of(&context.subject).map_err(|error| Status::bad_request(error.to_string()))?;
    let scope = scope.map_err(|error| Status::bad_request(error.to_string()))?;
    tracing::debug!(?scope, %update_type, "the configuration has changed");
    changes.note(scope);
    Ok(())
}
