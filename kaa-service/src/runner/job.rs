//! One message: handle it, and answer it whatever happens.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use kaa_ism::{Answering, Context, Handler, Message, SendError, Status, Subject};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Span;

use super::{
    handling::{Ended, Handling, Limit},
    outcomes::Outcomes,
};
use crate::{
    core::{Core, after},
    metrics::Times,
    trace::{Surroundings, TraceContext},
    transport::Outgoing,
};

/// Making an answer panicked.
struct Panicked;

/// A message that is about to be handled.
pub(super) struct Job<M> {
    pub(super) message: M,
    pub(super) context: Context,
    /// Its bytes, from which its answer is made.
    pub(super) body: Bytes,
    pub(super) trace: Option<Arc<TraceContext>>,
    /// `None` if it does not have to wait.
    pub(super) waiting_since: Option<Instant>,
}

impl<M> Job<M> {
    /// As it is kept until its turn.
    pub(super) fn waiting(mut self) -> Box<Self> {
        self.waiting_since = Some(Instant::now());
        Box::new(self)
    }
}

/// What handling a message needs.
pub(super) struct Environment<H> {
    pub(super) core: Arc<Core>,
    pub(super) handler: Arc<H>,
    pub(super) outcomes: Outcomes,
    pub(super) times: Times,
    pub(super) handling: Duration,
    pub(super) cancel: CancellationToken,
}

impl<H: Handler> Environment<H> {
    /// Handles a message and answers it.
    pub(super) async fn run(self: Arc<Self>, job: Job<H::Message>) {
        let Job { message, context, body, trace, waiting_since } = job;
        let (reply_to, deadline) = (context.reply_to.clone(), context.deadline);
        let ended = if self.cancel.is_cancelled() {
            Ended::Cancelled
        } else {
            let begun = self.core.measures_times().then(|| self.times.begin(waiting_since));
            let span = self.span(&message, &context, trace.as_deref());
            let limit = Limit { core: &self.core, deadline, handling: self.handling, cancel: &self.cancel };
            let surroundings = Surroundings { span, trace: trace.clone() };
            let start = || self.handler.handle(message, context);
            // Pinned where it is made: what every message passes is moved no more than it has to be.
            let handling = pin!(Handling::new(start, limit));
            let ended = surroundings.around(handling).await;
            begun.into_iter().for_each(|begun| self.times.end(begun));
            ended
        };
        let Some(mut answer) = self.answer(ended, &body, reply_to) else { return };
        answer.trace = trace;
        if !self.try_send(&answer) {
            Box::pin(self.send_later(answer)).await;
        }
    }

    /// What keeps the message in order with others; without order if a handler of a user panics over it.
    pub(super) fn lane<'m>(&self, message: &'m H::Message) -> Option<&'m str> {
        catch_unwind(AssertUnwindSafe(|| self.handler.lane(message))).unwrap_or_else(|panic| {
            tracing::error!(message_type = H::Message::NAME, "naming the lane of a message panicked");
            // Dropping it may panic too.
            std::mem::forget(panic);
            None
        })
    }

    /// See `trace`; its fields are looked at only if somebody wants the span.
    fn span(&self, message: &H::Message, context: &Context, trace: Option<&TraceContext>) -> Span {
        tracing::debug_span!(
            target: "kaa_service::handle",
            "handle",
            message_type = H::Message::NAME,
            subject = context.subject.as_str(),
            correlation_id = message.envelope().correlation_id,
            endpoint_id = self.lane(message),
            trace_id = trace.map(|trace| display(trace.hex_id())),
        )
    }

    /// The answer to a message that has been handled, if it gets one.
    fn answer(
        &self,
        ended: Ended<Result<H::Output, Status>>,
        body: &Bytes,
        reply_to: Option<Subject>,
    ) -> Option<Outgoing> {
        let refused = if let Ended::Finished(Err(status)) = &ended { Some(status.clone()) } else { None };
        let answer = self.prepare_answer(body, reply_to, self.result(ended));
        refused.into_iter().for_each(|status| log_refusal::<H>(&status, answer.is_some()));
        answer
    }

    fn result(&self, ended: Ended<Result<H::Output, Status>>) -> Result<H::Output, Status> {
        match ended {
            Ended::Finished(Ok(output)) => {
                self.outcomes.handled.increment();
                Ok(output)
            }
            Ended::Finished(Err(status)) => {
                self.outcomes.refused.increment();
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
                tracing::error!(message_type = H::Message::NAME, panic = text, "a handler panicked");
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
        let made = make_answer(&self.core, body, reply_to, H::Message::NAME, |answering| {
            let own = result.as_ref().ok().and_then(|output| self.handler.reply_to(output));
            let answer = self.handler.answer(answering, result)?;
            Some((answer, own.map(|kind| Subject::replica(&answering.me.replica, kind))))
        });
        match &made {
            Ok(Some(_)) => {}
            Ok(None) => self.outcomes.not_wanted.increment(),
            Err(Panicked) => self.outcomes.answer_lost.increment(),
        }
        made.ok().flatten()
    }

    /// Sends an answer if the connection takes it at once. Says `false` if it is busy.
    pub(super) fn try_send(&self, answer: &Outgoing) -> bool {
        let sent = self.core.try_send(answer);
        sent.map(|sent| self.note_sent(sent)).is_some()
    }

    /// Sends an answer over a connection that was busy.
    pub(super) async fn send_later(&self, answer: Outgoing) {
        self.note_sent(self.core.send_later(answer, after(self.handling)).await);
    }

    fn note_sent(&self, sent: Result<(), SendError>) {
        match sent {
            Ok(()) => self.outcomes.answered.increment(),
            Err(error) => {
                self.outcomes.answer_lost.increment();
                tracing::warn!(message_type = H::Message::NAME, %error, "an answer was not sent");
            }
        }
    }
}

/// Makes the answer to a message that is not handled from its bytes, its replyTo and the status; `None` if it gets none.
pub(crate) type Refuser = Box<dyn Fn(&Core, &Bytes, Subject, &Status) -> Option<Outgoing> + Send + Sync>;

/// The answer to a message of which no more than the correlation id is read, if it gets one.
pub(super) fn refusal<H: Handler>(
    core: &Core,
    handler: &H,
    body: &Bytes,
    reply_to: Subject,
    status: &Status,
) -> Option<Outgoing> {
    let made = make_answer(core, body, reply_to, H::Message::NAME, |answering| {
        let is_readable = !answering.correlation_id().is_empty();
        let answer = is_readable.then(|| handler.refuse_unread(answering, status))?;
        Some((answer?, None))
    });
    made.ok().flatten()
}

fn make_answer(
    core: &Core,
    body: &Bytes,
    reply_to: Subject,
    message_type: &str,
    make: impl FnOnce(Answering<'_>) -> Option<(Bytes, Option<Subject>)>,
) -> Result<Option<Outgoing>, Panicked> {
    let answering = Answering::new(&core.identity, body, core.now()).with_revision(core.revision);
    match catch_unwind(AssertUnwindSafe(|| make(answering))) {
        Ok(made) => Ok(made.map(|(answer, own)| Outgoing::new(reply_to, own, answer))),
        Err(panic) => {
            let (text, correlation_id) = (panic_text(&*panic), answering.correlation_id());
            tracing::error!(message_type, correlation_id, panic = text, "making an answer panicked");
            Err(Panicked)
        }
    }
}

/// What a peer did wrong is the peer's to log if it is told; what went wrong here is ours, with its cause.
fn log_refusal<H: Handler>(status: &Status, is_told: bool) {
    if status.code().as_i32() >= 500 {
        tracing::warn!(message_type = H::Message::NAME, cause = %Chain(status), "a message was not handled");
    } else if is_told {
        tracing::debug!(message_type = H::Message::NAME, %status, "a message was refused");
    } else {
        tracing::warn!(message_type = H::Message::NAME, cause = %Chain(status), "a message was refused, unanswered");
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
