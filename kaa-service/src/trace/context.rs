//! A trace context.

use std::fmt;

/// Which trace something belongs to, and what in it has caused it: W3C Trace Context, `traceparent` of version 00 and
/// `tracestate`.
///
/// A service passes on what it got, unchanged, as participants may that record no spans of their own. One that does makes
/// [`with_parent`](Self::with_parent) and a [`scope`](Self::scope) with it.
///
/// ```
/// use kaa_service::trace::TraceContext;
///
/// let trace = TraceContext::parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")?;
/// assert!(trace.is_sampled());
/// assert_eq!(trace.to_string(), "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
/// # Ok::<(), kaa_service::trace::InvalidTraceContext>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceContext {
    trace_id: u128,
    parent_id: u64,
    flags: u8,
    state: Option<Box<str>>,
}

/// The text is no trace context.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a traceparent of W3C Trace Context")]
pub struct InvalidTraceContext(());

const SAMPLED: u8 = 1;

/// Until here all versions are the same.
const LENGTH: usize = 55;

/// How long a `tracestate` has to be passed on at least.
const STATE_LIMIT: usize = 512;

impl TraceContext {
    /// Reads a `traceparent`. One of a later version is read as far as version 00 goes.
    ///
    /// # Errors
    ///
    /// [`InvalidTraceContext`] if it is not `version-traceid-parentid-flags` in lower-case hexadecimal digits, if one of the ids
    /// is zero, or the version is `ff`.
    pub fn parse(traceparent: &str) -> Result<Self, InvalidTraceContext> {
        Self::read(traceparent).ok_or(InvalidTraceContext(()))
    }

    fn read(text: &str) -> Option<Self> {
        let (known, more) = text.split_at_checked(LENGTH)?;
        let mut parts = known.split('-');
        let [version, trace_id, parent_id, flags] = [parts.next()?, parts.next()?, parts.next()?, parts.next()?];
        let version = u8::try_from(hex(version, 2)?).ok()?;
        if version == 0xff || parts.next().is_some() || !(more.is_empty() || version > 0 && more.starts_with('-')) {
            return None;
        }
        let trace_id = hex(trace_id, 32)?;
        let parent_id = u64::try_from(hex(parent_id, 16)?).ok()?;
        let flags = u8::try_from(hex(flags, 2)?).ok()?;
        // What a flag of a later version means is not known.
        let flags = if version == 0 { flags } else { flags & SAMPLED };
        (trace_id != 0 && parent_id != 0).then_some(Self { trace_id, parent_id, flags, state: None })
    }

    /// With the `tracestate` that came along. One that is empty, longer than 512 bytes or not of printable ASCII characters
    /// is left out: it is for its vendors, and the trace holds without.
    #[must_use]
    pub fn with_state(mut self, tracestate: &str) -> Self {
        let usable = (1..=STATE_LIMIT).contains(&tracestate.len());
        let usable = usable && tracestate.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
        self.state = usable.then(|| tracestate.into());
        self
    }

    /// With another parent: what is sent belongs to a span of our own. 0 changes nothing; it is no id.
    #[must_use]
    pub fn with_parent(mut self, parent_id: u64) -> Self {
        if parent_id != 0 {
            self.parent_id = parent_id;
        }
        self
    }

    /// The id of the whole trace, never 0.
    #[must_use]
    pub fn trace_id(&self) -> u128 {
        self.trace_id
    }

    /// The id of the span that was the cause, never 0.
    #[must_use]
    pub fn parent_id(&self) -> u64 {
        self.parent_id
    }

    /// [`trace_id`](Self::trace_id) as it is written.
    pub(crate) fn hex_id(&self) -> impl fmt::Display + use<> {
        HexId(self.trace_id)
    }

    /// Whether the caller may have recorded the trace.
    #[must_use]
    pub fn is_sampled(&self) -> bool {
        self.flags & SAMPLED != 0
    }

    /// The `tracestate`, if there is one.
    #[must_use]
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }
}

struct HexId(u128);

impl fmt::Display for HexId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// The `traceparent`.
impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{:032x}-{:016x}-{:02x}", self.trace_id, self.parent_id, self.flags)
    }
}

/// Exactly so many lower-case digits.
fn hex(text: &str, digits: usize) -> Option<u128> {
    let valid = text.len() == digits && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    valid.then(|| u128::from_str_radix(text, 16).ok()).flatten()
}
