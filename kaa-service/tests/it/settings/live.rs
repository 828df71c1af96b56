//! Settings that change while a service runs.

use std::{
    fmt::Debug,
    fs,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use kaa_service::{Applications, ErrorKind, LiveSettings, Metrics, Settings};
use serde::Deserialize;
use serde_json::json;
use tracing::{
    Event, Metadata, Subscriber,
    field::Field,
    span::{Attributes, Id, Record},
};

use super::file;
use crate::support::more_than_one_subscriber;

fn limit(settings: &Settings) -> Result<u32, kaa_service::Error> {
    Ok(settings.get("kaa.dcx.limit")?.unwrap_or(10))
}

fn live(yaml: &str) -> (LiveSettings, Metrics) {
    let counters = Metrics::new();
    (LiveSettings::new(Settings::from_yaml("dcx", yaml).unwrap(), &counters), counters)
}

fn counted(counters: &Metrics) -> (u64, u64) {
    let sum = |outcome| counters.sum("kaa_settings_changes_total", ("outcome", outcome));
    (sum("applied"), sum("refused"))
}

#[test]
fn who_watches_sees_what_has_changed_and_nothing_else() {
    let (live, counters) = live("kaa.dcx.limit: 5");
    let mut limits = live.watch(limit).unwrap();
    assert_eq!(*limits.borrow_and_update(), 5);
    live.replace("tekton", json!({ "kaa": { "dcx.limit": 6, "other": 1 } })).unwrap();
    assert!(limits.has_changed().unwrap());
    assert_eq!(*limits.borrow_and_update(), 6);
    live.replace("tekton", json!({ "kaa.dcx": { "limit": 6 } })).unwrap();
    assert!(!limits.has_changed().unwrap());
    live.replace("tekton", json!({})).unwrap();
    assert_eq!((*limits.borrow_and_update(), live.current().get("kaa.dcx.limit").unwrap()), (5, Some(5)));
    assert_eq!(counted(&counters), (3, 0));
}

#[test]
fn a_configuration_that_one_watcher_cannot_read_is_refused_as_a_whole() {
    let (live, counters) = live("");
    let limits = live.watch(limit).unwrap();
    let names = live.watch(|settings| settings.get::<String>("kaa.dcx.name")).unwrap();
    let error = live.replace("tekton", json!({ "kaa.dcx": { "limit": 7, "name": [1] } })).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Settings);
    insta::assert_snapshot!(error, @"the configuration of tekton is not valid: `kaa.dcx.name`: invalid type: sequence, expected a text");
    assert_eq!((*limits.borrow(), names.borrow().clone()), (10, None));
    assert_eq!(live.current().get::<u32>("kaa.dcx.limit").unwrap(), None);
    live.replace("tekton", json!([1])).unwrap_err();
    assert_eq!(counted(&counters), (0, 2));
    drop(names);
    live.replace("tekton", json!({ "kaa.dcx": { "limit": 7, "name": [1] } })).unwrap();
    assert_eq!(*limits.borrow(), 7);
}

#[test]
fn sources_are_laid_one_over_the_other() {
    let (live, _) = live("kaa.dcx: {limit: 1, name: file}");
    live.replace("first", json!({ "kaa.dcx": { "limit": 2, "name": "first" } })).unwrap();
    live.replace("second", json!({ "kaa.dcx.limit": 3 })).unwrap();
    let current = live.current();
    assert_eq!(current.get::<u32>("kaa.dcx.limit").unwrap(), Some(3));
    assert_eq!(current.get::<String>("kaa.dcx.name").unwrap().as_deref(), Some("first"));
    live.replace("first", json!({})).unwrap();
    assert_eq!(live.current().get::<String>("kaa.dcx.name").unwrap().as_deref(), Some("file"));
}

#[test]
fn applications_change() {
    #[derive(PartialEq, Deserialize)]
    struct Own {
        auto: bool,
    }
    let (live, _) = live("kaa.applications.kettle: {auto: true, versions: {v1: }}");
    let applications = live.watch(Applications::<Own>::from_settings).unwrap();
    live.replace("tekton", json!({ "kaa.applications.kettle.versions": { "v2": { "auto": false } } })).unwrap();
    let auto = |version: &str| applications.borrow().for_app_version(version).map(|own| own.auto);
    assert_eq!((auto("v1"), auto("v2"), auto("v3")), (Some(true), Some(false), None));
}

/// The settings of a file, watched; what is seen and counted.
struct Followed {
    live: LiveSettings,
    counters: Metrics,
    limits: tokio::sync::watch::Receiver<u32>,
    _following: kaa_service::FollowedFile,
}

impl Followed {
    fn new(path: &Path) -> Self {
        let counters = Metrics::new();
        let live = LiveSettings::new(Settings::from_file("dcx", path).unwrap(), &counters);
        let limits = live.watch(limit).unwrap();
        let _following = live.follow_file();
        Self { live, counters, limits, _following }
    }

    async fn limit(&mut self) -> u32 {
        self.limits.changed().await.unwrap();
        *self.limits.borrow_and_update()
    }

    /// Waits until that many were refused.
    async fn refused(&self, count: u64) {
        while counted(&self.counters).1 < count {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_changed_file_comes_into_force() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "kaa.dcx.limit: 1");
    let mut followed = Followed::new(Path::new(&path));
    for number in [2, 3] {
        file(folder.path(), &format!("kaa.dcx.limit: {number}"));
        assert_eq!(followed.limit().await, number);
    }
    assert_eq!(counted(&followed.counters), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn a_bad_file_is_refused_once_and_the_old_one_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "kaa.dcx.limit: 1");
    let mut followed = Followed::new(Path::new(&path));
    file(folder.path(), "kaa.dcx.limit: many");
    followed.refused(1).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    fs::remove_file(&path).unwrap();
    followed.refused(2).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(counted(&followed.counters), (0, 2));
    assert_eq!(followed.live.current().get::<u32>("kaa.dcx.limit").unwrap(), Some(1));
    file(folder.path(), "kaa.dcx.limit: 2");
    assert_eq!(followed.limit().await, 2);
}

#[tokio::test(start_paused = true)]
async fn a_refused_file_is_one_line_in_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "");
    let log = Log::default();
    more_than_one_subscriber();
    let _recording = tracing::subscriber::set_default(log.clone());
    let followed = Followed::new(Path::new(&path));
    file(folder.path(), "a: b\nkaa:\n  dcx:\n    limit: 'amqp://me:hunter2@host'\n");
    followed.refused(1).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    let lines = log.take();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains(&path) && lines[0].contains("(line 4, column 5)"), "{lines:?}");
    assert!(lines[0].contains("`kaa.dcx.limit`") && !lines[0].contains("hunter2"), "{lines:?}");
}

#[test]
fn each_unknown_key_is_one_warning() {
    let log = Log::default();
    more_than_one_subscriber();
    let _recording = tracing::subscriber::set_default(log.clone());
    let (live, _) = live("kaa.dcx: {limti: 1, limit: 2}");
    let _limits = live.watch(limit).unwrap();
    for other in [1, 2] {
        live.current().warn_unknown_keys();
        live.replace("tekton", json!({ "kaa.dcx.other": other })).unwrap();
    }
    let lines: Vec<_> = log.take().into_iter().filter(|line| line.contains("unknown key")).collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines[0].contains("(line 1, column 11)") && lines[0].contains("did you mean `kaa.dcx.limit`?"),
        "{lines:?}"
    );
    assert!(lines[1].contains("of tekton") && lines[1].contains("`kaa.dcx.other`"), "{lines:?}");
}

#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn the_swapped_link_of_a_config_map_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for (version, limit) in [("..1", 1), ("..2", 2)] {
        fs::create_dir(at(version)).unwrap();
        fs::write(at(version).join("service-config.yml"), format!("kaa.dcx.limit: {limit}")).unwrap();
    }
    std::os::unix::fs::symlink("..1", at("..data")).unwrap();
    std::os::unix::fs::symlink("..data/service-config.yml", at("service-config.yml")).unwrap();
    let mut followed = Followed::new(&at("service-config.yml"));
    std::os::unix::fs::symlink("..2", at("..data_tmp")).unwrap();
    fs::rename(at("..data_tmp"), at("..data")).unwrap();
    assert_eq!(followed.limit().await, 2);
}

/// What is logged, a line for each event.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("kaa_service")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = String::new();
        event.record(&mut |field: &Field, value: &dyn Debug| line.extend([field.name(), "=", &format!("{value:?} ")]));
        self.0.lock().unwrap().push(line);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
