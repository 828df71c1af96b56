//! The folder `rfcs/`: a page for each RFC and the schemas of its messages, made from the types, from the tests that
//! prove requirements, from the prose of `about.md`, and from the tables in the folder of this module.

mod about;
mod decisions;
mod folder;
mod index;
mod messages;
mod page;
mod resources;
mod revisions;
mod schemas;
mod table;

use std::{fs, path::Path};

use anyhow::{Context as _, Result};
use xtask::requirements::Requirements;

pub use self::folder::Folder;

use self::{about::About, decisions::Decision, page::Page};

/// How many there are: from 1/KP to 27/SCMP.
const COUNT: u16 = 27;

/// At the top of every page.
const NOTICE: &str = "<!-- Made by `cargo xtask rfcs`; the prose is in about.md. -->\n";

/// What the folder has to hold, made from the repository at `root`.
///
/// # Errors
///
/// A file that cannot be read, that is not of its form, or that names what does not exist.
pub fn make(root: &Path) -> Result<Folder> {
    let rfcs = root.join("rfcs");
    let read = |name: &str| fs::read_to_string(rfcs.join(name)).with_context(|| format!("cannot read rfcs/{name}"));
    let decisions = decisions::parse(&read("decisions.md")?).context("rfcs/decisions.md")?;
    let requirements = Requirements::load(root)?;
    let mut pages = Vec::new();
    for number in 1..=COUNT {
        let name = format!("{number:04}/about.md");
        let about = About::parse(number, &read(&name)?).with_context(|| format!("rfcs/{name}"))?;
        pages.push(Page::new(about, &decisions, requirements.all()).with_context(|| format!("rfcs/{name}"))?);
    }
    let mut folder = Folder::new(rfcs.clone());
    for page in &pages {
        folder.add(format!("{:04}/README.md", page.number()), page.to_markdown()?);
    }
    for (name, text) in schemas::all() {
        folder.add(name, text);
    }
    folder.add("README.md".to_owned(), index::to_markdown(&read("about.md")?, &pages));
    Ok(folder)
}

#[cfg(test)]
mod tests;
