//! What operations allocate, from the program that counts.

use std::{
    collections::BTreeMap,
    env,
    process::{Command, Stdio},
};

/// The allocations of one operation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Memory {
    pub(crate) allocations: f64,
    /// Bytes that were asked for.
    pub(crate) bytes: f64,
}

/// By case and operation.
pub(crate) type Memories = BTreeMap<(String, String), Memory>;

/// Builds and runs `kaa-bench-count`: for the codec, or for handling messages with the nats-server at this URL.
pub(crate) fn count(url: Option<&str>) -> Memories {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["run", "--quiet", "--release", "--package", "kaa-bench", "--bin", "kaa-bench-count", "--"])
        .args(url)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo runs");
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().filter_map(parse).collect()
}

fn parse(line: &str) -> Option<((String, String), Memory)> {
    let mut words = line.split(' ');
    let case = (words.next()?.to_owned(), words.next()?.to_owned());
    Some((case, Memory { allocations: words.next()?.parse().ok()?, bytes: words.next()?.parse().ok()? }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_case_operation_allocations_and_bytes() {
        let expected =
            (("client-data/64".to_owned(), "hand-decode".to_owned()), Memory { allocations: 4.0, bytes: 92.0 });
        assert_eq!(parse("client-data/64 hand-decode 4 92"), Some(expected));
        assert_eq!(parse("warning: something else"), None);
    }
}
