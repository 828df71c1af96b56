//! Which endpoints are connected, by which connection, under which token.

use std::{
    collections::{HashMap, hash_map::Entry as Slot},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use kaa_ism::Timestamp;
use tokio_util::sync::CancellationToken;

use super::{
    announcer::{Announcer, Endpoints},
    downlink::{Outlet, Quality},
    tokens::Owner,
};

/// The number of a connection.
pub(crate) type ConnectionId = u64;

/// The sessions of all connections of this replica.
///
/// A session is the use of an endpoint by a connection. It begins with the first use of one of the endpoint's tokens, which
/// is announced (ELCE-003), and ends with the connection or with its last valid token. An endpoint is announced as
/// disconnected when it has no session left: a device that comes back before its old connection was found dead stays
/// connected. Messages to an endpoint go to the connection that used it last.
pub(crate) struct Sessions {
    state: Mutex<State>,
    announcer: Announcer,
    /// How many tokens a connection may use.
    limit: usize,
}

#[derive(Default)]
struct State {
    connections: HashMap<ConnectionId, Entry>,
    /// By endpoint id: the connections that have a session of it. The last one used it last.
    routes: HashMap<Arc<str>, Vec<ConnectionId>>,
    last_connection: ConnectionId,
}

struct Entry {
    outlet: Arc<dyn Outlet>,
    ended: CancellationToken,
    sessions: HashMap<Arc<str>, Session>,
    tokens: usize,
}

struct Session {
    app_version: Arc<str>,
    /// The valid tokens that were used. The last one was used last.
    tokens: Vec<UsedToken>,
    quality: Quality,
    used: Timestamp,
}

struct UsedToken {
    id: Arc<str>,
    text: Arc<str>,
}

/// One use of a token.
#[derive(Clone, Copy)]
pub(crate) struct Use<'a> {
    pub(crate) owner: &'a Owner,
    pub(crate) token: &'a str,
    pub(crate) app_version: &'a str,
    pub(crate) quality: Quality,
    pub(crate) now: Timestamp,
}

/// Why a token cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unusable {
    /// It has just been revoked.
    Revoked,
    /// The connection uses too many.
    TooMany,
    /// The connection has ended.
    Ended,
}

/// How a message reaches an endpoint.
pub(crate) struct Destination {
    pub(crate) outlet: Arc<dyn Outlet>,
    pub(crate) app_version: Arc<str>,
    pub(crate) token: Arc<str>,
    /// That of the last message from the endpoint.
    pub(crate) quality: Quality,
}

impl Sessions {
    pub(crate) fn new(announcer: Announcer, limit: usize) -> Self {
        Self { state: Mutex::default(), announcer, limit }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing in here panics half-way through a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection begins. `ended` is cancelled when its last endpoint has lost its last token.
    pub(crate) fn open(&self, outlet: Arc<dyn Outlet>, ended: CancellationToken) -> ConnectionId {
        let mut state = self.state();
        state.last_connection += 1;
        let id = state.last_connection;
        state.connections.insert(id, Entry { outlet, ended, sessions: HashMap::new(), tokens: 0 });
        id
    }

    /// A connection uses a token.
    pub(crate) fn touch(&self, id: ConnectionId, usage: Use<'_>) -> Result<(), Unusable> {
        let Use { owner, token, app_version, quality, now } = usage;
        let mut state = self.state();
        let State { connections, routes, .. } = &mut *state;
        // Looked at under the lock: a revocation that is not visible yet will find the session that is made here.
        if owner.is_revoked() {
            return Err(Unusable::Revoked);
        }
        let entry = connections.get_mut(&id).ok_or(Unusable::Ended)?;
        let known = |session: &Session| session.tokens.iter().position(|used| used.id == owner.token_id);
        let position = entry.sessions.get(&owner.endpoint_id).and_then(known);
        if position.is_none() {
            if entry.tokens >= self.limit {
                return Err(Unusable::TooMany);
            }
            entry.tokens += 1;
        }
        let session = match entry.sessions.entry(owner.endpoint_id.clone()) {
            Slot::Occupied(session) => session.into_mut(),
            Slot::Vacant(vacant) => {
                self.announcer.connected(&owner.endpoint_id, app_version);
                vacant.insert(Session { app_version: app_version.into(), tokens: Vec::new(), quality, used: now })
            }
        };
        match position {
            None => session.tokens.push(UsedToken { id: owner.token_id.clone(), text: token.into() }),
            Some(position) if position + 1 == session.tokens.len() => {}
            Some(position) => {
                let used = session.tokens.remove(position);
                session.tokens.push(used);
            }
        }
        if *session.app_version != *app_version {
            session.app_version = app_version.into();
        }
        (session.quality, session.used) = (quality, now);
        match routes.get_mut(&owner.endpoint_id) {
            Some(route) if route.last() == Some(&id) => {}
            Some(route) => {
                route.retain(|other| *other != id);
                route.push(id);
            }
            None => {
                routes.insert(owner.endpoint_id.clone(), vec![id]);
            }
        }
        Ok(())
    }

    /// The connection that used the endpoint last.
    pub(crate) fn find(&self, endpoint: &str) -> Option<Destination> {
        let state = self.state();
        let entry = state.connections.get(state.routes.get(endpoint)?.last()?)?;
        let session = entry.sessions.get(endpoint)?;
        Some(Destination {
            outlet: entry.outlet.clone(),
            app_version: session.app_version.clone(),
            token: session.tokens.last()?.text.clone(),
            quality: session.quality,
        })
    }

    /// A connection has ended, for whatever reason: one event for all its endpoints (ELCE-006, ELCE-008).
    pub(crate) fn close(&self, id: ConnectionId) {
        let mut state = self.state();
        let Some(entry) = state.connections.remove(&id) else { return };
        let mut gone = Endpoints::new();
        for (endpoint, session) in entry.sessions {
            if state.leave(&endpoint, id) {
                gone.insert(endpoint.to_string(), session.app_version.to_string());
            }
        }
        self.announcer.disconnected(gone);
    }

    /// Tokens of an endpoint have been revoked: their sessions end at once, and with its last session a connection (ECAP-018).
    pub(crate) fn revoke(&self, endpoint: &str, token_ids: &[String]) {
        let mut state = self.state();
        let mut gone = Endpoints::new();
        for id in state.routes.get(endpoint).cloned().unwrap_or_default() {
            let Some(entry) = state.connections.get_mut(&id) else { continue };
            let Some(session) = entry.sessions.get_mut(endpoint) else { continue };
            let before = session.tokens.len();
            session.tokens.retain(|used| !token_ids.iter().any(|id| **id == *used.id));
            entry.tokens = entry.tokens.saturating_sub(before - session.tokens.len());
            if session.tokens.is_empty() {
                let app_version = session.app_version.to_string();
                entry.sessions.remove(endpoint);
                if entry.sessions.is_empty() {
                    entry.ended.cancel();
                }
                if state.leave(endpoint, id) {
                    gone.insert(endpoint.to_owned(), app_version);
                }
            }
        }
        self.announcer.disconnected(gone);
    }

    /// An endpoint has been used at another replica, later than here: it is that replica's from now on.
    pub(crate) fn moved(&self, endpoint: &str, at: Timestamp) {
        let mut state = self.state();
        for id in state.routes.get(endpoint).cloned().unwrap_or_default() {
            let Some(entry) = state.connections.get_mut(&id) else { continue };
            if let Some(session) = entry.sessions.get(endpoint)
                && session.used < at
            {
                entry.tokens = entry.tokens.saturating_sub(session.tokens.len());
                entry.sessions.remove(endpoint);
                state.leave(endpoint, id);
            }
        }
    }
}

impl State {
    /// Takes a connection off the route of an endpoint. Returns whether it was the last.
    fn leave(&mut self, endpoint: &str, id: ConnectionId) -> bool {
        let Some(route) = self.routes.get_mut(endpoint) else { return false };
        route.retain(|other| *other != id);
        let last = route.is_empty();
        if last {
            self.routes.remove(endpoint);
        }
        last
    }
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("Sessions")
            .field("connections", &state.connections.len())
            .field("endpoints", &state.routes.len())
            .finish_non_exhaustive()
    }
}
