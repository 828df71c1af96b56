//! End to end: what a user of the platform, a device, and a service on the wire see, with real processes, a real
//! nats-server and real MQTT clients. Every test has servers and ports of its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a panic is how a test fails; clippy does not see that helpers here belong to tests"
)]

mod harness;

mod cluster;
mod connecting;
mod devices;
mod endpoints;
mod extension;
mod faults;
mod management;
mod minikaa;
mod newer_server;
mod outage;
mod overload;
mod permissions;
mod reference;
mod replicas;
mod security;
mod simulation;
mod termination;
mod testkit;
mod traces;
mod wire;
