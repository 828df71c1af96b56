//! Which variables of the environment are not read, though whoever has set them may think so.

use super::{
    environment::{APP_CONFIG_PATH, Environment, in_capitals, variable_of},
    known::{Known, KnownKey, UnknownKey, nearest},
    node::Node,
};

/// Keys below these have variables, and those of a section of them begin alike.
const WITH_VARIABLES: [&str; 2] = ["kaa", "nats"];

/// Keys of Kaa of which only some have variables.
const WITHOUT_VARIABLES: [&str; 3] = ["service.", "management.", "server."];

/// In so many letters may a variable of no known section differ from a known one. It may be anybody's.
const FEW: usize = 2;

/// The same for one that may be another service's of Kaa, whose names have few letters, or that is like no variable but
/// like a key that has none.
const FEWER: usize = 1;
const OF_KAA: &str = "KAA_";

/// A known key, and how variables may be called because of it.
struct Candidate {
    key: KnownKey,
    /// The key in capitals.
    capitals: String,
    /// Its variable, if it has one.
    variable: Option<String>,
}

/// The variables that nobody has asked for, and that are likely to be meant for a known key.
pub(super) fn unknown(known: &Known, tree: &Node, environment: &Environment) -> Vec<UnknownKey> {
    let keys = known.keys(tree).into_iter().map(Candidate::new);
    let candidates: Vec<_> = keys.chain([Candidate::file()]).collect();
    // One that is set by its own name is not meant by another.
    let unset: Vec<_> = candidates.iter().filter_map(Candidate::fixed).filter(|name| !environment.has(name)).collect();
    let sections = WITH_VARIABLES.iter().flat_map(|key| known.sections(key));
    let sections: Vec<_> = sections.map(|key| in_capitals(&key)).collect();
    let unread = environment.names().filter(|name| !candidates.iter().any(|candidate| candidate.is_read_from(name)));
    let unknown = unread.filter_map(|name| {
        // Also written small, or as the key.
        let capitals = in_capitals(name);
        let section = sections.iter().find_map(|section| match capitals.strip_prefix(section.as_str())? {
            "" => Some(""),
            rest => rest.strip_prefix('_'),
        });
        let most = match section {
            Some(rest) => (rest.len() / 3).max(1),
            None if capitals.starts_with(OF_KAA) => FEWER,
            None => FEW,
        };
        let meant = candidates.iter().find_map(|candidate| candidate.meant_by(&capitals));
        let meant = meant.filter(|name| !environment.has(name));
        let meant = meant.or_else(|| nearest(&capitals, unset.iter().copied(), most));
        let meant = meant.or_else(|| candidates.iter().find_map(|candidate| candidate.nearly_meant_by(&capitals)));
        (section.is_some() || meant.is_some()).then(|| UnknownKey::of_variable(name, meant.map(str::to_owned)))
    });
    unknown.collect()
}

impl Candidate {
    fn new(key: KnownKey) -> Self {
        let (capitals, variable) = (in_capitals(&key.name), variable_of(&key.name));
        Self { key, capitals, variable }
    }

    /// The variable that names the file: it has no key.
    fn file() -> Self {
        let key = KnownKey { name: String::new(), is_fixed: true, is_open: false };
        Self { key, capitals: String::new(), variable: Some(APP_CONFIG_PATH.to_owned()) }
    }

    /// Whether a variable is that of the key, or of one that is known with it.
    fn is_read_from(&self, name: &str) -> bool {
        let rest = self.variable.as_ref().and_then(|variable| name.strip_prefix(variable.as_str()));
        rest.is_some_and(|rest| rest.is_empty() || (self.key.is_open && rest.starts_with('_')))
    }

    /// What is said in place of a name that is the key in capitals: its variable, or the key if it has none.
    fn meant_by(&self, capitals: &str) -> Option<&str> {
        let is_ours = self.variable.is_some() || self.has_none();
        (is_ours && self.capitals == capitals).then(|| self.variable.as_deref().unwrap_or(&self.key.name))
    }

    /// The key that has no variable, in place of a name that is nearly the key in capitals.
    fn nearly_meant_by(&self, capitals: &str) -> Option<&str> {
        (self.has_none() && strsim::osa_distance(&self.capitals, capitals) <= FEWER).then_some(&self.key.name)
    }

    /// Whether it is a key of Kaa that has no variable.
    fn has_none(&self) -> bool {
        self.variable.is_none() && WITHOUT_VARIABLES.iter().any(|root| self.key.name.starts_with(root))
    }

    /// The variable, if it is the same whatever is configured.
    fn fixed(&self) -> Option<&str> {
        self.variable.as_deref().filter(|_| self.key.is_fixed)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use crate::{
        Applications,
        settings::{Settings, tests::loaded},
    };

    #[derive(Deserialize)]
    #[serde(default, rename_all = "kebab-case")]
    #[derive(Default)]
    struct Tcp {
        port: u16,
        max_packet: u32,
    }

    /// As if a service had read its settings with these variables.
    fn settings(variables: &[&str]) -> Settings {
        let variables: Vec<_> = variables.iter().map(|name| (*name, "7")).collect();
        let settings = loaded("kaa.applications.tea.versions.tea-v1:", &variables);
        settings.section::<Tcp>("kaa.kpc.tcp").unwrap();
        settings.get::<u16>("kaa.kpc.extension.timeout").unwrap();
        settings.get::<serde_json::Value>("kaa.open").unwrap();
        settings.get::<String>("nats.user").unwrap();
        settings.get::<String>("nats.tls.ca").unwrap();
        settings.get::<u16>("server.port").unwrap();
        Applications::<Tcp>::from_settings(&settings).unwrap();
        settings
    }

    fn nearest(name: &str) -> Option<String> {
        let unknown = settings(&[name]).unknown_keys();
        assert!(unknown.len() <= 1, "{unknown:?}");
        unknown.first().map(|key| key.nearest().unwrap_or("none").to_owned())
    }

    #[test]
    fn a_variable_that_is_nearly_a_known_one_is_told() {
        for (name, known) in [
            ("NATS_URL", "NATS_URLS"),
            ("NATS_USERS", "NATS_USER"),
            ("INSTANCENAME", "INSTANCE_NAME"),
            ("INSTANCE_REPLIKA_ID", "INSTANCE_REPLICA_ID"),
            ("WIRE_REVISON", "WIRE_REVISION"),
            ("APP_CONFIG_PAHT", "APP_CONFIG_PATH"),
            ("KAA_KPX_TCP_PORT", "KAA_KPC_TCP_PORT"),
            ("KAA_KPC_TCP_MAXPACKET", "KAA_KPC_TCP_MAX_PACKET"),
            ("KAA_KPC_EXTENSIONS_TIMEOUT_MS", "KAA_KPC_EXTENSION_TIMEOUT"),
            ("kaa_kpc_tcp_port", "KAA_KPC_TCP_PORT"),
            ("KAA_KPC_TCP_MAX-PACKET", "KAA_KPC_TCP_MAX_PACKET"),
        ] {
            assert_eq!(nearest(name).as_deref(), Some(known), "{name}");
        }
    }

    #[test]
    fn a_variable_of_a_section_that_is_ours_is_told_if_it_is_near_to_none() {
        for name in ["KAA_KPC_COLOUR", "NATS_TLS_VERIFICATION", "KAA_APPLICATIONS_COFFEE_PORT", "KAA_KPC_PORT_MQTT"] {
            assert_eq!(nearest(name).as_deref(), Some("none"), "{name}");
        }
    }

    #[test]
    fn a_variable_for_a_key_that_has_none_is_told_with_what_to_set() {
        for (name, known) in [
            ("SERVICE_INSTANCE_NAME", "INSTANCE_NAME"),
            ("SERVICE_GRACEFUL_SHUTDOWN", "service.graceful-shutdown"),
            ("SERVICE_LIMITS_IN_WORK", "service.limits.in-work"),
            ("SERVER_PORT", "server.port"),
            ("MANAGEMENT_PORT", "management.port"),
        ] {
            assert_eq!(nearest(name).as_deref(), Some(known), "{name}");
        }
    }

    #[test]
    fn a_variable_for_a_key_that_has_none_is_told_also_if_it_is_misspelt() {
        for (name, known) in [
            ("MANAGMENT_PORT", "management.port"),
            ("SERVICE_CLOCK_SKEV", "service.clock-skew"),
            ("SERVICE_LIMIT_WAITING_BYTES", "service.limits.waiting-bytes"),
        ] {
            assert_eq!(nearest(name).as_deref(), Some(known), "{name}");
        }
    }

    #[test]
    fn a_variable_where_only_keys_below_are_known_is_told() {
        let settings = loaded("", &[("KAA_METER", "1"), ("KAA_METERING", "1"), ("NATS_TLS", "true")]);
        settings.get::<u16>("kaa.meter.max").unwrap();
        settings.get::<String>("nats.tls.ca").unwrap();
        let unknown = settings.unknown_keys();
        assert_eq!(unknown.iter().map(|key| key.key()).collect::<Vec<_>>(), ["KAA_METER", "NATS_TLS"]);
    }

    #[test]
    fn a_variable_that_is_read_is_not_told() {
        for name in [
            "NATS_URLS",
            "NATS_USER",
            "NATS_TLS_CA",
            "INSTANCE_NAME",
            "INSTANCE_REPLICA_ID",
            "APP_CONFIG_PATH",
            "KAA_KPC_TCP_PORT",
            "KAA_KPC_EXTENSION_TIMEOUT",
            "KAA_OPEN_ANY_THING",
            "KAA_APPLICATIONS_TEA_VERSIONS_TEA_V1_PORT",
        ] {
            assert_eq!(nearest(name), None, "{name}");
        }
        assert_eq!(loaded("", &[("WIRE_REVISION", "2024-11")]).unknown_keys(), []);
    }

    #[test]
    fn the_variables_of_others_are_not_told() {
        let others = [
            ("PATH", "/bin"),
            ("HOME", "/root"),
            ("HOSTNAME", "dcx-5d9f7c6b8-x2x4z"),
            ("PORT", "80"),
            ("RUST_LOG", "info"),
            ("INSTANCE_ID", "i-1"),
            ("SERVER_HOST", "10.0.0.1"),
            ("SERVICE_PORT", "80"),
            ("NATS_CONTEXT", "local"),
            ("NATS_CREDS", "/creds"),
            ("KUBERNETES_PORT", "tcp://10.0.0.1:443"),
            ("KUBERNETES_SERVICE_HOST", "10.0.0.1"),
            ("NATS_PORT", "tcp://10.0.0.1:4222"),
            ("NATS_PORT_4222_TCP", "tcp://10.0.0.1:4222"),
            ("NATS_PORT_4222_TCP_ADDR", "10.0.0.1"),
            ("NATS_SERVICE_PORT", "4222"),
            ("KAA_KPC_SERVICE_HOST", "10.0.0.1"),
            ("KAA_KPC_TCP_PORT_1883_TCP_PROTO", "tcp"),
            ("SERVER_PORT", "tcp://10.0.0.1:80"),
            // Of other services, in an environment for all.
            ("KAA_LICENSE_CERT_PATH", "/run/license/license.p12"),
            ("KAA_EPR_TCP_PORT", "80"),
            ("KAA_TEKTON_ENABLED", "true"),
            // Without text it is none.
            ("WIRE_REVISON", ""),
            // The one that is meant is set by its own name.
            ("NATS_URLS", "nats://host"),
            ("NATS_URL", "nats://localhost"),
            ("nats_urls", "nats://localhost"),
        ];
        let settings = loaded("", &others);
        settings.section::<Tcp>("kaa.kpc.tcp").unwrap();
        settings.get::<u16>("server.port").unwrap();
        assert_eq!(settings.unknown_keys(), []);
    }

    #[test]
    fn nothing_is_said_of_what_a_variable_contains() {
        let variables =
            [("NATS_URL", "nats://me:hunter2@host"), ("KAA_KPC_PASSWORD", "hunter3"), ("MANAGEMENT_PORT", "hunter4")];
        let settings = loaded("", &variables);
        settings.section::<Tcp>("kaa.kpc.tcp").unwrap();
        let unknown = settings.unknown_keys();
        let lines: Vec<_> = unknown.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        the environment has the unknown variable `KAA_KPC_PASSWORD`
        the environment has the unknown variable `MANAGEMENT_PORT`; the key `management.port` has no variable: set it in the file
        the environment has the unknown variable `NATS_URL`; did you mean `NATS_URLS`?
        ");
        assert!(!format!("{unknown:?} {settings:?}").contains("hunter"));
    }
}
