//! Data Collection Extension: takes batches of data samples (2/DCP) and broadcasts them to whoever processes them (13/DSTP).

use std::sync::Arc;

use kaa_endpoint::dstp::DataSamplesEvent;
use kaa_esp::{ClientData, Context, ExtensionService, Reply, Status, extension};
use kaa_ism::{Bus as _, Event as _, SendError, SendOptions};
use kaa_protocol::{Dialect, dcp};
use kaa_service::{Error, RunningService, Service, ServiceHandle, Settings, Transport};

/// The extension: one [`DataSamplesEvent`] for each batch that is not empty. A batch is answered when its event has been
/// handed to the bus; nothing is asked of the receivers.
#[derive(Debug)]
pub struct Dcx {
    handle: ServiceHandle,
    dialect: Dialect,
}

impl Dcx {
    /// Starts the service on the bus.
    ///
    /// | key | default | meaning |
    /// |---|---|---|
    /// | `kaa.dcx.dialect` | `platform` | `platform`: a payload that is no array is a batch of one; `rfc`: it is refused |
    /// | `management.port` | 8080 | health and metrics (the process only); 0 a free one, -1 none |
    /// | `service.*`, `nats.*` | | see [`Settings`] |
    ///
    /// # Errors
    ///
    /// [`Error`] for settings that are not valid and a bus that does not work.
    pub async fn start(settings: Settings, transport: Arc<dyn Transport>) -> Result<RunningService, Error> {
        let dialect = settings.get("kaa.dcx.dialect")?.unwrap_or_default();
        let mut service = Service::on(settings, transport);
        let dcx = Self { handle: service.handle(), dialect };
        service.serve(extension(dcx)).start().await
    }
}

impl ExtensionService for Dcx {
    async fn handle(&self, data: ClientData, context: Context) -> Result<Reply, Status> {
        let Some(dcp::Resource::Json) = dcp::Resource::parse(&data.resource_path) else {
            return Err(Status::not_found("no such resource; data samples go to /json"));
        };
        let Some(endpoint_id) = data.endpoint_id else {
            return Err(Status::bad_request("data samples come from an endpoint"));
        };
        let batch = dcp::Batch::parse(&data.payload, self.dialect)?;
        if !batch.is_empty() {
            let samples = batch.samples().map(|sample| data.payload.slice_ref(sample.as_bytes()));
            let event = DataSamplesEvent::new(data.app_version_name, endpoint_id, samples);
            let subject = event.subject(&self.handle.identity().instance).map_err(SendError::from)?;
            let options = SendOptions::within(&context).with_correlation_id(data.correlation_id);
            self.handle.publish(subject, None, event, options).await?;
        }
        Ok(Reply::empty())
    }
}

#[cfg(test)]
mod tests;
