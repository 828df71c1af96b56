//! What the reference services with a REST side share, in the manner of the Kaa 1.x services.
//!
//! REST:
//!
//! - errors: `{"message": "..."}`; an answer 500 never shows its cause, the log does ([`RestError`]);
//! - every answer carries the `Correlation-ID` of its request, or a new one, and `X-Content-Type-Options: nosniff`
//!   ([`finish()`]);
//! - bodies are at most [`BODY_LIMIT`] bytes of `application/json`; a member that nobody knows is an error that names it
//!   ([`JsonBody`]);
//! - lists are `{"content": [...], "totalElements": n}` ([`Page`]) cut by `offset` and `limit` ([`Window`]);
//! - dates are ISO 8601 in UTC with milliseconds ([`iso8601`]).
//!
//! There is no authentication here: the services stand behind a gateway that does it.
//!
//! What a change is made of: it is stored ([`sqlite`]) and then announced ([`BusAnnounce`]), though its caller hangs up
//! ([`Writes`]).

mod announce;
mod body;
mod conditional;
mod date;
mod error;
mod finish;
mod page;
mod params;
mod serve;
pub mod sqlite;
#[cfg(feature = "test-client")]
mod test_client;
mod writes;

pub use announce::BusAnnounce;
pub use body::{BODY_LIMIT, JsonBody};
pub use conditional::json_or_not_modified;
pub use date::iso8601;
pub use error::{RestError, causes};
pub use finish::{CORRELATION_ID, finish};
pub use page::{Page, Window};
pub use params::{PathValue, QueryString};
pub use serve::{listen, serve};
#[cfg(feature = "test-client")]
pub use test_client::{Answer, TestClient};
pub use writes::{Interrupted, Writes};
