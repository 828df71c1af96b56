//! The loop of a route: take what comes, start it, drain at the end.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use futures::{FutureExt as _, StreamExt as _, future::OptionFuture};
use tokio::{sync::mpsc, task::coop, time::Instant};

use super::{
    replica::AT_ONCE,
    route::{Inbox, Stop},
};
use crate::{
    core::Core,
    transport::{Delivery, Incoming, Subscription},
};

/// What is done with the messages of a route.
pub(super) trait Work: Send {
    /// What has to go on before more is taken.
    type Started: Send;
    /// What has ended in a task.
    type Ended: Send;

    /// Takes a message. Not async: what every message passes is moved no more than it has to be.
    fn take(&mut self, incoming: Incoming, cx: &mut Context<'_>) -> Option<Self::Started>;

    /// Goes on with what has been started.
    fn go_on(&mut self, started: Self::Started) -> impl Future<Output = ()> + Send;

    /// Whether something is in work.
    fn is_busy(&self) -> bool;

    /// Waits until something has ended in a task; `None` if there is none. Dropped before it is ready, it has taken nothing.
    fn ended(&mut self) -> impl Future<Output = Option<Self::Ended>> + Send;

    /// Starts what waited for this to end.
    fn follow(&mut self, ended: Self::Ended) -> impl Future<Output = ()> + Send;

    /// Reports how much there is to do. Called every now and then.
    fn report(&mut self);

    /// Waits for what is left when nothing more comes.
    fn finish(self) -> impl Future<Output = ()> + Send;
}

/// How long a round trip through the bus may take while draining.
const SETTLED_WITHIN: Duration = Duration::from_secs(5);

/// What else has come is taken at once as long as that takes less than this; then others run.
const WITHOUT_OTHERS: Duration = Duration::from_millis(1);

/// Works until the service has been drained or the bus has ended the subscription.
pub(super) async fn serve(mut work: impl Work, core: Arc<Core>, mut inbox: Inbox, stop: Stop) {
    let (mut draining, mut all_here) = (false, false);
    let (mut open, mut replica_open) = (true, inbox.replica.is_some());
    // How many are taken at once: few of those that take long.
    let mut at_once = 1;
    let mut settled = pin!(OptionFuture::from(None));
    while open || replica_open || work.is_busy() {
        tokio::select! {
            biased;
            Some(ended) = work.ended() => work.follow(ended).await,
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
                    // What else is here: no need to look at everything above for each.
                    let (subscription, begun) = (&mut inbox.subscription, Instant::now());
                    take(&mut work, delivery, at_once, |cx| subscription.poll_next_unpin(cx)).await;
                    if begun.elapsed() < WITHOUT_OTHERS {
                        at_once = (at_once * 2).min(AT_ONCE);
                    } else {
                        at_once = (at_once / 2).max(1);
                        tokio::task::yield_now().await;
                    }
                }
                None => open = false,
            },
            incoming = next_of(&mut inbox.replica), if replica_open => match incoming {
                Some(incoming) => take(&mut work, Delivery::Message(incoming), 1, |_| Poll::Pending).await,
                None => replica_open = false,
            },
        }
        work.report();
    }
    work.finish().await;
}

/// Takes what has come, and more up to `at_once`.
async fn take(
    work: &mut impl Work,
    first: Delivery,
    at_once: usize,
    mut more: impl FnMut(&mut Context<'_>) -> Poll<Option<Delivery>>,
) {
    let (mut next, mut taken) = (Some(first), 0);
    while next.is_some() {
        let started = poll_fn(|cx| {
            while let Some(delivery) = next.take() {
                let started = match delivery {
                    Delivery::Message(incoming) => work.take(incoming, cx),
                    // Nobody asks for an answer on a subject that a role listens to.
                    Delivery::NoResponders { .. } => None,
                };
                taken += 1;
                if taken < at_once
                    && let Poll::Ready(more) = more(cx)
                {
                    next = more;
                }
                if started.is_some() {
                    return Poll::Ready(started);
                }
            }
            Poll::Ready(None)
        });
        if let Some(started) = started.await {
            work.go_on(started).await;
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
