//! A client's connection, as the core sees it.

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    future::Future,
    hash::{BuildHasher as _, RandomState},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use futures::{FutureExt as _, StreamExt as _, future::BoxFuture, stream::FuturesUnordered};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::{
    budget::Share,
    downlink::{Downlink, Quality},
    hub::{Admission, Hub},
    sessions::ConnectionId,
    travel::{Settled, Travel},
    uplink::{Misdirected, Uplink},
};

/// A client's connection.
///
/// - **Order**: messages with the same token go to the bus in order of arrival; one whose token is being asked about, or whose
///   answer is outstanding, delays no message with another token.
/// - **Bounds**: while [`has_room`](Self::has_room) says no, nothing more is to be read from the client. The memory of a message
///   is [reserved](Self::reserve) before it is published.
/// - **End**: [`close`](Self::close) lets what has been accepted reach the bus. Dropping it ends the sessions at once.
pub(crate) struct Connection {
    hub: Arc<Hub>,
    id: ConnectionId,
    ended: CancellationToken,
    closing: CancellationToken,
    work: FuturesUnordered<BoxFuture<'static, Done>>,
    /// Refusals that needed no bus.
    refused: VecDeque<Downlink>,
    /// The last message of each lane, and what becomes ready when it has been handed over.
    lanes: HashMap<u64, (u64, oneshot::Receiver<()>)>,
    hasher: RandomState,
    published: u64,
    /// Too much is in flight over all connections.
    is_held_up: bool,
    /// The memory of a message that has been read and not been published yet.
    claim: Option<Claim>,
    _admission: Admission,
}

enum Claim {
    Waiting(BoxFuture<'static, Share>),
    Granted(Share),
}

struct Done {
    lane: u64,
    number: u64,
    downlink: Option<Downlink>,
}

/// Ready when a message has been handed to the bus, or has been refused for good: then, and not before, it may be
/// acknowledged (KP-012).
#[derive(Debug)]
#[must_use = "an acknowledgement is due when it is ready"]
pub(crate) struct Receipt(Option<oneshot::Receiver<()>>);

impl Receipt {
    /// Of what needs no handing over.
    pub(crate) const SETTLED: Self = Self(None);
}

impl Future for Receipt {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match &mut self.0 {
            None => Poll::Ready(()),
            Some(settled) => settled.poll_unpin(cx).map(|_| ()),
        }
    }
}

impl Connection {
    pub(super) fn new(hub: Arc<Hub>, id: ConnectionId, ended: CancellationToken, admission: Admission) -> Self {
        Self {
            hub,
            id,
            ended,
            closing: CancellationToken::new(),
            work: FuturesUnordered::new(),
            refused: VecDeque::new(),
            lanes: HashMap::new(),
            hasher: RandomState::new(),
            published: 0,
            is_held_up: false,
            claim: None,
            _admission: admission,
        }
    }

    /// Cancelled when the client is to be disconnected: its last token has been revoked.
    pub(crate) fn ended(&self) -> CancellationToken {
        self.ended.clone()
    }

    /// Whether one more message may be published. If not, [`progress`](Self::progress) will make room.
    pub(crate) fn has_room(&mut self) -> bool {
        self.is_held_up = self.hub.in_flight.available_permits() == 0;
        let own = self.work.len().saturating_add(self.refused.len());
        !self.is_held_up && self.claim.is_none() && own < self.hub.in_flight_per_connection
    }

    /// The memory of the next message, whose topic and payload have so many bytes. `None` if there is too little: then there
    /// is no room for others, and when [`progress`](Self::progress) has made [`has_share`](Self::has_share) true the same call
    /// succeeds.
    pub(crate) fn reserve(&mut self, bytes: usize) -> Option<Share> {
        match self.claim.take() {
            Some(Claim::Granted(share)) => Some(share),
            Some(waiting) => {
                self.claim = Some(waiting);
                None
            }
            None => {
                let budget = &self.hub.budget;
                let share = budget.try_take(bytes);
                if share.is_none() {
                    self.claim = Some(Claim::Waiting(budget.take(bytes).boxed()));
                }
                share
            }
        }
    }

    /// Whether the message that has been waiting for memory has it: it should be published at once, since others wait too.
    pub(crate) fn has_share(&self) -> bool {
        matches!(self.claim, Some(Claim::Granted(_)))
    }

    /// Takes a message of the client. To be called only when it had [room](Self::has_room) as the message was read.
    ///
    /// Nothing happens to it before [`progress`](Self::progress) is polled.
    pub(crate) fn publish(&mut self, share: Share, topic: &str, payload: &[u8], quality: Quality) -> Receipt {
        let counters = &self.hub.metrics.uplinks;
        let uplink = match Uplink::read(&self.hub.applications.borrow(), topic, payload, quality) {
            Ok(uplink) => uplink,
            Err(Misdirected::Ignored) => {
                counters.bad_topic.increment();
                return Receipt::SETTLED;
            }
            Err(Misdirected::Refused(request, status)) => {
                match status.code().as_i32() {
                    403 => counters.forbidden_extension.increment(),
                    _ => counters.not_found.increment(),
                }
                self.refused.extend(self.hub.refusal(&request, &status));
                return Receipt::SETTLED;
            }
        };
        self.published += 1;
        let (lane, number) = (self.hasher.hash_one(uplink.lane()), self.published);
        let (next, handed_over) = oneshot::channel();
        let turn = self.lanes.insert(lane, (number, handed_over)).map(|(_, turn)| turn);
        let (receipt, settled) = match quality {
            Quality::AtMostOnce => (None, None),
            Quality::AtLeastOnce | Quality::ExactlyOnce => {
                let (sender, receiver) = oneshot::channel();
                (Some(sender), Some(receiver))
            }
        };
        let travel = Travel {
            hub: self.hub.clone(),
            connection: self.id,
            uplink,
            share,
            turn,
            settled: Settled { next, receipt },
            closing: self.closing.clone(),
        };
        self.work.push(travel.run().map(move |downlink| Done { lane, number, downlink }).boxed());
        Receipt(settled)
    }

    /// Drives what has been published; ready when something has changed, with what the client is to be told, if anything.
    /// Dropping the future loses nothing.
    pub(crate) async fn progress(&mut self) -> Option<Downlink> {
        if let Some(refused) = self.refused.pop_front() {
            return Some(refused);
        }
        let (hub, claim) = (&self.hub, &mut self.claim);
        let granted = async {
            match claim {
                Some(Claim::Waiting(share)) => {
                    let share = share.await;
                    *claim = Some(Claim::Granted(share));
                }
                _ => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            Some(done) = self.work.next(), if !self.work.is_empty() => {
                // Nothing of the lane is under way any more.
                if self.lanes.get(&done.lane).is_some_and(|(number, _)| *number == done.number) {
                    self.lanes.remove(&done.lane);
                }
                done.downlink
            }
            _ = hub.in_flight.acquire(), if self.is_held_up => {
                self.is_held_up = false;
                None
            }
            () = granted => None,
        }
    }

    /// The client has gone: hands to the bus what has been accepted, without waiting for answers, then ends its sessions.
    pub(crate) async fn close(mut self) {
        self.closing.cancel();
        self.claim = None;
        while self.work.next().await.is_some() {}
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.hub.sessions.close(self.id);
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("id", &self.id).field("in_flight", &self.work.len()).finish_non_exhaustive()
    }
}
