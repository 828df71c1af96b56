//! What is sent to this replica alone: answers, and messages for its roles.

use std::{collections::HashMap, sync::Arc};

use futures::StreamExt as _;
use kaa_ism::{
    MessageKind, Subject,
    avro::{Reader, put_bytes},
};
use tokio::{sync::mpsc, time::Instant};

use crate::{
    core::{CALL_TIMEOUT, Core},
    transport::{Delivery, Incoming, Outgoing, Subscription},
};

/// How many messages wait between the replica's subscription and a role.
pub(crate) const REPLICA_QUEUE: usize = 1024;

/// Comes back to us behind everything that was sent before it (see `requests::no_responders`).
const FENCE: MessageKind = MessageKind::from_static("ism.fence");

/// Where a service no longer listens, nobody waits for an answer.
struct Listening<'a>(&'a Core);

impl Drop for Listening<'_> {
    fn drop(&mut self) {
        self.0.pending.disconnected();
    }
}

/// Serves the replica's subscription until it ends or the task is aborted. Gives what is not an answer to the role that
/// handles its kind.
pub(crate) async fn serve_replica(
    core: Arc<Core>,
    mut subscription: Box<dyn Subscription>,
    roles: HashMap<&'static str, mpsc::Sender<Incoming>>,
) {
    let _listening = Listening(&core);
    let mut connected = core.transport.connected();
    let overflow = core.counters.counter("kaa_replica_messages_total", &[("outcome", "overloaded")]);
    let unknown = core.counters.counter("kaa_replica_messages_total", &[("outcome", "unknown")]);
    loop {
        tokio::select! {
            biased;
            changed = connected.changed() => match changed {
                Ok(()) if !*connected.borrow_and_update() => core.pending.disconnected(),
                Ok(()) => {}
                Err(_) => return,
            },
            delivery = subscription.next() => match delivery {
                None => return,
                Some(Delivery::NoResponders { reply_to, subject }) => notice(&core, &reply_to, subject).await,
                Some(Delivery::Message(incoming)) => {
                    let Some(kind) = incoming.subject.replica_kind() else {
                        unknown.increment();
                        continue;
                    };
                    let id = Reader::new(&incoming.body).str().unwrap_or_default();
                    if kind == FENCE.as_str() {
                        if let Some((kind, began)) = id.split_once(' ') {
                            core.pending.fence_returned(kind, began.parse().unwrap_or(0));
                        }
                    } else if core.pending.answer(kind, id, incoming.body.clone()) {
                    } else if let Some(role) = roles.get(kind) {
                        if role.try_send(incoming).is_err() {
                            overflow.increment();
                        }
                    } else {
                        core.count_late();
                    }
                }
            },
        }
    }
}

async fn notice(core: &Core, reply_to: &Subject, target: Option<Subject>) {
    let Some(kind) = reply_to.replica_kind() else { return };
    let Some(fence) = core.pending.notice(kind, target, Instant::now()) else { return };
    let mut body = Vec::new();
    put_bytes(&mut body, format!("{} {}", fence.kind, fence.began).as_bytes());
    let message = Outgoing::new(Subject::replica(&core.identity.replica, FENCE), None, body.into());
    let sent = core.send(message, CALL_TIMEOUT).await.is_ok();
    core.pending.fence_sent(fence, sent);
}
