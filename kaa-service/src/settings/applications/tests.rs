use super::*;
use crate::settings::tests::{Tcp, loaded, settings};

#[test]
fn applications_inherit_key_by_key() {
    let yaml = "
kaa:
  epts: {port: 1, mode: plain, allowed: [a, b], max: {x: 1, y: 1}}
  applications:
    kettle:
      port: 2
      max: {x: 2}
      versions:
        kettle-v1:
        kettle-v2: {port: 3, allowed: [c], max: {z: 3}}
        kettle-v3.max:
    pot:
";
    let applications = Applications::<Tcp>::with_defaults(&settings(yaml), "kaa.epts").unwrap();
    let max = |members: &[(&str, u8)]| Some(members.iter().map(|(name, max)| ((*name).to_owned(), *max)).collect());
    let first = applications.for_app_version("kettle-v1").unwrap();
    assert_eq!((first.port, first.allowed.len(), &first.max), (2, 2, &max(&[("x", 2), ("y", 1)])));
    let second = applications.for_app_version("kettle-v2").unwrap();
    assert_eq!((second.port, second.allowed.len(), &second.max), (3, 1, &max(&[("x", 2), ("y", 1), ("z", 3)])));
    assert_eq!(applications.for_app_version("kettle-v3").unwrap().max, None);
    assert!(applications.for_app_version("pot").is_none());
    assert_eq!(applications.application_of("kettle-v1"), Some("kettle"));
    assert_eq!(applications.names().collect::<Vec<_>>(), ["kettle", "pot"]);
    assert_eq!(applications.app_versions().count(), 3);
}

#[test]
fn variables_of_applications_are_inherited_too() {
    let yaml =
        "kaa.epts: {port: 1}\nkaa.applications: {kettle: {host: h, versions: {kettle-v1: , kettle-v2: {host: v}}}}";
    let variables = [
        ("KAA_EPTS_PORT", "7"),
        ("KAA_APPLICATIONS_KETTLE_HOST", "env"),
        ("KAA_APPLICATIONS_KETTLE_VERSIONS_KETTLE_V2_PORT", "8"),
    ];
    let applications = Applications::<Tcp>::with_defaults(&loaded(yaml, &variables), "kaa.epts").unwrap();
    let of = |version: &str| applications.for_app_version(version).map(|tcp| (tcp.host.as_str(), tcp.port)).unwrap();
    assert_eq!((of("kettle-v1"), of("kettle-v2")), (("env", 7), ("v", 8)));
}

#[test]
fn what_is_wrong_with_applications_is_said_with_its_place() {
    let wrong = |yaml: &str| Applications::<Tcp>::from_settings(&loaded(yaml, &[])).unwrap_err().to_string();
    insta::assert_snapshot!(wrong("kaa.applications:\n  a: {versions: {v1: }}\n  b: {versions: {v1: }}"), @"the configuration `config.yml` (line 3, column 18) is not valid: `kaa.applications.b.versions.v1`: `a` has this version too: `config.yml` (line 2, column 18)");
    insta::assert_snapshot!(wrong("kaa.applications: {a: {port: many, versions: {v1: }}}"), @r#"the configuration `config.yml` (line 1, column 24) is not valid: `kaa.applications.a.versions.v1.port`: invalid type: string "many", expected a whole number from 0 to 65535"#);
    assert!(wrong("kaa.applications: [a]").contains("`kaa.applications`: expected keys and values"));
    assert!(wrong("kaa.applications.a.versions: v1").contains("`kaa.applications.a.versions`: expected keys"));
}

#[test]
fn the_keys_of_applications_are_known_at_each_level() {
    let settings = settings(
        "kaa.epts: {prot: 1}\nkaa.applications: {a: {prot: 1, host: h, versions: {v1: {prot: 1}}}, b: {prot: 1}}",
    );
    Applications::<Tcp>::with_defaults(&settings, "kaa.epts").unwrap();
    let nearest: Vec<_> = settings.unknown_keys().iter().filter_map(|key| key.nearest().map(str::to_owned)).collect();
    let expected = ["a.port", "a.versions.v1.port", "b.port"].map(|key| format!("kaa.applications.{key}"));
    assert_eq!(nearest[..3], expected);
    assert_eq!(nearest[3..], ["kaa.epts.port"]);
}
