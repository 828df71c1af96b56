//! The steps of `cargo xtask test`.

use anyhow::Result;
use clap::ValueEnum;
use xtask::tools::Tool;

use crate::command::Command;
use crate::metadata::Metadata;
use crate::{coverage, install, licence, msrv, purity, rfcs};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    /// Formatting.
    Fmt,
    /// Lints.
    Clippy,
    /// Which crate may depend on which, and licences.
    Purity,
    /// Requirements that the tests name.
    Requirements,
    /// Pages and schemas of `rfcs/` that are out of date.
    Rfcs,
    /// The oldest Rust that can build the libraries.
    Msrv,
    /// Tests that need nothing but this workspace.
    Unit,
    /// Documentation of the libraries.
    Docs,
    /// Tests with a nats-server and MQTT clients.
    E2e,
}

impl Step {
    /// In the order in which they run.
    pub(crate) const ALL: [Self; 9] = [
        Self::Fmt,
        Self::Clippy,
        Self::Purity,
        Self::Requirements,
        Self::Rfcs,
        Self::Msrv,
        Self::Unit,
        Self::Docs,
        Self::E2e,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Clippy => "clippy",
            Self::Purity => "purity",
            Self::Requirements => "requirements",
            Self::Rfcs => "rfcs",
            Self::Msrv => "msrv",
            Self::Unit => "unit",
            Self::Docs => "docs",
            Self::E2e => "e2e",
        }
    }

    /// Whether `--quick` runs it.
    pub(crate) fn is_quick(self) -> bool {
        matches!(self, Self::Fmt | Self::Clippy | Self::Purity | Self::Requirements | Self::Rfcs | Self::Unit)
    }

    pub(crate) fn run(self) -> Result<()> {
        match self {
            Self::Fmt => Command::cargo("fmt").args("--all -- --check").run(),
            Self::Clippy => clippy(),
            Self::Purity => {
                let metadata = Metadata::load()?;
                purity::check(&metadata)?;
                licence::check(&metadata)
            }
            Self::Requirements => coverage::check(),
            Self::Rfcs => rfcs::check(),
            Self::Msrv => msrv::check(&Metadata::load()?),
            Self::Unit => Command::cargo("test").args("--workspace --exclude kaa-tests").run(),
            Self::Docs => {
                let metadata = Metadata::load()?;
                let command = Command::cargo("doc").arg("--no-deps").packages(&metadata.libraries());
                command.env("RUSTDOCFLAGS", "-D warnings").run()
            }
            Self::E2e => e2e(),
        }
    }
}

fn clippy() -> Result<()> {
    Command::cargo("clippy").args("--workspace --all-targets -- -D warnings").run()?;
    let metadata = Metadata::load()?;
    let libraries = metadata.libraries();
    if !libraries.iter().any(|name| metadata.has_features(name)) {
        println!("no library has features: nothing to check with --all-features");
        return Ok(());
    }
    let command = Command::cargo("clippy").packages(&libraries);
    command.args("--all-targets --all-features -- -D warnings").run()
}

fn e2e() -> Result<()> {
    let mut command = Command::cargo("test").args("-p kaa-tests");
    for tool in Tool::ALL {
        command = command.env(tool.env(), install::tool(tool)?);
    }
    command.run()
}
