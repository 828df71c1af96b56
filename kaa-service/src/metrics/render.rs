//! The text format of Prometheus, version 0.0.4.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{Histogram, Metrics, labels, registry::Series, table};

/// The metrics of several services, each with its labels.
pub(crate) fn render_all<'a>(services: impl IntoIterator<Item = (String, &'a Metrics)>) -> String {
    let mut families: BTreeMap<&str, BTreeMap<String, Series>> = BTreeMap::new();
    let mut help = BTreeMap::new();
    for (service, metrics) in services {
        let of_service = metrics.families();
        help.extend(of_service.help.iter().map(|(name, text)| (*name, *text)));
        for (name, series) in &of_service.series {
            let series = series.iter().map(|(own, series)| (labels::joined(&service, own), series.clone()));
            families.entry(name).or_default().extend(series);
        }
    }
    let mut text = String::new();
    for (name, series) in families {
        family(&mut text, name, help.get(name).copied().or_else(|| table::meaning(name)), &series);
    }
    text
}

// Writing to a string does not fail.
fn family(text: &mut String, name: &str, help: Option<&str>, series: &BTreeMap<String, Series>) {
    let Some(kind) = series.values().next().map(kind) else { return };
    if let Some(help) = help {
        let _ = writeln!(text, "# HELP {name} {}", help.replace('\\', r"\\").replace('\n', r"\n"));
    }
    let _ = writeln!(text, "# TYPE {name} {kind}");
    for (labels, series) in series {
        let all = braces(labels);
        let _ = match series {
            Series::Counter(counter) => writeln!(text, "{name}{all} {}", counter.value()),
            Series::Gauge(gauge) => writeln!(text, "{name}{all} {}", gauge.value()),
            Series::Histogram(histogram) => {
                buckets(text, name, labels, histogram);
                Ok(())
            }
        };
    }
}

fn buckets(text: &mut String, name: &str, labels: &str, histogram: &Histogram) {
    let now = histogram.snapshot();
    let bounds = Histogram::BUCKETS.iter().map(|bound| bound.as_secs_f64().to_string());
    let mut count = 0;
    for (bound, more) in bounds.chain(["+Inf".to_owned()]).zip(now.counts) {
        count += more;
        let _ = writeln!(text, "{name}_bucket{} {count}", braces(&labels::joined(labels, &format!("le=\"{bound}\""))));
    }
    let all = braces(labels);
    let _ = writeln!(text, "{name}_sum{all} {}.{:09}", now.sum.as_secs(), now.sum.subsec_nanos());
    let _ = writeln!(text, "{name}_count{all} {count}");
}

fn braces(labels: &str) -> String {
    if labels.is_empty() { String::new() } else { format!("{{{labels}}}") }
}

fn kind(series: &Series) -> &'static str {
    match series {
        Series::Counter(_) => "counter",
        Series::Gauge(_) => "gauge",
        Series::Histogram(_) => "histogram",
    }
}
