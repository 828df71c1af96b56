//! The role that knows what endpoints are to be configured with.

use std::future::Future;

use bytes::Bytes;
use kaa_ism::{Answering, Context, Handler, Handlers, Interest, Request as _, Response as _, Role};
use kaa_protocol::Status;

use crate::{Config, ConfigRequest, ConfigResponse};

/// Knows what endpoints are to be configured with (6/CDTP, CDTP-014 to CDTP-025).
///
/// - **Order**: requests about one endpoint are handled one after the other, in order of arrival; endpoints
///   concurrently.
/// - **Answers**: each request with a replyTo gets exactly one answer (CDTP-020). Ids, stamps and "not modified" are
///   made from the request and what [`config`](Self::config) returns: 200 with the configuration, 304 without content
///   if the asker has it (D-25), 404 for `None`. A returned `Status` is sent as it is; a panic answers 500, a handler
///   that outlasts the deadline 504, a shutdown before the end 503.
/// - **Cancellation**: the future is dropped at the deadline of the request or at the end of a shutdown.
///
/// When a configuration changes, the provider has to say so with [`announce_config`](crate::Cdtp::announce_config)
/// (CDTP-001). What endpoints make of theirs comes as [`ConfigApplied`](crate::ConfigApplied); a provider that keeps
/// track of it [listens](crate::listen) (CDTP-006).
///
/// A closure that returns a future is a provider too:
///
/// ```
/// use kaa_cdtp::{Config, ConfigRequest, Context, provider};
///
/// let role = provider(async |request: ConfigRequest, _context: Context| {
///     Ok((request.name() == Config::DEFAULT_NAME).then(|| Config::new("v1", r#"{"mode":"AP"}"#)))
/// });
/// # let _ = role;
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no configuration provider",
    label = "neither implements `ConfigProvider` nor is a closure of the right form",
    note = "a closure has the form `async |request: ConfigRequest, context: Context| -> Result<Option<Config>, Status>`; with state, `move |request: ConfigRequest, context: Context| {{ let state = state.clone(); async move {{ .. }} }}`"
)]
pub trait ConfigProvider: Send + Sync + 'static {
    /// What the endpoint of the request is to be configured with under [`name`](ConfigRequest::name), whatever the
    /// asker has. `None`: there is no such endpoint or no such name. An endpoint that is there and was assigned
    /// nothing has [`Config::unassigned`] (CDTP-017).
    fn config(
        &self,
        request: ConfigRequest,
        context: Context,
    ) -> impl Future<Output = Result<Option<Config>, Status>> + Send;
}

impl<F, Fut> ConfigProvider for F
where
    F: Fn(ConfigRequest, Context) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Option<Config>, Status>> + Send,
{
    fn config(
        &self,
        request: ConfigRequest,
        context: Context,
    ) -> impl Future<Output = Result<Option<Config>, Status>> + Send {
        self(request, context)
    }
}

/// The role of `provider`, to be served by a runtime.
pub fn provider(provider: impl ConfigProvider) -> impl Role {
    Provider(provider)
}

struct Provider<P>(P);

impl<P: ConfigProvider> Role for Provider<P> {
    fn install(self, handlers: &mut impl Handlers) {
        handlers.add(self);
    }
}

impl<P: ConfigProvider> Handler for Provider<P> {
    type Message = ConfigRequest;
    type Output = Config;

    fn interest(&self) -> Interest {
        Interest::Targeted(ConfigRequest::KIND)
    }

    async fn handle(&self, request: ConfigRequest, context: Context) -> Result<Config, Status> {
        let current = self.0.config(request, context).await?;
        current.ok_or_else(|| Status::not_found("no such configuration"))
    }

    fn answer(&self, answering: Answering<'_>, result: Result<Config, Status>) -> Option<Bytes> {
        let request: ConfigRequest = answering.read()?;
        Some(answering.stamped(match result {
            Ok(current) => request.answer(current),
            Err(status) => ConfigResponse::refusal(request, &status),
        }))
    }

    fn refuse_unread(&self, answering: Answering<'_>, status: &Status) -> Option<Bytes> {
        Some(answering.stamped(ConfigResponse::bare(status)))
    }
}
