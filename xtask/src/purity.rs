//! Arrows between crates point down only: which crate must not need which.

use anyhow::{Result, bail};

use crate::command::Command;
use crate::metadata::Metadata;

/// Crates without I/O: no runtime, no broker.
const PURE: [&str; 6] = ["kaa-protocol", "kaa-ism", "kaa-esp", "kaa-cdtp", "kaa-endpoint", "kaa-platform"];
const NOT_IN_PURE: [&str; 2] = ["tokio", "async-nats"];

/// The chassis knows neither a broker nor a protocol: a new protocol never touches it.
const NOT_IN_SERVICE: [&str; 5] = ["async-nats", "kaa-esp", "kaa-endpoint", "kaa-cdtp", "kaa-platform"];

/// The one library that names async-nats.
const BROKER: &str = "kaa-nats";

pub(crate) fn check(metadata: &Metadata) -> Result<()> {
    let rules = PURE.map(|name| (name, &NOT_IN_PURE[..])).into_iter().chain([("kaa-service", &NOT_IN_SERVICE[..])]);
    for (name, banned) in rules.filter(|(name, _)| metadata.member(name).is_some()) {
        let command = Command::cargo("tree").args("-e normal --prefix none").packages(&[name]);
        let tree = command.output()?;
        let found = found_in(&tree, banned);
        if !found.is_empty() {
            bail!("{name} must not need {}; `{command} --invert <crate>` shows the way", found.join(", "));
        }
        println!("{name} needs none of {}", banned.join(", "));
    }
    let offenders = offenders(metadata);
    if !offenders.is_empty() {
        bail!("only {BROKER} may name async-nats, not {}", offenders.join(", "));
    }
    println!("no library but {BROKER} names async-nats");
    Ok(())
}

fn found_in<'a>(tree: &str, banned: &[&'a str]) -> Vec<&'a str> {
    let mut names: Vec<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    names.sort_unstable();
    banned.iter().copied().filter(|name| names.binary_search(name).is_ok()).collect()
}

fn offenders(metadata: &Metadata) -> Vec<&'static str> {
    let names_nats = |name: &str| {
        metadata.member(name).is_some_and(|package| package.dependencies.iter().any(|other| other.name == "async-nats"))
    };
    metadata.libraries().into_iter().filter(|name| *name != BROKER && names_nats(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::{Dependency, tests::sample};

    #[test]
    fn banned_crate_is_found_by_its_whole_name() {
        let tree = "kaa-esp v0.1.0 (/src/kaa-esp)\ntokio-util v0.7.0\nbytes v1.0.0 (*)\n";
        assert!(found_in(tree, &NOT_IN_PURE).is_empty());
        assert_eq!(found_in(&format!("{tree}tokio v1.54.0 (*)\n"), &NOT_IN_PURE), ["tokio"]);
    }

    #[test]
    fn library_that_names_async_nats_is_found() {
        assert!(offenders(&sample(|_| ())).is_empty());
        let metadata = sample(|package| package.dependencies.push(Dependency { name: "async-nats".to_owned() }));
        assert_eq!(offenders(&metadata), ["kaa-esp"]);
    }
}
