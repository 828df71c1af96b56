use kaa_protocol::{ApplicationName, EndpointId};
use std::future::Future;

/// What the service tells the world.
///
/// It is called after the change is stored. A process that dies between the two stays silent: sessions that were
/// opened with these tokens then live until their communication service validates again.
pub trait Announce: Send + Sync + 'static {
    /// These tokens of one endpoint were ACTIVE and are so no more: suspended, revoked or deleted (16/ECAP, endpoint
    /// token revoked event). Never called without an id. Failures are the business of the implementation.
    fn revoked(
        &self,
        application: &ApplicationName,
        endpoint_id: &EndpointId,
        token_ids: Vec<String>,
    ) -> impl Future<Output = ()> + Send;
}
