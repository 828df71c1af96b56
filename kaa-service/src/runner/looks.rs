//! What an observer has to do: look at each message where it lies.

use std::{
    convert::Infallible,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    task::Context as TaskContext,
};

use kaa_ism::{Borrowed, Context, Deadline, Message, Observer};

use super::{
    intake::Work,
    oddities::Oddities,
    outcomes::Outcomes,
    route::Stop,
    telling::{Chain, handle_span, tell_panic},
};
use crate::{core::Core, metrics::Times, settings::Policy, trace::Surroundings, transport::Incoming};

pub(super) struct Looks<O> {
    core: Arc<Core>,
    observer: Arc<O>,
    policy: Policy,
    stop: Stop,
    outcomes: Outcomes,
    times: Times,
    oddities: Oddities,
}

impl<O: Observer> Looks<O> {
    pub(super) fn new(core: Arc<Core>, observer: Arc<O>, policy: Policy, stop: Stop) -> Self {
        Self {
            outcomes: Outcomes::new(&core.metrics, O::Message::NAME),
            times: Times::new(&core.metrics, O::Message::NAME),
            oddities: Oddities::default(),
            core,
            observer,
            policy,
            stop,
        }
    }
}

impl<O: Observer> Work for Looks<O> {
    type Started = Infallible;
    type Ended = Infallible;

    fn take(&mut self, incoming: Incoming, _: &mut TaskContext<'_>) -> Option<Infallible> {
        let Incoming { subject, reply_to, body, trace } = incoming;
        let mut context = Context::new(subject, reply_to, Deadline::NEVER);
        let (outcomes, oddities) = (&self.outcomes, &mut self.oddities);
        let looked = O::Message::look(&body, self.core.revision, |message, left| {
            if left > 0 {
                outcomes.left_over.add(u64::try_from(left).unwrap_or(u64::MAX));
                oddities.log_once(&context.subject, &format_args!("{left} bytes are left over behind the message"));
                if self.policy.refuse_left_over {
                    return outcomes.undecodable.increment();
                }
            }
            let envelope = O::Message::envelope_of(&message);
            context.deadline = envelope.deadline().tolerating(self.policy.clock_skew);
            if self.core.is_past(context.deadline) {
                return outcomes.expired.increment();
            }
            match context.reply_to {
                Some(_) => outcomes.not_wanted.increment(),
                None => outcomes.no_reply_to.increment(),
            }
            if self.stop.is_cancelled() {
                return outcomes.cancelled.increment();
            }
            let begun = self.core.measures_times().then(|| self.times.begin(None));
            let (name, lane) = (O::Message::NAME, || O::Message::lane_of(&message));
            let span = handle_span(name, &context.subject, envelope.correlation_id, lane, trace.as_deref());
            let surroundings = Surroundings { span, trace };
            let observe = || surroundings.run(|| self.observer.observe(message, &context));
            match catch_unwind(AssertUnwindSafe(observe)) {
                Ok(Ok(())) => outcomes.handled.increment(),
                Ok(Err(status)) => {
                    outcomes.refused.increment();
                    oddities.log_once(&context.subject, &Chain(&status));
                }
                Err(panic) => {
                    outcomes.panicked.increment();
                    tell_panic(name, &*panic);
                    // Dropping it may panic too.
                    std::mem::forget(panic);
                }
            }
            begun.into_iter().for_each(|begun| self.times.end(begun));
        });
        if let Err(error) = looked {
            self.oddities.log_once(&context.subject, &error);
            self.outcomes.undecodable.increment();
        }
        None
    }

    async fn go_on(&mut self, started: Infallible) {
        match started {}
    }

    fn is_busy(&self) -> bool {
        false
    }

    async fn ended(&mut self) -> Option<Infallible> {
        None
    }

    async fn follow(&mut self, ended: Infallible) {
        match ended {}
    }

    fn report(&mut self) {}

    async fn finish(self) {}
}
