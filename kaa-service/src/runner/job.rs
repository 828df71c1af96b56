//! One message: handle it, and answer it whatever happens.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use kaa_ism::{Answering, Context, Deadline, Handler, Message, SendError, Status, Subject};
use tokio::time::Instant;
use tracing::Span;

use super::{
    handling::{Ended, Handled, Handling, Limit},
    oddities::Oddities,
    outcomes::Outcomes,
    route::Stop,
    telling::{handle_span, panic_text, tell_and_drop, tell_panic, tell_refusal},
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
    /// What was refused and told to nobody.
    untold: Oddities,
    /// Answers that did not leave.
    unsent: Oddities,
    pub(super) handling: Duration,
    pub(super) stop: Stop,
}

/// What is kept of a message while its handler works: what its answer needs, or the log if it gets none.
pub(super) struct Opened {
    body: Bytes,
    subject: Subject,
    reply_to: Option<Subject>,
    deadline: Deadline,
    pub(super) surroundings: Surroundings,
    /// `None` if nobody wants to know how long it takes.
    begun: Option<Instant>,
}

impl<H: Handler> Environment<H> {
    pub(super) fn new(core: Arc<Core>, handler: Arc<H>, handling: Duration, stop: Stop) -> Self {
        Self {
            outcomes: Outcomes::new(&core.metrics, H::Message::NAME),
            times: Times::new(&core.metrics, H::Message::NAME),
            untold: Oddities::default(),
            unsent: Oddities::default(),
            core,
            handler,
            handling,
            stop,
        }
    }

    /// Handling begins; without `message` it does not, and the message is only answered.
    pub(super) fn open(
        &self,
        message: Option<&H::Message>,
        context: &Context,
        body: Bytes,
        trace: Option<Arc<TraceContext>>,
        waiting_since: Option<Instant>,
    ) -> Opened {
        let begun = (message.is_some() && self.core.measures_times()).then(|| self.times.begin(waiting_since));
        let span = message.map_or_else(Span::none, |message| {
            let (name, id) = (H::Message::NAME, message.envelope().correlation_id);
            handle_span(name, &context.subject, id, || self.lane(message), trace.as_deref())
        });
        let Context { subject, reply_to, deadline, .. } = context.clone();
        Opened { body, subject, reply_to, deadline, surroundings: Surroundings { span, trace }, begun }
    }

    /// Waits for a handler, and answers.
    pub(super) async fn go_on(self: Arc<Self>, opened: Opened, handler: Handled<H::Output>) {
        let limit =
            Limit { core: &self.core, deadline: opened.deadline, handling: self.handling, cancel: self.stop.token() };
        let ended = opened.surroundings.around(Handling::new(handler, limit)).await;
        if let Some(answer) = self.conclude(opened, ended) {
            self.send_later(answer).await;
        }
    }

    /// Handling has ended. Returns the answer if the connection is too busy for it.
    pub(super) fn conclude(&self, opened: Opened, ended: Ended<Result<H::Output, Status>>) -> Option<Outgoing> {
        let Opened { body, subject, reply_to, surroundings, begun, .. } = opened;
        begun.into_iter().for_each(|begun| self.times.end(begun));
        let answer = self.answer(ended, &body, &subject, reply_to)?.with_trace(surroundings.trace);
        (!self.try_send(&answer)).then_some(answer)
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

    /// The answer to a message that has been handled, if it gets one.
    fn answer(
        &self,
        ended: Ended<Result<H::Output, Status>>,
        body: &Bytes,
        subject: &Subject,
        reply_to: Option<Subject>,
    ) -> Option<Outgoing> {
        let refused = if let Ended::Finished(Err(status)) = &ended { Some(status.clone()) } else { None };
        let answer = self.prepare_answer(body, reply_to, self.result(ended));
        if let Some(status) = refused {
            tell_and_drop(status, |status| match answer {
                Some(_) => tell_refusal(H::Message::NAME, status),
                None => self.untold.log_refusal_once::<H::Message>(subject, body, self.core.revision, status),
            });
        }
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
                Err(Status::internal(tell_panic(H::Message::NAME, panic)))
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
        sent.map(|sent| self.note_sent(&answer.subject, sent)).is_some()
    }

    /// Sends an answer over a connection that was busy.
    pub(super) async fn send_later(&self, answer: Outgoing) {
        let to = answer.subject.clone();
        self.note_sent(&to, self.core.send_later(answer, after(self.handling)).await);
    }

    fn note_sent(&self, to: &Subject, sent: Result<(), SendError>) {
        match sent {
            Ok(()) => self.outcomes.answered.increment(),
            Err(error) => {
                self.outcomes.answer_lost.increment();
                self.unsent.log_unsent_once(H::Message::NAME, to, &error);
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
            // Dropping it may panic too.
            std::mem::forget(panic);
            Err(Panicked)
        }
    }
}
