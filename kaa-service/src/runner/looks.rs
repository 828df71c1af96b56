//! What an observer has to do: look at each message where it lies.

use std::{
    convert::Infallible,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    task::Context as TaskContext,
};

use bytes::Bytes;
use kaa_ism::{Borrowed, Context, Deadline, Message, Observer, Status, Subject};

use super::{
    intake::Work,
    oddities::Oddities,
    outcomes::Outcomes,
    route::Stop,
    screening::{Screening, Unfit},
    telling::{handle_span, tell_and_drop, tell_panic},
};
use crate::{
    core::Core,
    metrics::Times,
    settings::Policy,
    trace::{Surroundings, TraceContext},
    transport::Incoming,
};

pub(super) struct Looks<O> {
    core: Arc<Core>,
    observer: Arc<O>,
    screening: Screening,
    stop: Stop,
    outcomes: Outcomes,
    times: Times,
    /// What was refused.
    untold: Oddities,
}

/// What has become of a message that was fit to be looked at.
enum Seen {
    Handled,
    Refused(Status),
    Cancelled,
}

impl<O: Observer> Looks<O> {
    pub(super) fn new(core: Arc<Core>, observer: Arc<O>, policy: Policy, stop: Stop) -> Self {
        Self {
            outcomes: Outcomes::new(&core.metrics, O::Message::NAME),
            times: Times::new(&core.metrics, O::Message::NAME),
            screening: Screening::new(core.clone(), policy, O::Message::NAME),
            untold: Oddities::default(),
            core,
            observer,
            stop,
        }
    }

    fn look(&self, body: &Bytes, context: &mut Context, trace: Option<Arc<TraceContext>>) -> Result<Seen, Unfit> {
        let looked = O::Message::look(body, self.core.revision, |message, left| {
            let envelope = O::Message::envelope_of(&message);
            context.deadline = self.screening.pass(&context.subject, left, envelope.deadline())?;
            match context.reply_to {
                Some(_) => self.outcomes.not_wanted.increment(),
                None => self.outcomes.no_reply_to.increment(),
            }
            if self.stop.is_cancelled() {
                return Ok(Seen::Cancelled);
            }
            let begun = self.core.measures_times().then(|| self.times.begin(None));
            let (name, lane) = (O::Message::NAME, || O::Message::lane_of(&message));
            let span = handle_span(name, &context.subject, envelope.correlation_id, lane, trace.as_deref());
            let seen = Surroundings { span, trace }.run(|| self.observer.observe(message, context));
            begun.into_iter().for_each(|begun| self.times.end(begun));
            Ok(seen.map_or_else(Seen::Refused, |()| Seen::Handled))
        });
        looked.unwrap_or_else(|error| Err(self.screening.unreadable(&context.subject, error)))
    }

    /// Counts what an observer says is wrong, and logs it for the first event on its subject.
    fn refused(&self, subject: &Subject, body: &Bytes, status: Status) {
        self.outcomes.refused.increment();
        tell_and_drop(status, |status| {
            self.untold.log_refusal_once::<O::Message>(subject, body, self.core.revision, status);
        });
    }
}

impl<O: Observer> Work for Looks<O> {
    type Started = Infallible;
    type Ended = Infallible;

    fn take(&mut self, incoming: Incoming, _: &mut TaskContext<'_>) -> Option<Infallible> {
        let Incoming { subject, reply_to, body, trace } = incoming;
        let mut context = Context::new(subject, reply_to, Deadline::NEVER);
        match catch_unwind(AssertUnwindSafe(|| self.look(&body, &mut context, trace))) {
            Ok(Ok(Seen::Handled)) => self.outcomes.handled.increment(),
            Ok(Ok(Seen::Refused(status))) => self.refused(&context.subject, &body, status),
            Ok(Ok(Seen::Cancelled)) => self.outcomes.cancelled.increment(),
            Ok(Err(Unfit::Expired)) => self.outcomes.expired.increment(),
            Ok(Err(Unfit::Unreadable(_) | Unfit::TooLong(_))) => self.outcomes.undecodable.increment(),
            Err(panic) => {
                self.outcomes.panicked.increment();
                tell_panic(O::Message::NAME, panic);
            }
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

#[cfg(test)]
mod tests {
    use futures::task::noop_waker_ref;
    use kaa_endpoint::dstp::{DataSamplesEvent, DataSamplesEventRef};
    use kaa_ism::{Identity, InstanceName, Interest, ReplicaId, SubjectFilter, WireRevision};

    use super::*;
    use crate::{MemoryBus, SystemClock};

    /// Ends the service as it looks at its first event.
    struct Ending(Stop);

    impl Observer for Ending {
        type Message = DataSamplesEvent;

        fn interest(&self) -> Interest {
            Interest::Events(SubjectFilter::parse("a").unwrap(), Default::default())
        }

        fn observe(&self, _: DataSamplesEventRef<'_>, _: &Context) -> Result<(), Status> {
            self.0.cancel();
            Ok(())
        }
    }

    #[test]
    fn what_has_come_when_the_service_is_cancelled_is_counted_and_not_looked_at() {
        let identity = Identity::new(InstanceName::parse("ext").unwrap(), ReplicaId::parse("r1").unwrap());
        let bus = Arc::new(MemoryBus::new());
        let core = Arc::new(Core::new(identity, bus, Arc::new(SystemClock::new()), WireRevision::default()));
        let stop = Stop::default();
        let mut looks = Looks::new(core, Arc::new(Ending(stop.clone())), Policy::default(), stop);
        for _ in 0..3 {
            let body = DataSamplesEvent::new("demo-v1", "ep-1", ["a"]).to_bytes();
            let incoming = Incoming::new(Subject::parse("a").unwrap(), None, body);
            assert!(looks.take(incoming, &mut TaskContext::from_waker(noop_waker_ref())).is_none());
        }
        assert_eq!((looks.outcomes.handled.value(), looks.outcomes.cancelled.value()), (1, 2));
        assert_eq!(looks.outcomes.no_reply_to.value(), 3);
    }
}
