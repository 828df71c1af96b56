//! The libraries build with the Rust that they state: the one of async-nats.

use anyhow::{Context as _, Result, bail};

use crate::command::Command;
use crate::metadata::Metadata;

pub(crate) fn check(metadata: &Metadata) -> Result<()> {
    let libraries = metadata.libraries();
    let stated = stated_by_libraries(metadata)?;
    same_as_async_nats(metadata, stated)?;
    not_above(metadata, stated)?;

    let clippy = Command::cargo("clippy").packages(&libraries);
    clippy.args("-- -D clippy::incompatible_msrv").run()?;

    let probe = Command::new("rustup").arg("run").arg(stated).args("cargo --version");
    if !probe.env("RUSTUP_AUTO_INSTALL", "0").succeeds() {
        println!("skipped: `cargo +{stated} check` on the libraries, because that toolchain is not installed");
        return Ok(());
    }
    Command::new("rustup").arg("run").arg(stated).args("cargo check").packages(&libraries).run()
}

/// The one `rust-version` that every library states.
fn stated_by_libraries(metadata: &Metadata) -> Result<&str> {
    let mut stated = None;
    for package in metadata.libraries().into_iter().filter_map(|name| metadata.member(name)) {
        let own = package.rust_version.as_deref().with_context(|| format!("{package} states no rust-version"))?;
        if *stated.get_or_insert(own) != own {
            bail!("{package} states another rust-version ({own}) than the other libraries");
        }
    }
    stated.context("there is no library")
}

fn same_as_async_nats(metadata: &Metadata, stated: &str) -> Result<()> {
    let package = metadata.packages().iter().find(|package| package.name == "async-nats");
    let package = package.context("nothing depends on async-nats, whose rust-version is ours")?;
    let floor = package.rust_version.as_deref().with_context(|| format!("{package} states no rust-version"))?;
    if numbers(floor)? != numbers(stated)? {
        bail!("the libraries state rust-version {stated}, but {package} states {floor}");
    }
    println!("the libraries state rust-version {stated}, as {package} does");
    Ok(())
}

/// What the libraries need, stated to build with `stated` as far as its authors say.
fn not_above(metadata: &Metadata, stated: &str) -> Result<()> {
    let roots = metadata.libraries().into_iter().filter_map(|name| metadata.member(name));
    let needed = metadata.needed_by(roots);
    let limit = numbers(stated)?;
    let mut above = Vec::new();
    let mut silent = Vec::new();
    for package in &needed {
        match &package.rust_version {
            None => silent.push(package.to_string()),
            Some(own) if numbers(own)? > limit => above.push(format!("{package} needs Rust {own}")),
            Some(_) => {}
        }
    }
    if !above.is_empty() {
        bail!("the libraries state rust-version {stated}, but:\n  {}", above.join("\n  "));
    }
    println!("{} of the {} packages that they need state at most that", needed.len() - silent.len(), needed.len());
    if !silent.is_empty() {
        println!("the others state nothing: {}", silent.join(", "));
    }
    Ok(())
}

/// `1.89` is `1.89.0`.
fn numbers(version: &str) -> Result<[u32; 3]> {
    let mut parts = version.split('.');
    let mut next = || parts.next().map_or(Ok(0), str::parse).with_context(|| format!("rust-version {version}"));
    Ok([next()?, next()?, next()?])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::tests::sample;

    fn with_rust(name: &'static str, version: Option<&'static str>) -> Metadata {
        sample(|package| {
            if package.name == name {
                package.rust_version = version.map(str::to_owned);
            }
        })
    }

    #[test]
    fn versions_compare_as_numbers() {
        assert_eq!(numbers("1.89").unwrap(), numbers("1.89.0").unwrap());
        assert!(numbers("1.9").unwrap() < numbers("1.89").unwrap());
        assert!(numbers("1.x").is_err());
    }

    #[test]
    fn dependency_above_the_stated_rust_is_refused() {
        let error = not_above(&with_rust("b", Some("1.61")), "1.60").unwrap_err();
        assert_eq!(error.to_string(), "the libraries state rust-version 1.60, but:\n  b 1.0.0 needs Rust 1.61");
        assert!(not_above(&with_rust("c", Some("1.61")), "1.60").is_ok(), "a dev-dependency may");
        assert!(not_above(&with_rust("b", None), "1.60").is_ok(), "one that states nothing may");
    }

    #[test]
    fn library_states_its_rust() {
        assert_eq!(stated_by_libraries(&sample(|_| ())).unwrap(), "1.60");
        assert!(stated_by_libraries(&with_rust("kaa-esp", None)).is_err());
    }

    #[test]
    fn async_nats_is_the_floor() {
        let metadata = sample(|package| {
            if package.name == "a" {
                package.name = "async-nats".to_owned();
            }
        });
        assert!(same_as_async_nats(&metadata, "1.60.0").is_ok());
        assert!(same_as_async_nats(&metadata, "1.59").is_err());
        assert!(same_as_async_nats(&sample(|_| ()), "1.60").is_err());
    }
}
