//! The files for operators, in `deploy/`.

use std::{collections::BTreeSet, fs, path::PathBuf};

use kaa_ism::ReplicaId;
use serde_json::Value;

use crate::metrics::documented;

fn text(path: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../deploy").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn yaml(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap()
}

/// The words of a text that name metrics of the chassis.
fn named(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    words.filter(|word| word.starts_with("kaa_") && *word != "kaa_service").map(str::to_owned).collect()
}

/// The names of the table as they may be asked for.
fn askable() -> BTreeSet<String> {
    let names = documented().into_iter().flat_map(|(name, (kind, _))| match kind.as_str() {
        "histogram" => ["_bucket", "_sum", "_count"].map(|suffix| format!("{name}{suffix}")).to_vec(),
        _ => vec![name],
    });
    names.collect()
}

#[test]
fn every_metric_that_dashboard_and_alerts_ask_for_is_documented() {
    for path in ["grafana/kaa-services.json", "prometheus/kaa-alerts.yml"] {
        let (named, askable) = (named(&text(path)), askable());
        assert!(named.len() > 10, "{path}: {named:?}");
        let unknown: Vec<_> = named.difference(&askable).collect();
        assert!(unknown.is_empty(), "{path}: {unknown:?}");
    }
}

#[test]
fn the_dashboard_shows_every_metric() {
    let shown = named(&text("grafana/kaa-services.json"));
    let missing: Vec<_> =
        documented().into_keys().filter(|name| !shown.iter().any(|it| it.starts_with(name))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn the_dashboard_is_one() {
    let dashboard: Value = serde_json::from_str(&text("grafana/kaa-services.json")).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    for panel in panels {
        let targets = panel["targets"].as_array().unwrap();
        assert!(!targets.is_empty() && targets.iter().all(|target| target["expr"].is_string()), "{panel}");
    }
    let ids: BTreeSet<_> = panels.iter().map(|panel| panel["id"].as_u64().unwrap()).collect();
    assert_eq!(ids.len(), panels.len());
}

#[test]
fn every_alert_has_what_it_needs() {
    let rules = yaml(&text("prometheus/kaa-alerts.yml"));
    let rules = rules["groups"][0]["rules"].as_array().unwrap();
    assert!(rules.len() > 10);
    for rule in rules {
        let has = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
        let complete = has(&rule["alert"]) && has(&rule["expr"]) && has(&rule["annotations"]["summary"]);
        assert!(complete && has(&rule["labels"]["severity"]), "{rule}");
    }
}

#[test]
fn a_replica_has_the_name_of_its_pod_which_is_a_valid_id() {
    let manifest = text("kubernetes/service.yaml");
    let deployment = yaml(manifest.split("\n---\n").last().unwrap());
    let variables = deployment["spec"]["template"]["spec"]["containers"][0]["env"].as_array().unwrap();
    let id = variables.iter().find(|variable| variable["name"] == "INSTANCE_REPLICA_ID").unwrap();
    assert_eq!(id["valueFrom"]["fieldRef"]["fieldPath"], "metadata.name");
    // Kubernetes adds a hash and something random, both without dots.
    let pod = format!("{}-5d9f7c6b8-x2x4z", deployment["metadata"]["name"].as_str().unwrap());
    ReplicaId::parse(pod).unwrap();
}

#[test]
fn the_probes_ask_for_pages_that_there_are_and_the_grace_is_long_enough() {
    let manifest = text("kubernetes/service.yaml");
    let [settings, deployment] = manifest.split("\n---\n").map(yaml).collect::<Vec<_>>().try_into().unwrap();
    let settings = settings["data"]["service-config.yml"].as_str().unwrap();
    let settings = kaa_service::Settings::from_yaml("hello", settings).unwrap();
    let pod = &deployment["spec"]["template"]["spec"];
    let container = &pod["containers"][0];
    let path = |probe: &str| container[probe]["httpGet"]["path"].clone();
    assert_eq!((path("livenessProbe"), path("readinessProbe")), ("/health".into(), "/health/ready".into()));
    let port = settings.get::<u64>("management.port").unwrap();
    assert_eq!(container["ports"][0]["containerPort"].as_u64(), port);
    let grace = pod["terminationGracePeriodSeconds"].as_u64().unwrap();
    assert!(grace > settings.graceful_shutdown().as_secs());
}
