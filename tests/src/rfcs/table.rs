//! Tables: those that are read, of tabs, and those that are written, in Markdown.

use anyhow::{Result, bail};

/// The rows of a text of `N` columns that are parted by tabs, without the first, which names them. A cell of `-` is
/// empty.
pub(super) fn rows<const N: usize>(text: &'static str) -> Result<Vec<[&'static str; N]>> {
    let row = |line: &'static str| {
        let cells: Vec<&str> = line.split('\t').map(|cell| if cell == "-" { "" } else { cell }).collect();
        let Ok(row) = <[&str; N]>::try_from(cells) else { bail!("not {N} cells: {line}") };
        Ok(row)
    };
    text.lines().skip(1).map(row).collect()
}

/// A table in Markdown; nothing if it has no rows.
pub(super) fn markdown<const N: usize>(head: [&str; N], rows: &[[String; N]]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let line = |cells: [&str; N]| format!("| {} |\n", cells.map(|cell| cell.replace('|', "\\|")).join(" | "));
    let body: String = rows.iter().map(|row| line(row.each_ref().map(String::as_str))).collect();
    format!("{}|{}\n{body}", line(head), "---|".repeat(N))
}

/// As code, or nothing.
pub(super) fn code(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("`{text}`") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_line_names_the_columns_and_a_dash_is_empty() {
        assert_eq!(rows::<2>("a\tb\n1\t-\n3\t4\n").unwrap(), [["1", ""], ["3", "4"]]);
        assert!(rows::<2>("a\tb\n1\t2\t3\n").is_err());
    }

    #[test]
    fn bar_in_a_cell_is_escaped() {
        let rows = [["x|y".to_owned(), code("")]];
        assert_eq!(markdown(["a", "b"], &rows), "| a | b |\n|---|---|\n| x\\|y |  |\n");
        assert_eq!(markdown(["a"], &[]), "");
    }
}
