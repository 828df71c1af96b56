//! What a benchmark found.

use std::fmt;

use serde::Serialize;

/// The rows of one benchmark.
#[derive(Debug)]
pub(crate) struct Report {
    bench: &'static str,
    rows: Vec<Row>,
}

/// One figure.
#[derive(Debug, Serialize)]
struct Row {
    bench: &'static str,
    case: String,
    metric: &'static str,
    value: f64,
    /// Null if nothing is asked of it.
    bound: Option<f64>,
    /// Whether the value keeps to the bound; null if there is none.
    ok: Option<bool>,
    #[serde(skip)]
    sign: &'static str,
}

/// What is asked of a figure.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Bound {
    AtMost(f64),
    AtLeast(f64),
    None,
}

impl Report {
    /// An empty report.
    pub(crate) fn new(bench: &'static str) -> Self {
        Self { bench, rows: Vec::new() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Adds a figure.
    pub(crate) fn add(&mut self, case: impl Into<String>, metric: &'static str, value: f64, bound: Bound) {
        let value = (value * 1000.0).round() / 1000.0;
        let (sign, bound, ok) = match bound {
            Bound::AtMost(bound) => ("<=", Some(bound), Some(value <= bound)),
            Bound::AtLeast(bound) => (">=", Some(bound), Some(value >= bound)),
            Bound::None => ("", None, None),
        };
        self.rows.push(Row { bench: self.bench, case: case.into(), metric, value, bound, ok, sign });
    }

    /// One JSON object a line.
    pub(crate) fn json_lines(&self) -> String {
        let lines = self.rows.iter().map(|row| serde_json::to_string(row).expect("a row is JSON") + "\n");
        lines.collect()
    }
}

/// A table.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.rows.iter().map(|row| row.case.len()).max().unwrap_or_default();
        writeln!(f, "{:<width$} {:<28} {:>12} {:>10}", "case", "metric", "value", "bound")?;
        for row in &self.rows {
            let bound = row.bound.map_or_else(String::new, |bound| format!("{} {bound}", row.sign));
            let verdict = match row.ok {
                Some(true) => "ok",
                Some(false) => "MISSED",
                None => "",
            };
            let line = format!("{:<width$} {:<28} {:>12.2} {bound:>10} {verdict}", row.case, row.metric, row.value);
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_json_objects_and_table_lines() {
        let mut report = Report::new("codec");
        report.add("a/encode", "ratio_to_hand", 1.07, Bound::AtMost(1.3));
        report.add("a/decode", "speedup", 1.5, Bound::AtLeast(2.0));
        report.add("a/decode", "ns_per_op", 88.0, Bound::None);
        assert_eq!(
            report.json_lines().lines().collect::<Vec<_>>(),
            [
                r#"{"bench":"codec","case":"a/encode","metric":"ratio_to_hand","value":1.07,"bound":1.3,"ok":true}"#,
                r#"{"bench":"codec","case":"a/decode","metric":"speedup","value":1.5,"bound":2.0,"ok":false}"#,
                r#"{"bench":"codec","case":"a/decode","metric":"ns_per_op","value":88.0,"bound":null,"ok":null}"#,
            ]
        );
        let table = report.to_string();
        let ends: Vec<&str> = table.lines().filter_map(|line| line.split_whitespace().last()).collect();
        assert_eq!(ends, ["bound", "ok", "MISSED", "88.00"]);
    }
}
