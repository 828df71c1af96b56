//! The role that runs automations.

use std::future::Future;

use kaa_ism::{Context, Event as _, EventFilter, EventListener, Fanout, InvalidSubject, Role, listen};
use kaa_protocol::Status;

use super::AutomationInvocation;

/// Runs the automations of one type.
///
/// - **Which**: those of the tenant that the invocation names, and of no other (AIP-004).
/// - **Order**: invocations are handled concurrently, in no order. One replica of each executor service handles one.
///   They are published at most once: one that arrives while nobody listens is gone.
/// - **Cancellation**: the future is dropped at the deadline of the invocation or at the end of a shutdown.
///
/// A closure `async |invocation: AutomationInvocation, context: Context| …` is an executor too; with state,
/// `move |invocation: AutomationInvocation, context: Context| { let state = state.clone(); async move { … } }`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no automation executor",
    label = "neither implements `AutomationExecutor` nor is a closure of the right form",
    note = "a closure has the form `async |invocation: AutomationInvocation, context: Context| -> Result<(), Status>`; with state, `move |invocation: AutomationInvocation, context: Context| {{ let state = state.clone(); async move {{ .. }} }}`"
)]
pub trait AutomationExecutor: Send + Sync + 'static {
    /// Runs what is invoked. An error is counted, and logged for the first one on its subject; the trigger service is not
    /// told.
    fn execute(
        &self,
        invocation: AutomationInvocation,
        context: Context,
    ) -> impl Future<Output = Result<(), Status>> + Send;
}

impl<F, Fut> AutomationExecutor for F
where
    F: Fn(AutomationInvocation, Context) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), Status>> + Send,
{
    fn execute(
        &self,
        invocation: AutomationInvocation,
        context: Context,
    ) -> impl Future<Output = Result<(), Status>> + Send {
        self(invocation, context)
    }
}

/// The role of an executor of `automation_type`, to be served by a runtime. It gets invocations of that type only
/// (AIP-002); a service that supports several plays one role for each.
///
/// # Errors
///
/// [`InvalidSubject`] if the type is no single subject token.
pub fn executor<E: AutomationExecutor>(
    automation_type: &str,
    executor: E,
) -> Result<impl Role + use<E>, InvalidSubject> {
    let events = EventFilter::any().with_variables(AutomationInvocation::KIND, &[automation_type])?;
    Ok(listen(events, Fanout::OneReplica, Executor(executor)))
}

struct Executor<E>(E);

impl<E: AutomationExecutor> EventListener<AutomationInvocation> for Executor<E> {
    fn on_event(
        &self,
        invocation: AutomationInvocation,
        context: Context,
    ) -> impl Future<Output = Result<(), Status>> + Send {
        self.0.execute(invocation, context)
    }
}
