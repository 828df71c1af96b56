//! The programs of this workspace.

use std::{
    env,
    path::PathBuf,
    process::{Command as Blocking, Stdio},
    sync::OnceLock,
};

use tokio::process::Command;

/// Built together, so that cargo chooses the same features of their dependencies for all of them.
const PACKAGES: [&str; 8] = ["minikaa", "kpc", "cm", "epr", "dcx", "hello-extension", "device-sim", "worker"];

/// A program of this workspace, freshly built, with nothing of our environment that it would take for a setting.
pub(crate) fn program(package: &str) -> Command {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    assert!(PACKAGES.contains(&package), "{package} has to be listed");
    let folder = BUILT.get_or_init(build);
    let mut command = Command::new(folder.join(format!("{package}{}", env::consts::EXE_SUFFIX)));
    for (name, _) in env::vars_os() {
        let is_setting = name.to_str().is_some_and(|name| {
            let is_below = name.starts_with("KAA_") || name.starts_with("NATS_");
            is_below
                || ["APP_CONFIG_PATH", "INSTANCE_NAME", "INSTANCE_REPLICA_ID", "RUST_LOG", "WIRE_REVISION"]
                    .contains(&name)
        });
        if is_setting {
            command.env_remove(name);
        }
    }
    command.env("NO_COLOR", "1").env("RUST_BACKTRACE", "1");
    command
}

/// Returns the folder that the programs are in.
fn build() -> PathBuf {
    // <target>/<profile>/deps/<this test>
    let own = env::current_exe().unwrap();
    let folder = own.ancestors().nth(2).unwrap().to_owned();
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") => "dev",
        Some(other) => other,
        None => panic!("{} is in no target folder", own.display()),
    };
    let mut cargo = Blocking::new(env!("CARGO"));
    cargo.arg("build").args(["--profile", profile]).arg("--target-dir").arg(folder.parent().unwrap());
    cargo.args(PACKAGES.iter().flat_map(|package| ["-p", package]));
    cargo.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).stdin(Stdio::null());
    // Cargo describes this package to us in variables that build scripts watch.
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
            cargo.env_remove(name);
        }
    }
    let output = cargo.output().unwrap();
    assert!(output.status.success(), "cargo build failed:\n{}", String::from_utf8_lossy(&output.stderr));
    folder
}
