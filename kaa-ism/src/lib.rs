//! 3/ISM of the Kaa IoT platform: how its services talk to each other.
//!
//! - [`avro`]: the binary datum codec. One message is one datum; the subject tells its type.
//! - [`Message`], [`Request`], [`Response`], [`Event`]: the kinds of messages, all derived with `#[derive(Message)]`.
//! - [`Subject`], [`SubjectFilter`], [`InstanceName`], [`ReplicaId`]: addresses.
//! - [`Deadline`], [`Clock`]: expiry.
//! - [`Responder`], [`EventListener`], [`Handler`], [`Role`]: what a runtime serves. [`Bus`]: where messages leave.
//!
//! No I/O happens here; `kaa-service` is the runtime.
//!
//! # A protocol of your own
//!
//! ```
//! use kaa_ism::{Message, Request};
//!
//! /// Asks for the weather.
//! #[derive(Clone, Debug, PartialEq, Message)]
//! #[avro(namespace = "com.example.weather")]
//! #[message(request = "weather.get-request", response = WeatherGetResponse)]
//! pub struct WeatherGetRequest {
//!     pub correlation_id: String,
//!     pub timestamp: i64,
//!     #[avro(default = 0)]
//!     pub timeout: i64,
//!     /// Name of the place.
//!     pub place: String,
//! }
//!
//! /// Says how warm it is.
//! #[derive(Clone, Debug, PartialEq, Message)]
//! #[avro(namespace = "com.example.weather")]
//! #[message(response = "weather.get-response", request = WeatherGetRequest, echo(place))]
//! pub struct WeatherGetResponse {
//!     pub correlation_id: String,
//!     pub timestamp: i64,
//!     #[avro(default = 0)]
//!     pub timeout: i64,
//!     pub place: String,
//!     /// In degrees Celsius. Null if unknown.
//!     #[avro(default = null)]
//!     pub temperature: Option<f64>,
//!     pub status_code: i32,
//!     #[avro(default = null)]
//!     pub reason_phrase: Option<String>,
//! }
//!
//! let request = WeatherGetRequest::new("Kyiv");
//! let bytes = request.to_bytes();
//! assert_eq!(WeatherGetRequest::decode(&bytes)?, request);
//! assert_eq!(WeatherGetRequest::KIND.as_str(), "weather.get-request");
//! # Ok::<(), kaa_ism::avro::DecodeError>(())
//! ```

pub mod avro;
mod bus;
mod deadline;
mod handler;
mod layer;
mod listener;
mod message;
mod receiver;
mod responder;
mod revision;
mod subject;
mod token;

pub use bus::{
    Acknowledged, Acknowledgement, Acknowledgements, Answer, Bus, CallError, RequestError, Retry, SendError,
    SendOptions,
};
pub use deadline::{Clock, Deadline, Timestamp};
pub use handler::{Answering, Context, Fanout, Handler, Handlers, Identity, Interest, Role};
pub use kaa_ism_derive::{Datum, Message};
pub use kaa_protocol::{Status, StatusCode};
pub use layer::{Call, Layer, layered};
pub use listener::{EventFilter, EventListener, Originator, acknowledge, listen};
pub use message::{Envelope, Event, Message, OneWay, Request, Response, Stamp};
pub use receiver::{OneWayReceiver, receive};
pub use responder::{Responder, respond};
pub use revision::WireRevision;
pub use subject::{EventKind, InvalidSubject, MessageKind, Subject, SubjectFilter};
pub use token::{InstanceName, InvalidToken, ReplicaId};

/// What the derives name.
#[doc(hidden)]
pub mod export {
    pub use bytes::Bytes;
    pub use kaa_protocol::Status;

    /// The status of a response; without a phrase it gets the usual one.
    #[must_use]
    pub fn status(code: i32, reason: Option<&str>) -> Status {
        let code = kaa_protocol::StatusCode::new(code);
        match reason {
            Some(reason) => Status::new(code, reason.to_owned()),
            None => Status::new(code, code.canonical_reason().unwrap_or_default()),
        }
    }
}
