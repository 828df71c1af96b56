//! Which replica of an extension a client's session stays with.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

use kaa_ism::{InstanceName, Request as _, Subject, Timestamp};

use crate::ClientData;

/// The sessions of clients that are pinned to a replica of an extension (ESP-002): their messages go there instead of
/// to any replica. Knows nothing of the bus and of the current time; [`SessionHandle`](crate::SessionHandle) sends by
/// it.
///
/// A session is one client's with one extension instance; what tells clients apart is any text, an endpoint id for
/// example. It is pinned by the replyTo of a message of the extension, and stays so until
///
/// - another replica pins it, or
/// - it is unpinned, or
/// - it has not been pinned again for longer than the age limit, or
/// - more are pinned than the capacity: then the one that was pinned longest ago is unpinned.
///
/// ```
/// use std::time::Duration;
///
/// use kaa_esp::Sessions;
/// use kaa_ism::{InstanceName, Subject, Timestamp};
///
/// let mut sessions = Sessions::new(10_000, Duration::from_secs(600));
/// let dialog = InstanceName::parse("dialog")?;
/// let reply_to = Subject::parse("kaa.v1.replica.d1.esp.ClientData")?;
/// sessions.pin("ep-1", &dialog, &reply_to, Timestamp(0));
/// assert_eq!(sessions.replica("ep-1", &dialog, Timestamp(600_000)), Some(reply_to));
/// assert_eq!(sessions.replica("ep-1", &dialog, Timestamp(600_001)), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Sessions {
    capacity: usize,
    max_age_ms: i64,
    pins: HashMap<InstanceName, HashMap<Arc<str>, Pin>>,
    /// By number: the oldest pin first.
    order: BTreeMap<u64, Pinned>,
    next: u64,
}

/// What has happened to a session, for who counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionChange {
    /// It has been pinned to a replica that it was not pinned to.
    Pinned,
    /// It was unpinned: by a success without replyTo, or by [`SessionHandle::unpin`](crate::SessionHandle::unpin).
    Unpinned,
    /// It was unpinned because its replica is gone, or did not answer in time.
    Lost,
    /// It was unpinned because of its age. That is noticed when a session is pinned, so it may come late.
    Expired,
    /// It was unpinned because more were pinned than the capacity.
    Evicted,
}

#[derive(Clone, Debug)]
struct Pin {
    number: u64,
    replica: Subject,
    at: Timestamp,
}

#[derive(Clone, Debug)]
struct Pinned {
    session: Arc<str>,
    extension: InstanceName,
    at: Timestamp,
}

impl Sessions {
    /// No sessions yet, `capacity` at most; each is unpinned `max_age` after it was pinned last.
    #[must_use]
    pub fn new(capacity: usize, max_age: Duration) -> Self {
        Self {
            capacity,
            max_age_ms: i64::try_from(max_age.as_millis()).unwrap_or(i64::MAX),
            pins: HashMap::new(),
            order: BTreeMap::new(),
            next: 0,
        }
    }

    /// How many are kept; some may be too old already.
    #[must_use]
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether none is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// A message of `extension` for the client `session` came with this replyTo: the session is with that replica from
    /// now on. The last token of the replyTo becomes that of [`ClientData`] (ISM-023).
    ///
    /// A replyTo that is no replica subject of 4/ESP pins nothing: there is no replica to send to (D-22). Says whether
    /// the session was pinned.
    pub fn pin(&mut self, session: &str, extension: &InstanceName, reply_to: &Subject, now: Timestamp) -> bool {
        self.pin_noting(session, extension, reply_to, now, &mut Vec::new())
    }

    /// The same; notes what has happened to this session, and to others for its sake.
    pub(crate) fn pin_noting(
        &mut self,
        session: &str,
        extension: &InstanceName,
        reply_to: &Subject,
        now: Timestamp,
        changes: &mut Vec<SessionChange>,
    ) -> bool {
        let Some(replica) = reply_to.for_kind(ClientData::KIND) else { return false };
        match self.take(session, extension) {
            Some(former) if self.is_too_old(former.at, now) => {
                changes.extend([SessionChange::Expired, SessionChange::Pinned]);
            }
            Some(former) if former.replica == replica => {}
            _ => changes.push(SessionChange::Pinned),
        }
        let (session, number): (Arc<str>, _) = (session.into(), self.next);
        self.next += 1;
        let pinned = Pinned { session: session.clone(), extension: extension.clone(), at: now };
        self.order.insert(number, pinned);
        self.pins.entry(extension.clone()).or_default().insert(session, Pin { number, replica, at: now });
        self.unpin_oldest(now, changes);
        true
    }

    /// Where the next [`ClientData`] of the session goes: the subject of the replica that it is pinned to, or `None`
    /// for any replica.
    #[must_use]
    pub fn replica(&self, session: &str, extension: &InstanceName, now: Timestamp) -> Option<Subject> {
        let pin = self.pins.get(extension)?.get(session)?;
        (!self.is_too_old(pin.at, now)).then(|| pin.replica.clone())
    }

    /// The session may go on with any replica. Says whether it was pinned.
    pub fn unpin(&mut self, session: &str, extension: &InstanceName) -> bool {
        self.take(session, extension).is_some()
    }

    /// The same, unless the session is pinned to another replica than that with this subject by now.
    pub fn unpin_from(&mut self, session: &str, extension: &InstanceName, replica: &Subject) -> bool {
        let pin = self.pins.get(extension).and_then(|pins| pins.get(session));
        pin.is_some_and(|pin| pin.replica == *replica) && self.unpin(session, extension)
    }

    fn take(&mut self, session: &str, extension: &InstanceName) -> Option<Pin> {
        let pin = self.remove(session, extension)?;
        self.order.remove(&pin.number);
        Some(pin)
    }

    fn remove(&mut self, session: &str, extension: &InstanceName) -> Option<Pin> {
        let pins = self.pins.get_mut(extension)?;
        let pin = pins.remove(session);
        if pins.is_empty() {
            self.pins.remove(extension);
        }
        pin
    }

    /// Unpins what is too old, and what is too many.
    fn unpin_oldest(&mut self, now: Timestamp, changes: &mut Vec<SessionChange>) {
        while let Some((_, oldest)) = self.order.first_key_value()
            && let is_too_old = self.is_too_old(oldest.at, now)
            && (is_too_old || self.order.len() > self.capacity)
            && let Some((_, oldest)) = self.order.pop_first()
        {
            self.remove(&oldest.session, &oldest.extension);
            changes.push(if is_too_old { SessionChange::Expired } else { SessionChange::Evicted });
        }
    }

    fn is_too_old(&self, pinned_at: Timestamp, now: Timestamp) -> bool {
        now.0.saturating_sub(pinned_at.0) > self.max_age_ms
    }
}

#[cfg(test)]
mod tests;
