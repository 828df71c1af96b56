//! The role that keeps alerts.

use std::future::Future;

use kaa_ism::{Context, Handler, Handlers, Interest, OneWay as _, Role};
use kaa_protocol::Status;

use super::ActivateAlertCommand;

/// Keeps the alerts that are raised.
///
/// - **Order**: commands about one entity are handled one after the other, in order of arrival; entities concurrently.
/// - **Answers**: none, even if there is a replyTo (AMP-004).
/// - **Texts** are stored as they are: no set of types or levels is defined (AMP-005). Times that are not given are
///   those of the storage: [`started`](ActivateAlertCommand::started),
///   [`last_active`](ActivateAlertCommand::last_active) (AMP-003).
/// - **Cancellation**: the future is dropped at the deadline of the command or at the end of a shutdown.
///
/// A closure `async |command: ActivateAlertCommand, context: Context| …` is a storage too; with state,
/// `move |command: ActivateAlertCommand, context: Context| { let state = state.clone(); async move { … } }`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no alert storage",
    label = "neither implements `AlertStorage` nor is a closure of the right form",
    note = "a closure has the form `async |command: ActivateAlertCommand, context: Context| -> Result<(), Status>`; with state, `move |command: ActivateAlertCommand, context: Context| {{ let state = state.clone(); async move {{ .. }} }}`"
)]
pub trait AlertStorage: Send + Sync + 'static {
    /// Activates one alert. An error is counted, and logged for the first one on its subject; the client is not told.
    fn activate(
        &self,
        command: ActivateAlertCommand,
        context: Context,
    ) -> impl Future<Output = Result<(), Status>> + Send;
}

impl<F, Fut> AlertStorage for F
where
    F: Fn(ActivateAlertCommand, Context) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), Status>> + Send,
{
    fn activate(
        &self,
        command: ActivateAlertCommand,
        context: Context,
    ) -> impl Future<Output = Result<(), Status>> + Send {
        self(command, context)
    }
}

/// The role of `storage`, to be served by a runtime.
pub fn storage(storage: impl AlertStorage) -> impl Role {
    Storage(storage)
}

struct Storage<S>(S);

impl<S: AlertStorage> Role for Storage<S> {
    fn install(self, handlers: &mut impl Handlers) {
        handlers.add(self);
    }
}

impl<S: AlertStorage> Handler for Storage<S> {
    type Message = ActivateAlertCommand;
    type Output = ();

    fn interest(&self) -> Interest {
        Interest::Targeted(ActivateAlertCommand::KIND)
    }

    fn lane<'m>(&self, command: &'m ActivateAlertCommand) -> Option<&'m str> {
        Some(&command.entity_id)
    }

    fn handle(
        &self,
        command: ActivateAlertCommand,
        context: Context,
    ) -> impl Future<Output = Result<(), Status>> + Send {
        self.0.activate(command, context)
    }
}
