//! What must not be printed.

use std::fmt;

use serde_json::Value;

use super::node::{Content, Node};

/// What stands for a value that must not be printed.
const HIDDEN: &str = "***";

/// Parts of the names of keys whose values are secrets.
const SECRETS: [&str; 10] =
    ["password", "passwd", "pwd", "passphrase", "token", "secret", "credential", "private-key", "api-key", "nkey"];

/// Whether the value of a dotted key, or something above it, is a secret by its name.
pub(super) fn is_secret(key: &str) -> bool {
    let key = key.to_lowercase().replace('_', "-");
    SECRETS.iter().any(|secret| key.contains(secret)) || key.contains("privatekey") || key.contains("apikey")
}

/// Whether a text has a private key in PEM form in it, whatever its key is called.
pub(super) fn has_private_key(text: &str) -> bool {
    text.contains("PRIVATE KEY")
}

/// A text without the user and the password of its URLs. What might be a password goes too.
pub(super) fn without_user_info(text: &str) -> String {
    let mut parts = text.split("://");
    let mut clean = without_bare_user_info(parts.next().unwrap_or_default());
    for part in parts {
        clean.push_str("://");
        match part.rsplit_once('@') {
            Some((_, host)) => clean.extend([HIDDEN, "@", host]),
            None => clean.push_str(part),
        }
    }
    clean
}

/// `user:password@host` without a scheme.
fn without_bare_user_info(text: &str) -> String {
    let is_end = |c: char| c.is_whitespace() || "\"'`,".contains(c);
    let words = text.split_inclusive(is_end).map(|word| match word.rsplit_once('@') {
        Some((user, host)) if user.contains(':') => format!("{HIDDEN}@{host}"),
        _ => word.to_owned(),
    });
    words.collect()
}

/// A tree as it may be printed: one dotted key and value after the other.
pub(super) struct Shown<'a>(pub(super) &'a Node);

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = Vec::new();
        collect("", self.0, &mut lines);
        let mut map = f.debug_map();
        for (key, value) in &lines {
            map.entry(&format_args!("{key}"), &format_args!("{value}"));
        }
        map.finish()
    }
}

fn collect(key: &str, node: &Node, lines: &mut Vec<(String, String)>) {
    match &node.content {
        _ if is_secret(key) => lines.push((key.to_owned(), HIDDEN.to_owned())),
        Content::Map(members) => {
            let dot = if key.is_empty() { "" } else { "." };
            for (name, node) in members {
                collect(&format!("{key}{dot}{name}"), node, lines);
            }
        }
        Content::List(items) => {
            for (index, node) in items.iter().enumerate() {
                collect(&format!("{key}[{index}]"), node, lines);
            }
        }
        Content::Scalar(Value::String(text)) | Content::Variable(text) if has_private_key(text) => {
            lines.push((key.to_owned(), HIDDEN.to_owned()));
        }
        Content::Scalar(Value::String(text)) | Content::Variable(text) => {
            lines.push((key.to_owned(), format!("{:?}", without_user_info(text))));
        }
        Content::Scalar(value) => lines.push((key.to_owned(), value.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_the_names_of_their_keys() {
        for key in
            ["nats.password", "db.pwd", "kaa.security.clientSecret", "a.API_KEY", "credentials.user", "tokens[0]"]
        {
            assert!(is_secret(key), "{key}");
        }
        for key in ["nats.urls", "kaa.kpc.transports.mqtt.tcp.port", "kaa.epmx.metadata-keys"] {
            assert!(!is_secret(key), "{key}");
        }
    }

    #[test]
    fn urls_are_printed_without_user_and_password() {
        for (text, clean) in [
            ("nats://user:pw@a:4222", "nats://***@a:4222"),
            ("nats://token@a, nats://u:p@ss@b", "nats://***@a, nats://***@b"),
            ("postgres://u:p,\"w@h/db", "postgres://***@h/db"),
            ("got \"user:pw@host\" here", "got \"***@host\" here"),
            ("http://tekton", "http://tekton"),
            ("no secret: me@example.com", "no secret: me@example.com"),
        ] {
            assert_eq!(without_user_info(text), clean);
        }
    }
}
