//! Whose token is this? Asked once, remembered until it is old or revoked.

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures::{
    FutureExt as _,
    future::{BoxFuture, Shared, WeakShared},
};
use kaa_endpoint::ecap::{EcapHandle, TokenOwner};
use kaa_ism::{RequestError, SendOptions};
use kaa_protocol::{ApplicationName, Status, StatusCode};
use kaa_service::ServiceHandle;
use tokio::time::Instant;

use super::{expiring::Expiring, metrics::TokenLookups};

/// How long a refusal is remembered: long enough that a client which insists does not flood the token provider, short
/// enough that a token works soon after it has been created.
const REFUSED_FOR: Duration = Duration::from_secs(5);
/// How many refusals are remembered.
const REFUSALS: usize = 10_000;
/// How many revocations are remembered while questions are under way.
const REVOCATIONS: usize = 4_096;

/// What a valid token stands for.
#[derive(Debug)]
pub(crate) struct Owner {
    pub(crate) endpoint_id: Arc<str>,
    pub(crate) token_id: Arc<str>,
    revoked: AtomicBool,
}

impl Owner {
    fn new(owner: TokenOwner) -> Self {
        Self { endpoint_id: owner.endpoint_id.into(), token_id: owner.token_id.into(), revoked: AtomicBool::new(false) }
    }

    /// Set before the sessions of the token are ended: whoever opens one has to look under the lock of the sessions.
    pub(crate) fn is_revoked(&self) -> bool {
        self.revoked.load(Ordering::Acquire)
    }
}

/// Why it is not known whose a token is.
#[derive(Clone, Debug)]
pub(crate) enum NoOwner {
    /// It is not valid.
    Refused,
    /// The provider could not be asked.
    Unresolved(Status),
}

type Answer = Result<Arc<Owner>, NoOwner>;
type Flight = Shared<BoxFuture<'static, Answer>>;

/// The tokens that are in use.
pub(crate) struct Tokens {
    provider: EcapHandle<ServiceHandle>,
    timeout: Duration,
    metrics: TokenLookups,
    state: Mutex<State>,
}

struct State {
    owners: Expiring<Arc<str>, Arc<Owner>>,
    /// The keys of `owners`, by token id.
    keys: HashMap<Arc<str>, Arc<str>>,
    refusals: Expiring<Arc<str>, ()>,
    /// Questions under way, with their numbers.
    asking: HashMap<Arc<str>, (u64, WeakShared<BoxFuture<'static, Answer>>)>,
    asked: u64,
    /// Grows with every revocation.
    generation: u64,
    /// Token ids that have been revoked while questions were under way, each with the generation that it began.
    revoked: Vec<(u64, String)>,
    /// Revocations before this generation have been forgotten.
    forgotten: u64,
}

impl Tokens {
    pub(crate) fn new(
        provider: EcapHandle<ServiceHandle>,
        timeout: Duration,
        capacity: usize,
        max_age: Duration,
        metrics: TokenLookups,
    ) -> Arc<Self> {
        let state = Mutex::new(State::new(capacity, max_age));
        Arc::new(Self { provider, timeout, metrics, state })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing in here panics half-way through a change that matters.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whose the token is. Whoever asks about the same token meanwhile waits for the same answer.
    pub(crate) async fn owner(self: &Arc<Self>, application: &ApplicationName, token: &str) -> Answer {
        // An application name has no slash in it.
        let key: Arc<str> = [application.as_str(), token].join("/").into();
        let flight = {
            let mut state = self.state();
            let now = Instant::now();
            if let Some(owner) = state.owners.get(&key, now) {
                self.metrics.cached.increment();
                return Ok(owner.clone());
            }
            if state.refusals.get(&key, now).is_some() {
                self.metrics.refused_cached.increment();
                return Err(NoOwner::Refused);
            }
            match state.asking.get(&key).and_then(|(_, flight)| flight.upgrade()) {
                Some(flight) => {
                    self.metrics.shared.increment();
                    flight
                }
                None => {
                    self.metrics.asked.increment();
                    self.take_off(&mut state, key, application.clone(), token.to_owned())
                }
            }
        };
        flight.await
    }

    fn take_off(
        self: &Arc<Self>,
        state: &mut State,
        key: Arc<str>,
        application: ApplicationName,
        token: String,
    ) -> Flight {
        state.asked += 1;
        let landing = Landing { tokens: self.clone(), key: key.clone(), number: state.asked };
        let generation = state.generation;
        let flight = async move {
            let options = SendOptions::default().with_timeout(landing.tokens.timeout);
            let answer = landing.tokens.provider.validate(application.as_str(), &token, options).await;
            landing.tokens.state().settle(&landing.key, generation, answer, Instant::now())
        };
        let flight = flight.boxed().shared();
        // A future that has not been polled yet is not finished: there always is one to refer to.
        if let Some(weak) = flight.downgrade() {
            state.asking.insert(key, (state.asked, weak));
        }
        flight
    }

    /// Tokens have been revoked: they are not valid from now on, not even if their validity is on its way here.
    pub(crate) fn revoke(&self, token_ids: &[String]) {
        self.metrics.revoked.add(u64::try_from(token_ids.len()).unwrap_or(u64::MAX));
        self.state().revoke(token_ids);
    }
}

impl State {
    fn new(capacity: usize, max_age: Duration) -> Self {
        Self {
            owners: Expiring::new(capacity, max_age),
            keys: HashMap::new(),
            refusals: Expiring::new(REFUSALS, REFUSED_FOR),
            asking: HashMap::new(),
            asked: 0,
            generation: 0,
            revoked: Vec::new(),
            forgotten: 0,
        }
    }

    /// The answer to a question that was asked in `generation` has come, or will not.
    fn settle(
        &mut self,
        key: &Arc<str>,
        generation: u64,
        answer: Result<TokenOwner, RequestError>,
        now: Instant,
    ) -> Answer {
        let owner = match answer {
            Ok(owner) => owner,
            Err(RequestError::Refused(status)) if is_refusal(status.code()) => {
                self.refusals.insert(key.clone(), (), now);
                return Err(NoOwner::Refused);
            }
            Err(error) => return Err(NoOwner::Unresolved(error.into())),
        };
        if generation < self.forgotten {
            // It may be one of those that have been revoked meanwhile. The next question is not.
            return Err(NoOwner::Unresolved(Status::unavailable("the token could not be checked, try again")));
        }
        if self.revoked.iter().any(|(since, id)| *since > generation && *id == owner.token_id) {
            self.refusals.insert(key.clone(), (), now);
            return Err(NoOwner::Refused);
        }
        let owner = Arc::new(Owner::new(owner));
        self.keys.insert(owner.token_id.clone(), key.clone());
        for gone in self.owners.insert(key.clone(), owner.clone(), now) {
            if gone.token_id != owner.token_id {
                self.keys.remove(&gone.token_id);
            }
        }
        Ok(owner)
    }

    fn revoke(&mut self, token_ids: &[String]) {
        self.generation += 1;
        for id in token_ids {
            let owner = self.keys.remove(id.as_str()).and_then(|key| self.owners.remove(&key));
            if let Some(owner) = owner {
                owner.revoked.store(true, Ordering::Release);
            }
        }
        if self.asking.is_empty() {
            return;
        }
        if self.revoked.len().saturating_add(token_ids.len()) > REVOCATIONS {
            self.revoked.clear();
            self.forgotten = self.generation;
        } else {
            self.revoked.extend(token_ids.iter().map(|id| (self.generation, id.clone())));
        }
    }

    fn landed(&mut self, key: &str, number: u64) {
        if self.asking.get(key).is_some_and(|(own, _)| *own == number) {
            self.asking.remove(key);
        }
        if self.asking.is_empty() {
            self.revoked = Vec::new();
        }
    }
}

/// Whether a token provider that answers this has judged the token, and not failed to.
fn is_refusal(code: StatusCode) -> bool {
    matches!(code.as_i32(), 400..=499) && !matches!(code.as_i32(), 408 | 429)
}

/// Ends a question, also one that all who asked have given up.
struct Landing {
    tokens: Arc<Tokens>,
    key: Arc<str>,
    number: u64,
}

impl Drop for Landing {
    fn drop(&mut self) {
        self.tokens.state().landed(&self.key, self.number);
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").field("provider", &self.provider).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
