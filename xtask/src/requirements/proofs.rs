//! Finds `#[proves("KP-021")]` in the sources.

use std::fmt;
use std::fs;
use std::path::Path;
use std::str::FromStr as _;

use anyhow::{Context as _, Result, anyhow};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// Folders that hold no tests of ours: what is built, and what is not meant to be.
const LEFT_OUT: [&str; 3] = ["target", "compile-fail", "compile-pass"];

/// A test and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Test {
    /// Path from the root of the repository, with slashes.
    pub file: String,
    /// Line of its name, from 1.
    pub line: usize,
    /// Name of the function.
    pub name: String,
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} {}", self.file, self.line, self.name)
    }
}

/// A test that says that it proves a requirement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Proof {
    pub(super) id: String,
    pub(super) test: Test,
}

/// Those of all source files below the root, by file and line.
pub(super) fn find(root: &Path) -> Result<Vec<Proof>> {
    let mut proofs = Vec::new();
    walk(root, "", &mut proofs)?;
    Ok(proofs)
}

fn walk(folder: &Path, prefix: &str, proofs: &mut Vec<Proof>) -> Result<()> {
    let unreadable = || format!("cannot read {}", folder.display());
    let mut entries = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>).with_context(unreadable)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = format!("{prefix}{name}");
        if entry.file_type().with_context(unreadable)?.is_dir() {
            if !name.starts_with('.') && !LEFT_OUT.contains(&name.as_str()) {
                walk(&entry.path(), &format!("{path}/"), proofs)?;
            }
        } else if name.ends_with(".rs") {
            let text = fs::read_to_string(entry.path()).with_context(|| format!("cannot read {path}"))?;
            proofs.extend(in_source(&path, &text)?);
        }
    }
    Ok(())
}

fn in_source(file: &str, text: &str) -> Result<Vec<Proof>> {
    let tokens = TokenStream::from_str(text).map_err(|error| anyhow!("{file} is no Rust: {error}"))?;
    let mut proofs = Vec::new();
    in_tokens(file, tokens, &mut proofs);
    Ok(proofs)
}

fn in_tokens(file: &str, tokens: TokenStream, proofs: &mut Vec<Proof>) {
    // Ids whose function is still to come.
    let mut ids = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match (token, tokens.peek()) {
            (TokenTree::Punct(hash), Some(TokenTree::Group(attribute))) if hash.as_char() == '#' => {
                ids.extend(in_attribute(attribute));
            }
            (TokenTree::Ident(word), Some(TokenTree::Ident(name))) if word == "fn" => {
                let test = Test { file: file.to_owned(), line: name.span().start().line, name: name.to_string() };
                proofs.extend(ids.drain(..).map(|id| Proof { id, test: test.clone() }));
            }
            (TokenTree::Group(group), _) if group.delimiter() != Delimiter::Bracket => {
                in_tokens(file, group.stream(), proofs);
            }
            _ => {}
        }
    }
}

/// The ids of `[proves("KP-021", "ESP-020")]`, with or without a path before `proves`.
fn in_attribute(attribute: &Group) -> Vec<String> {
    let tokens: Vec<TokenTree> = attribute.stream().into_iter().collect();
    let [.., TokenTree::Ident(name), TokenTree::Group(ids)] = tokens.as_slice() else { return Vec::new() };
    if *name != "proves" {
        return Vec::new();
    }
    let literals = ids.stream().into_iter().filter(|token| matches!(token, TokenTree::Literal(_)));
    literals.map(|literal| literal.to_string().trim_matches('"').to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, usize, String)> {
        let proofs = in_source("a.rs", text).unwrap();
        proofs.into_iter().map(|proof| (proof.id, proof.test.line, proof.test.name)).collect()
    }

    fn proof(id: &str, line: usize, name: &str) -> (String, usize, String) {
        (id.to_owned(), line, name.to_owned())
    }

    #[test]
    fn ids_belong_to_the_function_below_them() {
        let text = r#"
            #[proves("KP-001", "KP-002")]
            /// Why.
            #[tokio::test(start_paused = true)]
            async fn first() {}

            #[test]
            fn second() {}

            mod inner {
                #[kaa_proves::proves("KP-003")]
                #[test]
                fn third() { let f: fn() = || (); }
            }
        "#;
        assert_eq!(
            found(text),
            [proof("KP-001", 5, "first"), proof("KP-002", 5, "first"), proof("KP-003", 13, "third")]
        );
    }

    #[test]
    fn texts_and_comments_are_no_attributes() {
        let text = r###"
            // #[proves("KP-001")]
            /// #[proves("KP-001")]
            /* #[proves("KP-001")] */
            fn f<'a>() { g("#[proves(\"KP-001\")]", r#"#[proves("KP-001")]"#, '"', b'"'); }
            #[test]
            fn test() { let proves = [proves("KP-001")]; }
        "###;
        assert_eq!(found(text), []);
    }

    #[test]
    fn tests_that_a_macro_makes_are_found() {
        assert_eq!(found(r#"m! { #[proves("KP-001")] #[test] fn f() {} }"#), [proof("KP-001", 1, "f")]);
    }

    #[test]
    fn what_is_no_rust_is_an_error_with_its_file() {
        assert!(in_source("a.rs", "fn f() {").unwrap_err().to_string().starts_with("a.rs is no Rust"));
    }
}
