//! The table on the terminal.

use std::{
    io::{IsTerminal as _, Write as _},
    sync::Arc,
    time::Duration,
};

use crate::stats::Stats;

/// Drawn again and again on a terminal; elsewhere only at the end.
pub(crate) struct Table {
    live: bool,
    drawn_lines: usize,
}

impl Table {
    pub(crate) fn new() -> Self {
        Self { live: std::io::stdout().is_terminal(), drawn_lines: 0 }
    }

    pub(crate) fn draw(&mut self, stats: &[Arc<Stats>]) {
        if self.live {
            self.print(stats);
        }
    }

    pub(crate) fn finish(&mut self, stats: &[Arc<Stats>]) {
        self.print(stats);
    }

    fn print(&mut self, stats: &[Arc<Stats>]) {
        let mut text = String::new();
        if self.drawn_lines > 0 {
            // Up over the last table, and clear from there on.
            text.push_str(&format!("\x1b[{}A\x1b[J", self.drawn_lines));
        }
        let mut lines = vec![format!(
            "{:<36} {:>9} {:>13} {:>7} {:>9} {:>9}",
            "endpoint", "sent", "acknowledged", "errors", "p50", "p99"
        )];
        for stats in stats {
            let (sent, acknowledged, errors) = stats.counts();
            let (p50, p99) = (milliseconds(stats.quantile(500)), milliseconds(stats.quantile(990)));
            let endpoint = stats.endpoint();
            lines.push(format!("{endpoint:<36} {sent:>9} {acknowledged:>13} {errors:>7} {p50:>9} {p99:>9}"));
        }
        lines.extend(stats.iter().filter_map(|stats| Some(format!("last error: {}", stats.last_error()?))).next());
        self.drawn_lines = if self.live { lines.len() } else { 0 };
        text.push_str(&lines.join("\n"));
        let mut out = std::io::stdout();
        let _ = writeln!(out, "{text}");
        let _ = out.flush();
    }
}

fn milliseconds(latency: Option<Duration>) -> String {
    latency.map_or_else(|| "-".to_owned(), |latency| format!("{:.2} ms", latency.as_secs_f64() * 1000.0))
}
