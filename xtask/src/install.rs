//! Gets the tools that are missing.

mod debian;
mod mosquitto;
mod nats_server;

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use xtask::tools::{self, Tool};

/// Path of the tool, which is got first if it is missing. Says on the error output which one it is.
pub(crate) fn tool(tool: Tool) -> Result<PathBuf> {
    let path = get(tool)?;
    eprintln!("{}", line(tool, &path));
    Ok(path)
}

/// `cargo xtask tools`.
pub(crate) fn print_tools() -> Result<()> {
    for tool in Tool::ALL {
        println!("{}", line(tool, &get(tool)?));
    }
    Ok(())
}

fn get(tool: Tool) -> Result<PathBuf> {
    let error = match tools::find(tool) {
        Ok(path) => return Ok(path),
        Err(error) => error,
    };
    // Whoever sets the variable wants that program and no other.
    if std::env::var_os(tool.env()).is_some_and(|path| !path.is_empty()) {
        bail!(error);
    }
    match tool {
        Tool::NatsServer => nats_server::install()?,
        Tool::NewerNatsServer => nats_server::install_newer()?,
        Tool::MosquittoPub | Tool::MosquittoSub | Tool::MosquittoRr => mosquitto::install()?,
    }
    let Ok(path) = tools::find(tool) else {
        bail!(
            "{0} was installed, but still there is none that is new enough: set {1} to its path",
            tool.name(),
            tool.env()
        );
    };
    Ok(path)
}

fn line(tool: Tool, path: &Path) -> String {
    let version = tool.version(path).unwrap_or_else(|| "version unknown".to_owned());
    format!("{:<13} {} ({version})", tool.name(), path.display())
}
