//! The table of the documentation: what the metrics of the chassis mean.

const TABLE: &str = include_str!("table.md");

/// The meaning of a metric of the chassis.
pub(super) fn meaning(name: &str) -> Option<&'static str> {
    rows().find_map(|[known, _, _, meaning]| (known == name).then_some(meaning))
}

/// Name, type, labels and meaning.
pub(super) fn rows() -> impl Iterator<Item = [&'static str; 4]> {
    TABLE.lines().filter_map(|line| {
        let mut cells = line.split('|').skip(1).map(str::trim);
        let name = cells.next()?.strip_prefix('`')?.strip_suffix('`')?;
        Some([name, cells.next()?, cells.next()?, cells.next()?])
    })
}
