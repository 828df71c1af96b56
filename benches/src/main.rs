//! Benchmarks of kaa-rs: `cargo run --release -p kaa-bench -- codec`, or `cargo xtask bench codec`.
//!
//! A benchmark fills a [`Report`]; it does not fail if a bound is missed, since the machine may be busy. Whoever needs a verdict reads
//! `--json`.
#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a benchmark that cannot run has nothing to report")]

mod candidates;
mod codec;
mod compile;
mod esp;
mod measure;
mod memory;
mod report;

use clap::{Args, Parser, Subcommand};

use crate::report::Report;

#[derive(Parser)]
#[command(about = "Benchmarks of kaa-rs.")]
struct Command {
    #[command(subcommand)]
    bench: Bench,
}

#[derive(Subcommand)]
enum Bench {
    /// The Avro codec, beside a hand-written one and apache-avro.
    Codec(Output),
    /// Building the crates without I/O from nothing.
    Compile(Output),
    /// Round trips, events and allocations over NATS, beside bare async-nats.
    Esp {
        #[command(flatten)]
        output: Output,
        /// Run only the cases with this in their names; these are the first column of what is printed.
        #[arg(long, value_name = "TEXT")]
        only: Option<String>,
    },
}

#[derive(Args)]
struct Output {
    /// Print one JSON object a line.
    #[arg(long)]
    json: bool,
}

fn main() {
    let Command { bench } = Command::parse();
    match bench {
        Bench::Codec(output) => output.print(&codec::run()),
        Bench::Compile(output) => output.print(&compile::run()),
        Bench::Esp { output, only } => output.print(&esp::run(only.as_deref())),
    }
}

impl Output {
    fn print(&self, report: &Report) {
        if self.json {
            print!("{}", report.json_lines());
        } else {
            print!("{report}");
        }
    }
}
