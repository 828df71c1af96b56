//! 4/ESP of the Kaa IoT platform: between communication services, which hold the connections of clients, and extension
//! services, which handle what clients say.
//!
//! | role | made by | the other side | RFC |
//! |---|---|---|---|
//! | [`ExtensionService`]: handles what clients say | [`extension`] | [`EspHandle::call`], [`EspHandle::send`], [`SessionHandle`] | 4/ESP |
//! | [`CommunicationService`]: delivers to clients | [`communication`] | [`EspHandle::push`], [`EspHandle::push_back`], [`EspHandle::push_pinned`] | 4/ESP |
//!
//! - [`Esp::esp`]: every [`Bus`] has an [`EspHandle`].
//! - [`ClientData`] and [`ExtensionData`]: the two messages.
//! - [`Sessions`] and [`SessionHandle`]: sessions that stay with a replica of an extension which asks for it by
//!   [`Reply::pinned`].
//!
//! What a role and its other side need of `kaa-ism` is here too, the same in each crate of roles: [`Bus`], [`Context`],
//! [`Status`], [`Role`]; [`listen`], [`observe`], [`Event`], [`EventFilter`], [`Originator`], [`Fanout`]; [`InstanceName`],
//! [`SendOptions`], [`Retry`]; [`SendError`], [`CallError`], [`RequestError`], [`InvalidSubject`].
//!
//! No I/O happens here; `kaa-service` is the runtime. An extension, and somebody who calls it:
//!
//! ```
//! use kaa_esp::{ClientData, Context, Esp as _, ExtensionService, InstanceName, Reply, SendOptions, Status, extension};
//! use kaa_service::{MemoryBus, Service, Settings};
//!
//! struct Hello;
//!
//! impl ExtensionService for Hello {
//!     async fn handle(&self, data: ClientData, _context: Context) -> Result<Reply, Status> {
//!         match data.resource_path.as_str() {
//!             "/hello" => Reply::json(&["hello"]),
//!             other => Err(Status::not_found(format!("no resource {other}"))),
//!         }
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let bus = MemoryBus::new();
//! let hello = Service::new(Settings::new("hello")?, bus.clone()).serve(extension(Hello)).start().await?;
//! let kpc = Service::new(Settings::new("kpc")?, bus).start().await?;
//!
//! let data = ClientData::new("demo-v1", "/hello").with_endpoint_id("ep-1").with_request_id(1);
//! let answer = kpc.handle().esp().call(&InstanceName::parse("hello")?, data, SendOptions::default()).await?;
//! assert_eq!((answer.status_code, answer.payload), (200, Some(r#"["hello"]"#.into())));
//! hello.shutdown().await;
//! # Ok(())
//! # }
//! ```

mod client_data;
mod communication;
mod extension;
mod extension_data;
mod reply;
mod session_handle;
mod sessions;

pub use client_data::{ClientData, ClientDataRef};
pub use communication::{CommunicationService, Esp, EspHandle, communication};
pub use extension::{ExtensionService, extension};
pub use extension_data::{ExtensionData, ExtensionDataRef};
pub use kaa_ism::{
    Bus, CallError, Context, Event, EventFilter, Fanout, InstanceName, InvalidSubject, Originator, RequestError, Retry,
    Role, SendError, SendOptions, listen, observe,
};
pub use kaa_protocol::Status;
pub use reply::Reply;
pub use session_handle::SessionHandle;
pub use sessions::{SessionChange, Sessions};
