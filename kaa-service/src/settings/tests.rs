use std::collections::{BTreeMap, HashMap};

use kaa_ism::InstanceName;
use kaa_proves::proves;
use serde::Deserialize;

use super::*;

pub(super) fn settings(yaml: &str) -> Settings {
    Settings::from_yaml("dcx", yaml).unwrap()
}

/// As if the file were this, and the environment that.
pub(super) fn loaded(yaml: &str, variables: &[(&str, &str)]) -> Settings {
    let variables = variables.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    let origin = Origin::File("config.yml".into());
    let environment = Environment::from_variables(variables);
    Settings::build("dcx", yaml::parse(&origin, yaml).unwrap(), environment, None).unwrap()
}

pub(super) fn error<T: DeserializeOwned>(settings: &Settings, key: &str) -> String {
    settings.get::<T>(key).err().map(|error| error.to_string()).unwrap_or_default()
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub(super) struct Tcp {
    pub(super) host: String,
    pub(super) port: u16,
    max_packet: Option<u32>,
    mode: Mode,
    pub(super) allowed: Vec<String>,
    pub(super) max: Option<BTreeMap<String, u8>>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Mode {
    Plain,
    Behind { proxy: String },
}

impl Default for Tcp {
    fn default() -> Self {
        let host = "0.0.0.0".to_owned();
        Self { host, port: 1883, max_packet: None, mode: Mode::Plain, allowed: Vec::new(), max: None }
    }
}

#[test]
fn dotted_and_nested_keys_are_equal() {
    for yaml in [
        "service.instance.replica.id: r1",
        "service:\n  instance:\n    replica.id: r1",
        "service: {instance: {replica: {id: r1}}}",
        "service.instance: {name: dcx}\nservice: {instance.replica: {id: r1}}",
    ] {
        let settings = settings(yaml);
        assert_eq!(settings.identity().replica.as_str(), "r1", "{yaml}");
        assert_eq!(settings.identity().instance.as_str(), "dcx");
    }
}

#[test]
fn dotted_keys_are_taken_apart_within_lists() {
    #[derive(Deserialize)]
    struct Item {
        a: HashMap<String, u8>,
    }
    let list = settings("kaa.list: [{a.b: 1, a: {c: 2}}, {a: {b: 3}}]").get::<Vec<Item>>("kaa.list").unwrap().unwrap();
    assert_eq!((list[0].a["b"], list[0].a["c"], list[1].a["b"]), (1, 2, 3));
}

#[test]
fn a_key_with_two_values_in_one_file_is_refused() {
    for yaml in ["a.b: 1\na: {b: 2}", "a: {b: 1}\na.b.c: 2", "a.b: {c: 1}\na:\n  b.c: 2"] {
        let error = Settings::from_yaml("dcx", yaml).unwrap_err().to_string();
        assert!(error.contains("is set already in line 1, column "), "{error}");
    }
    let error = Settings::from_yaml("dcx", "a:\n  b: 1\n  b: 2").unwrap_err();
    insta::assert_snapshot!(error, @"the configuration of the program (line 3, column 3) is not valid: `b` is set twice");
    assert_eq!(settings("a.b:\na: {b: 2}").get("a.b").unwrap(), Some(2));
}

#[proves("ISM-006")]
#[test]
fn defaults_hold_where_nothing_is_said() {
    let settings = Settings::new("dcx").unwrap();
    assert_eq!(settings.identity().instance.as_str(), "dcx");
    assert_eq!(settings.graceful_shutdown(), Duration::from_secs(30));
    assert_eq!(settings.nats_urls(), ["nats://nats:4222"]);
    assert_ne!(settings.identity().replica, Settings::new("dcx").unwrap().identity().replica);
    assert_eq!(settings.section::<Tcp>("kaa.kpc.tcp").unwrap(), Tcp::default());
    assert_eq!(settings.get::<Tcp>("kaa.kpc.tcp").unwrap(), None);
}

#[proves("ISM-025")]
#[test]
fn names_that_are_no_subject_tokens_are_refused_at_the_start() {
    let error = Settings::from_yaml("dcx", "service.instance.name: a.b").unwrap_err();
    insta::assert_debug_snapshot!(error, @r#"the configuration of the program (line 1, column 1) is not valid: `service.instance.name`: instance name "a.b" is no subject token: '.' at byte 1; expected one or more characters without '.', '*', '>' and white space"#);
    let error = Settings::new("my lab").unwrap_err();
    insta::assert_snapshot!(error, @r#"the configuration of the program is not valid: `service.instance.name`: instance name "my lab" is no subject token: ' ' at byte 2; expected one or more characters without '.', '*', '>' and white space"#);
}

#[test]
fn an_error_names_the_place_and_the_key_and_what_would_be_right() {
    let text = Settings::from_yaml("dcx", "\nservice:\n  graceful-shutdown: soon").unwrap_err();
    insta::assert_snapshot!(text, @r#"the configuration of the program (line 3, column 3) is not valid: `service.graceful-shutdown`: invalid type: string "soon", expected a whole number of seconds, 0 or more"#);
    let settings = loaded("kaa.kpc.tcp:\n  mode: fast\n  allowed: [a, {}]\n", &[("KAA_KPC_TCP_PORT", "many")]);
    insta::assert_snapshot!(error::<Tcp>(&settings, "kaa.kpc.tcp"), @"the configuration `config.yml` (line 3, column 16) is not valid: `kaa.kpc.tcp.allowed[1]`: invalid type: map, expected a text");
    insta::assert_snapshot!(error::<Mode>(&settings, "kaa.kpc.tcp.mode"), @r#"the configuration `config.yml` (line 2, column 3) is not valid: `kaa.kpc.tcp.mode`: unknown value "fast", expected one of `plain`, `behind`"#);
    insta::assert_snapshot!(error::<u16>(&settings, "kaa.kpc.tcp.port"), @r#"the configuration in the variable `KAA_KPC_TCP_PORT` is not valid: `kaa.kpc.tcp.port`: invalid type: string "many", expected a whole number from 0 to 65535"#);
    insta::assert_snapshot!(error::<InstanceName>(&loaded("a: b.c", &[]), "a"), @r#"the configuration `config.yml` (line 1, column 1) is not valid: `a`: instance name "b.c" is no subject token: '.' at byte 1; expected one or more characters without '.', '*', '>' and white space"#);
    insta::assert_snapshot!(error::<Mode>(&loaded("m:\n  behind: {}", &[]), "m"), @"the configuration `config.yml` (line 2, column 3) is not valid: `m.behind`: the key `proxy` is missing");
    for yaml in ["a: [", "just text", "a: 'b", "- a"] {
        let error = Settings::from_yaml("dcx", yaml).unwrap_err().to_string();
        assert!(error.starts_with("the configuration of the program"), "{error}");
    }
}

#[test]
fn a_service_says_the_place_of_what_it_finds_wrong_itself() {
    let variables = [("KAA_KPC_TCP_PORT", "7"), ("INSTANCE_NAME", "a")];
    let settings = loaded("kaa.kpc:\n  tcp.port: 8\n  tcp.host: h\nservice.instance.name: b", &variables);
    let place = |key| settings.place_of(key);
    assert_eq!(place("kaa.kpc.tcp.port"), "in the variable `KAA_KPC_TCP_PORT`");
    assert_eq!(place("kaa.kpc.tcp.host"), "`config.yml` (line 3, column 3)");
    assert_eq!(place("service.instance.name"), "in the variable `INSTANCE_NAME`");
    assert_eq!(place("kaa.kpc.tcp.mode"), "of the program");
    assert_eq!(settings.clone().with("kaa.kpc.tcp.port", 9).place_of("kaa.kpc.tcp.port"), "of the program");
    insta::assert_snapshot!(settings.invalid("kaa.kpc.tcp.host", "no host has one letter"), @"the configuration `config.yml` (line 3, column 3) is not valid: `kaa.kpc.tcp.host`: no host has one letter");
}

#[test]
fn what_is_wrong_with_variables_below_a_key_names_one_of_them() {
    let settings = loaded("", &[("KAA_KPC_TCP_PORT_HTTP", "80")]);
    insta::assert_snapshot!(error::<Tcp>(&settings, "kaa.kpc.tcp"), @"the configuration in the variable `KAA_KPC_TCP_PORT_HTTP` is not valid: `kaa.kpc.tcp.port`: invalid type: map, expected a whole number from 0 to 65535");
}

#[test]
fn a_number_where_a_text_is_expected_wants_quotes() {
    let settings = loaded("kaa: {name: 7, on: true, password: 1234, list: [1]}", &[]);
    insta::assert_snapshot!(error::<String>(&settings, "kaa.name"), @"the configuration `config.yml` (line 1, column 7) is not valid: `kaa.name`: invalid type: integer `7`, expected a text; put it in quotes");
    insta::assert_snapshot!(error::<String>(&settings, "kaa.on"), @"the configuration `config.yml` (line 1, column 16) is not valid: `kaa.on`: invalid type: boolean `true`, expected a text; put it in quotes");
    insta::assert_snapshot!(error::<String>(&settings, "kaa.password"), @"the configuration `config.yml` (line 1, column 26) is not valid: `kaa.password`: expected a text; put it in quotes");
    insta::assert_snapshot!(error::<String>(&settings, "kaa.list"), @"the configuration `config.yml` (line 1, column 42) is not valid: `kaa.list`: invalid type: sequence, expected a text");
}

#[test]
fn what_is_nested_too_deeply_is_refused() {
    for yaml in ["{a: ".repeat(100), "[".repeat(100_000), "- ".repeat(1_000)] {
        Settings::from_yaml("dcx", &yaml).unwrap_err();
    }
    settings(&("{a: ".repeat(20) + &"}".repeat(20)));
    let lists =
        (1..20).map(|level| format!("l{level}: &l{level} [{}]\n", vec![format!("*l{}", level - 1); 9].join(", ")));
    let bomb = "l0: &l0 [x]\n".to_owned() + &lists.collect::<String>();
    Settings::from_yaml("dcx", &bomb).unwrap_err();
}

#[test]
fn secrets_are_not_in_errors() {
    let yaml = "db: {password: hunter2, tokens: [hunter3], url: 'pg://me:hunter4@db'}\nnats.urls: nats://me:hunter5@n";
    let settings = settings(yaml).with("other.secret", "hunter6");
    for key in ["db.password", "db.tokens", "db.url", "db", "other.secret", "other", "nats.urls"] {
        let error = error::<u8>(&settings, key);
        assert!(error.contains(key) && !error.contains("hunter"), "{error}");
        let error = self::error::<HashMap<String, Mode>>(&settings, key);
        assert!(error.contains(key) && !error.contains("hunter"), "{error}");
    }
    let error = Settings::from_yaml("dcx", "password: 'hunter2\nb: c").unwrap_err();
    assert!(!format!("{error:?}").contains("hunter"), "{error:?}");
}

#[test]
fn a_private_key_is_not_shown_whatever_its_key_is_called() {
    let settings = settings("kaa.tls.pem: |\n  -----BEGIN EC PRIVATE KEY-----\n  hunter2\n");
    assert_eq!(error::<bool>(&settings, "kaa.tls.pem").rsplit_once(": ").unwrap().1, "expected `true` or `false`");
    assert!(!format!("{settings:?}").contains("hunter2"), "{settings:?}");
}

#[test]
fn secrets_are_not_in_debug() {
    let yaml = "service.instance.replica.id: r1\ndb: {password: hunter2, url: 'pg://me:hunter4@db', port: 5}\n\
                credentials: {file: hunter3}";
    let settings = settings(yaml).with_nats_urls(["nats://me:hunter5@n"]);
    insta::assert_snapshot!(format!("{settings:?}"), @r#"Settings { identity: Identity { instance: InstanceName("dcx"), replica: ReplicaId("r1") }, tree: {credentials: ***, db.password: ***, db.port: 5, db.url: "pg://***@db", service.instance.replica.id: "r1"}, .. }"#);
}

#[test]
fn nats_urls_are_a_text_or_a_list() {
    for yaml in ["nats.urls: 'a:1, b:2'", "nats: {urls: ['a:1', 'b:2']}"] {
        assert_eq!(settings(yaml).nats_urls(), ["a:1", "b:2"], "{yaml}");
    }
    for yaml in ["nats.urls: {a: 1}", "nats.urls: [1]", "service.instance.name: true"] {
        let error = Settings::from_yaml("dcx", yaml).unwrap_err().to_string();
        assert!(error.contains("expected a text"), "{error}");
    }
}

#[test]
fn variables_win_over_the_file_and_the_program_over_both() {
    let variables = [
        ("KAA_KPC_TCP_PORT", "7"),
        ("KAA_KPC_TCP_HOST", "1234"),
        ("KAA_KPC_TCP_MAX_PACKET", "9"),
        ("KAA_KPC_TCP_ALLOWED", "dcx, epmx"),
        ("KAA_KPC_TCP_MODE", ""),
    ];
    let settings = loaded("kaa.kpc.tcp: {port: 1, mode: {behind: {proxy: p}}}", &variables);
    let tcp = settings.get::<Tcp>("kaa.kpc.tcp").unwrap().unwrap();
    assert_eq!((tcp.port, tcp.host.as_str(), tcp.max_packet), (7, "1234", Some(9)));
    assert_eq!((tcp.allowed, tcp.max), (vec!["dcx".to_owned(), "epmx".to_owned()], None));
    assert_eq!(tcp.mode, Mode::Behind { proxy: "p".to_owned() });
    assert_eq!(settings.get("kaa.kpc.tcp.port").unwrap(), Some(7));
    assert_eq!(settings.get::<u32>("kaa.kpc.tcp.max").unwrap(), None);
    assert_eq!(settings.with("kaa.kpc.tcp.port", 8).section::<Tcp>("kaa.kpc.tcp").unwrap().port, 8);
}

#[test]
fn variables_alone_make_a_section() {
    let settings = loaded("", &[("KAA_KPC_TCP_MAX_PACKET", "9"), ("KAA_KPC_NAME", "text")]);
    assert_eq!(settings.get::<Tcp>("kaa.kpc.tcp").unwrap().unwrap().max_packet, Some(9));
    assert_eq!(settings.get::<String>("kaa.kpc.name").unwrap().as_deref(), Some("text"));
}

#[test]
fn keys_that_nobody_asks_for_are_unknown() {
    let yaml = "
kaa:
  kpc:
    tcp: {prot: 1, host: h, what-is-this: 2}
    other: {a: 1, b: {c: 2}}
  open: {any: {thing: 1}}
service.instance.nam: x
nats: {urls: host}
";
    let settings = loaded(yaml, &[]);
    settings.get::<Tcp>("kaa.kpc.tcp").unwrap();
    settings.get::<HashMap<String, Option<Value>>>("kaa.kpc.other").unwrap();
    settings.clone().get::<Value>("kaa.open").unwrap();
    let unknown: Vec<_> = settings.unknown_keys().iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(unknown.join("\n"), @r"
    the configuration `config.yml` (line 4, column 11) has the unknown key `kaa.kpc.tcp.prot`; did you mean `kaa.kpc.tcp.port`?
    the configuration `config.yml` (line 4, column 29) has the unknown key `kaa.kpc.tcp.what-is-this`
    the configuration `config.yml` (line 7, column 1) has the unknown key `service.instance.nam`; did you mean `service.instance.name`?
    ");
}

#[test]
fn members_of_maps_and_items_of_lists_are_checked_too() {
    let settings = settings("kaa.list: [{host: h, prt: 1}]\nkaa.map: {a: {prt: 2}, b: }");
    settings.get::<Vec<Tcp>>("kaa.list").unwrap();
    settings.get::<HashMap<String, Option<Tcp>>>("kaa.map").unwrap();
    let unknown = settings.unknown_keys();
    let unknown: Vec<_> = unknown.iter().map(|key| (key.key(), key.nearest().unwrap())).collect();
    assert_eq!(unknown, [("kaa.list[0].prt", "kaa.list[0].port"), ("kaa.map.a.prt", "kaa.map.a.port")]);
}
