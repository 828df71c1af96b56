//! The page of one RFC.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use xtask::requirements::{Requirement, State};

use super::{Decision, NOTICE, about::About, messages, resources, revisions, table::markdown};

/// What a page is made of.
#[derive(Debug)]
pub(super) struct Page<'a> {
    pub(super) about: About,
    decisions: Vec<&'a Decision>,
    requirements: Vec<&'a Requirement>,
}

impl<'a> Page<'a> {
    /// The page with those of all decisions and requirements that belong to it.
    pub(super) fn new(about: About, decisions: &'a [Decision], requirements: &'a [Requirement]) -> Result<Self> {
        let decision = |point: &String| {
            let found = decisions.iter().find(|decision| decision.is_about(point));
            found.with_context(|| format!("no decision {point}"))
        };
        let decisions = about.decisions.iter().map(decision).collect::<Result<_>>()?;
        let requirements = requirements.iter().filter(|requirement| requirement.rfc == about.short).collect();
        Ok(Self { about, decisions, requirements })
    }

    pub(super) fn number(&self) -> u16 {
        self.about.number
    }

    /// How many of its requirements are in a state.
    pub(super) fn count(&self, state: State) -> usize {
        self.requirements.iter().filter(|requirement| requirement.state() == state).count()
    }

    pub(super) fn to_markdown(&self) -> Result<String> {
        let About { short, name, prose, module, .. } = &self.about;
        let module = module.as_ref().map_or_else(String::new, |module| format!("\nTypes: `{module}`.\n"));
        let sections = [
            ("Resources", resources::to_markdown(&self.about)?),
            ("Messages", messages::to_markdown(&self.about)?),
            ("Wire revisions", revisions::to_markdown(self.about.number)?),
            ("Decisions", self.decisions()),
            ("Requirements", self.requirements()),
        ];
        let sections = sections.into_iter().filter(|(_, text)| !text.is_empty());
        let sections: String = sections.map(|(heading, text)| format!("\n## {heading}\n\n{text}")).collect();
        Ok(format!("{NOTICE}\n# {short} {name}\n\n{prose}\n{module}{sections}"))
    }

    fn decisions(&self) -> String {
        let rows: Vec<_> = self.decisions.iter().map(|row| [row.point.clone(), row.text.clone()]).collect();
        markdown(["[point](../discrepancies.md)", "[what we chose](../decisions.md)"], &rows)
    }

    fn requirements(&self) -> String {
        if self.requirements.is_empty() {
            return String::new();
        }
        let row = |row: &&Requirement| {
            let [level, binds] = [row.level.to_string(), row.binds.clone()];
            [row.id.clone(), level, binds, row.text.clone(), proofs(row)]
        };
        let rows: Vec<_> = self.requirements.iter().map(row).collect();
        let [proved, elsewhere, not_yet] =
            [State::Proved, State::Elsewhere, State::NotYet].map(|state| self.count(state));
        format!(
            "{} in all: {proved} proved by tests, {elsewhere} elsewhere (left to others, or to work to come), \
             {not_yet} not yet. How to test each: [requirements.md](../requirements.md).\n\n{}",
            rows.len(),
            markdown(["id", "level", "binds", "requirement", "proved by"], &rows)
        )
    }
}

/// The tests, or why there are none. Without lines, which change with every edit.
fn proofs(requirement: &Requirement) -> String {
    let tests: BTreeSet<_> = requirement.tests.iter().map(|test| (&test.file, &test.name)).collect();
    if !tests.is_empty() {
        let links: Vec<_> = tests.iter().map(|(file, name)| format!("[{name}](../../{file})")).collect();
        return links.join(", ");
    }
    match &requirement.elsewhere {
        Some(elsewhere) => format!("elsewhere, {}: {}", elsewhere.place, elsewhere.reason),
        None => "not yet".to_owned(),
    }
}
