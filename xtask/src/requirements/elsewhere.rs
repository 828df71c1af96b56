//! Reads `rfcs/elsewhere.tsv`: requirements that no test here is to prove, or not yet.

use anyhow::{Result, bail};

const HEADER: &str = "id\twhere\treason";

/// Why no test proves a requirement.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Elsewhere {
    /// What it is left to, such as `reference CMX` or `client`.
    pub place: String,
    /// The reason, in a few words.
    pub reason: String,
    /// Line of the file.
    pub(super) line: usize,
}

/// In the order of the file, each with its id.
pub(super) fn parse(text: &str) -> Result<Vec<(String, Elsewhere)>> {
    let mut lines = (1..).zip(text.lines());
    if lines.next().is_none_or(|(_, first)| first != HEADER) {
        bail!("the first line is not `id`, `where`, `reason`");
    }
    let entry = |(line, text): (usize, &str)| {
        let cells: Vec<&str> = text.split('\t').collect();
        match cells.as_slice() {
            &[id, place, reason] if cells.iter().all(|cell| !cell.is_empty()) => {
                Ok((id.to_owned(), Elsewhere { place: place.to_owned(), reason: reason.to_owned(), line }))
            }
            _ => bail!("line {line} is not an id, a place and a reason"),
        }
    };
    lines.map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_has_id_place_and_reason() {
        let list = parse("id\twhere\treason\nCMP-002\tclient\tno client library here\n").unwrap();
        let place = Elsewhere { place: "client".to_owned(), reason: "no client library here".to_owned(), line: 2 };
        assert_eq!(list, [("CMP-002".to_owned(), place)]);
    }

    #[test]
    fn malformed_line_is_an_error() {
        for text in ["", "id where reason", "id\twhere\treason\nCMP-002\tclient", "id\twhere\treason\nCMP-002\t\tx"] {
            assert!(parse(text).is_err(), "{text:?}");
        }
    }
}
