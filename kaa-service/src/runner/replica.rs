//! What is sent to this replica alone: answers, and messages for its roles.

use std::{collections::HashMap, sync::Arc, time::Duration};

use futures::{FutureExt as _, StreamExt as _, TryFutureExt as _, stream::FuturesUnordered};
use kaa_ism::{
    MessageKind, Status, Subject,
    avro::{Reader, put_bytes},
};
use tokio::{
    sync::{
        broadcast::{self, error::RecvError},
        mpsc::{self, error::TrySendError},
        oneshot,
    },
    task::coop,
    time::{Instant, MissedTickBehavior},
};

use super::job::Refuser;
use crate::{
    Counter,
    core::{CALL_TIMEOUT, Core},
    requests::{Answered, Fence, Outcome},
    transport::{Action, BoxFuture, Delivery, Incoming, Outgoing, Refusal, Subscription},
};

/// How many messages wait between the replica's subscription and a role.
pub(crate) const REPLICA_QUEUE: usize = 1024;

/// How often the connection is asked whether it is what it says.
const CHECKS_APART: Duration = Duration::from_millis(250);

/// How many messages are taken without looking at the connection.
pub(super) const AT_ONCE: usize = 64;

/// Comes back to us behind everything that was sent before it (see `requests::no_responders`).
const FENCE: MessageKind = MessageKind::from_static("ism.fence");

/// Where a service no longer listens, nobody waits for an answer.
struct Listening<'a>(&'a Core);

impl Drop for Listening<'_> {
    fn drop(&mut self) {
        self.0.pending.serve(false);
        disconnected(self.0);
    }
}

fn disconnected(core: &Core) {
    // The connection is asked directly: it may keep the fence until it is back.
    core.pending.disconnected(Instant::now(), |fence| core.transport.publish(message(core, fence)).err_into());
}

/// Serves the replica's subscription until it ends or the task is aborted. Gives what is not an answer to the role that
/// handles its kind.
pub(crate) async fn serve_replica(
    core: Arc<Core>,
    mut subscription: Box<dyn Subscription>,
    roles: HashMap<&'static str, ReplicaRole>,
) {
    core.pending.serve(true);
    let _listening = Listening(&core);
    let mut connection = core.transport.connection();
    let mut losses = connection.borrow_and_update().losses;
    let counter = |outcome| core.metrics.counter("kaa_replica_messages_total", &[("outcome", outcome)]);
    let (overflow, unknown) = (counter("overloaded"), counter("unknown"));
    let own = format!("kaa.v1.replica.{}.", core.identity.replica);
    let replica = Replica { core: core.clone(), own, roles, overflow, unknown };
    // Fences that the connection is too busy for: at most one for each kind of answer.
    let mut fences = FuturesUnordered::new();
    let mut answers = Vec::with_capacity(AT_ONCE);
    let mut checks = tokio::time::interval(CHECKS_APART);
    checks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            changed = connection.changed() => {
                if changed.is_err() {
                    return;
                }
                let so_far = connection.borrow_and_update().losses;
                if std::mem::replace(&mut losses, so_far) != so_far {
                    disconnected(&core);
                }
            }
            Some(()) = fences.next(), if !fences.is_empty() => {}
            _ = checks.tick() => core.transport.check_connection(),
            delivery = subscription.next() => match delivery {
                None => return,
                Some(delivery) => {
                    fences.extend(replica.take(delivery, &mut answers));
                    // What else is here: no need to look at the connection for each.
                    for _ in 1..AT_ONCE {
                        let Some(Some(delivery)) = subscription.next().now_or_never() else { break };
                        fences.extend(replica.take(delivery, &mut answers));
                    }
                    // All at once: those who wait in another thread are woken once, not for each.
                    answers.drain(..).for_each(|(awaited, incoming)| replica.tell(awaited, incoming));
                }
            },
        }
    }
}

/// A role that handles messages to this replica.
pub(crate) struct ReplicaRole {
    pub(crate) sender: mpsc::Sender<Incoming>,
    pub(crate) refuser: Refuser,
}

/// Answers with those who wait for them.
type Answers = Vec<(oneshot::Sender<Outcome>, Incoming)>;

struct Replica {
    core: Arc<Core>,
    /// What the subjects begin with that are ours.
    own: String,
    roles: HashMap<&'static str, ReplicaRole>,
    overflow: Counter,
    unknown: Counter,
}

impl Replica {
    /// Returns what is left to do when the connection is less busy: answers do not wait for it.
    fn take(&self, delivery: Delivery, answers: &mut Answers) -> Option<BoxFuture<'_, ()>> {
        match delivery {
            Delivery::NoResponders { reply_to, subject } => {
                let mut notice = notice(&self.core, reply_to, subject).boxed();
                let is_done = coop::unconstrained(&mut notice).now_or_never().is_some();
                (!is_done).then_some(notice)
            }
            Delivery::Message(incoming) => {
                self.take_message(incoming, answers);
                None
            }
        }
    }

    /// Protocol and message type of a message to us.
    fn kind<'a>(&self, subject: &'a Subject) -> Option<&'a str> {
        let kind = subject.as_str().strip_prefix(&*self.own)?;
        (kind.bytes().filter(|byte| *byte == b'.').count() == 1).then_some(kind)
    }

    fn take_message(&self, incoming: Incoming, answers: &mut Answers) {
        let Some(kind) = self.kind(&incoming.subject) else { return self.unknown.increment() };
        let id = Reader::new(&incoming.body).str().unwrap_or_default();
        if kind == FENCE.as_str() {
            if let Some((kind, began)) = id.split_once(' ') {
                self.core.pending.fence_returned(kind, began.parse().unwrap_or(0));
            }
            return;
        }
        match self.core.pending.answer(kind, id, &incoming.body) {
            Answered::Awaited(awaited) => answers.push((awaited, incoming)),
            Answered::Taken => {}
            Answered::TooMany => self.overflow.increment(),
            Answered::Unknown => self.pass_on(incoming),
        }
    }

    fn tell(&self, awaited: oneshot::Sender<Outcome>, incoming: Incoming) {
        let Incoming { subject, reply_to, body, trace } = incoming;
        // The caller may have given up by now: then it is late after all.
        if let Err(Outcome::Answer(body, reply_to)) = awaited.send(Outcome::Answer(body, reply_to)) {
            self.pass_on(Incoming { subject, reply_to, body, trace });
        }
    }

    /// Gives what nobody waits for to the role that handles its kind.
    fn pass_on(&self, incoming: Incoming) {
        let role = self.kind(&incoming.subject).and_then(|kind| self.roles.get(kind));
        let Some(role) = role else { return self.core.count_late() };
        if let Err(TrySendError::Full(refused) | TrySendError::Closed(refused)) = role.sender.try_send(incoming) {
            self.overflow.increment();
            self.refuse(role, refused);
        }
    }

    /// Answers 503, unless the connection is busy too.
    fn refuse(&self, role: &ReplicaRole, Incoming { reply_to, body, trace, .. }: Incoming) {
        let status = Status::unavailable("the service is overloaded");
        let answer = reply_to.and_then(|reply_to| (role.refuser)(&self.core, &body, reply_to, &status));
        if let Some(answer) = answer {
            let _ = self.core.try_send(&answer.with_trace(trace));
        }
    }
}

/// Ends the calls that the bus does not permit.
pub(crate) async fn serve_refusals(core: Arc<Core>, mut refusals: broadcast::Receiver<Refusal>) {
    loop {
        match refusals.recv().await {
            Ok(Refusal { action: Action::Publish(subject), .. }) => core.pending.refused(&subject),
            Ok(_) | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

async fn notice(core: &Core, reply_to: Subject, target: Option<Subject>) {
    let Some(kind) = reply_to.replica_kind() else { return };
    let send = |fence| core.send(message(core, fence), || Instant::now() + CALL_TIMEOUT);
    core.pending.notice(kind, target, Instant::now(), send).await;
}

fn message(core: &Core, fence: Fence) -> Outgoing {
    let mut body = Vec::new();
    put_bytes(&mut body, format!("{} {}", fence.kind, fence.began).as_bytes());
    Outgoing::new(Subject::replica(&core.identity.replica, FENCE), None, body.into())
}

#[cfg(test)]
mod tests {
    use kaa_ism::{Identity, InstanceName, ReplicaId, WireRevision};

    use super::*;
    use crate::{MemoryBus, SystemClock, Transport as _, transport::Delivery};

    #[tokio::test]
    async fn what_a_role_has_no_room_for_is_counted_and_answered() {
        let bus = MemoryBus::new();
        let identity = Identity::new(InstanceName::parse("ext").unwrap(), ReplicaId::parse("r1").unwrap());
        let core = Core::new(identity, Arc::new(bus.clone()), Arc::new(SystemClock::new()), WireRevision::default());
        let core = Arc::new(core);
        let (sender, _never_read) = mpsc::channel(1);
        let refuser: Refuser = Box::new(|_, body, reply_to, status| {
            assert_eq!(status.code().as_i32(), 503);
            Some(Outgoing::new(reply_to, None, body.clone()))
        });
        let counter = |outcome| core.metrics.counter("kaa_replica_messages_total", &[("outcome", outcome)]);
        let replica = Replica {
            own: "kaa.v1.replica.r1.".to_owned(),
            roles: HashMap::from([("esp.ClientData", ReplicaRole { sender, refuser })]),
            overflow: counter("overloaded"),
            unknown: counter("unknown"),
            core: core.clone(),
        };
        let mut answers = bus.subscribe(Subject::parse("inbox").unwrap().into(), None).await.unwrap();
        for body in ["first", "second"] {
            let subject = Subject::parse("kaa.v1.replica.r1.esp.ClientData").unwrap();
            replica.pass_on(Incoming::new(subject, Some(Subject::parse("inbox").unwrap()), body.into()));
        }
        let Some(Delivery::Message(answer)) = answers.next().await else { panic!("no answer") };
        assert_eq!(answer.body, "second");
        assert_eq!(core.metrics.sum("kaa_replica_messages_total", ("outcome", "overloaded")), 1);
    }
}
