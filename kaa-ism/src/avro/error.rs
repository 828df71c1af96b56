//! Why bytes were no datum of the expected type.

use std::fmt;

/// Why a datum was refused: message, field path, byte offset, and what was expected there.
///
/// ```
/// use kaa_ism::{Message, avro::DecodeErrorKind};
/// # #[derive(Clone, Debug, Message)]
/// # #[avro(namespace = "example")]
/// # #[message(event = "endpoint.demo.happened")]
/// # struct Demo { correlation_id: String, timestamp: i64 }
///
/// let error = Demo::decode(&bytes::Bytes::from_static(&[0x06, b'a', b'b'])).unwrap_err();
/// assert_eq!(error.kind(), DecodeErrorKind::UnexpectedEnd);
/// assert_eq!(error.to_string(), "Demo.correlationId at byte 1: the input ends, expected 3 bytes of text, 2 are left");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct DecodeError(Box<Inner>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner {
    kind: DecodeErrorKind,
    offset: usize,
    detail: String,
    /// Innermost first.
    path: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Message(&'static str),
    Field(&'static str),
    Index(usize),
    Key(String),
}

/// What was wrong, for code that has to decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// The input ends before the value does.
    UnexpectedEnd,
    /// A varint does not end within 64 bits.
    InvalidVarint,
    /// An `int` beyond 32 bits.
    IntOutOfRange,
    /// A union branch that the schema does not have.
    UnknownBranch,
    /// A boolean other than 0 and 1.
    InvalidBoolean,
    /// Text that is not UTF-8.
    InvalidUtf8,
    /// A negative length of text or bytes, or a block whose byte size is negative or wrong.
    InvalidLength,
    /// More items than the rest of the input can hold.
    TooManyItems,
    /// Arrays and maps nested deeper than [`MAX_DEPTH`](super::MAX_DEPTH).
    TooDeep,
    /// Bytes are left over behind the value.
    LeftOver,
}

impl DecodeError {
    #[cold]
    pub(crate) fn new(kind: DecodeErrorKind, offset: usize, detail: impl Into<String>) -> Self {
        Self(Box::new(Inner { kind, offset, detail: detail.into(), path: Vec::new() }))
    }

    /// What was wrong.
    #[must_use]
    pub fn kind(&self) -> DecodeErrorKind {
        self.0.kind
    }

    /// The byte of the input at which it was noticed.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.0.offset
    }

    /// Where in the message it is, for example `TimeSeriesEvent.dataPoints[3].values["rpm"]`.
    #[must_use]
    pub fn path(&self) -> String {
        let mut text = String::new();
        for step in self.0.path.iter().rev() {
            match step {
                Step::Message(name) => text.push_str(name),
                Step::Field(name) => {
                    text.push('.');
                    text.push_str(name);
                }
                Step::Index(index) => text.push_str(&format!("[{index}]")),
                Step::Key(key) => text.push_str(&format!("[{key:?}]")),
            }
        }
        text
    }

    /// The same error, seen from the record field that holds the value.
    #[cold]
    #[must_use]
    pub fn in_field(self, name: &'static str) -> Self {
        self.within(Step::Field(name))
    }

    #[cold]
    #[must_use]
    pub(crate) fn in_message(self, name: &'static str) -> Self {
        self.within(Step::Message(name))
    }

    #[cold]
    pub(super) fn at_index(self, index: usize) -> Self {
        self.within(Step::Index(index))
    }

    #[cold]
    pub(super) fn at_key(self, key: &str) -> Self {
        const LONGEST: usize = 64; // the key is the peer's text
        let shown = key.chars().take(LONGEST).collect();
        self.within(Step::Key(shown))
    }

    fn within(mut self, step: Step) -> Self {
        self.0.path.push(step);
        self
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}: {}", self.path(), self.0.offset, self.0.detail)
    }
}

impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DecodeError({self})")
    }
}

impl std::error::Error for DecodeError {}
