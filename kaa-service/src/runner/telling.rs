//! What the log hears of messages.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
};

use kaa_ism::{Status, Subject};
use tracing::Span;

use super::handling::Panic;
use crate::trace::TraceContext;

/// See `trace`; its fields are looked at only if somebody wants the span.
pub(super) fn handle_span<'m>(
    message_type: &'static str,
    subject: &Subject,
    correlation_id: &str,
    endpoint_id: impl Fn() -> Option<&'m str>,
    trace: Option<&TraceContext>,
) -> Span {
    tracing::debug_span!(
        target: "kaa_service::handle",
        "handle",
        message_type,
        subject = subject.as_str(),
        correlation_id,
        endpoint_id = endpoint_id(),
        trace_id = trace.map(|trace| tracing::field::display(trace.hex_id())),
    )
}

/// A handler has panicked. Returns what it said.
pub(super) fn tell_panic(message_type: &'static str, panic: Panic) -> String {
    let text = panic_text(&*panic).to_owned();
    tracing::error!(message_type, panic = text, "a handler panicked");
    // Dropping it may panic too.
    std::mem::forget(panic);
    text
}

/// Lets the log hear of a status, and drops it. What a user's cause does when it is shown or dropped ends nothing.
pub(super) fn tell_and_drop(status: Status, tell: impl FnOnce(&Status)) {
    // Not in one: a cause that panics in both would end the process.
    catch_unwind(AssertUnwindSafe(|| tell(&status))).unwrap_or_else(std::mem::forget);
    catch_unwind(AssertUnwindSafe(move || drop(status))).unwrap_or_else(std::mem::forget);
}

/// A message was refused, and its sender is told. What the sender did wrong is the sender's to log; what went wrong here is
/// ours, with its cause. See `Oddities` for what nobody is told.
pub(super) fn tell_refusal(message_type: &'static str, status: &Status) {
    if status.code().as_i32() >= 500 {
        tracing::warn!(message_type, cause = %Chain(status), "a message was not handled");
    } else {
        tracing::debug!(message_type, %status, "a message was refused");
    }
}

/// An error with its causes.
pub(super) struct Chain<'a>(pub(super) &'a dyn std::error::Error);

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut next = self.0.source();
        while let Some(cause) = next {
            write!(f, ": {cause}")?;
            next = cause.source();
        }
        Ok(())
    }
}

pub(super) fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("not a text")
}
