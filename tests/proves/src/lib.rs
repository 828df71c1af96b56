//! [`macro@proves`]: says which requirements of the RFCs a test proves.

use std::collections::BTreeSet;

use proc_macro::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

const REQUIREMENTS: &str = include_str!("../../../rfcs/requirements.md");

/// Names the requirements that a test proves, by their ids in `rfcs/requirements.md`.
///
/// ```text
/// #[proves("KP-021", "ESP-020")]
/// #[test]
/// fn without_request_id_errors_are_answered_and_successes_are_not() {
/// ```
///
/// It stands above `#[test]` or `#[tokio::test]` and changes nothing; `cargo xtask requirements` reads it from the
/// source. An id that does not exist, or anything but a test below it, is a compile error.
#[proc_macro_attribute]
pub fn proves(ids: TokenStream, item: TokenStream) -> TokenStream {
    match check_ids(ids).and_then(|()| check_item(item.clone())) {
        Ok(()) => item,
        Err(error) => error.into_tokens().into_iter().chain(item).collect(),
    }
}

/// `"KP-021", "ESP-020"`: at least one id, each known and named once.
fn check_ids(ids: TokenStream) -> Result<(), Error> {
    let mut seen = BTreeSet::new();
    let mut tokens = ids.into_iter();
    while let Some(token) = tokens.next() {
        let text = token.to_string();
        let Some(id) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
            return Err(Error::new(token.span(), format!("`{text}` is no id in quotes, such as \"KP-021\"")));
        };
        if !is_known(id) {
            return Err(Error::new(token.span(), format!("`{id}` is not in rfcs/requirements.md")));
        }
        if !seen.insert(id.to_owned()) {
            return Err(Error::new(token.span(), format!("`{id}` is named twice")));
        }
        match tokens.next() {
            None => {}
            Some(TokenTree::Punct(comma)) if comma == ',' => {}
            Some(other) => return Err(Error::new(other.span(), "ids are separated by commas")),
        }
    }
    if seen.is_empty() {
        return Err(Error::new(Span::call_site(), "no id is named, such as \"KP-021\""));
    }
    Ok(())
}

/// Whether there is a row of that id: `| KP-021 | ...`.
fn is_known(id: &str) -> bool {
    let is_id = id.split_once('-').is_some_and(|(prefix, number)| !prefix.is_empty() && number.len() == 3);
    is_id && REQUIREMENTS.lines().any(|line| line.strip_prefix("| ").and_then(|row| row.split(' ').next()) == Some(id))
}

/// A function with an attribute that makes it a test.
fn check_item(item: TokenStream) -> Result<(), Error> {
    let mut is_test = false;
    for token in item {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => is_test |= names_test(&group),
            TokenTree::Ident(word) => match word.to_string().as_str() {
                "fn" if is_test => return Ok(()),
                "fn" => {
                    return Err(Error::new(word.span(), "`#[proves]` stands above `#[test]` or `#[tokio::test]`"));
                }
                "pub" | "async" => {}
                other => {
                    return Err(Error::new(
                        word.span(),
                        format!("`#[proves]` is for functions only, not for `{other}`"),
                    ));
                }
            },
            _ => {}
        }
    }
    Err(Error::new(Span::call_site(), "`#[proves]` is for functions only"))
}

/// `[test]`, `[tokio::test]`, `[tokio::test(start_paused = true)]`.
fn names_test(attribute: &Group) -> bool {
    let path = attribute.stream().into_iter().take_while(|token| !matches!(token, TokenTree::Group(_)));
    path.last().is_some_and(|token| matches!(token, TokenTree::Ident(name) if name.to_string() == "test"))
}

struct Error {
    span: Span,
    text: String,
}

impl Error {
    fn new(span: Span, text: impl Into<String>) -> Self {
        Self { span, text: text.into() }
    }

    /// `compile_error! { "text" }`, shown at the span.
    fn into_tokens(self) -> TokenStream {
        let tokens = [
            TokenTree::from(Ident::new("compile_error", self.span)),
            TokenTree::from(Punct::new('!', Spacing::Alone)),
            TokenTree::from(Group::new(Delimiter::Brace, TokenTree::from(Literal::string(&self.text)).into())),
        ];
        let at_span = tokens.into_iter().map(|mut token| {
            token.set_span(self.span);
            token
        });
        at_span.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_of_the_rows() {
        for id in ["KP-001", "ESP-026", "SYSC-007"] {
            assert!(is_known(id), "{id}");
        }
        for id in ["KP-999", "KP-01", "kp-001", "KP", "ID", "Prefix", "KP-001 ", "", "-001"] {
            assert!(!is_known(id), "{id}");
        }
    }
}
