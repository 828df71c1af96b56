//! The first token of an endpoint, from the Credential Management in the same process.

use cm::{BusAnnounce, ErrorKind, SqliteTokens, Tokens};
use epr::{ProvisionError, ProvisionErrorKind, ProvisionedToken, TokenProvisioner};
use kaa_protocol::{ApplicationName, EndpointId, EndpointToken};

pub(crate) struct InProcess(pub(crate) Tokens<SqliteTokens, BusAnnounce>);

impl TokenProvisioner for InProcess {
    async fn provision(
        &self,
        endpoint_id: &EndpointId,
        application: &ApplicationName,
        token: Option<&EndpointToken>,
    ) -> Result<ProvisionedToken, ProvisionError> {
        match self.0.create(endpoint_id.clone(), application.clone(), token.cloned()).await {
            Ok(token) => Ok(ProvisionedToken::new(token.token, token.status.as_str())),
            Err(error) => {
                let kind = match error.kind() {
                    ErrorKind::Taken => ProvisionErrorKind::Conflict,
                    ErrorKind::Internal => ProvisionErrorKind::Unknown,
                    _ => ProvisionErrorKind::Refused,
                };
                Err(ProvisionError::new(kind).with_source(error))
            }
        }
    }
}
