//! What the RFCs ask for and what proves it: `rfcs/requirements.md`, the tests, and `rfcs/elsewhere.tsv`.

mod elsewhere;
mod proofs;
mod table;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

pub use self::elsewhere::Elsewhere;
pub use self::proofs::Test;
pub use self::table::Level;

use self::proofs::Proof;

const TABLE: &str = "rfcs/requirements.md";
const ELSEWHERE: &str = "rfcs/elsewhere.tsv";

/// One requirement, and what proves it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Requirement {
    /// Such as `KP-021`.
    pub id: String,
    /// Number and short name of the RFC, such as `1/KP`.
    pub rfc: String,
    /// How much it binds.
    pub level: Level,
    /// The roles that can break it, such as `server` or `consumer`.
    pub binds: String,
    /// What is required, in Markdown.
    pub text: String,
    /// Input and what to observe, in Markdown.
    pub check: String,
    /// The tests that prove it, by file and line.
    pub tests: Vec<Test>,
    /// Why no test here proves it, if it is not for us, or not yet.
    pub elsewhere: Option<Elsewhere>,
}

impl Requirement {
    /// Whether it is proved.
    pub fn state(&self) -> State {
        if !self.tests.is_empty() {
            State::Proved
        } else if self.elsewhere.is_some() {
            State::Elsewhere
        } else {
            State::NotYet
        }
    }
}

/// How far a requirement is proved.
#[expect(clippy::exhaustive_enums, reason = "closed set: a table has a column for each")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// At least one test names it.
    Proved,
    /// It binds nobody that is built here, or belongs to work to come: `rfcs/elsewhere.tsv` says which.
    Elsewhere,
    /// Neither.
    NotYet,
}

/// Every requirement, in the order of `rfcs/requirements.md`.
#[derive(Debug)]
pub struct Requirements {
    list: Vec<Requirement>,
    problems: Vec<String>,
}

impl Requirements {
    /// Reads the table, the list of what is elsewhere, and every source file below the root of the repository.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or that is not of its form.
    pub fn load(root: &Path) -> Result<Self> {
        let read = |name: &str| fs::read_to_string(root.join(name)).with_context(|| format!("cannot read {name}"));
        let list = table::parse(&read(TABLE)?).context(TABLE)?;
        let elsewhere = elsewhere::parse(&read(ELSEWHERE)?).context(ELSEWHERE)?;
        Ok(Self::join(list, elsewhere, proofs::find(root)?))
    }

    fn join(mut list: Vec<Requirement>, elsewhere: Vec<(String, Elsewhere)>, proofs: Vec<Proof>) -> Self {
        let mut problems = Vec::new();
        let mut by_id: BTreeMap<String, &mut Requirement> =
            list.iter_mut().map(|requirement| (requirement.id.clone(), requirement)).collect();
        for Proof { id, test } in proofs {
            match by_id.get_mut(&id) {
                Some(requirement) => requirement.tests.push(test),
                None => problems.push(format!("{test}: proves {id}, which is not in {TABLE}")),
            }
        }
        for (id, entry) in elsewhere {
            let place = format!("{ELSEWHERE}:{}", entry.line);
            match by_id.get_mut(&id) {
                None => problems.push(format!("{place}: {id} is not in {TABLE}")),
                Some(Requirement { elsewhere: Some(first), .. }) => {
                    problems.push(format!("{place}: {id} is in line {} already", first.line));
                }
                Some(requirement) => {
                    let tests = requirement.tests.iter();
                    problems.extend(tests.map(|test| format!("{place}: {id} is elsewhere, but proved by {test}")));
                    requirement.elsewhere = Some(entry);
                }
            }
        }
        Self { list, problems }
    }

    /// All of them.
    pub fn all(&self) -> &[Requirement] {
        &self.list
    }

    /// What contradicts itself, a line for each place: ids that do not exist, and those both proved and elsewhere.
    pub fn problems(&self) -> &[String] {
        &self.problems
    }
}

#[cfg(test)]
mod tests;
