//! What services of the Kaa IoT platform tell each other about endpoints.
//!
//! | role | made by | the other side | RFC |
//! |---|---|---|---|
//! | [`ecap::TokenProvider`]: whose is this token? | [`ecap::provider`] | [`ecap::EcapHandle`] | 16/ECAP |
//! | [`ecap::CredentialProvider`]: whose are these credentials? | [`ecap::credential_provider`] | [`ecap::EcapHandle`] | 16/ECAP |
//! | [`cap::CredentialsProvider`]: the same within tenants | [`cap::provider`] | [`cap::CapHandle`] | 22/CAP |
//! | [`cip::CommandAgent`]: lets endpoints execute commands | [`cip::agent`] | [`cip::CipHandle`] | 12/CIP |
//! | [`epmmp::MetadataRepository`]: keeps metadata | [`epmmp::repository`] | [`epmmp::EpmmpHandle`] | 19/EPMMP |
//! | [`efmp::FilterRepository`]: knows who matches filters | [`efmp::repository`] | [`efmp::EfmpHandle`] | 20/EFMP |
//! | [`eprmp::RelationRepository`]: knows relations | [`eprmp::repository`] | [`eprmp::EprmpHandle`] | 24/EPRMP |
//! | a receiver of data samples, which acknowledges them | [`dstp::receiver`] | [`dstp::DstpHandle`] | 13/DSTP |
//! | a receiver of time series, which acknowledges them | [`tstp::receiver`] | [`tstp::TstpHandle`] | 14/TSTP |
//! | a listener to the events of [`elce`], [`eme`] and [`efe`] | [`listen`] | [`Bus::broadcast`] | 9/ELCE, 15/EME, 18/EFE |
//!
//! Each handle is put on every [`Bus`] by a trait of its module. The modules show both sides.
//!
//! - [`TokenStatus`]: the life of an endpoint token. [`decimal_serial_number`]: how these protocols name certificates.
//!
//! What a role and its other side need of `kaa-ism` is here too, the same in each crate of roles: [`Bus`], [`Context`],
//! [`Status`], [`Role`]; [`listen`], [`observe`], [`Event`], [`EventFilter`], [`Originator`], [`Fanout`]; [`InstanceName`],
//! [`SendOptions`], [`Retry`]; [`SendError`], [`CallError`], [`RequestError`], [`InvalidSubject`].
//!
//! The names of endpoints come from `kaa-protocol`. No I/O happens here; `kaa-service` is the runtime. A repository of
//! relations, and somebody who asks it:
//!
//! ```
//! use kaa_endpoint::{
//!     InstanceName, Retry, SendOptions, Status,
//!     eprmp::{EndpointRelationsGetRequest, Eprmp as _, repository},
//! };
//! use kaa_service::{MemoryBus, Service, Settings};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let relations = repository(async |request: EndpointRelationsGetRequest, _context| {
//!     match request.endpoint_id.as_str() {
//!         "gateway-1" => Ok(vec!["sensor-1".to_owned(), "sensor-2".to_owned()]),
//!         _ => Err(Status::not_found("no such endpoint")),
//!     }
//! });
//! let bus = MemoryBus::new();
//! let epr = Service::new(Settings::new("epr")?, bus.clone()).serve(relations).start().await?;
//! let asking = Service::new(Settings::new("asking")?, bus).start().await?;
//!
//! let eprmp = asking.handle().eprmp(InstanceName::parse("epr")?);
//! let options = SendOptions::default().with_retry(Retry::idempotent());
//! assert_eq!(eprmp.related("gateway-1", "contains", options).await?, ["sensor-1", "sensor-2"]);
//! epr.shutdown().await;
//! # Ok(())
//! # }
//! ```

pub mod cap;
pub mod cip;
pub mod dstp;
pub mod ecap;
pub mod efe;
pub mod efmp;
pub mod elce;
pub mod eme;
pub mod epmmp;
pub mod eprmp;
mod serial_number;
mod serve;
#[cfg(test)]
mod testing;
mod token_status;
pub mod tstp;

pub use kaa_ism::{
    Bus, CallError, Context, Event, EventFilter, Fanout, InstanceName, InvalidSubject, Originator, RequestError, Retry,
    Role, SendError, SendOptions, listen, observe,
};
pub use kaa_protocol::{AppVersionName, ApplicationName, EndpointId, EndpointToken, MetadataKey, Status};
pub use serial_number::decimal_serial_number;
pub use token_status::{IllegalTransition, InvalidTokenStatus, Step, TokenStatus};
