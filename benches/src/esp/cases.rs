//! Which cases run, and what they have found.

use crate::report::Report;

pub(crate) struct Cases<'a> {
    only: Option<&'a str>,
    pub(crate) report: Report,
}

impl<'a> Cases<'a> {
    /// Those whose names contain `only`; all if it is `None`.
    pub(crate) fn new(only: Option<&'a str>) -> Self {
        Self { only, report: Report::new("esp") }
    }

    pub(crate) fn wants(&self, case: &str) -> bool {
        self.only.is_none_or(|only| case.contains(only))
    }

    /// What they have found.
    pub(crate) fn report(self) -> Report {
        if self.report.is_empty() {
            eprintln!("no case has {:?} in its name", self.only.unwrap_or_default());
        }
        self.report
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_are_chosen_by_a_part_of_their_names() {
        let case = "echo/multi-thread/1-in-flight";
        assert!(Cases::new(None).wants(case));
        assert!(Cases::new(Some("multi")).wants(case));
        assert!(!Cases::new(Some("current")).wants(case));
    }
}
