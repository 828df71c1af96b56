//! The role that brings endpoints their configurations.

use std::future::Future;

use kaa_ism::{Bus, Context, Event as _, EventFilter, Fanout, Handler, Handlers, Interest, Retry, Role, SendOptions};
use kaa_protocol::Status;

use crate::{CdtpHandle, Config, ConfigRequest, ConfigUpdated, Fetched};

/// Brings endpoints their configurations.
///
/// A [`ConfigUpdated`] does not say which of the named configurations of an endpoint has changed. So the role takes it
/// as a hint: it pulls every name that the consumer follows for that endpoint, and passes on what is new (D-11,
/// CDTP-003, CDTP-004). An event that was lost is made up for by the next one, or by a [`pull`](CdtpHandle::pull) at
/// another occasion, for example when the endpoint connects.
///
/// - **Order**: events about one endpoint are handled one after the other, in order of arrival; endpoints concurrently.
///   The names of one event are pulled in the order of [`follows`](Self::follows).
/// - **Failures**: a pull that fails is tried again within the deadline of the event, and does not keep the other names
///   from being pulled. An error is counted, and logged for the first one on its subject; nobody is told.
/// - **Cancellation**: the futures are dropped at the deadline of the event or at the end of a shutdown.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no configuration consumer",
    label = "does not implement `ConfigConsumer`",
    note = "a consumer has two methods, `follows` and `configure`: a closure cannot be one"
)]
pub trait ConfigConsumer: Send + Sync + 'static {
    /// What to pull after an event: one request for each name that is followed for its endpoint, with the id of the
    /// configuration that is known, if any. Empty: nothing is followed.
    fn follows(
        &self,
        updated: ConfigUpdated,
        context: Context,
    ) -> impl Future<Output = Result<Vec<ConfigRequest>, Status>> + Send;

    /// Takes a configuration that is not the one that `request` told to be known. Its name is that of the request.
    fn configure(
        &self,
        request: ConfigRequest,
        config: Config,
        context: Context,
    ) -> impl Future<Output = Result<(), Status>> + Send;
}

/// The role of `consumer`, to be served by a runtime: it listens to the provider of `cdtp` and pulls from it.
///
/// With [`Fanout::OneReplica`] one replica of the consumer takes an event; with [`Fanout::EveryReplica`] each does, for
/// consumers whose replicas know different endpoints.
pub fn consumer<B: Bus>(cdtp: CdtpHandle<B>, fanout: Fanout, consumer: impl ConfigConsumer) -> impl Role {
    Consumer { cdtp, fanout, consumer }
}

struct Consumer<B, C> {
    cdtp: CdtpHandle<B>,
    fanout: Fanout,
    consumer: C,
}

impl<B: Bus, C: ConfigConsumer> Consumer<B, C> {
    /// Pulls one name.
    ///
    /// The id of the event is not passed on: events about many endpoints may share it, and answers to calls that are
    /// under way at the same time are told apart by theirs.
    async fn pull(&self, request: ConfigRequest, context: &Context) -> Result<(), Status> {
        let options = SendOptions::within(context).with_retry(Retry::idempotent());
        match self.cdtp.pull(request.clone(), options).await? {
            Fetched::NotModified => Ok(()),
            Fetched::Config(config) => self.consumer.configure(request, config, context.clone()).await,
        }
    }
}

impl<B: Bus, C: ConfigConsumer> Role for Consumer<B, C> {
    fn install(self, handlers: &mut impl Handlers) {
        handlers.add(self);
    }
}

impl<B: Bus, C: ConfigConsumer> Handler for Consumer<B, C> {
    type Message = ConfigUpdated;
    type Output = ();

    fn interest(&self) -> Interest {
        let filter = EventFilter::of(self.cdtp.provider().clone()).subjects(ConfigUpdated::KIND);
        Interest::Events(filter, self.fanout)
    }

    async fn handle(&self, updated: ConfigUpdated, context: Context) -> Result<(), Status> {
        let mut failure = None;
        for request in self.consumer.follows(updated, context.clone()).await? {
            failure = failure.or(self.pull(request, &context).await.err());
        }
        failure.map_or(Ok(()), Err)
    }
}
