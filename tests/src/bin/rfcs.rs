//! `cargo xtask rfcs`: makes the pages and schemas of `rfcs/`, or checks that they are up to date.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Result, bail};
use clap::Parser;
use kaa_tests::rfcs;

#[derive(Parser)]
#[command(bin_name = "cargo xtask rfcs")]
struct Args {
    /// Write nothing, but fail if something is out of date.
    #[arg(long)]
    check: bool,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<()> {
    let folder = rfcs::make(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).with_file_name(""))?;
    let mut problems = Vec::new();
    if args.check {
        problems
            .extend(folder.stale()?.iter().map(|name| format!("rfcs/{name} is out of date: run `cargo xtask rfcs`")));
    } else {
        folder.write()?.iter().for_each(|name| println!("rfcs/{name}"));
    }
    problems.extend(folder.strays()?.iter().map(|name| format!("rfcs/{name} is made by nothing: delete it")));
    if !problems.is_empty() {
        bail!("rfcs:\n  {}", problems.join("\n  "));
    }
    Ok(())
}
