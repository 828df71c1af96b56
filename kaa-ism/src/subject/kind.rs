//! What a subject says about its message.

use std::borrow::Cow;

use super::{InvalidSubject, none_left, text, variable};
use crate::token::is_token_byte;

/// Protocol and message type of a targeted message: the last two tokens of its subject, for example `esp.ClientData`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct MessageKind(pub(super) &'static str);

/// Target entity type, event group and event type of a broadcast, for example `endpoint.connectivity.connected`. `*` is
/// a token that varies from event to event, as in `endpoint-filter.*.deleted`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct EventKind(pub(super) &'static str);

impl MessageKind {
    /// Checks a literal at compile time.
    ///
    /// # Panics
    ///
    /// At compile time when called in a `const`, if it is not two subject tokens.
    #[must_use]
    pub const fn from_static(text: &'static str) -> Self {
        assert!(count_tokens(text, false) == 2, "expected `<protocol>.<message type>`");
        Self(text)
    }

    /// `<protocol>.<message type>`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        self.0
    }

    /// The last token.
    #[must_use]
    pub fn message_type(&self) -> &'static str {
        self.0.split_once('.').map_or(self.0, |(_, message_type)| message_type)
    }
}

impl EventKind {
    /// Checks a literal at compile time.
    ///
    /// # Panics
    ///
    /// At compile time when called in a `const`, if it is not three subject tokens or more. `*` stands for one that varies.
    #[must_use]
    pub const fn from_static(text: &'static str) -> Self {
        assert!(count_tokens(text, true) >= 3, "expected `<target entity type>.<event group>.<event type>`");
        Self(text)
    }

    /// The kind with `variables` in place of each `*`.
    pub(crate) fn filled(&self, variables: &[&str]) -> Result<Cow<'static, str>, InvalidSubject> {
        if variables.is_empty() && !self.0.contains('*') {
            return Ok(Cow::Borrowed(self.0));
        }
        none_left(variables, self.0.split('.').filter(|token| *token == "*").count(), self.0)?;
        let mut variables = variables.iter().copied();
        let mut text = String::with_capacity(self.0.len());
        for token in self.0.split('.') {
            if !text.is_empty() {
                text.push('.');
            }
            text.push_str(if token == "*" { variable(variables.next(), self.0)? } else { token });
        }
        Ok(Cow::Owned(text))
    }

    /// `<target entity type>.<event group>.<event type>`, with `*` for what varies.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        self.0
    }
}

/// The number of tokens, 0 if one is no token.
const fn count_tokens(text: &str, may_vary: bool) -> usize {
    let mut rest = text.as_bytes();
    let (mut tokens, mut len, mut varies) = (1, 0, false);
    while let [byte, tail @ ..] = rest {
        if *byte == b'.' {
            if len == 0 {
                return 0;
            }
            (tokens, len, varies) = (tokens + 1, 0, false);
        } else if varies {
            return 0;
        } else if is_token_byte(*byte) || (may_vary && len == 0 && *byte == b'*') {
            (len, varies) = (len + 1, *byte == b'*');
        } else {
            return 0;
        }
        rest = tail;
    }
    if len == 0 { 0 } else { tokens }
}

text!(MessageKind, EventKind);
