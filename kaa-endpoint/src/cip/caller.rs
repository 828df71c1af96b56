//! The side that sends commands.

use kaa_ism::{Bus, InstanceName, Request as _, RequestError, SendError, SendOptions, Subject};
use kaa_protocol::StatusCode;

use super::{CommandInvocationRequest, CommandOutcome};

/// Sends commands to a command agent.
#[derive(Clone, Debug)]
pub struct CipHandle<B> {
    bus: B,
    agent: InstanceName,
}

/// Gives every [`Bus`] a [`CipHandle`].
pub trait Cip: Bus {
    /// Sends commands to the agent instance `agent`.
    fn cip(&self, agent: InstanceName) -> CipHandle<Self> {
        CipHandle { bus: self.clone(), agent }
    }
}

impl<B: Bus> Cip for B {}

impl<B: Bus> CipHandle<B> {
    /// Has a command executed, and waits for its success. A command that expires before it is executed is not
    /// (CIP-011).
    ///
    /// Repeating a command does not execute it twice (CIP-008), so [`Retry::idempotent`](kaa_ism::Retry::idempotent)
    /// fits. The content of an outcome that is no success is lost here; [`Bus::call`] returns the whole
    /// [`CommandInvocationResult`](super::CommandInvocationResult).
    ///
    /// # Errors
    ///
    /// [`RequestError::Refused`] with the status of the endpoint, or of the agent if the endpoint did not get the
    /// command; [`RequestError::NoAnswer`] if the outcome is unknown.
    pub async fn invoke(
        &self,
        command: CommandInvocationRequest,
        options: SendOptions,
    ) -> Result<CommandOutcome, RequestError> {
        let result = self.bus.request(&self.agent, command, options).await?;
        Ok(CommandOutcome {
            app_version_name: result.app_version_name,
            status_code: StatusCode::new(result.status_code),
            reason_phrase: result.reason_phrase,
            payload: result.payload,
        })
    }

    /// Has a command executed, without asking how it went (CIP-002, D-35).
    ///
    /// # Errors
    ///
    /// Those of [`Bus::publish`].
    pub async fn send(&self, command: CommandInvocationRequest, options: SendOptions) -> Result<(), SendError> {
        self.bus.publish(Subject::service(&self.agent, CommandInvocationRequest::KIND), None, command, options).await
    }
}
