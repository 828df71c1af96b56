//! 4/ESP of the Kaa IoT platform: between communication services, which hold the connections of clients, and extension
//! services, which handle what clients say.
//!
//! - [`ClientData`] and [`ExtensionData`]: the two messages.
//! - [`ExtensionService`] with [`extension`], [`CommunicationService`] with [`communication`]: the two roles.
//! - [`Esp::esp`] and [`EspHandle`]: sending.
//! - [`Sessions`] and [`SessionHandle`]: sessions that stay with a replica of an extension which asks for it by
//!   [`Reply::pinned`].
//!
//! No I/O happens here; `kaa-service` is the runtime.

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
pub use kaa_ism::Context;
pub use kaa_protocol::Status;
pub use reply::Reply;
pub use session_handle::SessionHandle;
pub use sessions::Sessions;
