//! Reads `rfcs/requirements.md`: a heading for each RFC, a table row for each requirement.

use std::fmt;

use anyhow::{Context as _, Result, bail};

use super::Requirement;

/// How much a requirement binds.
#[expect(clippy::exhaustive_enums, reason = "closed set: the words of RFC 2119, and one of ours")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// REQUIRED and SHALL too.
    Must,
    /// SHALL NOT too.
    MustNot,
    /// RECOMMENDED too.
    Should,
    /// NOT RECOMMENDED too.
    ShouldNot,
    /// OPTIONAL too.
    May,
    /// A fact that the text or a schema states without such a word.
    Implied,
}

impl Level {
    /// Every level, from the one that binds most.
    pub const ALL: [Self; 6] = [Self::Must, Self::MustNot, Self::Should, Self::ShouldNot, Self::May, Self::Implied];

    /// As it is written in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Must => "MUST",
            Self::MustNot => "MUST NOT",
            Self::Should => "SHOULD",
            Self::ShouldNot => "SHOULD NOT",
            Self::May => "MAY",
            Self::Implied => "IMPLIED",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Requirements without tests.
pub(super) fn parse(text: &str) -> Result<Vec<Requirement>> {
    let mut rfc = "";
    let mut list = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(heading) = line.strip_prefix("## ") {
            rfc = heading.split(' ').next().unwrap_or_default();
        } else if is_requirement(line) {
            list.push(row(rfc, line).with_context(|| format!("line {number}"))?);
        }
    }
    Ok(list)
}

/// Other rows are headings and counts: no first cell of theirs has a dash and a number.
fn is_requirement(line: &str) -> bool {
    let id = line.strip_prefix("| ").and_then(|row| row.split(' ').next());
    id.and_then(|id| id.split_once('-')).is_some_and(|(_, number)| number.parse::<u16>().is_ok())
}

fn row(rfc: &str, line: &str) -> Result<Requirement> {
    let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
    let &[id, level, binds, text, check] = cells.as_slice() else { bail!("{} cells, not 5", cells.len()) };
    let level = Level::ALL.into_iter().find(|known| known.as_str() == level);
    Ok(Requirement {
        id: id.to_owned(),
        rfc: rfc.to_owned(),
        level: level.context("the level is none of RFC 2119")?,
        binds: binds.to_owned(),
        text: text.to_owned(),
        check: check.to_owned(),
        tests: Vec::new(),
        elsewhere: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_belongs_to_the_heading_above_it() {
        let text = "## 1/KP Kaa Protocol (draft)\n| ID | Level | Binds | Requirement | Test |\n|---|---|---|---|---|\n\
                    | KP-001 | MUST NOT | client, server | Do `a`. | b -> c. |\n\n\
                    ## Counts\n| KP | 8 | 1 | 5 | 2 | 4 | 23 | 43 |\n";
        let list = parse(text).unwrap();
        let [kp] = list.as_slice() else { panic!("{list:?}") };
        assert_eq!((kp.rfc.as_str(), kp.id.as_str(), kp.level), ("1/KP", "KP-001", Level::MustNot));
        assert_eq!((kp.binds.as_str(), kp.text.as_str(), kp.check.as_str()), ("client, server", "Do `a`.", "b -> c."));
    }

    #[test]
    fn malformed_row_is_an_error_with_its_line() {
        for row in ["| KP-001 | MUST | client | x |", "| KP-001 | PERHAPS | client | x | y |"] {
            let error = parse(&format!("\n{row}\n")).unwrap_err();
            assert!(error.to_string().contains("line 2"), "{error:#}");
        }
    }
}
