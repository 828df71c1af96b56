//! Every dependency has a permissive licence.

use std::collections::BTreeSet;
use std::iter::Peekable;
use std::slice::Iter;

use anyhow::{Result, bail};

use crate::metadata::{Metadata, Package};

const ALLOWED: [&str; 13] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Allowed besides in what is only built to test, never to ship.
const ALLOWED_IN_TESTS: [&str; 2] = ["MPL-2.0", "MIT-0"];

/// Members that are not shipped: what they need is for tests only.
const NOT_SHIPPED: [&str; 4] = ["kaa-tests", "worker", "kaa-bench", "xtask"];

pub(crate) fn check(metadata: &Metadata) -> Result<()> {
    let problems = problems(metadata);
    if !problems.is_empty() {
        bail!("licences that are not allowed:\n  {}", problems.join("\n  "));
    }
    println!("{} packages have allowed licences", metadata.packages().len());
    Ok(())
}

fn problems(metadata: &Metadata) -> Vec<String> {
    let roots = metadata.members().filter(|package| !NOT_SHIPPED.contains(&package.name.as_str()));
    let shipped: BTreeSet<&str> = metadata.needed_by(roots).iter().map(|package| package.id.as_str()).collect();
    metadata.packages().iter().filter_map(|package| problem(package, shipped.contains(package.id.as_str()))).collect()
}

fn problem(package: &Package, is_shipped: bool) -> Option<String> {
    let Some(licence) = &package.license else { return Some(format!("{package}: states none")) };
    let is_allowed = |id: &str| ALLOWED.contains(&id) || (!is_shipped && ALLOWED_IN_TESTS.contains(&id));
    match evaluate(licence, is_allowed) {
        Ok(true) => None,
        Ok(false) => Some(format!("{package}: {licence}")),
        Err(error) => Some(format!("{package}: {licence}: {error}")),
    }
}

/// Whether the licences that one may choose by an SPDX expression are allowed. Old crates write `/` for `OR`.
fn evaluate(expression: &str, is_allowed: impl Fn(&str) -> bool) -> Result<bool, String> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut parser = Parser { words: words.iter().peekable(), is_allowed };
    let value = parser.any()?;
    match parser.words.next() {
        None => Ok(value),
        Some(word) => Err(format!("unexpected `{word}`")),
    }
}

struct Parser<'a, F> {
    words: Peekable<Iter<'a, &'a str>>,
    is_allowed: F,
}

impl<F: Fn(&str) -> bool> Parser<'_, F> {
    /// `all (OR all)*`
    fn any(&mut self) -> Result<bool, String> {
        let mut value = self.all()?;
        while self.takes("OR") {
            value |= self.all()?;
        }
        Ok(value)
    }

    /// `one (AND one)*`
    fn all(&mut self) -> Result<bool, String> {
        let mut value = self.one()?;
        while self.takes("AND") {
            value &= self.one()?;
        }
        Ok(value)
    }

    /// `( any )`, or `id`, or `id WITH exception`
    fn one(&mut self) -> Result<bool, String> {
        match self.words.next().copied() {
            Some("(") => {
                let value = self.any()?;
                if self.takes(")") { Ok(value) } else { Err("`)` is missing".to_owned()) }
            }
            None | Some("OR" | "AND" | "WITH" | ")") => Err("a licence is missing".to_owned()),
            Some(id) if self.takes("WITH") => {
                let exception = self.words.next().ok_or("an exception is missing")?;
                Ok((self.is_allowed)(&format!("{id} WITH {exception}")))
            }
            Some(id) => Ok((self.is_allowed)(id)),
        }
    }

    fn takes(&mut self, word: &str) -> bool {
        self.words.next_if(|next| **next == word).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::tests::sample;

    fn allowed(expression: &str) -> Result<bool, String> {
        evaluate(expression, |id| ALLOWED.contains(&id))
    }

    #[test]
    fn one_allowed_side_of_or_is_enough() {
        for expression in ["MIT", "GPL-3.0 OR MIT", "MIT/Apache-2.0", "GPL-2.0 / ISC", "Unlicense OR MIT"] {
            assert_eq!(allowed(expression), Ok(true), "{expression}");
        }
        assert_eq!(allowed("GPL-3.0 OR MPL-2.0"), Ok(false));
    }

    #[test]
    fn both_sides_of_and_are_needed() {
        assert_eq!(allowed("(MIT OR Apache-2.0) AND Unicode-3.0"), Ok(true));
        assert_eq!(allowed("MIT AND GPL-3.0"), Ok(false));
        assert_eq!(allowed("GPL-3.0 AND MIT OR ISC"), Ok(true), "AND binds first");
        assert_eq!(allowed("ISC AND (GPL-3.0 OR LGPL-3.0)"), Ok(false));
    }

    #[test]
    fn exception_is_a_part_of_the_licence() {
        assert_eq!(allowed("Apache-2.0 WITH LLVM-exception OR GPL-3.0"), Ok(true));
        assert_eq!(allowed("GPL-2.0 WITH Classpath-exception-2.0"), Ok(false));
    }

    #[test]
    fn malformed_expression_is_an_error() {
        for expression in ["", "MIT OR", "AND MIT", "(MIT", "MIT)", "MIT ISC", "MIT WITH"] {
            assert!(allowed(expression).is_err(), "{expression}");
        }
    }

    #[test]
    fn mpl_is_allowed_in_tests_only() {
        let mpl = |name: &'static str| {
            problems(&sample(|package| {
                if package.name == name {
                    package.license = Some("MPL-2.0".to_owned());
                }
            }))
        };
        assert_eq!(mpl("b"), ["b 1.0.0: MPL-2.0"]);
        assert!(mpl("c").is_empty());
    }

    #[test]
    fn package_without_licence_is_refused() {
        assert_eq!(problems(&sample(|package| package.license = None)).len(), 4);
    }
}
