//! Counters, so that nothing is lost silently.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

/// A number that only grows. Clones count together.
#[derive(Clone, Debug, Default)]
pub struct Counter(Arc<AtomicU64>);

impl Counter {
    /// One more.
    pub fn increment(&self) {
        self.add(1);
    }

    /// `count` more.
    pub fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    /// At least `count`: for what somebody else counts.
    pub(crate) fn raise_to(&self, count: u64) {
        self.0.fetch_max(count, Ordering::Relaxed);
    }

    /// How many so far.
    #[must_use]
    pub fn value(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// All counters of a service, by metric name and labels. Clones share them.
///
/// ```
/// use kaa_service::Counters;
///
/// let counters = Counters::new();
/// let lost = counters.counter("kaa_messages_total", &[("message", "ClientData"), ("outcome", "expired")]);
/// lost.increment();
/// assert_eq!(counters.render(), "# TYPE kaa_messages_total counter\n\
///     kaa_messages_total{message=\"ClientData\",outcome=\"expired\"} 1\n");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Counters(Arc<Mutex<BTreeMap<(&'static str, String), Counter>>>);

impl Counters {
    /// No counters yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The counter of this name and these labels; the same one each time. Keep it: looking it up takes a lock. Label
    /// values have to come from a small set, never from a message.
    #[must_use]
    pub fn counter(&self, name: &'static str, labels: &[(&str, &str)]) -> Counter {
        let mut text = String::new();
        for (index, (key, value)) in labels.iter().enumerate() {
            let separator = if index == 0 { "" } else { "," };
            let value = value.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n");
            let _ = write!(text, "{separator}{key}=\"{value}\"");
        }
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entry((name, text)).or_default().clone()
    }

    /// The sum of all counters of a name whose labels contain `label`; for tests and summaries.
    #[must_use]
    pub fn sum(&self, name: &str, label: (&str, &str)) -> u64 {
        let wanted = format!("{}=\"{}\"", label.0, label.1);
        let counters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let matching =
            counters.iter().filter(|((own, labels), _)| *own == name && labels.split(',').any(|l| l == wanted));
        matching.map(|(_, counter)| counter.value()).sum()
    }

    /// All of them in the text format of Prometheus.
    #[must_use]
    pub fn render(&self) -> String {
        Self::render_all([("", self)])
    }

    /// The counters of several services in the text format of Prometheus, each with the label `service` of its name.
    #[must_use]
    pub fn render_all<'a>(services: impl IntoIterator<Item = (&'a str, &'a Self)>) -> String {
        let mut lines = BTreeMap::new();
        for (service, counters) in services {
            let service = if service.is_empty() { String::new() } else { format!("service=\"{service}\"") };
            for ((name, labels), counter) in counters.0.lock().unwrap_or_else(PoisonError::into_inner).iter() {
                let separator = if service.is_empty() || labels.is_empty() { "" } else { "," };
                lines.insert((*name, format!("{service}{separator}{labels}")), counter.value());
            }
        }
        let (mut text, mut last) = (String::new(), "");
        for ((name, labels), value) in lines {
            if last != name {
                let _ = writeln!(text, "# TYPE {name} counter");
                last = name;
            }
            let labels = if labels.is_empty() { labels } else { format!("{{{labels}}}") };
            let _ = writeln!(text, "{name}{labels} {value}");
        }
        text
    }
}
