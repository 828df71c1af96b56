//! One message: handle it, and answer it whatever happens.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::Arc,
    task::Poll,
    time::Duration,
};

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

/// How handling ended.
enum Ended<O> {
    Finished(Result<O, Status>),
    TimedOut,
    Cancelled,
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
        // Around all of it, so that no panic gets out: not one before the first await, nor one of a destructor that runs when
        // the handler is given up.
        match AssertUnwindSafe(self.handle_in_time(message, context)).catch_unwind().await {
            Ok(Ended::Finished(Ok(output))) => {
                self.outcomes.handled.increment();
                Ok(output)
            }
            Ok(Ended::Finished(Err(status))) => {
                self.outcomes.refused.increment();
                log_refusal::<H>(&status);
                Err(status)
            }
            Ok(Ended::TimedOut) => {
                self.outcomes.timed_out.increment();
                Err(Status::gateway_timeout("the request was not handled in time"))
            }
            Ok(Ended::Cancelled) => {
                self.outcomes.cancelled.increment();
                Err(Status::unavailable("the service is shutting down"))
            }
            Err(panic) => {
                self.outcomes.panicked.increment();
                let text = panic_text(&*panic);
                tracing::error!(message = H::Message::NAME, panic = text, "a handler panicked");
                Err(Status::internal(text.to_owned()))
            }
        }
    }

    async fn handle_in_time(&self, message: H::Message, context: Context) -> Ended<H::Output> {
        if self.cancel.is_cancelled() {
            return Ended::Cancelled;
        }
        let deadline = context.deadline;
        let mut handling = pin!(self.handler.handle(message, context));
        if let Poll::Ready(finished) = futures::poll!(handling.as_mut()) {
            return Ended::Finished(finished);
        }
        let left = deadline.remaining(self.core.now()).unwrap_or(self.handling).min(self.handling);
        tokio::select! {
            biased;
            finished = handling => Ended::Finished(finished),
            () = tokio::time::sleep(left) => Ended::TimedOut,
            () = self.cancel.cancelled() => Ended::Cancelled,
        }
    }

    /// Answers the message with these bytes.
    pub(super) async fn answer(&self, body: &Bytes, reply_to: Option<Subject>, result: Result<H::Output, Status>) {
        let Some(reply_to) = reply_to else { return self.outcomes.no_reply_to.increment() };
        // It has been decoded before.
        let Ok((message, _)) = H::Message::decode_prefix(body) else { return };
        let correlation_id = message.envelope().correlation_id.to_owned();
        let answer = AssertUnwindSafe(|| self.handler.answer(&self.core.identity, message, result));
        let mut answer = match catch_unwind(answer) {
            Ok(Some(answer)) => answer,
            Ok(None) => return self.outcomes.not_wanted.increment(),
            Err(panic) => {
                let text = panic_text(&*panic);
                tracing::error!(message = H::Message::NAME, correlation_id, panic = text, "making an answer panicked");
                return self.outcomes.answer_lost.increment();
            }
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
