//! The loop of one handler: take, decode, sort into lanes, start.

use std::{
    collections::HashSet, hash::BuildHasher as _, panic::AssertUnwindSafe, pin::pin, sync::Arc, task::Poll,
    time::Duration,
};

use bytes::Bytes;
use foldhash::fast::RandomState;
use futures::{FutureExt as _, StreamExt as _, future::OptionFuture};
use kaa_ism::{Context, Handler, Interest, Message, Status, Subject};
use tokio::{
    sync::mpsc,
    task::{JoinSet, coop},
};
use tokio_util::sync::{CancellationToken, ReusableBoxFuture};

use super::{
    job::{Environment, Job, Refuser, refusal},
    lanes::{Admission, LaneKey, Lanes, Limits},
    outcomes::Outcomes,
    replica::AT_ONCE,
};
use crate::{
    core::Core,
    metrics::{Levels, Times},
    settings::Policy,
    trace::TraceContext,
    transport::{BoxFuture, Delivery, Incoming, Outgoing, Subscription},
};

/// A handler, whatever its message type.
pub(crate) trait Route: Send {
    fn interest(&self) -> Interest;
    fn refuser(&self) -> Refuser;
    fn run(self: Box<Self>, core: Arc<Core>, policy: Policy, inbox: Inbox, stop: Stop) -> BoxFuture<'static, ()>;
}

/// A handler with its message type.
pub(crate) struct Typed<H>(pub(crate) Arc<H>);

/// Where the messages of a handler come from.
pub(crate) struct Inbox {
    pub(crate) subscription: Box<dyn Subscription>,
    /// Those sent to this replica alone.
    pub(crate) replica: Option<mpsc::Receiver<Incoming>>,
}

/// How a service ends.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stop {
    /// Stop taking, finish what has been taken.
    pub(crate) drain: CancellationToken,
    /// Stop handling, answer 503.
    pub(crate) cancel: CancellationToken,
}

impl<H: Handler> Route for Typed<H> {
    fn interest(&self) -> Interest {
        self.0.interest()
    }

    fn refuser(&self) -> Refuser {
        let handler = self.0.clone();
        Box::new(move |core, body, reply_to, status| refusal(core, &*handler, body, reply_to, status))
    }

    fn run(self: Box<Self>, core: Arc<Core>, policy: Policy, inbox: Inbox, stop: Stop) -> BoxFuture<'static, ()> {
        let levels = Levels::new(&core.metrics, H::Message::NAME);
        let environment = Environment {
            outcomes: Outcomes::new(&core.metrics, H::Message::NAME),
            times: Times::new(&core.metrics, H::Message::NAME),
            core,
            handler: self.0,
            handling: policy.limits.handling,
            cancel: stop.cancel.clone(),
        };
        let running = Running {
            environment: Arc::new(environment),
            policy,
            lanes: Lanes::new(policy.limits),
            levels,
            first_poll: ReusableBoxFuture::new(std::future::ready(Ran::ToItsEnd)),
            jobs: JoinSet::new(),
            refusals: JoinSet::new(),
            hasher: RandomState::default(),
            logged: HashSet::new(),
        };
        running.run(inbox, stop).boxed()
    }
}

/// How a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ran {
    ToItsEnd,
    IntoPanic,
}

struct Running<H: Handler> {
    environment: Arc<Environment<H>>,
    policy: Policy,
    lanes: Lanes<Box<Job<H::Message>>>,
    levels: Levels,
    /// Where handlers run to their first wait; one place for all that are ready by then.
    first_poll: ReusableBoxFuture<'static, Ran>,
    /// Handlers that were not.
    jobs: JoinSet<(Option<LaneKey>, Ran)>,
    /// Answers 503 that wait for a busy connection.
    refusals: JoinSet<()>,
    hasher: RandomState,
    /// Subjects on which something odd has been logged.
    logged: HashSet<String>,
}

/// How long a round trip through the bus may take while draining.
const SETTLED_WITHIN: Duration = Duration::from_secs(5);

/// How many answers 503 wait for a busy connection.
const REFUSALS: usize = 4096;

/// Of how many subjects the first oddity is logged.
const LOGGED_SUBJECTS: usize = 256;

impl<H: Handler> Running<H> {
    async fn run(mut self, mut inbox: Inbox, stop: Stop) {
        let core = self.environment.core.clone();
        let (mut draining, mut all_here) = (false, false);
        let (mut open, mut replica_open) = (true, inbox.replica.is_some());
        let mut settled = pin!(OptionFuture::from(None));
        while open || replica_open || !self.lanes.is_idle() {
            tokio::select! {
                biased;
                Some(ended) = self.jobs.join_next(), if !self.jobs.is_empty() => {
                    // A job neither panics nor is aborted: whatever panics is caught inside.
                    if let Ok((lane, ran)) = ended {
                        self.note(ran);
                        self.start_next(lane).await;
                    }
                }
                () = stop.drain.cancelled(), if !draining => {
                    draining = true;
                    // If it fails there is no connection, and nothing more comes anyway. What has come is taken all the same.
                    let _ = tokio::time::timeout(SETTLED_WITHIN, inbox.subscription.stop()).await;
                    settled.set(Some(core.round_trip(SETTLED_WITHIN)).into());
                }
                // Everything that the bus has sent to us is here: take it, then nothing more.
                Some(_) = &mut settled, if draining => {
                    all_here = true;
                    if let Some(replica) = &mut inbox.replica {
                        replica.close();
                    }
                    settled.set(None.into());
                }
                delivery = next_delivery(&mut inbox.subscription, all_here), if open => match delivery {
                    Some(delivery) => {
                        let (mut next, mut taken) = (Some(delivery), 0);
                        while let Some(delivery) = next {
                            if let Some(lane) = self.take_delivery(delivery) {
                                self.start(lane).await;
                            }
                            taken += 1;
                            // What else is here: no need to look at everything above for each.
                            let more = (taken < AT_ONCE).then(|| inbox.subscription.next().now_or_never());
                            next = more.flatten().flatten();
                        }
                    }
                    None => open = false,
                },
                incoming = next_of(&mut inbox.replica), if replica_open => match incoming {
                    Some(incoming) => if let Some(lane) = self.take(incoming) {
                        self.start(lane).await;
                    },
                    None => replica_open = false,
                },
            }
            let (in_work, waiting) = self.lanes.load();
            self.levels.set(in_work, waiting);
        }
        self.refused().await;
    }

    /// Waits until the last answers 503 have left.
    async fn refused(mut self) {
        while self.refusals.join_next().await.is_some() {}
    }

    fn take_delivery(&mut self, delivery: Delivery) -> Option<Option<LaneKey>> {
        match delivery {
            Delivery::Message(incoming) => self.take(incoming),
            // Nobody asks for an answer on a subject that a role listens to.
            Delivery::NoResponders { .. } => None,
        }
    }

    /// Sorts a message in. Returns its lane if it has been placed. Not async: what every message passes is moved no more than
    /// it has to be.
    fn take(&mut self, incoming: Incoming) -> Option<Option<LaneKey>> {
        let Incoming { subject, reply_to, body, trace } = incoming;
        let (message, left) = match H::Message::decode_revision(&body, self.environment.core.revision) {
            Ok(decoded) => decoded,
            Err(error) => {
                self.log_once(subject.as_str(), &error);
                let status = Status::bad_request(format!("the message cannot be read: {error}"));
                self.refuse_unread(&body, reply_to, trace, &status);
                return None;
            }
        };
        if left > 0 {
            self.environment.outcomes.left_over.add(u64::try_from(left).unwrap_or(u64::MAX));
            self.log_once(subject.as_str(), &format_args!("{left} bytes are left over behind the message"));
            if self.policy.refuse_left_over {
                let status = Status::bad_request(format!("{left} bytes are left over behind the message"));
                self.refuse_unread(&body, reply_to, trace, &status);
                return None;
            }
        }
        let deadline = message.envelope().deadline().tolerating(self.policy.clock_skew);
        if self.environment.core.is_past(deadline) {
            self.environment.outcomes.expired.increment();
            return None;
        }
        let lane = self.environment.lane(&message).map(|lane| self.hasher.hash_one(lane));
        let (admission, bytes) = (self.lanes.admit(lane, body.len()), body.len());
        if admission == Admission::Refused {
            self.environment.outcomes.overloaded.increment();
            let status = Status::unavailable("the service is overloaded");
            let answer = self.environment.prepare_answer(&body, reply_to, Err(status));
            answer.into_iter().for_each(|answer| self.refuse(answer.with_trace(trace.clone())));
            return None;
        }
        let context = Context::new(subject, reply_to, deadline);
        if admission == Admission::Waits {
            // A slice keeps the whole buffer that it was read into; what waits is counted by its own length.
            let body = Bytes::copy_from_slice(&body);
            let kept = H::Message::decode_revision(&body, self.environment.core.revision);
            let message = kept.map_or(message, |(kept, _)| kept);
            let job = Job { message, context, body, trace, waiting_since: None };
            self.lanes.keep(lane, job.waiting(), bytes);
            return None;
        }
        let job = Job { message, context, body, trace, waiting_since: None };
        self.place(job);
        Some(lane)
    }

    /// Answers a message that was not read, if it asks for an answer and has a correlation id.
    fn refuse_unread(
        &mut self,
        body: &Bytes,
        reply_to: Option<Subject>,
        trace: Option<Arc<TraceContext>>,
        status: &Status,
    ) {
        match reply_to.and_then(|to| refusal(&self.environment.core, &*self.environment.handler, body, to, status)) {
            Some(answer) => {
                self.environment.outcomes.malformed.increment();
                self.refuse(answer.with_trace(trace));
            }
            None => self.environment.outcomes.undecodable.increment(),
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

    /// Puts a message where its handler runs to its first wait.
    fn place(&mut self, job: Job<H::Message>) {
        // A panic of the handler is caught inside; this is for what else a user's types may do while they are logged or dropped.
        let run = AssertUnwindSafe(self.environment.clone().run(job)).catch_unwind();
        self.first_poll.set(run.map(|ended| match ended {
            Ok(()) => Ran::ToItsEnd,
            Err(panic) => {
                // Dropping it may panic too.
                std::mem::forget(panic);
                Ran::IntoPanic
            }
        }));
    }

    fn note(&self, ran: Ran) {
        if ran == Ran::IntoPanic {
            self.environment.outcomes.answer_lost.increment();
            tracing::error!(message_type = H::Message::NAME, "a panic outside of the handler: the answer is lost");
        }
    }

    /// Runs the handler that has been placed to its first wait, here; if it is not ready by then, it goes on in a task of its
    /// own.
    async fn start(&mut self, lane: Option<LaneKey>) {
        if self.is_done_at_once(lane).await {
            self.start_next(lane).await;
        }
    }

    async fn start_next(&mut self, ended: Option<LaneKey>) {
        let mut ended = ended;
        while let Some((lane, job)) = self.lanes.finished(ended) {
            // Thousands may follow each other here without waiting for anything.
            coop::consume_budget().await;
            if self.environment.core.is_past(job.context.deadline) {
                self.environment.outcomes.expired.increment();
            } else {
                self.place(*job);
                if !self.is_done_at_once(lane).await {
                    return;
                }
            }
            ended = lane;
        }
    }

    async fn is_done_at_once(&mut self, lane: Option<LaneKey>) -> bool {
        if let Poll::Ready(ran) = futures::poll!(self.first_poll.get_pin()) {
            self.note(ran);
            return true;
        }
        let next = ReusableBoxFuture::new(std::future::ready(Ran::ToItsEnd));
        let run = std::mem::replace(&mut self.first_poll, next);
        self.jobs.spawn(run.map(move |ran| (lane, ran)));
        false
    }

    fn log_once(&mut self, subject: &str, problem: &dyn std::fmt::Display) {
        if self.logged.len() < LOGGED_SUBJECTS && self.logged.insert(subject.to_owned()) {
            tracing::warn!(subject, %problem, "a message is not as expected; further ones on this subject are only counted");
        }
    }
}

/// The next delivery. Once all of them are here: `None` behind the last.
async fn next_delivery(subscription: &mut Box<dyn Subscription>, all_here: bool) -> Option<Delivery> {
    if !all_here {
        return subscription.next().await;
    }
    // A task that has used up its budget is told that nothing is here although something is.
    coop::consume_budget().await;
    coop::unconstrained(subscription.next()).now_or_never().flatten()
}

async fn next_of(replica: &mut Option<mpsc::Receiver<Incoming>>) -> Option<Incoming> {
    match replica {
        Some(replica) => replica.recv().await,
        None => None,
    }
}

impl Policy {
    pub(crate) fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }
}
