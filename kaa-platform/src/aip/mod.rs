//! 23/AIP: run an automation. [`Aip::aip`] is the side that triggers it, [`AutomationExecutor`] with [`executor`] the
//! side that runs it.
//!
//! ```
//! use kaa_platform::{
//!     Bus, Context, SendError, SendOptions,
//!     aip::{Aip as _, AutomationInvocation, executor},
//! };
//!
//! async fn mail(bus: impl Bus, text: String) -> Result<(), SendError> {
//!     let invocation = AutomationInvocation::new("acme").with_payload(text);
//!     bus.aip().invoke("email", invocation, SendOptions::default()).await
//! }
//!
//! // The other side.
//! let role = executor("email", async |invocation: AutomationInvocation, _context: Context| {
//!     println!("mail to the operators of {}", invocation.tenant_id);
//!     Ok(())
//! })?;
//! # Ok::<(), kaa_platform::InvalidSubject>(())
//! ```

mod automation_invocation;
mod executor;
mod trigger;

pub use automation_invocation::{AutomationInvocation, automation_type};
pub use executor::{AutomationExecutor, executor};
pub use trigger::{Aip, AipHandle};
