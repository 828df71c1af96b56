//! What a handler has to do: read, sort into lanes, start, answer what cannot be handled.

use std::{
    hash::BuildHasher as _,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    task::{Context as TaskContext, Poll},
};

use bytes::Bytes;
use foldhash::fast::RandomState;
use futures::FutureExt as _;
use kaa_ism::{Context, Handler, Message, Status, Subject};
use tokio::task::{JoinSet, coop};
use tokio_util::sync::ReusableBoxFuture;

use super::{
    handling::{Contained, Ended, Handled, Panic},
    intake::Work,
    job::{Environment, Job, Opened, refusal},
    lanes::{Admission, LaneKey, Lanes},
    route::Stop,
    screening::{Screening, Unfit},
};
use crate::{
    core::Core,
    metrics::Levels,
    settings::Policy,
    trace::TraceContext,
    transport::{Incoming, Outgoing},
};

/// How many answers 503 wait for a busy connection.
const REFUSALS: usize = 4096;

pub(super) struct Jobs<H: Handler> {
    environment: Arc<Environment<H>>,
    screening: Screening,
    lanes: Lanes<Box<Job<H::Message>>>,
    levels: Levels,
    /// Where handlers run to their first wait; one place for all that are ready by then.
    place: Handled<H::Output>,
    /// Handlers that were not, and answers that wait for a busy connection.
    tasks: JoinSet<(Option<LaneKey>, Ran)>,
    /// Answers 503 that do.
    refusals: JoinSet<()>,
    hasher: RandomState,
}

/// How a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ran {
    ToItsEnd,
    IntoPanic,
}

/// What a job has come to at its first wait.
enum Step {
    Done,
    /// Its handler waits.
    Waits(Opened),
    /// Its answer does, for a busy connection.
    Answers(Outgoing),
}

/// A job that may start, with its lane.
type Ready<M> = (Option<LaneKey>, Box<Job<M>>);

impl<H: Handler> Jobs<H> {
    pub(super) fn new(core: Arc<Core>, handler: Arc<H>, policy: Policy, stop: Stop) -> Self {
        Self {
            screening: Screening::new(core.clone(), policy, H::Message::NAME),
            lanes: Lanes::new(policy.limits),
            levels: Levels::new(&core.metrics, H::Message::NAME),
            place: ReusableBoxFuture::new(std::future::pending()),
            tasks: JoinSet::new(),
            refusals: JoinSet::new(),
            hasher: RandomState::default(),
            environment: Arc::new(Environment::new(core, handler, policy.limits.handling, stop)),
        }
    }

    /// Counts what is not handled. Unless it has expired it is answered, if it asks for an answer and has a correlation id.
    fn turn_away(&mut self, unfit: &Unfit, body: &Bytes, reply_to: Option<Subject>, trace: Option<Arc<TraceContext>>) {
        let Environment { core, handler, outcomes, .. } = &*self.environment;
        if let Unfit::Expired = unfit {
            return outcomes.expired.increment();
        }
        let status = || Status::bad_request(unfit.to_string());
        match reply_to.and_then(|reply_to| refusal(core, &**handler, body, reply_to, &status())) {
            Some(answer) => {
                outcomes.malformed.increment();
                self.refuse(answer.with_trace(trace));
            }
            None => outcomes.undecodable.increment(),
        }
    }

    /// Sends an answer without waiting for it: at once, or in one of few tasks. If these are all busy it is lost.
    fn refuse(&mut self, answer: Outgoing) {
        if self.environment.try_send(&answer) {
        } else if self.refusals.len() < REFUSALS {
            let environment = self.environment.clone();
            self.refusals.spawn(async move { environment.send_later(answer).await });
        } else {
            self.environment.outcomes.answer_lost.increment();
        }
        while self.refusals.try_join_next().is_some() {}
    }

    /// Runs a handler to its first wait, here; if it is not ready by then, it goes on in a task of its own. Says whether
    /// everything about the message is done.
    fn is_done_at_once(&mut self, lane: Option<LaneKey>, job: Job<H::Message>, cx: &mut TaskContext<'_>) -> bool {
        // A panic of the handler is caught inside; this is for what else a user's types may do while they are logged or dropped.
        let (environment, place) = (&self.environment, &mut self.place);
        let step = catch_unwind(AssertUnwindSafe(|| first_step(environment, place, job, cx)));
        match step {
            Ok(Step::Done) => return true,
            Err(panic) => {
                self.note(Ran::of(Err(panic)));
                return true;
            }
            Ok(Step::Waits(opened)) => {
                let environment = self.environment.clone();
                let next = ReusableBoxFuture::new(std::future::pending());
                let handler = std::mem::replace(&mut self.place, next);
                let rest = AssertUnwindSafe(environment.go_on(opened, handler)).catch_unwind();
                self.tasks.spawn(rest.map(move |ended| (lane, Ran::of(ended))));
            }
            Ok(Step::Answers(answer)) => {
                let environment = self.environment.clone();
                self.tasks
                    .spawn(async move { environment.send_later(answer).await }.map(move |()| (lane, Ran::ToItsEnd)));
            }
        }
        false
    }

    fn note(&self, ran: Ran) {
        if ran == Ran::IntoPanic {
            self.environment.outcomes.answer_lost.increment();
            tracing::error!(message_type = H::Message::NAME, "a panic outside of the handler: the answer is lost");
        }
    }
}

fn first_step<H: Handler>(
    environment: &Arc<Environment<H>>,
    place: &mut Handled<H::Output>,
    job: Job<H::Message>,
    cx: &mut TaskContext<'_>,
) -> Step {
    let Job { message, context, body, trace, waiting_since } = job;
    let cancelled = environment.stop.is_cancelled();
    let opened = environment.open((!cancelled).then_some(&message), &context, body, trace, waiting_since);
    let ended = if cancelled {
        Ended::Cancelled
    } else {
        let handling = environment.clone();
        place.set(async move { Contained::new(handling.handler.handle(message, context)).await });
        match opened.surroundings.run(|| catch_unwind(AssertUnwindSafe(|| place.poll(cx)))) {
            Ok(Poll::Ready(Ok(result))) => Ended::Finished(result),
            Ok(Poll::Ready(Err(panic))) | Err(panic) => Ended::Panicked(panic),
            Ok(Poll::Pending) => return Step::Waits(opened),
        }
    };
    environment.conclude(opened, ended).map_or(Step::Done, Step::Answers)
}

impl Ran {
    fn of(ended: Result<(), Panic>) -> Self {
        match ended {
            Ok(()) => Self::ToItsEnd,
            Err(panic) => {
                // Dropping it may panic too.
                std::mem::forget(panic);
                Self::IntoPanic
            }
        }
    }
}

impl<H: Handler> Work for Jobs<H> {
    type Started = Ready<H::Message>;
    type Ended = (Option<LaneKey>, Ran);

    fn take(&mut self, incoming: Incoming, cx: &mut TaskContext<'_>) -> Option<Self::Started> {
        let Incoming { subject, reply_to, body, trace } = incoming;
        let (message, left) = match H::Message::decode_revision(&body, self.environment.core.revision) {
            Ok(decoded) => decoded,
            Err(error) => {
                let unfit = self.screening.unreadable(&subject, error);
                self.turn_away(&unfit, &body, reply_to, trace);
                return None;
            }
        };
        let deadline = match self.screening.pass(&subject, left, message.envelope().deadline()) {
            Ok(deadline) => deadline,
            Err(unfit) => {
                self.turn_away(&unfit, &body, reply_to, trace);
                return None;
            }
        };
        let lane = self.environment.lane(&message).map(|lane| self.hasher.hash_one(lane));
        let bytes = body.len();
        match self.lanes.admit(lane, bytes) {
            Admission::Starts => {
                let context = Context::new(subject, reply_to, deadline);
                let job = Job { message, context, body, trace, waiting_since: None };
                self.is_done_at_once(lane, job, cx).then(|| self.lanes.finished(lane)).flatten()
            }
            Admission::Waits => {
                // A slice keeps the whole buffer that it was read into; what waits is counted by its own length.
                let body = Bytes::copy_from_slice(&body);
                let kept = H::Message::decode_revision(&body, self.environment.core.revision);
                let message = kept.map_or(message, |(kept, _)| kept);
                let context = Context::new(subject, reply_to, deadline);
                let job = Job { message, context, body, trace, waiting_since: None };
                self.lanes.keep(lane, job.waiting(), bytes);
                None
            }
            Admission::Refused => {
                self.environment.outcomes.overloaded.increment();
                let status = Status::unavailable("the service is overloaded");
                let answer = self.environment.prepare_answer(&body, reply_to, Err(status));
                answer.into_iter().for_each(|answer| self.refuse(answer.with_trace(trace.clone())));
                None
            }
        }
    }

    async fn go_on(&mut self, started: Self::Started) {
        let mut next = Some(started);
        while let Some((lane, job)) = next.take() {
            // Thousands may follow each other here without waiting for anything.
            coop::consume_budget().await;
            let is_done = if self.environment.core.is_past(job.context.deadline) {
                self.environment.outcomes.expired.increment();
                true
            } else {
                let mut job = Some(*job);
                let run = |cx: &mut TaskContext<'_>| {
                    Poll::Ready(job.take().is_none_or(|job| self.is_done_at_once(lane, job, cx)))
                };
                std::future::poll_fn(run).await
            };
            next = is_done.then(|| self.lanes.finished(lane)).flatten();
        }
    }

    fn is_busy(&self) -> bool {
        !self.lanes.is_idle()
    }

    async fn ended(&mut self) -> Option<Self::Ended> {
        // A task neither panics nor is aborted: whatever panics is caught inside.
        self.tasks.join_next().await.and_then(Result::ok)
    }

    async fn follow(&mut self, (lane, ran): Self::Ended) {
        self.note(ran);
        if let Some(next) = self.lanes.finished(lane) {
            self.go_on(next).await;
        }
    }

    fn report(&mut self) {
        let (in_work, waiting) = self.lanes.load();
        self.levels.set(in_work, waiting);
    }

    /// Waits until the last answers 503 have left.
    async fn finish(mut self) {
        while self.refusals.join_next().await.is_some() {}
    }
}
