//! What is written by hand about an RFC: `rfcs/NNNN/about.md`.

use anyhow::{Context as _, Result, bail};

/// A heading, a sentence that says what it is for, more prose, and at the end the Rust module and the decisions.
#[derive(Debug)]
pub(super) struct About {
    pub(super) number: u16,
    /// Number and short name, such as `4/ESP`.
    pub(super) short: String,
    /// Name and state, such as `Extension Service Protocol (draft)`.
    pub(super) name: String,
    /// The first paragraph, in one line.
    pub(super) summary: String,
    /// All but the heading and the end.
    pub(super) prose: String,
    /// Where the types are, such as `kaa_esp`; none if there are no types.
    pub(super) module: Option<String>,
    /// Points of `rfcs/decisions.md`.
    pub(super) decisions: Vec<String>,
}

impl About {
    pub(super) fn parse(number: u16, text: &str) -> Result<Self> {
        let (heading, rest) = text.split_once("\n\n").context("a heading and a paragraph are missing")?;
        let heading = heading.strip_prefix("# ").context("the first line is no heading")?;
        let (short, name) = heading.split_once(' ').context("the heading has no name")?;
        if short.split_once('/').is_none_or(|(before, _)| before.parse() != Ok(number)) {
            bail!("the heading is that of {short}, not of {number}");
        }
        let (mut module, mut decisions, mut prose) = (None, Vec::new(), Vec::new());
        for line in rest.lines() {
            if let Some(path) = line.strip_prefix("Module: ") {
                module = Some(path.to_owned());
            } else if let Some(points) = line.strip_prefix("Decisions: ") {
                decisions = points.split(", ").map(str::to_owned).collect();
            } else {
                prose.push(line);
            }
        }
        let prose = prose.join("\n").trim().to_owned();
        let summary = prose.split("\n\n").next().unwrap_or_default().replace('\n', " ");
        Ok(Self { number, short: short.to_owned(), name: name.to_owned(), summary, prose, module, decisions })
    }

    /// Type or function `name` of its module, as code.
    pub(super) fn path(&self, name: &str) -> String {
        match &self.module {
            Some(module) => format!("`{module}::{name}`"),
            None => format!("`{name}`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heading_prose_module_and_decisions_are_told_apart() {
        let text = "# 4/ESP Extension Service Protocol (draft)\n\nOne\nsentence.\n\nMore.\n\nModule: kaa_esp\n\
                    Decisions: D-1, open 2\n";
        let about = About::parse(4, text).unwrap();
        assert_eq!((about.short.as_str(), about.name.as_str()), ("4/ESP", "Extension Service Protocol (draft)"));
        assert_eq!((about.summary.as_str(), about.prose.as_str()), ("One sentence.", "One\nsentence.\n\nMore."));
        assert_eq!(about.path("ClientData"), "`kaa_esp::ClientData`");
        assert_eq!(about.decisions, ["D-1", "open 2"]);
    }

    #[test]
    fn heading_of_another_rfc_is_an_error() {
        for text in ["", "4/ESP x\n\ny", "# 4/ESP\n\ny", "# 5/CMX x\n\ny", "# KP x\n\ny"] {
            assert!(About::parse(4, text).is_err(), "{text:?}");
        }
    }
}
