//! The side that has automations run.

use kaa_ism::{Bus, Event as _, SendError, SendOptions};

use super::AutomationInvocation;

/// Invokes automations, as a trigger service.
#[derive(Clone, Debug)]
pub struct AipHandle<B>(B);

/// Gives every [`Bus`] an [`AipHandle`].
pub trait Aip: Bus {
    /// Invokes automations.
    fn aip(&self) -> AipHandle<Self> {
        AipHandle(self.clone())
    }
}

impl<B: Bus> Aip for B {}

impl<B: Bus> AipHandle<B> {
    /// Has each executor service that supports `automation_type` run its automations of that type, for the tenant of the
    /// invocation (AIP-001 to AIP-004). Whether there is any is not known, and nothing is answered.
    ///
    /// # Errors
    ///
    /// Those of [`Bus::publish`]; [`SendError::NoSubject`] if the type is no single subject token.
    pub async fn invoke(
        &self,
        automation_type: &str,
        invocation: AutomationInvocation,
        options: SendOptions,
    ) -> Result<(), SendError> {
        let subject = invocation.subject_with(&self.0.identity().instance, &[automation_type])?;
        self.0.publish(subject, None, invocation, options).await
    }
}
