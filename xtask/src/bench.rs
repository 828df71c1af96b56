//! `cargo xtask bench`.

use anyhow::{Result, bail};
use clap::ValueEnum;
use xtask::tools::Tool;

use crate::command::Command;
use crate::install;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// What to measure: the Avro codec alone, the time to build the pure crates, or services over a nats-server: round trips
    /// of 4/ESP, events, allocations.
    bench: Bench,
    /// Run only the cases of `esp` with this in their names, for example `echo/current-thread` or `observers`.
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// Print the results as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Bench {
    Codec,
    Compile,
    Esp,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    if args.only.is_some() && !matches!(args.bench, Bench::Esp) {
        bail!("`--only` chooses cases of `esp`; the others run whole");
    }
    let mut command = Command::cargo("run").args("--release -p kaa-bench --");
    command = match args.bench {
        Bench::Codec => command.arg("codec"),
        Bench::Compile => command.arg("compile"),
        Bench::Esp => command.arg("esp").env(Tool::NatsServer.env(), install::tool(Tool::NatsServer)?),
    };
    if args.json {
        command = command.arg("--json");
    }
    if let Some(only) = &args.only {
        command = command.arg("--only").arg(only);
    }
    command.run()
}
