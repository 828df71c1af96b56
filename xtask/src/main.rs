//! `cargo xtask <task>`: everything that is done with this repository besides writing code.

mod bench;
mod command;
mod coverage;
mod demo;
mod install;
mod licence;
mod metadata;
mod msrv;
mod purity;
mod rfcs;
mod step;
mod suite;
mod vectors;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(bin_name = "cargo xtask", about = "Tasks of this repository", arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build and start a platform on this machine, register three endpoints, and let simulated devices talk through it.
    Demo(demo::Args),
    /// Run every check that CI runs, up to the first that fails.
    Test(suite::Args),
    /// Print path and version of the programs that the end to end tests start; get those that are missing.
    Tools,
    /// Count the requirements of the RFCs that tests prove.
    Requirements(coverage::Args),
    /// Make the pages and schemas of `rfcs/`.
    Rfcs(rfcs::Args),
    /// Check a folder of Avro vectors against our messages.
    Vectors(vectors::Args),
    /// Run a benchmark.
    Bench(bench::Args),
}

fn main() -> ExitCode {
    let result = match Cli::parse().task {
        Task::Demo(args) => demo::run(&args),
        Task::Test(args) => suite::run(&args),
        Task::Tools => install::print_tools(),
        Task::Requirements(args) => coverage::run(&args),
        Task::Rfcs(args) => rfcs::run(&args),
        Task::Vectors(args) => vectors::run(&args),
        Task::Bench(args) => bench::run(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
