//! 21/TLE: the life of tenants. Both messages are events: the service that manages tenants broadcasts them, whoever is
//! concerned listens.
//!
//! ```
//! use kaa_platform::{
//!     Bus, Context, Fanout, Originator, SendError, listen,
//!     tle::{UnregisteredEvent, UpdatedEvent},
//! };
//!
//! async fn updated(bus: impl Bus, tenant_id: &str) -> Result<(), SendError> {
//!     bus.broadcast(UpdatedEvent::new(tenant_id)).await
//! }
//!
//! // The other side.
//! let role = listen(Originator::Any, Fanout::EveryReplica, async |event: UnregisteredEvent, _context: Context| {
//!     println!("forget tenant {}", event.tenant_id);
//!     Ok(())
//! });
//! ```

mod unregistered;
mod updated;

pub use unregistered::UnregisteredEvent;
pub use updated::UpdatedEvent;
