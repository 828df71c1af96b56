//! How long a user waits for the crates without I/O, and all that they need, when nothing of it has been built yet.

use std::{
    env, fs,
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use crate::report::{Bound, Report};

const PURE: [&str; 6] = ["kaa-protocol", "kaa-ism", "kaa-esp", "kaa-cdtp", "kaa-endpoint", "kaa-platform"];

pub(crate) fn run() -> Report {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/bench-compile");
    if target.exists() {
        fs::remove_dir_all(&target).expect("the target folder of the last time goes");
    }
    let mut build = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    build.args(["build", "--quiet", "--offline", "--target-dir"]).arg(&target);
    build.args(PURE.iter().flat_map(|name| ["--package", name])).current_dir(env!("CARGO_MANIFEST_DIR"));
    let start = Instant::now();
    let status = build.stdin(Stdio::null()).status().expect("cargo runs");
    let seconds = start.elapsed().as_secs_f64();
    assert!(status.success(), "the crates cannot be built");
    let mut report = Report::new("compile");
    report.add("pure-crates/debug", "seconds", seconds, Bound::AtMost(60.0));
    report
}
