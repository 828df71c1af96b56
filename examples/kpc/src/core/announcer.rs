//! Tells the platform which endpoints come and go (9/ELCE).

use std::collections::BTreeMap;

use kaa_endpoint::elce::{ConnectedEvent, DisconnectedEvent};
use kaa_ism::{Bus as _, SendError};
use kaa_service::ServiceHandle;
use tokio::{sync::mpsc, task::JoinSet};
use tokio_util::sync::CancellationToken;

use super::metrics::Events;

/// How many events wait to be published. What exceeds it is lost, and counted.
const WAITING: usize = 65_536;

/// How large an event may get, roughly: well below the limit of a bus. A gateway with more endpoints needs several.
const EVENT_BYTES: usize = 512 * 1024;

/// Application version names by endpoint id.
pub(crate) type Endpoints = BTreeMap<String, String>;

#[derive(Debug)]
enum Announcement {
    Connected(Endpoints),
    Disconnected(Endpoints),
}

/// Where events are left, in the order in which they are to be published.
#[derive(Clone, Debug)]
pub(crate) struct Announcer {
    queue: mpsc::Sender<Announcement>,
    events: Events,
}

impl Announcer {
    pub(crate) fn connected(&self, endpoint: &str, app_version: &str) {
        self.leave(Announcement::Connected([(endpoint.to_owned(), app_version.to_owned())].into()));
    }

    pub(crate) fn disconnected(&self, endpoints: Endpoints) {
        if !endpoints.is_empty() {
            self.leave(Announcement::Disconnected(endpoints));
        }
    }

    fn leave(&self, announcement: Announcement) {
        if self.queue.try_send(announcement).is_err() {
            self.events.lost.increment();
        }
    }
}

/// Publishes the events, one after the other.
#[derive(Debug)]
pub(crate) struct Announcements {
    announcer: Announcer,
    /// Aborted when dropped.
    task: JoinSet<()>,
    stop: CancellationToken,
}

impl Announcements {
    pub(crate) fn start(handle: ServiceHandle, events: Events) -> Self {
        let (queue, receiver) = mpsc::channel(WAITING);
        let stop = CancellationToken::new();
        let mut task = JoinSet::new();
        task.spawn(publish(handle, receiver, events.clone(), stop.clone()));
        Self { announcer: Announcer { queue, events }, task, stop }
    }

    pub(crate) fn announcer(&self) -> Announcer {
        self.announcer.clone()
    }

    /// Publishes what waits, and ends.
    pub(crate) async fn finish(mut self) {
        self.stop.cancel();
        if let Some(Err(error)) = self.task.join_next().await {
            tracing::error!(%error, "the publisher of events ended abnormally");
        }
    }
}

async fn publish(
    handle: ServiceHandle,
    mut queue: mpsc::Receiver<Announcement>,
    events: Events,
    stop: CancellationToken,
) {
    let mut failing = false;
    loop {
        let announcement = tokio::select! {
            biased;
            announcement = queue.recv() => announcement,
            () = stop.cancelled(), if !queue.is_closed() => {
                queue.close();
                continue;
            }
        };
        let result = match announcement {
            None => return,
            Some(Announcement::Connected(endpoints)) => handle.broadcast(ConnectedEvent::new(endpoints)).await,
            Some(Announcement::Disconnected(endpoints)) => disconnected(&handle, endpoints, &events).await,
        };
        match result {
            Ok(()) => {
                events.published.increment();
                failing = false;
            }
            Err(error) => {
                events.lost.increment();
                if !std::mem::replace(&mut failing, true) {
                    tracing::warn!(%error, "events about endpoints are lost; until it works again they are only counted");
                }
            }
        }
    }
}

/// All endpoints in one event (ELCE-008), unless that is too large.
async fn disconnected(handle: &ServiceHandle, mut rest: Endpoints, events: &Events) -> Result<(), SendError> {
    loop {
        let mut size = 0_usize;
        let cut = rest.iter().find_map(|(endpoint, app_version)| {
            size = size.saturating_add(endpoint.len() + app_version.len() + 8);
            (size > EVENT_BYTES).then(|| endpoint.clone())
        });
        let Some(cut) = cut.filter(|cut| rest.keys().next() != Some(cut)) else {
            return handle.broadcast(DisconnectedEvent::new(rest)).await;
        };
        let next = rest.split_off(&cut);
        handle.broadcast(DisconnectedEvent::new(rest)).await?;
        events.published.increment();
        rest = next;
    }
}
