//! All metrics of a service.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{Counter, Gauge, Histogram, labels};

/// All metrics of a service, by name and labels. Clones share them.
///
/// ```
/// use kaa_service::Metrics;
///
/// let metrics = Metrics::new();
/// metrics.describe("oven_loaves_total", "Loaves that were baked.");
/// metrics.counter("oven_loaves_total", &[("kind", "rye")]).increment();
/// assert!(metrics.render().ends_with("oven_loaves_total{kind=\"rye\"} 1\n"));
/// ```
///
/// Names and the keys of labels are those of Prometheus: ASCII letters, digits and `_`, not beginning with a digit; `le`,
/// `service` and `replica` are taken. A name belongs to one type: asked for as another one, it is logged as an error, and what
/// is returned is not shown.
#[derive(Clone, Debug, Default)]
pub struct Metrics(Arc<Mutex<Families>>);

#[derive(Debug, Default)]
pub(super) struct Families {
    pub(super) series: BTreeMap<&'static str, BTreeMap<String, Series>>,
    pub(super) help: BTreeMap<&'static str, &'static str>,
}

#[derive(Clone, Debug)]
pub(super) enum Series {
    Counter(Counter),
    Gauge(Gauge),
    Histogram(Histogram),
}

/// A type of metric.
trait Metric: Clone + Default {
    fn into_series(self) -> Series;
    /// `None` if it is of another type.
    fn of(series: &Series) -> Option<&Self>;
}

macro_rules! metric {
    ($($name:ident)*) => {
        $(impl Metric for $name {
            fn into_series(self) -> Series {
                Series::$name(self)
            }

            fn of(series: &Series) -> Option<&Self> {
                if let Series::$name(metric) = series { Some(metric) } else { None }
            }
        })*
    };
}

metric! { Counter Gauge Histogram }

/// How many series a name has at most.
pub(super) const SERIES: usize = 1000;

/// The value of all labels of what comes beyond that.
const OTHER: &str = "other";

impl Metrics {
    /// No metrics yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The counter of this name and these labels; the same one each time. Keep it: looking it up takes a lock. Label
    /// values have to come from a small set, never from a message: beyond 1000 series of a name all values are `other`.
    #[must_use]
    pub fn counter(&self, name: &'static str, labels: &[(&str, &str)]) -> Counter {
        self.metric(name, labels)
    }

    /// The gauge of this name and these labels, as with [`counter`](Self::counter).
    #[must_use]
    pub fn gauge(&self, name: &'static str, labels: &[(&str, &str)]) -> Gauge {
        self.metric(name, labels)
    }

    /// The histogram of this name and these labels, as with [`counter`](Self::counter).
    #[must_use]
    pub fn histogram(&self, name: &'static str, labels: &[(&str, &str)]) -> Histogram {
        self.metric(name, labels)
    }

    /// Says what a name means, in one line for the operator. Those of the chassis are known.
    pub fn describe(&self, name: &'static str, help: &'static str) {
        self.families().help.insert(name, help);
    }

    /// The sum of all counters of a name whose labels contain `label`; for tests and summaries.
    #[must_use]
    pub fn sum(&self, name: &str, label: (&str, &str)) -> u64 {
        let wanted = labels::text([label]);
        let families = self.families();
        let series = families.series.get(name).into_iter().flatten();
        let matching = series.filter(|(labels, _)| labels.split(',').any(|label| label == wanted));
        matching.filter_map(|(_, series)| Counter::of(series)).map(Counter::value).sum()
    }

    /// All of them in the text format of Prometheus, version 0.0.4.
    #[must_use]
    pub fn render(&self) -> String {
        super::render_all([(String::new(), self)])
    }

    pub(super) fn families(&self) -> MutexGuard<'_, Families> {
        // A panic while holding the lock leaves whole entries behind.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn metric<T: Metric>(&self, name: &'static str, labels: &[(&str, &str)]) -> T {
        let mut families = self.families();
        let series = families.series.entry(name).or_default();
        if series.values().next().is_some_and(|first| T::of(first).is_none()) {
            tracing::error!(name, "a metric is asked for as another type than before; it is not shown");
            return T::default();
        }
        let mut key = labels::text(labels.iter().copied());
        if series.len() >= SERIES && !series.contains_key(&key) {
            key = labels::text(labels.iter().map(|(key, _)| (*key, OTHER)));
        }
        let series = series.entry(key).or_insert_with(|| T::default().into_series());
        T::of(series).cloned().unwrap_or_default()
    }
}
