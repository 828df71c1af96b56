//! Runs a folder of vectors against our types.

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use kaa_tests::vectors;

/// Check every vector of a folder, in the format of tests/vectors/README.md: bytes and values of all messages.
///
/// Vectors with `"expect":"error"` have to be refused; with `"expect":"policy"` they may be refused or read.
/// The last line counts what passed of the lists `vectors`, and what failed of anything: files, vectors, evolution.
#[derive(Parser)]
struct Args {
    /// Folder with .json files.
    folder: PathBuf,
    /// Say what we do with vectors for which several ways are legal.
    #[arg(long, short)]
    verbose: bool,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let report = vectors::run(&args.folder);
    if args.verbose {
        report.notes.iter().for_each(|note| println!("policy: {note}"));
    }
    report.failures.iter().for_each(|failure| println!("FAILED {failure}"));
    println!("{} files, {} evolutions passed", report.files, report.evolution);
    println!("{} passed, {} failed", report.passed, report.failures.len());
    if report.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
