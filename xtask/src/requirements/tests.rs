use super::*;

use std::path::PathBuf;

const SAMPLE: &str = "## 1/KP Kaa Protocol\n| KP-001 | MUST | server | a | b |\n| KP-002 | MAY | server | a | b |\n\
                      | KP-003 | MAY | client | a | b |\n";

fn proof(id: &str) -> Proof {
    Proof { id: id.to_owned(), test: Test { file: "a.rs".to_owned(), line: 7, name: "f".to_owned() } }
}

fn join(elsewhere: &str, proofs: &[&str]) -> Requirements {
    let elsewhere = elsewhere::parse(&format!("id\twhere\treason\n{elsewhere}")).unwrap();
    Requirements::join(table::parse(SAMPLE).unwrap(), elsewhere, proofs.iter().copied().map(proof).collect())
}

#[test]
fn requirement_is_proved_or_elsewhere_or_neither() {
    let requirements = join("KP-003\tclient\tnone here\n", &["KP-001", "KP-001"]);
    assert!(requirements.problems().is_empty(), "{:?}", requirements.problems());
    let states: Vec<State> = requirements.all().iter().map(Requirement::state).collect();
    assert_eq!(states, [State::Proved, State::NotYet, State::Elsewhere]);
    assert_eq!(requirements.all().first().unwrap().tests.len(), 2);
}

#[test]
fn what_contradicts_itself_is_a_problem_with_its_place() {
    let requirements = join("KP-001\tclient\tx\nKP-001\tclient\ty\nKP-009\tclient\tz\n", &["KP-001", "KP-008"]);
    assert_eq!(
        requirements.problems(),
        [
            "a.rs:7 f: proves KP-008, which is not in rfcs/requirements.md",
            "rfcs/elsewhere.tsv:2: KP-001 is elsewhere, but proved by a.rs:7 f",
            "rfcs/elsewhere.tsv:3: KP-001 is in line 2 already",
            "rfcs/elsewhere.tsv:4: KP-009 is not in rfcs/requirements.md",
        ]
    );
}

/// The table says itself how many requirements it has of each prefix and level.
#[test]
fn every_row_of_the_table_is_read() {
    let text = fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).with_file_name(TABLE)).unwrap();
    let list = table::parse(&text).unwrap();
    let (_, counts) = text.split_once("\n## Counts\n").unwrap();
    let mut rows = 0;
    for line in counts.lines().filter(|line| line.starts_with("| ")).skip(1) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let (prefix, numbers) = cells.split_first().unwrap();
        let of_prefix = || list.iter().filter(|row| *prefix == "all" || row.id.split('-').next() == Some(prefix));
        let counted = Level::ALL.map(|level| of_prefix().filter(|row| row.level == level).count());
        let stated: Vec<usize> = numbers.iter().map(|number| number.parse().unwrap()).collect();
        assert_eq!(stated, [&counted[..], &[of_prefix().count()]].concat(), "{prefix}");
        rows += 1;
    }
    assert_eq!(rows, 26);
}
