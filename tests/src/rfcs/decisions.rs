//! Reads `rfcs/decisions.md`: a table of points and what we chose.

use anyhow::{Context as _, Result};

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decision {
    /// Such as `D-20`, or several: `D-2, D-3`.
    pub(super) point: String,
    pub(super) text: String,
}

impl Decision {
    /// Whether it is about a point of this name.
    pub(super) fn is_about(&self, name: &str) -> bool {
        self.point.split(", ").any(|point| point == name)
    }
}

/// In the order of the file.
pub(super) fn parse(text: &str) -> Result<Vec<Decision>> {
    let (_, rows) = text.split_once("\n|---|---|\n").context("there is no table of two columns")?;
    let decision = |line: &str| {
        let cells = line.strip_prefix("| ").and_then(|line| line.strip_suffix(" |"));
        let (point, text) =
            cells.and_then(|cells| cells.split_once(" | ")).with_context(|| format!("no row: {line}"))?;
        Ok(Decision { point: point.to_owned(), text: text.to_owned() })
    };
    rows.lines().filter(|line| !line.is_empty()).map(decision).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_may_be_about_several_points() {
        let list = parse("# D\n\n| Point | Decision |\n|---|---|\n| D-2, D-3 | The files rule. |\n").unwrap();
        assert_eq!(list, [Decision { point: "D-2, D-3".to_owned(), text: "The files rule.".to_owned() }]);
        assert!(list.iter().all(|row| row.is_about("D-2") && row.is_about("D-3") && !row.is_about("D-")));
    }

    #[test]
    fn what_is_no_row_is_an_error() {
        assert!(parse("# D\n").is_err());
        assert!(parse("# D\n\n| Point | Decision |\n|---|---|\n| D-2 |\n").is_err());
    }
}
