//! The device side of the Kaa IoT platform as types: names, 1/KP topics, status, client payloads.
//!
//! This crate holds nouns and does no I/O: a gateway, an extension service, a device simulator and a test kit
//! share it. It knows neither NATS nor MQTT libraries.
//!
//! # Topics
//!
//! A 1/KP topic is read in place, without an allocation, and knows the topics of its own responses.
//!
//! ```
//! use kaa_protocol::{Awareness, Topic};
//!
//! let topic = Topic::parse("kp1/kettle-v2/dcx/JTjdbENzHh/json/42", Awareness::Aware)?;
//! assert_eq!(topic.app_version(), "kettle-v2");
//! assert_eq!(topic.token(), Some("JTjdbENzHh"));
//! assert_eq!(topic.resource_path(), "/json");
//! assert_eq!(topic.request_id().map(i32::from), Some(42));
//! assert_eq!(topic.status(), "kp1/kettle-v2/dcx/JTjdbENzHh/json/42/status");
//! # Ok::<(), kaa_protocol::InvalidTopic>(())
//! ```
//!
//! # Names
//!
//! Whatever becomes a level of a topic or a token of a NATS subject is a checked name, so that a dot, a slash or a
//! space can never move a message. Names are immutable and cheap to clone.
//!
//! ```
//! use kaa_protocol::{EndpointToken, ExtensionName};
//!
//! let extension = ExtensionName::parse("cmx_ota")?;
//! assert_eq!(extension.as_str(), "cmx_ota");
//!
//! let error = EndpointToken::parse("no/slash").unwrap_err();
//! assert_eq!(
//!     error.to_string(),
//!     "invalid endpoint token: '/' at byte 2, expected one or more characters other than `+`, `#`, `/`, `.` and \
//!      control characters"
//! );
//! # Ok::<(), kaa_protocol::InvalidName>(())
//! ```
//!
//! # Status
//!
//! A [`Status`] is the failed half of every answer: a code and a phrase that the peer sees, and a cause that only
//! the log sees.
//!
//! ```
//! use kaa_protocol::{ErrorResponse, Status};
//!
//! let status = Status::unavailable("storage is down").with_source("connection refused by 10.0.0.7");
//! assert_eq!(status.to_string(), "503 storage is down");
//! assert!(status.is_retryable());
//! assert_eq!(
//!     ErrorResponse::from(&status).to_json(),
//!     br#"{"statusCode":503,"reasonPhrase":"storage is down"}"#
//! );
//! ```
//!
//! # Payloads
//!
//! One module for each protocol, with its resources and its payloads: [`dcp`] (2/DCP), [`cmp`] (7/CMP), [`epmp`]
//! (10/EPMP), [`cep`] (11/CEP). A payload is read in a [`Dialect`]; what may be any JSON is handed on as the bytes that
//! came.
//!
//! ```
//! use kaa_protocol::{Dialect, Json, cmp, dcp};
//!
//! let batch = dcp::Batch::parse(br#"[{"celsius": 21.50}, 15]"#, Dialect::Platform)?;
//! assert!(batch.samples().eq([r#"{"celsius": 21.50}"#, "15"]));
//!
//! let request = cmp::ConfigRequest::parse(br#"{"configId":"1","observe":true}"#, Dialect::Platform)?;
//! assert_eq!(request, cmp::ConfigRequest::new().with_config_id("1").with_observe(true));
//! let response = cmp::ConfigResponse::new("2", Json::parse(br#"{"brightness":0.70}"#)?);
//! assert_eq!(response.to_json(Dialect::Rfc), br#"{"configId":"2","config":{"brightness":0.70}}"#);
//!
//! let error = cmp::ConfigRequest::parse(br#"{"observe":"yes"}"#, Dialect::Platform).unwrap_err();
//! assert_eq!(
//!     error.to_string(),
//!     "no boolean at /observe, byte 11, expected an object of perhaps a string configId and a boolean observe only \
//!      (CMP-013)"
//! );
//! # Ok::<(), kaa_protocol::InvalidPayload>(())
//! ```
//!
//! # Features
//!
//! `schema`, off by default: the JSON Schemas of the payloads, made from the types, by the function `schemas`.

pub mod cep;
pub mod cmp;
pub mod dcp;
mod dialect;
pub mod epmp;
mod error_response;
mod integer;
mod invalid_name;
mod invalid_payload;
mod invalid_topic;
mod json;
mod name;
mod node;
mod request_id;
mod response_topic;
#[cfg(feature = "schema")]
mod schema;
mod status;
mod status_code;
mod topic;

pub use dialect::Dialect;
pub use error_response::ErrorResponse;
pub use invalid_name::InvalidName;
pub use invalid_payload::InvalidPayload;
pub use invalid_topic::{InvalidTopic, InvalidTopicKind};
pub use json::Json;
pub use name::{
    AppVersionName, ApplicationName, CommandType, ConfigName, EndpointId, EndpointToken, ExtensionName, MetadataKey,
};
pub use request_id::RequestId;
pub use response_topic::{Outcome, response_topic};
#[cfg(feature = "schema")]
pub use schema::{NamedSchema, schemas};
pub use status::Status;
pub use status_code::StatusCode;
pub use topic::{Awareness, Topic};
