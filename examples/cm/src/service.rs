use crate::{
    Announce, Error, RepositoryErrorKind, Token, TokenFilter, TokenKey, TokenLength, TokenRepository, TokenStatus,
};
use kaa_protocol::{ApplicationName, EndpointId, EndpointToken};
use rand::RngExt as _;
use rand::distr::Alphanumeric;
use rest_support::Writes;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// How often a generated token may hit a taken one. With settings that make sense the first one is free.
const ATTEMPTS: u32 = 8;
/// How many tokens of an endpoint are removed in one step, and announced together.
const BATCH: u32 = 1000;
/// How many changes run at a time.
const WRITES: u16 = 64;

/// The use cases of endpoint tokens.
///
/// A change that was begun is carried to its end, with its announcement, though the future of the caller is dropped.
/// Changes of different tokens run at once and are announced in no particular order.
pub struct Tokens<R, A> {
    shared: Arc<Shared<R, A>>,
    length: TokenLength,
}

struct Shared<R, A> {
    repository: R,
    announce: A,
    now: Box<dyn Fn() -> i64 + Send + Sync>,
    writes: Writes,
}

/// The answer to a communication service that showed a valid token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ValidToken {
    /// The id of the token, by which a revocation will name it.
    pub token_id: String,
    /// The endpoint that the token stands for.
    pub endpoint_id: EndpointId,
}

impl<R: TokenRepository, A: Announce> Tokens<R, A> {
    /// Use cases over `repository`, told to `announce`, at the time of `now` in ms since the epoch.
    pub fn new(repository: R, announce: A, now: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        let shared = Shared { repository, announce, now: Box::new(now), writes: Writes::new(WRITES) };
        Self { shared: Arc::new(shared), length: TokenLength::default() }
    }

    /// With generated tokens of another length.
    #[must_use]
    pub fn with_token_length(mut self, length: TokenLength) -> Self {
        self.length = length;
        self
    }

    /// Gives the endpoint a token: this one, or a generated one.
    ///
    /// # Errors
    ///
    /// `Taken` when the application has this token, `Internal`.
    pub async fn create(
        &self,
        endpoint_id: EndpointId,
        application: ApplicationName,
        token: Option<EndpointToken>,
    ) -> Result<Token, Error> {
        let shared = &self.shared;
        let new = |text| Token::new(application.clone(), endpoint_id.clone(), text, (shared.now)());
        if let Some(text) = token {
            let token = new(text);
            shared.repository.create(&token).await?;
            return Ok(token);
        }
        for _ in 0..ATTEMPTS {
            let token = new(generate(self.length)?);
            match shared.repository.create(&token).await {
                Ok(()) => return Ok(token),
                Err(error) if error.kind() == RepositoryErrorKind::Taken => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Error::exhausted(ATTEMPTS))
    }

    /// Finds out for which endpoint a token stands, and activates it when this is its first use.
    ///
    /// # Errors
    ///
    /// `Refused` when the token is unknown, suspended or revoked; which of them only the source of the error tells.
    /// `Internal`.
    pub async fn validate(&self, application: &ApplicationName, token: &EndpointToken) -> Result<ValidToken, Error> {
        let Shared { repository, now, .. } = &*self.shared;
        let key = TokenKey::Text { application: application.clone(), token: token.clone() };
        let mut found = repository.find(&key).await?.ok_or_else(Error::unknown)?;
        if found.status == TokenStatus::Inactive {
            found = match repository.activate(&key, now()).await? {
                Some(activated) => activated,
                // Somebody else was faster: to activate it too, or to stop it.
                None => repository.find(&key).await?.ok_or_else(Error::unknown)?,
            };
        }
        match found.status {
            TokenStatus::Active => Ok(ValidToken { token_id: found.id, endpoint_id: found.endpoint_id }),
            status => Err(Error::disabled(status)),
        }
    }

    /// The tokens of an endpoint inside the window of the filter, and how many there are without the window.
    ///
    /// # Errors
    ///
    /// `Internal`.
    pub async fn list(&self, endpoint_id: &EndpointId, filter: &TokenFilter) -> Result<(Vec<Token>, u64), Error> {
        Ok(self.shared.repository.list(endpoint_id, filter).await?)
    }

    /// Brings a token to `target`. When it is there already, nothing changes and that is a success.
    ///
    /// # Errors
    ///
    /// `NotFound`, `IllegalTransition`, `Internal`.
    pub async fn transition(&self, key: TokenKey, target: TokenStatus) -> Result<Token, Error> {
        let shared = Arc::clone(&self.shared);
        let work = async move {
            let done = shared.repository.transition(&key, target, (shared.now)()).await?;
            if done.previous.is_disabled_by(done.token.status) {
                let Token { application, endpoint_id, id, .. } = &done.token;
                shared.announce.revoked(application, endpoint_id, vec![id.clone()]).await;
            }
            Ok(done.token)
        };
        self.shared.writes.run(work).await?
    }

    /// Removes a token and returns it as it was.
    ///
    /// # Errors
    ///
    /// `NotFound`, `Internal`.
    pub async fn delete(&self, key: TokenKey) -> Result<Token, Error> {
        let shared = Arc::clone(&self.shared);
        let work = async move {
            let token = shared.repository.delete(&key).await?.ok_or_else(Error::not_found)?;
            shared.announce_removed(&token.endpoint_id, std::slice::from_ref(&token)).await;
            Ok(token)
        };
        self.shared.writes.run(work).await?
    }

    /// The endpoint left the platform: removes its tokens and returns how many there were.
    ///
    /// The tokens go in batches. When one fails, those before it are removed and announced, and the call can be repeated.
    /// A token that is created for the same endpoint id at the same time may survive or go too: an id should not be
    /// registered anew before its unregistration has gone round.
    ///
    /// # Errors
    ///
    /// `Internal`.
    pub async fn endpoint_unregistered(&self, endpoint_id: EndpointId) -> Result<u64, Error> {
        let shared = Arc::clone(&self.shared);
        let work = async move {
            let mut count = 0;
            loop {
                let removed = shared.repository.delete_endpoint(&endpoint_id, BATCH).await?;
                if removed.is_empty() {
                    return Ok(count);
                }
                count += u64::try_from(removed.len()).unwrap_or(u64::MAX);
                shared.announce_removed(&endpoint_id, &removed).await;
            }
        };
        self.shared.writes.run(work).await?
    }

    /// Waits until no change is running: what a service does before it leaves.
    pub async fn idle(&self) {
        self.shared.writes.idle().await;
    }
}

impl<R, A: Announce> Shared<R, A> {
    async fn announce_removed(&self, endpoint_id: &EndpointId, removed: &[Token]) {
        let mut by_application = BTreeMap::<_, Vec<_>>::new();
        for token in removed.iter().filter(|token| token.status == TokenStatus::Active) {
            by_application.entry(&token.application).or_default().push(token.id.clone());
        }
        for (application, token_ids) in by_application {
            self.announce.revoked(application, endpoint_id, token_ids).await;
        }
    }
}

fn generate(length: TokenLength) -> Result<EndpointToken, Error> {
    let text: String = rand::rng().sample_iter(Alphanumeric).take(length.characters()).map(char::from).collect();
    EndpointToken::parse(text).map_err(Error::generated)
}

impl<R, A> Clone for Tokens<R, A> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), length: self.length }
    }
}

impl<R, A> fmt::Debug for Tokens<R, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").field("length", &self.length).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
