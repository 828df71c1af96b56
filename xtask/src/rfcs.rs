//! `cargo xtask rfcs`.

use anyhow::Result;

use crate::command::Command;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Write nothing, but fail if a page or a schema is out of date.
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    if args.check { check() } else { command().run() }
}

/// The step of `cargo xtask test`.
pub(crate) fn check() -> Result<()> {
    command().arg("--check").run()
}

fn command() -> Command {
    Command::cargo("run").args("-q -p kaa-tests --bin rfcs --")
}
