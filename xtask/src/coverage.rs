//! `cargo xtask requirements`: which requirements of the RFCs are proved.

use std::{
    fmt::{self, Write as _},
    io::{ErrorKind, Write as _},
};

use anyhow::{Result, bail};
use xtask::requirements::{Level, Requirement, Requirements, State};

use crate::command::root;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// List every requirement with the tests that prove it, or why there is none.
    #[arg(long)]
    list: bool,
    /// Only check that tests and `rfcs/elsewhere.tsv` name requirements that exist, and no requirement is in both.
    #[arg(long, conflicts_with = "list")]
    check: bool,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    if args.check {
        return check();
    }
    let requirements = Requirements::load(&root())?;
    let mut text = String::new();
    if args.list {
        requirements.all().iter().try_for_each(|requirement| write_to(&mut text, requirement))?;
    } else {
        write!(text, "{}", Table(requirements.all()))?;
    }
    match std::io::stdout().write_all(text.as_bytes()) {
        // Whoever reads has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

/// The step of `cargo xtask test`.
pub(crate) fn check() -> Result<()> {
    let requirements = Requirements::load(&root())?;
    if !requirements.problems().is_empty() {
        bail!("requirements:\n  {}", requirements.problems().join("\n  "));
    }
    let Counts([proved, elsewhere, not_yet]) = Counts::of(requirements.all());
    println!("{} requirements: {proved} proved, {elsewhere} elsewhere, {not_yet} not yet", requirements.all().len());
    Ok(())
}

fn write_to(text: &mut String, requirement: &Requirement) -> fmt::Result {
    let Requirement { id, level, binds, text: says, tests, elsewhere, .. } = requirement;
    writeln!(text, "{id} {level} ({binds}): {says}")?;
    tests.iter().try_for_each(|test| writeln!(text, "    {test}"))?;
    if let Some(elsewhere) = elsewhere {
        writeln!(text, "    elsewhere, {}: {}", elsewhere.place, elsewhere.reason)?;
    }
    if requirement.state() == State::NotYet {
        writeln!(text, "    not yet")?;
    }
    Ok(())
}

/// Proved, elsewhere, not yet.
struct Counts([usize; 3]);

impl Counts {
    fn of<'a>(requirements: impl IntoIterator<Item = &'a Requirement> + Clone) -> Self {
        let count = |state| requirements.clone().into_iter().filter(|requirement| requirement.state() == state).count();
        Self([State::Proved, State::Elsewhere, State::NotYet].map(count))
    }
}

/// A row for each RFC and level, then one for each level of all RFCs, then one for all.
struct Table<'a>(&'a [Requirement]);

impl Table<'_> {
    fn row(f: &mut fmt::Formatter<'_>, rfc: &str, level: &str, requirements: &[&Requirement]) -> fmt::Result {
        let Counts([proved, elsewhere, not_yet]) = Counts::of(requirements.iter().copied());
        let all = requirements.len();
        writeln!(f, "{rfc:<9} {level:<10} {proved:>7} {elsewhere:>10} {not_yet:>8} {all:>5}")
    }

    fn rows_by_level(f: &mut fmt::Formatter<'_>, rfc: &str, requirements: &[&Requirement]) -> fmt::Result {
        for level in Level::ALL {
            let of_level: Vec<_> = requirements.iter().copied().filter(|row| row.level == level).collect();
            if !of_level.is_empty() {
                Self::row(f, rfc, level.as_str(), &of_level)?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<9} {:<10} {:>7} {:>10} {:>8} {:>5}", "rfc", "level", "proved", "elsewhere", "not yet", "all")?;
        for of_rfc in self.0.chunk_by(|one, next| one.rfc == next.rfc) {
            let rfc = of_rfc.first().map_or("", |requirement| &requirement.rfc);
            Self::rows_by_level(f, rfc, &of_rfc.iter().collect::<Vec<_>>())?;
        }
        let all: Vec<&Requirement> = self.0.iter().collect();
        Self::rows_by_level(f, "all", &all)?;
        Self::row(f, "all", "all", &all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_counts_by_rfc_and_level_and_then_all() {
        let requirements = Requirements::load(&root()).unwrap();
        let is_of_sample = |row: &&Requirement| ["21/TLE", "25/AMP"].contains(&row.rfc.as_str());
        let sample: Vec<Requirement> = requirements.all().iter().filter(is_of_sample).cloned().collect();
        let table = Table(&sample).to_string();
        let counts = |line: &str| -> Vec<usize> {
            line.get(20..).unwrap().split_whitespace().map(|count| count.parse().unwrap()).collect()
        };
        let mut names = Vec::new();
        for line in table.lines().skip(1) {
            let [proved, elsewhere, not_yet, all] = counts(line)[..] else { panic!("{line}") };
            assert_eq!(proved + elsewhere + not_yet, all, "{line}");
            names.push((line.get(..20).unwrap().split_whitespace().collect::<Vec<_>>().join(" "), all));
        }
        let expected = [
            ("21/TLE MUST", 3),
            ("21/TLE IMPLIED", 2),
            ("25/AMP MUST", 2),
            ("25/AMP IMPLIED", 3),
            ("all MUST", 5),
            ("all IMPLIED", 5),
            ("all all", 10),
        ];
        assert_eq!(names, expected.map(|(name, all)| (name.to_owned(), all)));
    }
}
