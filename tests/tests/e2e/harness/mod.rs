//! What the tests stand on: processes, a nats-server, a platform, devices, and somebody who listens on the wire.

mod certificates;
mod config;
mod device;
mod jwt;
mod load;
mod mosquitto;
mod nats;
mod platform;
mod process;
mod programs;
mod rest;
mod wait;
mod wire;
mod worker;

pub(crate) use certificates::{Authority, Certificate, Validity};
pub(crate) use config::config_file;
pub(crate) use device::{Answer, Device, NoAnswer, Version, garbage};
pub(crate) use jwt::Operator;
pub(crate) use load::{Failure, Load, Replica, caller};
pub(crate) use mosquitto::{publish_lines, request};
pub(crate) use nats::NatsServer;
pub(crate) use platform::{Endpoint, TestPlatform};
pub(crate) use process::Process;
pub(crate) use programs::program;
pub(crate) use rest::{Rest, SOON};
pub(crate) use wait::{WITHIN, eventually, within};
pub(crate) use wire::Wire;
pub(crate) use worker::Worker;
