//! `cargo xtask vectors`.

use std::path::{self, PathBuf};
use std::process;

use anyhow::{Context as _, Result};

use crate::command::Command;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Folder with .json files in the format of tests/vectors/README.md.
    folder: PathBuf,
    /// Say what we do with vectors for which several ways are legal.
    #[arg(long, short)]
    verbose: bool,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let folder = path::absolute(&args.folder).with_context(|| format!("path {}", args.folder.display()))?;
    let mut command = Command::cargo("run").args("-q -p kaa-tests --bin vectors --").arg(folder);
    if args.verbose {
        command = command.arg("--verbose");
    }
    if !command.run_to_end()? {
        process::exit(1); // it has said what failed, and its last line is the sum
    }
    Ok(())
}
