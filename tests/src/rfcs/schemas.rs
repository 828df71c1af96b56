//! The schemas, as our types state them.

use crate::catalog::catalog;

/// What is before each doc.
const DOC: &str = "\"doc\": \"";

/// Name and text of each file, such as `0004/0004-client-data.avsc`.
pub(super) fn all() -> impl Iterator<Item = (String, String)> {
    let avro = catalog().iter().map(|entry| {
        let text = (entry.schema)().to_string();
        (format!("{}/{}.avsc", folder(entry.file), entry.file), format!("{}\n", for_readers(&text)))
    });
    let json = kaa_protocol::schemas().into_iter().map(|schema| {
        let stem = schema.name();
        (format!("{}/{stem}.schema.json", folder(stem)), format!("{}\n", schema.to_text()))
    });
    avro.chain(json)
}

/// The name of a schema begins with the number of its RFC.
fn folder(stem: &str) -> &str {
    stem.split_once('-').map_or(stem, |(number, _)| number)
}

/// The docs are those of the Rust types. Keeps of each what is for readers of a schema: its first paragraph, without
/// links.
fn for_readers(schema: &str) -> String {
    let mut parts = schema.split(DOC);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (doc, rest) = part.split_at(end_of_string(part));
        let paragraph = doc.split("  ").next().unwrap_or_default();
        text.extend([DOC, &without_links(paragraph), rest]);
    }
    text
}

/// Where a JSON string ends.
fn end_of_string(text: &str) -> usize {
    let mut is_escaped = false;
    let is_end = |c| {
        let is_end = c == '"' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        is_end
    };
    text.find(is_end).unwrap_or(text.len())
}

/// `` [`X`](y) `` and `` [`X`] `` become `` `X` ``.
fn without_links(mut text: &str) -> String {
    let mut plain = String::new();
    while let Some((before, name, after)) = next_link(text) {
        plain.extend([before, "`", name, "`"]);
        text = after;
    }
    plain + text
}

fn next_link(text: &str) -> Option<(&str, &str, &str)> {
    let (before, link) = text.split_once("[`")?;
    let (name, after) = link.split_once("`]")?;
    let target = after.strip_prefix('(').and_then(|target| target.split_once(')'));
    Some((before, name, target.map_or(after, |(_, after)| after)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn docs_are_for_readers_of_a_schema() {
        let schema = r#"{"doc": "A \"[`B`]\" of [`c`](super::c).  More.", "name": "[`x`]", "doc": ""}"#;
        assert_eq!(for_readers(schema), r#"{"doc": "A \"`B`\" of `c`.", "name": "[`x`]", "doc": ""}"#);
    }
}
