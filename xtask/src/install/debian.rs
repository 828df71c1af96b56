//! Packages of Debian and its relatives.

use std::path::Path;

use anyhow::Result;

use crate::command::Command;

pub(crate) fn is_here() -> bool {
    apt_get("--version").succeeds()
}

pub(crate) fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|id| id.trim() == "0")
}

/// Needs root.
pub(crate) fn install(package: &str) -> Result<()> {
    let install = apt_get("install -y --no-install-recommends").arg(package);
    install.run_aside().or_else(|_| {
        // A fresh machine has no list of packages yet.
        apt_get("update").run_aside()?;
        install.run_aside()
    })
}

/// Gets the packages and unpacks them below a folder, without installing them.
pub(crate) fn unpack(packages: &str, folder: &Path) -> Result<()> {
    apt_get("download").args(packages).folder(folder).run_aside()?;
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "deb") {
            Command::new("dpkg").arg("-x").arg(&path).arg(folder).run_aside()?;
        }
    }
    Ok(())
}

fn apt_get(args: &str) -> Command {
    Command::new("apt-get").args(args).env("DEBIAN_FRONTEND", "noninteractive")
}
