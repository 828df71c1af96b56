//! Settings as a process finds them: each case is a process of its own, since the environment belongs to all of one.

mod live;

use std::{path::Path, process::Command};

use kaa_proves::proves;
use kaa_service::{ErrorKind, Settings};

/// Runs [`child`] with this environment; returns what it says first.
fn load(environment: &[(&str, &str)]) -> String {
    let text = output(environment);
    text.lines().find_map(|line| line.split_once("loaded: ")).map(|(_, said)| said.to_owned()).unwrap_or(text)
}

fn output(environment: &[(&str, &str)]) -> String {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "settings::child", "--nocapture"]).env_clear();
    let output = child.envs(environment.iter().copied()).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// What the others run in a process of its own; by itself it says what this process would load.
#[test]
fn child() {
    match Settings::load("dcx") {
        Ok(settings) => {
            let identity = settings.identity();
            let (grace, urls) = (settings.graceful_shutdown().as_secs(), settings.nats_urls().join(" "));
            let limit =
                settings.get::<u32>("kaa.dcx.limit").unwrap().map(|limit| format!(" {limit}")).unwrap_or_default();
            println!("loaded: {} {} {grace} {urls}{limit}", identity.instance, identity.replica);
            settings.unknown_keys().iter().for_each(|key| println!("{key}"));
        }
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Settings);
            println!("loaded: {error:?}");
        }
    }
}

fn file(folder: &Path, text: &str) -> String {
    let path = folder.join("config.yml");
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

const FILE: &str =
    "service:\n  instance:\n    name: dcx-a\n    replica.id: r1\n  graceful-shutdown: 7\nnats.urls: a:1, b:2\n";

#[test]
fn the_file_that_app_config_path_names_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), FILE);
    assert_eq!(load(&[("APP_CONFIG_PATH", &path)]), "dcx-a r1 7 a:1 b:2");
}

#[test]
fn the_environment_wins_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), FILE);
    assert_eq!(load(&[("APP_CONFIG_PATH", &path), ("NATS_URLS", "nats://c:3")]), "dcx-a r1 7 nats://c:3");
    let said = load(&[("APP_CONFIG_PATH", &path), ("INSTANCE_NAME", "b"), ("NATS_URLS", ""), ("KAA_DCX_LIMIT", "4")]);
    assert_eq!(said, "b r1 7 a:1 b:2 4");
    let said = load(&[("APP_CONFIG_PATH", &path), ("INSTANCE_REPLICA_ID", "dcx-5d9f7c6b8-x2x4z")]);
    assert_eq!(said, "dcx-a dcx-5d9f7c6b8-x2x4z 7 a:1 b:2");
    assert!(
        load(&[("INSTANCE_NAME", "a.b")]).starts_with("the configuration in the variable `INSTANCE_NAME` is not valid")
    );
}

#[test]
fn a_variable_with_a_mistake_in_its_name_is_told_and_those_of_others_are_not() {
    let text = output(&[
        ("PATH", "/bin"),
        ("HOME", "/root"),
        ("KUBERNETES_SERVICE_HOST", "10.0.0.1"),
        ("NATS_PORT_4222_TCP", "tcp://10.0.0.1:4222"),
        ("NATS_URL", "nats://me:hunter2@host"),
        ("KAA_DCX_LIMTI", "4"),
    ]);
    let told: Vec<_> = text.lines().filter(|line| line.contains("the environment has")).collect();
    assert_eq!(
        told,
        [
            "the environment has the unknown variable `KAA_DCX_LIMTI`; did you mean `KAA_DCX_LIMIT`?",
            "the environment has the unknown variable `NATS_URL`; did you mean `NATS_URLS`?"
        ]
    );
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn without_a_file_the_defaults_hold() {
    let said = load(&[]);
    assert!(said.starts_with("dcx ") && said.ends_with(" 30 nats://nats:4222"), "{said}");
}

#[test]
fn a_file_that_cannot_be_read_is_an_error_that_names_it() {
    let said = load(&[("APP_CONFIG_PATH", "/no/such/file.yml")]);
    assert!(said.starts_with(r#"the configuration "/no/such/file.yml" cannot be read; "#), "{said}");
    let folder = tempfile::tempdir().unwrap();
    assert!(load(&[("APP_CONFIG_PATH", folder.path().to_str().unwrap())]).contains("cannot be read"));
}

#[proves("ISM-025")]
#[test]
fn a_file_that_is_not_valid_is_an_error_that_names_it_and_the_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "service.graceful-shutdown: soon");
    let said = load(&[("APP_CONFIG_PATH", &path)]);
    assert!(said.contains(&path) && said.contains("`service.graceful-shutdown`"), "{said}");
    let path = file(folder.path(), "service.instance.name: a.b");
    assert!(load(&[("APP_CONFIG_PATH", &path)]).contains("`service.instance.name`"), "ISM-025");
    let path = file(folder.path(), "[broken");
    assert!(load(&[("APP_CONFIG_PATH", &path)]).contains(&path));
}
