//! The mosquitto clients: the system's package, installed or unpacked below target/tools.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use anyhow::{Context as _, Result, bail};
use xtask::tools::Tool;

use super::debian;

const CLIENTS: [Tool; 3] = [Tool::MosquittoPub, Tool::MosquittoSub, Tool::MosquittoRr];

/// What the clients need that a Debian may lack.
const PACKAGES: &str = "mosquitto-clients libmosquitto1 libcjson1";

const HELP: &str = "install the mosquitto clients (macOS: `brew install mosquitto`; Debian, Ubuntu: `sudo apt-get \
                    install mosquitto-clients`; Fedora: `sudo dnf install mosquitto`; Arch: `sudo pacman -S mosquitto`), \
                    or set KAA_MOSQUITTO_PUB, KAA_MOSQUITTO_SUB and KAA_MOSQUITTO_RR to their paths";

pub(crate) fn install() -> Result<()> {
    if !debian::is_here() {
        bail!(HELP);
    }
    if debian::is_root() { debian::install("mosquitto-clients").context(HELP) } else { unpack().context(HELP) }
}

fn unpack() -> Result<()> {
    for tool in CLIENTS {
        let path = tool.own_path();
        let folder = path.parent().context("no folder for the mosquitto clients")?;
        if !folder.join("usr/bin").join(tool.name()).is_file() {
            fs::create_dir_all(folder)?;
            debian::unpack(PACKAGES, folder)?;
        }
        fs::write(&path, script(tool))?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
        if tool.version(&path).is_none() {
            fs::remove_file(&path)?;
            bail!("the unpacked {} does not run", tool.name());
        }
    }
    Ok(())
}

/// Starts the unpacked program with the libraries beside it.
fn script(tool: Tool) -> String {
    let name = tool.name();
    format!(
        r#"#!/bin/sh
here=$(dirname "$0")
for folder in "$here"/usr/lib/*-linux-gnu*; do
    LD_LIBRARY_PATH="$folder${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"
done
export LD_LIBRARY_PATH
exec "$here/usr/bin/{name}" "$@"
"#
    )
}
