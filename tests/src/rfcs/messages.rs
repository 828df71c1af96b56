//! The messages of the protocols between services: their subjects come from their types, who sends them from a table.

use anyhow::{Context as _, Result};

use super::{
    about::About,
    table::{code, markdown, rows},
};
use crate::catalog::{Entry, Kind, find};

/// A message, and what its type cannot say about it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Traffic {
    pub(super) entry: &'static Entry,
    sender: &'static str,
    receiver: &'static str,
    /// How much a replyTo is asked for.
    reply_to: &'static str,
    /// Stem of what comes to that replyTo, if it is not the response of a request.
    answer: &'static str,
    /// Name of the token that varies.
    variable: &'static str,
    note: &'static str,
}

/// All of them.
pub(super) fn all() -> Result<Vec<Traffic>> {
    let rows = rows::<7>(include_str!("messages.tsv")).context("tests/src/rfcs/messages.tsv")?;
    let traffic = |[file, sender, receiver, reply_to, answer, variable, note]: [&'static str; 7]| {
        let entry = find(file).with_context(|| format!("tests/src/rfcs/messages.tsv: no message {file}"))?;
        Ok(Traffic { entry, sender, receiver, reply_to, answer, variable, note })
    };
    rows.into_iter().map(traffic).collect()
}

impl Traffic {
    fn row(&self, all: &[Self], about: &About) -> [String; 8] {
        [
            code(self.entry.name),
            self.kind(all).to_owned(),
            self.subject(all),
            self.reply_to(),
            self.sender.to_owned(),
            self.receiver.to_owned(),
            about.path(self.entry.name),
            format!("[{0}]({0}.avsc)", self.entry.file),
        ]
    }

    fn kind(&self, all: &[Self]) -> &'static str {
        match self.entry.kind {
            Kind::Request { .. } => "request",
            Kind::Response { .. } => "response",
            Kind::OneWay { .. } if self.answered(all).is_some() => "response to an event",
            Kind::OneWay { .. } => "one way",
            Kind::Event { .. } => "event",
            Kind::Nested => "nested record",
        }
    }

    fn subject(&self, all: &[Self]) -> String {
        let to_instance = |kind| format!("kaa.v1.service.<{} instance>.{kind}", self.receiver);
        match (self.entry.kind, self.answered(all)) {
            (Kind::Request { kind, .. }, Some(to)) => {
                format!("`{}`, or the replyTo of `{}`", to_instance(kind), to.entry.name)
            }
            (Kind::Request { kind, .. }, None) => code(&to_instance(kind)),
            (Kind::Response { .. } | Kind::OneWay { .. }, Some(to)) => format!("the replyTo of `{}`", to.entry.name),
            (Kind::Response { .. }, None) => "the replyTo of its request".to_owned(),
            (Kind::OneWay { kind, has_variable: false }, None) => code(&to_instance(kind)),
            (Kind::OneWay { kind, has_variable: true }, None) => {
                format!("`{}.<{}>`", to_instance(kind), self.variable)
            }
            (Kind::Event { kind }, _) => {
                let kind = kind.replace('*', &format!("<{}>", self.variable));
                format!("`kaa.v1.events.<{} instance>.{kind}`", self.sender)
            }
            (Kind::Nested, _) => String::new(),
        }
    }

    /// What this message answers.
    fn answered<'a>(&self, all: &'a [Self]) -> Option<&'a Self> {
        let is_request = |other: &&Self| match (self.entry.kind, other.entry.kind) {
            (Kind::Response { request, .. }, Kind::Request { kind, .. }) => request == kind,
            _ => other.answer == self.entry.file,
        };
        all.iter().find(is_request)
    }

    fn reply_to(&self) -> String {
        let answer = match self.entry.kind {
            Kind::Request { response, .. } => Some(response),
            _ => find(self.answer).and_then(|entry| message_kind(entry.kind)),
        };
        answer.map_or_else(String::new, |kind| {
            format!("{}: `kaa.v1.replica.<{} replica>.{kind}`", self.reply_to, self.sender)
        })
    }
}

/// Protocol and message type of what is sent to one instance or replica.
fn message_kind(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Request { kind, .. } | Kind::Response { kind, .. } | Kind::OneWay { kind, .. } => Some(kind),
        Kind::Event { .. } | Kind::Nested => None,
    }
}

/// The messages of an RFC and what there is to note about them; nothing if it has none.
pub(super) fn to_markdown(about: &About) -> Result<String> {
    let all = all()?;
    let of_rfc: Vec<_> = all.iter().filter(|traffic| traffic.entry.rfc == about.number).collect();
    let rows: Vec<_> = of_rfc.iter().map(|traffic| traffic.row(&all, about)).collect();
    let head = ["message", "kind", "subject", "replyTo", "sender", "receiver", "type", "schema"];
    let noted: Vec<_> = of_rfc.iter().filter(|traffic| !traffic.note.is_empty()).collect();
    let notes: String = noted.iter().map(|traffic| format!("- `{}`: {}\n", traffic.entry.name, traffic.note)).collect();
    let gap = if notes.is_empty() { "" } else { "\n" };
    Ok(format!("{}{gap}{notes}", markdown(head, &rows)))
}
