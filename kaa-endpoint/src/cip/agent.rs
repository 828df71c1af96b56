//! The role that lets endpoints execute commands.

use std::{fmt, future::Future, sync::Arc};

use kaa_ism::{Context, Handlers, Role};
use kaa_protocol::Status;

use super::{
    CommandInvocationRequest, CommandInvocationResult, CommandOutcome,
    executions::{Command, Executions, Known, NotBegun},
};
use crate::serve::serve;

/// Lets endpoints execute commands. A closure `async |command: CommandInvocationRequest, context: Context| …` is an
/// agent too.
///
/// - **Order**: commands are handled concurrently and in no order, also those of one endpoint: one may take long.
/// - **Once**: endpoint, command type and command id name a command, and [`execute`](Self::execute) is called once for
///   it (CIP-008). A second request for it gets the outcome of the first, and waits for it if need be; if 64 wait
///   already, it gets a [`Status`] 429. What is remembered is bounded, see [`AgentRole::with_memory`], and belongs to
///   this replica: an agent with several replicas, or one that has to remember over a restart, keeps commands in a
///   storage of its own.
/// - **Answers**: each request gets exactly one; without a replyTo the command is executed all the same (D-35).
/// - **Cancellation**: the future is dropped at the deadline of the request or at the end of a shutdown. Then nobody
///   knows whether the endpoint has executed the command: it stays remembered, and the next request for it gets a
///   [`Status`] 409.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no command agent",
    label = "neither implements `CommandAgent` nor is a closure of the right form",
    note = "a closure has the form `async |command: CommandInvocationRequest, context: Context| -> Result<CommandOutcome, Status>`; with state, `move |command: CommandInvocationRequest, context: Context| {{ let state = state.clone(); async move {{ .. }} }}`"
)]
pub trait CommandAgent: Send + Sync + 'static {
    /// Has a command executed, and says how that went: `Ok` with the status of the endpoint, whatever it is, if the
    /// endpoint has got the command; a [`Status`] if it has not. Then the command counts as not executed, and may come
    /// again: 404 unknown endpoint, 503 the endpoint is not there.
    fn execute(
        &self,
        command: CommandInvocationRequest,
        context: Context,
    ) -> impl Future<Output = Result<CommandOutcome, Status>> + Send;
}

impl<F, Fut> CommandAgent for F
where
    F: Fn(CommandInvocationRequest, Context) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<CommandOutcome, Status>> + Send,
{
    fn execute(
        &self,
        command: CommandInvocationRequest,
        context: Context,
    ) -> impl Future<Output = Result<CommandOutcome, Status>> + Send {
        self(command, context)
    }
}

/// The role of `agent`, to be served by a runtime.
pub fn agent<A: CommandAgent>(agent: A) -> AgentRole<A> {
    AgentRole { agent, memory: AgentRole::<A>::MEMORY }
}

/// The [`Role`] of a [`CommandAgent`].
pub struct AgentRole<A> {
    agent: A,
    memory: usize,
}

impl<A> AgentRole<A> {
    /// How many outcomes are remembered, unless it is said otherwise.
    pub const MEMORY: usize = 10_000;

    /// Remembers the outcomes of the latest `commands`, and of fewer if their contents and names together exceed 16
    /// MiB. Default [`MEMORY`](Self::MEMORY). With 0, only requests that come while the command is executed get its
    /// outcome.
    #[must_use]
    pub fn with_memory(mut self, commands: usize) -> Self {
        self.memory = commands;
        self
    }
}

impl<A: CommandAgent> Role for AgentRole<A> {
    fn install(self, handlers: &mut impl Handlers) {
        let agent = Arc::new(Once { agent: self.agent, executions: Executions::new(self.memory) });
        serve(
            handlers,
            &agent,
            |_| None,
            |agent, request: CommandInvocationRequest, context| async move {
                let command = Arc::new(Command::of(&request));
                let outcome = agent.execute(&command, request, context).await?;
                let (endpoint_id, command_type) = (command.endpoint_id.as_str(), command.command_type.as_str());
                let status_code = outcome.status_code.as_i32();
                let mut result = CommandInvocationResult::new(
                    outcome.app_version_name,
                    endpoint_id,
                    command_type,
                    command.command_id,
                    status_code,
                );
                (result.reason_phrase, result.payload) = (outcome.reason_phrase, outcome.payload);
                Ok(result)
            },
        );
    }
}

impl<A> fmt::Debug for AgentRole<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AgentRole").field("memory", &self.memory).finish_non_exhaustive()
    }
}

/// An agent that gets each command once.
struct Once<A> {
    agent: A,
    executions: Executions,
}

impl<A: CommandAgent> Once<A> {
    async fn execute(
        &self,
        command: &Arc<Command>,
        request: CommandInvocationRequest,
        context: Context,
    ) -> Result<CommandOutcome, Status> {
        let execution = match self.executions.begin(command).await {
            Ok(execution) => execution,
            Err(NotBegun::Known(Known::Outcome(outcome))) => return Ok(outcome),
            Err(NotBegun::Known(Known::Nothing)) => {
                return Err(Status::conflict("this command was begun with, and nobody knows whether it was executed"));
            }
            Err(NotBegun::Crowded) => {
                return Err(Status::too_many_requests("too many requests wait for this command"));
            }
        };
        let result = self.agent.execute(request, context).await;
        match &result {
            Ok(outcome) => execution.finish(outcome),
            Err(_) => execution.forget(),
        }
        result
    }
}
