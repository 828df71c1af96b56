//! One message: handle it, and answer it whatever happens.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use kaa_ism::{Answering, Context, Handler, Message, Status, Subject};
use tokio_util::sync::CancellationToken;

use super::{
    handling::{Ended, Handling, Limit},
    route::Outcomes,
};
use crate::{core::Core, transport::Outgoing};

/// A message that is about to be handled.
pub(super) struct Job<M> {
    pub(super) message: M,
    pub(super) context: Context,
    /// Its bytes, from which its answer is made.
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
        let (reply_to, deadline) = (context.reply_to.clone(), context.deadline);
        let ended = if self.cancel.is_cancelled() {
            Ended::Cancelled
        } else {
            let limit = Limit { core: &self.core, deadline, handling: self.handling, cancel: &self.cancel };
            Handling::new(|| self.handler.handle(message, context), limit).await
        };
        if let Some(answer) = self.prepare_answer(&body, reply_to, self.result(ended)) {
            self.send(answer).await;
        }
    }

    fn result(&self, ended: Ended<Result<H::Output, Status>>) -> Result<H::Output, Status> {
        match ended {
            Ended::Finished(Ok(output)) => {
                self.outcomes.handled.increment();
                Ok(output)
            }
            Ended::Finished(Err(status)) => {
                self.outcomes.refused.increment();
                log_refusal::<H>(&status);
                Err(status)
            }
            Ended::TimedOut => {
                self.outcomes.timed_out.increment();
                Err(Status::gateway_timeout("the request was not handled in time"))
            }
            Ended::Cancelled => {
                self.outcomes.cancelled.increment();
                Err(Status::unavailable("the service is shutting down"))
            }
            Ended::Panicked(panic) => {
                self.outcomes.panicked.increment();
                let text = panic_text(&*panic);
                tracing::error!(message = H::Message::NAME, panic = text, "a handler panicked");
                Err(Status::internal(text.to_owned()))
            }
        }
    }

    /// The answer to the message with these bytes, if it gets one.
    pub(super) fn prepare_answer(
        &self,
        body: &Bytes,
        reply_to: Option<Subject>,
        result: Result<H::Output, Status>,
    ) -> Option<Outgoing> {
        let Some(reply_to) = reply_to else {
            self.outcomes.no_reply_to.increment();
            return None;
        };
        let answering = Answering::new(&self.core.identity, body, self.core.now());
        match catch_unwind(AssertUnwindSafe(|| self.handler.answer(answering, result))) {
            Ok(Some(answer)) => Some(Outgoing::new(reply_to, None, answer)),
            Ok(None) => {
                self.outcomes.not_wanted.increment();
                None
            }
            Err(panic) => {
                let (text, correlation_id) = (panic_text(&*panic), answering.correlation_id());
                tracing::error!(message = H::Message::NAME, correlation_id, panic = text, "making an answer panicked");
                self.outcomes.answer_lost.increment();
                None
            }
        }
    }

    pub(super) async fn send(&self, answer: Outgoing) {
        match self.core.send(answer, self.handling).await {
            Ok(()) => self.outcomes.answered.increment(),
            Err(error) => {
                self.outcomes.answer_lost.increment();
                tracing::warn!(message = H::Message::NAME, %error, "an answer was not sent");
            }
        }
    }
}

/// What a peer did wrong is the peer's to log; what went wrong here is ours, with its cause.
fn log_refusal<H: Handler>(status: &Status) {
    if status.code().as_i32() < 500 {
        tracing::debug!(message = H::Message::NAME, %status, "a message was refused");
    } else {
        tracing::warn!(message = H::Message::NAME, cause = %Chain(status), "a message was not handled");
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
