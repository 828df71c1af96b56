//! What `cargo metadata` says about the workspace and everything that it depends on.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::command::Command;

/// The crates that users add to their projects; those that exist are checked.
const LIBRARIES: [&str; 11] = [
    "kaa-protocol",
    "kaa-ism",
    "kaa-ism-derive",
    "kaa-esp",
    "kaa-endpoint",
    "kaa-service",
    "kaa-nats",
    "kaa-cdtp",
    "kaa-platform",
    "kaa-tekton",
    "kaa-conformance",
];

#[derive(Deserialize)]
pub(crate) struct Metadata {
    packages: Vec<Package>,
    workspace_members: BTreeSet<String>,
    resolve: Resolve,
}

#[derive(Deserialize)]
pub(crate) struct Package {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) license: Option<String>,
    pub(crate) rust_version: Option<String>,
    pub(crate) dependencies: Vec<Dependency>,
    features: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Edge>,
}

#[derive(Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<EdgeKind>,
}

#[derive(Deserialize)]
struct EdgeKind {
    kind: Option<String>,
}

impl EdgeKind {
    fn is_dev(&self) -> bool {
        self.kind.as_deref() == Some("dev")
    }
}

impl Metadata {
    /// All platforms, all features.
    pub(crate) fn load() -> Result<Self> {
        let text = Command::cargo("metadata").args("--format-version 1 --all-features").output()?;
        Self::parse(&text)
    }

    fn parse(text: &str) -> Result<Self> {
        serde_json::from_str(text).context("output of `cargo metadata`")
    }

    /// Every package: members of the workspace and whatever they depend on.
    pub(crate) fn packages(&self) -> &[Package] {
        &self.packages
    }

    pub(crate) fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| self.workspace_members.contains(&package.id))
    }

    pub(crate) fn member(&self, name: &str) -> Option<&Package> {
        self.members().find(|package| package.name == name)
    }

    /// Names of the library crates that exist.
    pub(crate) fn libraries(&self) -> Vec<&'static str> {
        LIBRARIES.into_iter().filter(|name| self.member(name).is_some()).collect()
    }

    pub(crate) fn has_features(&self, name: &str) -> bool {
        self.member(name).is_some_and(|package| package.features.keys().any(|feature| feature != "default"))
    }

    /// The roots and what they need to be built and run, dev-dependencies left out.
    pub(crate) fn needed_by<'a>(&'a self, roots: impl IntoIterator<Item = &'a Package>) -> Vec<&'a Package> {
        let nodes: BTreeMap<&str, &Node> = self.resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
        let mut open: Vec<&str> = roots.into_iter().map(|package| package.id.as_str()).collect();
        let mut needed = BTreeSet::new();
        while let Some(id) = open.pop() {
            if needed.insert(id) {
                let edges = nodes.get(id).map_or(&[][..], |node| &node.deps);
                let hard = edges.iter().filter(|edge| !edge.dep_kinds.iter().all(EdgeKind::is_dev));
                open.extend(hard.map(|edge| edge.pkg.as_str()));
            }
        }
        self.packages.iter().filter(|package| needed.contains(package.id.as_str())).collect()
    }
}

impl std::fmt::Display for Package {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.name, self.version)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// kaa-esp needs `a`, whose build script needs `b`; its tests need `c`. Each can be given a licence and a Rust.
    pub(crate) fn sample(edit: impl Fn(&mut Package)) -> Metadata {
        let package = |name: &str| {
            format!(
                r#"{{"id": "{name}", "name": "{name}", "version": "1.0.0", "license": "MIT", "rust_version": "1.60",
                     "dependencies": [], "features": {{}}}}"#
            )
        };
        let packages = ["kaa-esp", "a", "b", "c"].map(package).join(",");
        let mut metadata = Metadata::parse(&format!(
            r#"{{"packages": [{packages}], "workspace_members": ["kaa-esp"], "resolve": {{"nodes": [
                {{"id": "kaa-esp", "deps": [
                    {{"pkg": "a", "dep_kinds": [{{"kind": "dev"}}, {{"kind": null}}]}},
                    {{"pkg": "c", "dep_kinds": [{{"kind": "dev"}}]}}]}},
                {{"id": "a", "deps": [{{"pkg": "b", "dep_kinds": [{{"kind": "build"}}]}}]}},
                {{"id": "b", "deps": []}},
                {{"id": "c", "deps": []}}]}}}}"#
        ))
        .unwrap();
        metadata.packages.iter_mut().for_each(edit);
        metadata
    }

    #[test]
    fn needed_packages_leave_out_dev_dependencies() {
        let metadata = sample(|_| ());
        let needed: Vec<_> =
            metadata.needed_by(metadata.members()).iter().map(|package| package.name.as_str()).collect();
        assert_eq!(needed, ["kaa-esp", "a", "b"]);
    }

    #[test]
    fn libraries_are_those_that_exist() {
        assert_eq!(sample(|_| ()).libraries(), ["kaa-esp"]);
    }
}
