//! The list of all RFCs.

use xtask::requirements::State;

use super::{NOTICE, page::Page, table::markdown};

/// What is written by hand in `rfcs/about.md`, then a row for each.
pub(super) fn to_markdown(about: &str, pages: &[Page<'_>]) -> String {
    let rows: Vec<_> = pages.iter().map(row).collect();
    let head = ["RFC", "name", "what it is for", "proved", "elsewhere", "not yet"];
    format!("{NOTICE}\n{about}\n{}", markdown(head, &rows))
}

fn row(page: &Page<'_>) -> [String; 6] {
    let about = &page.about;
    let [proved, elsewhere, not_yet] =
        [State::Proved, State::Elsewhere, State::NotYet].map(|state| page.count(state).to_string());
    let link = format!("[{}]({:04}/README.md)", about.short, about.number);
    // The summary is written for the page, one folder below.
    [link, about.name.clone(), about.summary.replace("](../", "]("), proved, elsewhere, not_yet]
}
