//! The communication core: everything between a client's connection and the bus that is the same for all transports.
//!
//! A transport calls [`Hub::admit`] and [`Hub::connect`], gives every message of the client to [`Connection::publish`] as soon
//! as its memory is [reserved](Connection::reserve), drives the connection with [`Connection::progress`], and ends with
//! [`Connection::close`]. What comes unasked for, pushes
//! above all, goes to the [`Outlet`] that it gave.

mod announcer;
mod applications;
mod budget;
mod connection;
mod delivery;
mod downlink;
mod expiring;
mod extensions;
mod hub;
mod metrics;
mod sessions;
mod tokens;
mod travel;
mod uplink;

pub(crate) use announcer::Announcements;
pub(crate) use applications::Applications;
pub(crate) use connection::{Connection, Receipt};
pub(crate) use delivery::{Delivery, elsewhere, revoked};
pub(crate) use downlink::{Downlink, Outlet, Quality, Undelivered};
pub(crate) use hub::{Admission, Hub};
pub(crate) use metrics::Metrics;
