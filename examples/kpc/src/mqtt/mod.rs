//! MQTT 3.1.1 and 3.1 over TCP.

mod acks;
mod client;
mod codec;
mod end;
mod filters;
mod handshake;
mod listener;
mod outbound;
mod outlet;
mod takeover;
mod wire;

pub(crate) use listener::{Listener, bind};
