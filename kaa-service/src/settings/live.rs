//! Settings that change while a service runs.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde_json::Value;
use tokio::sync::watch;

use super::{Settings, node::Node, place::Origin, sources::SettingsFile};
use crate::{Error, Metrics};

/// Settings that change: by their file ([`follow_file`](Self::follow_file)) and by other sources
/// ([`replace`](Self::replace)). Clones change together.
///
/// A service watches what it can change at run time, as a type of its own. A new configuration comes into force as a
/// whole: if anything that is watched cannot be read from it, it is refused with one line in the log that says where
/// and why, and the old one stays. `kaa_settings_changes_total{source, outcome}` counts both, as `applied` and
/// `refused`; the source is `file`, or the name given by the source.
///
/// What is below `service`, and the NATS servers, do not change.
///
/// ```
/// use kaa_service::{Metrics, LiveSettings, Settings};
/// use serde_json::json;
///
/// let live = LiveSettings::new(Settings::new("dcx")?, &Metrics::new());
/// let limit = live.watch(|settings| Ok(settings.get::<u32>("kaa.dcx.limit")?.unwrap_or(10)))?;
/// live.replace("operator", json!({ "kaa.dcx.limit": 20 }))?;
/// assert_eq!(*limit.borrow(), 20);
/// live.replace("operator", json!({ "kaa.dcx.limit": "many" })).unwrap_err();
/// assert_eq!(*limit.borrow(), 20);
/// # Ok::<(), kaa_service::Error>(())
/// ```
#[derive(Clone)]
pub struct LiveSettings(Arc<Inner>);

struct Inner {
    state: Mutex<State>,
    metrics: Metrics,
}

struct State {
    settings: Settings,
    watchers: Vec<Box<dyn Watcher>>,
}

/// Puts what has been read into force.
type Commit = Box<dyn FnOnce() + Send>;

trait Watcher: Send {
    /// Whether somebody watches.
    fn is_wanted(&self) -> bool;

    /// Reads from new settings.
    fn prepare(&self, settings: &Settings) -> Result<Commit, Error>;
}

struct Typed<T, F> {
    sender: watch::Sender<T>,
    read: F,
}

impl<T, F> Watcher for Typed<T, F>
where
    T: PartialEq + Send + Sync + 'static,
    F: Fn(&Settings) -> Result<T, Error> + Send,
{
    fn is_wanted(&self) -> bool {
        self.sender.receiver_count() > 0
    }

    fn prepare(&self, settings: &Settings) -> Result<Commit, Error> {
        let (new, sender) = ((self.read)(settings)?, self.sender.clone());
        Ok(Box::new(move || {
            sender.send_if_modified(|current| {
                let changed = *current != new;
                *current = new;
                changed
            });
        }))
    }
}

impl LiveSettings {
    /// Settings that have not changed yet.
    #[must_use]
    pub fn new(settings: Settings, metrics: &Metrics) -> Self {
        let state = Mutex::new(State { settings, watchers: Vec::new() });
        Self(Arc::new(Inner { state, metrics: metrics.clone() }))
    }

    /// The settings that are in force.
    #[must_use]
    pub fn current(&self) -> Settings {
        self.state().settings.clone()
    }

    /// What changes are counted with, for sources that count too.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// What `read` makes of the settings, now and after each change; the receiver is told only if it differs. When the
    /// receiver and its clones are gone, `read` is not called any more. It may use nothing but the settings that it is
    /// given: these live settings are locked meanwhile.
    ///
    /// # Errors
    ///
    /// What `read` says of the current settings.
    pub fn watch<T, F>(&self, read: F) -> Result<watch::Receiver<T>, Error>
    where
        T: PartialEq + Send + Sync + 'static,
        F: Fn(&Settings) -> Result<T, Error> + Send + 'static,
    {
        let mut state = self.state();
        let (sender, receiver) = watch::channel(read(&state.settings)?);
        state.watchers.retain(|watcher| watcher.is_wanted());
        state.watchers.push(Box::new(Typed { sender, read }));
        Ok(receiver)
    }

    /// Replaces all that a source has said; it wins over the file and sources that came before, and the environment
    /// wins over it. Keys may be dotted. `source` is a short constant name: it is a label of the counter.
    ///
    /// # Errors
    ///
    /// [`Error`] if the new configuration is refused. That has been logged and counted.
    pub fn replace(&self, source: &str, tree: Value) -> Result<(), Error> {
        self.apply(source, |settings| {
            if !tree.is_object() {
                return Err(Error::invalid_settings(format!("of {source}"), "expected keys and values"));
            }
            let tree = Node::from_json(&Origin::Source(source.into()), tree);
            let sources = settings.sources.clone().with_source(source, tree);
            Ok(settings.with_sources(sources))
        })
    }

    /// Replaces what the file has said.
    pub(super) fn replace_file(&self, file: Result<SettingsFile, Error>) {
        let _ = self.apply("file", |settings| {
            let file = file?;
            let sources = settings.sources.clone().with_base(file.parse()?);
            Ok(Settings { file: Some(file), ..settings.with_sources(sources) })
        });
    }

    fn apply(&self, source: &str, change: impl FnOnce(Settings) -> Result<Settings, Error>) -> Result<(), Error> {
        let applied = self.state().apply(change);
        let outcome = if applied.is_ok() { "applied" } else { "refused" };
        match &applied {
            Ok(settings) => {
                tracing::info!(source, "a new configuration is in force");
                settings.warn_unknown_keys();
            }
            Err(error) => tracing::error!(source, ?error, "a new configuration is refused, the old one stays"),
        }
        self.0.metrics.counter("kaa_settings_changes_total", &[("source", source), ("outcome", outcome)]).increment();
        applied.map(drop)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic while holding the lock leaves the old settings: they are replaced by one step.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn apply(&mut self, change: impl FnOnce(Settings) -> Result<Settings, Error>) -> Result<Settings, Error> {
        let settings = change(self.settings.clone())?;
        self.watchers.retain(|watcher| watcher.is_wanted());
        let commits = self.watchers.iter().map(|watcher| watcher.prepare(&settings));
        let commits = commits.collect::<Result<Vec<_>, _>>()?;
        commits.into_iter().for_each(|commit| commit());
        self.settings = settings.clone();
        Ok(settings)
    }
}

impl fmt::Debug for LiveSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LiveSettings").field(&self.current()).finish()
    }
}
