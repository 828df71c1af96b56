//! One message: handle it, and answer it whatever happens.

use std::{any::Any, panic::AssertUnwindSafe, pin::pin, sync::Arc, task::Poll, time::Duration};

use bytes::Bytes;
use futures::FutureExt as _;
use kaa_ism::{Context, Deadline, Handler, Message, Stamp, Status, Subject};
use tokio_util::sync::CancellationToken;

use super::route::Outcomes;
use crate::{core::Core, transport::Outgoing};

/// A message that is about to be handled.
pub(super) struct Job<M> {
    pub(super) message: M,
    pub(super) context: Context,
    /// Its bytes, from which it is decoded again when it is answered.
    pub(super) body: Bytes,
}

/// What handling a message needs.
pub(super) struct Environment<H> {
    pub(super) core: Arc<Core>,
    pub(super) handler: H,
    pub(super) outcomes: Outcomes,
    pub(super) handling: Duration,
    pub(super) cancel: CancellationToken,
}

impl<H: Handler> Environment<H> {
    /// Handles a message and answers it.
    pub(super) async fn run(self: Arc<Self>, job: Job<H::Message>) {
        let Job { message, context, body } = job;
        let reply_to = context.reply_to.clone();
        let result = self.handle(message, context).await;
        self.answer(&body, reply_to, result).await;
    }

    async fn handle(&self, message: H::Message, context: Context) -> Result<H::Output, Status> {
        let deadline = context.deadline;
        // In a block of its own, so that a panic before the first await is caught as well.
        let handling = async { self.handler.handle(message, context).await };
        let mut handling = pin!(AssertUnwindSafe(handling).catch_unwind());
        let finished = match futures::poll!(handling.as_mut()) {
            Poll::Ready(finished) => finished,
            Poll::Pending => {
                let left = deadline.remaining(self.core.now()).unwrap_or(self.handling).min(self.handling);
                tokio::select! {
                    biased;
                    finished = &mut handling => finished,
                    () = tokio::time::sleep(left) => {
                        self.outcomes.timed_out.increment();
                        return Err(Status::gateway_timeout("the request was not handled in time"));
                    }
                    () = self.cancel.cancelled() => {
                        self.outcomes.cancelled.increment();
                        return Err(Status::unavailable("the service is shutting down"));
                    }
                }
            }
        };
        match finished {
            Ok(Ok(output)) => {
                self.outcomes.handled.increment();
                Ok(output)
            }
            Ok(Err(status)) => {
                self.outcomes.refused.increment();
                log_refusal::<H>(&status);
                Err(status)
            }
            Err(panic) => {
                self.outcomes.panicked.increment();
                let text = panic_text(&*panic);
                tracing::error!(message = H::Message::NAME, panic = text, "a handler panicked");
                Err(Status::internal(text.to_owned()))
            }
        }
    }

    /// Answers the message with these bytes.
    pub(super) async fn answer(&self, body: &Bytes, reply_to: Option<Subject>, result: Result<H::Output, Status>) {
        let Some(reply_to) = reply_to else { return self.outcomes.no_reply_to.increment() };
        // It has been decoded before.
        let Ok((message, _)) = H::Message::decode_prefix(body) else { return };
        let correlation_id = message.envelope().correlation_id.to_owned();
        let Some(mut answer) = self.handler.answer(&self.core.identity, message, result) else {
            return self.outcomes.not_wanted.increment();
        };
        let now = self.core.now();
        answer.stamp(&Stamp::new(&correlation_id, now, Deadline::NEVER, &self.core.identity.replica));
        match self.core.send(Outgoing::new(reply_to, None, answer.to_bytes()), self.handling).await {
            Ok(()) => self.outcomes.answered.increment(),
            Err(error) => {
                self.outcomes.answer_lost.increment();
                tracing::warn!(message = H::Message::NAME, correlation_id, %error, "an answer was not sent");
            }
        }
    }
}

fn log_refusal<H: Handler>(status: &Status) {
    // The cause stays in the log. What the peer did wrong is the peer's to log.
    if let Some(cause) = std::error::Error::source(status) {
        tracing::warn!(message = H::Message::NAME, %status, cause = %Chain(cause), "a message was refused");
    } else {
        tracing::debug!(message = H::Message::NAME, %status, "a message was refused");
    }
}

struct Chain<'a>(&'a dyn std::error::Error);

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

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("not a text")
}
