//! The settings of the service.

use std::{net::SocketAddr, time::Duration};

use kaa_ism::InstanceName;
use kaa_protocol::Dialect;
use kaa_service::{Error, Settings};
use serde::de::DeserializeOwned;

use crate::core::Quality;

/// The settings of the core.
#[derive(Clone, Debug)]
pub(crate) struct CoreSettings {
    pub(crate) dialect: Dialect,
    pub(crate) token_provider: InstanceName,
    pub(crate) token_timeout: Duration,
    pub(crate) token_cache_size: usize,
    pub(crate) token_cache_age: Duration,
    pub(crate) extension_timeout: Duration,
    pub(crate) pins: usize,
    pub(crate) pin_age: Duration,
    pub(crate) connections: usize,
    pub(crate) sessions_per_connection: usize,
    pub(crate) in_flight_per_connection: usize,
    pub(crate) in_flight: usize,
    pub(crate) in_flight_bytes: usize,
    pub(crate) token_length: usize,
    pub(crate) push_quality: Quality,
}

/// The settings of MQTT.
#[derive(Clone, Debug)]
pub(crate) struct MqttSettings {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) max_packet: usize,
    pub(crate) connect_timeout: Duration,
    pub(crate) write_timeout: Duration,
    pub(crate) push_queue: usize,
    pub(crate) takeover: bool,
}

pub(crate) const MQTT_PORT: &str = "kaa.kpc.transports.mqtt.tcp.port";

impl CoreSettings {
    pub(crate) fn read(settings: &Settings) -> Result<Self, Error> {
        let provider = settings.get("kaa.kpc.ecap.provider.service-instance.name")?;
        let cm = InstanceName::parse("cm").map_err(|error| Error::invalid_settings("of the program", error));
        Ok(Self {
            dialect: settings.get("kaa.kpc.dialect")?.unwrap_or_default(),
            token_provider: provider.map_or(cm, Ok)?,
            token_timeout: millis(settings, "kaa.kpc.ecap.timeout", 5_000)?,
            token_cache_size: positive(settings, "kaa.kpc.ecap.cache.size", 100_000)?,
            token_cache_age: millis(settings, "kaa.kpc.ecap.cache.max-age", 600_000)?,
            extension_timeout: millis(settings, "kaa.kpc.extension.timeout", 10_000)?,
            pins: positive(settings, "kaa.kpc.extension.pins.size", 100_000)?,
            pin_age: millis(settings, "kaa.kpc.extension.pins.max-age", 600_000)?,
            connections: positive(settings, "kaa.kpc.limits.connections", 100_000)?,
            sessions_per_connection: positive(settings, "kaa.kpc.limits.sessions-per-connection", 10_000)?,
            in_flight_per_connection: positive(settings, "kaa.kpc.limits.in-flight-per-connection", 1_024)?,
            in_flight: positive(settings, "kaa.kpc.limits.in-flight", 50_000)?,
            in_flight_bytes: positive(settings, "kaa.kpc.limits.in-flight-bytes", 64 * 1024 * 1024)?,
            token_length: positive(settings, "kaa.kpc.limits.token-length", 256)?,
            push_quality: quality(settings, "kaa.kpc.push-qos")?,
        })
    }
}

impl MqttSettings {
    pub(crate) fn read(settings: &Settings) -> Result<Self, Error> {
        Ok(Self {
            host: get(settings, "kaa.kpc.transports.mqtt.tcp.host", "0.0.0.0".to_owned())?,
            port: get(settings, MQTT_PORT, 1883)?,
            max_packet: positive(settings, "kaa.kpc.transports.mqtt.max-packet", 256 * 1024)?,
            connect_timeout: millis(settings, "kaa.kpc.transports.mqtt.connect-timeout", 10_000)?,
            write_timeout: millis(settings, "kaa.kpc.transports.mqtt.write-timeout", 30_000)?,
            push_queue: positive(settings, "kaa.kpc.transports.mqtt.push-queue", 256)?,
            takeover: get(settings, "kaa.kpc.transports.mqtt.takeover", false)?,
        })
    }

    /// Where to listen, as an operator would write it.
    pub(crate) fn address(&self) -> String {
        match self.host.parse().map(|ip| SocketAddr::new(ip, self.port)) {
            Ok(address) => address.to_string(),
            Err(_) => format!("{}:{}", self.host, self.port),
        }
    }
}

fn get<T: DeserializeOwned>(settings: &Settings, key: &str, default: T) -> Result<T, Error> {
    Ok(settings.get(key)?.unwrap_or(default))
}

fn positive(settings: &Settings, key: &str, default: usize) -> Result<usize, Error> {
    match get(settings, key, default)? {
        // The largest number of permits of a semaphore.
        number if (1..=usize::MAX >> 3).contains(&number) => Ok(number),
        number => Err(settings.invalid(key, format_args!("{number} is not 1 or more"))),
    }
}

fn millis(settings: &Settings, key: &str, default: u32) -> Result<Duration, Error> {
    match get(settings, key, default)? {
        0 => Err(settings.invalid(key, "0 is no time: milliseconds, 1 or more")),
        number => Ok(Duration::from_millis(number.into())),
    }
}

fn quality(settings: &Settings, key: &str) -> Result<Quality, Error> {
    match get(settings, key, 1)? {
        0 => Ok(Quality::AtMostOnce),
        1 => Ok(Quality::AtLeastOnce),
        2 => Ok(Quality::ExactlyOnce),
        other => Err(settings.invalid(key, format_args!("{other} is none of 0, 1 and 2"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_as_documented() {
        let settings = Settings::new("kpc").unwrap();
        let core = CoreSettings::read(&settings).unwrap();
        assert_eq!((core.token_provider.as_str(), core.extension_timeout), ("cm", Duration::from_secs(10)));
        assert_eq!((core.pins, core.pin_age), (100_000, Duration::from_secs(600)));
        assert_eq!((core.connections, core.sessions_per_connection), (100_000, 10_000));
        assert_eq!((core.in_flight_bytes, core.token_length), (67_108_864, 256));
        let mqtt = MqttSettings::read(&settings).unwrap();
        assert_eq!((mqtt.address().as_str(), mqtt.max_packet), ("0.0.0.0:1883", 262_144));
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_its_place_and_key() {
        for yaml in [
            "kaa.kpc.limits.connections: 0",
            "kaa.kpc.limits.in-flight-bytes: 0",
            "kaa.kpc.extension.timeout: 0",
            "kaa.kpc.extension.timeout: soon",
            "kaa.kpc.extension.pins.size: 0",
            "kaa.kpc.extension.pins.max-age: -1",
            "kaa.kpc.push-qos: 3",
            "kaa.kpc.dialect: german",
            "kaa.kpc.ecap.provider.service-instance.name: a.b",
        ] {
            let error = CoreSettings::read(&Settings::from_yaml("kpc", yaml).unwrap()).unwrap_err().to_string();
            let key = yaml.split(':').next().unwrap();
            let expected = format!("the configuration of the program (line 1, column 1) is not valid: `{key}`: ");
            assert!(error.starts_with(&expected), "{error}");
        }
    }
}
