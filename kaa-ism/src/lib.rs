//! 3/ISM of the Kaa IoT platform: how its services talk to each other.
//!
//! - [`avro`]: the binary datum codec. One message is one datum; the subject tells its type.
//! - [`Message`], [`Request`], [`Response`], [`Event`]: the kinds of messages, all derived with `#[derive(Message)]`.
//! - [`Subject`], [`SubjectFilter`], [`InstanceName`], [`ReplicaId`]: addresses.
//! - [`Deadline`], [`Clock`]: expiry.
//! - [`Responder`], [`EventListener`], [`EventObserver`], [`Handler`], [`Role`]: what a runtime serves. [`Bus`]: where messages leave.
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
//!
//! `correlation_id`, `timestamp`, `timeout` and `originator_replica_id` are the envelope: the sender's runtime fills it
//! in. A request and a response begin with `correlation_id`; the others may be left out, but a `timeout` counts from
//! the `timestamp`. Without `timeout` a message never expires: the other side does not know how long a caller waits.
//! A message with a map, a union and a record is at the derive [`Message`](derive@Message).

pub mod avro;
mod bus;
mod deadline;
mod handler;
mod layer;
mod listener;
mod message;
mod observer;
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
pub use kaa_ism_derive::Datum;
/// A message with a record, a map and a union in it, which is sent one way:
///
/// ```
/// use std::collections::BTreeMap;
///
/// use kaa_ism::{Datum, InstanceName, Message, OneWay as _};
///
/// /// What a sensor says: a union.
/// #[derive(Clone, Debug, PartialEq, Datum)]
/// pub enum Reading {
///     Number(f64),
///     Text(String),
///     /// It is there and says nothing.
///     Null,
/// }
///
/// /// Where the sensors are: a record.
/// #[derive(Clone, Debug, PartialEq, Datum)]
/// #[avro(namespace = "com.example.weather", new)]
/// pub struct Station {
///     pub name: String,
///     /// Above the sea, in metres. Null if unknown.
///     pub height: Option<f64>,
/// }
///
/// /// Readings of a station, for an archive; nobody answers. The last token of its subject is a year.
/// #[derive(Clone, Debug, PartialEq, Message)]
/// #[avro(namespace = "com.example.weather")]
/// #[message(one_way = "weather.readings.{}")]
/// pub struct Readings {
///     pub correlation_id: String,
///     pub timestamp: i64,
///     pub station: Station,
///     /// By the names of the sensors.
///     pub readings: BTreeMap<String, Reading>,
/// }
///
/// let station = Station::new("kyiv").with_height(179.0);
/// let message = Readings::new(station, [("rain", Reading::Null), ("temperature", Reading::Number(21.5))]);
/// assert_eq!(Readings::decode(&message.to_bytes())?, message);
///
/// // `bus.tell(&archive, message, &["2026"])` publishes it to
/// let archive = InstanceName::parse("archive")?;
/// assert_eq!(Readings::subject_with(&archive, &["2026"])?.as_str(), "kaa.v1.service.archive.weather.readings.2026");
///
/// // A schema that cannot be printed is a mistake in the types: print it in a test.
/// let values = r#"{"type": "map", "values": ["double", "string", "null"]}"#;
/// assert!(Readings::avro_schema().to_string().contains(values));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub use kaa_ism_derive::Message;
pub use kaa_protocol::{Status, StatusCode};
pub use layer::{Call, Layer, layered};
pub use listener::{EventFilter, EventListener, Originator, acknowledge, listen};
pub use message::{Borrowed, Envelope, Event, Message, OneWay, Request, Response, Stamp};
pub use observer::{EventObserver, Observer, observe};
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
