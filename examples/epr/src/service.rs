use crate::{
    Announce, AppVersion, Applications, Endpoint, EndpointFilter, EndpointRepository, Error, Metadata, NewEndpoint,
    ProvisionErrorKind, ProvisionedToken, TokenProvisioner,
};
use kaa_protocol::{AppVersionName, ApplicationName, EndpointId, EndpointToken, MetadataKey};
use rest_support::{Writes, causes};
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use uuid::Uuid;

/// How many changes run at a time. A registration waits for Credential Management, so there is room for many.
const WRITES: u16 = 256;
/// The longest id and the longest token that an endpoint is given, in bytes.
const MAX_LENGTH: usize = 256;

/// The use cases of the register.
///
/// A change that was begun is carried to its end, with its announcement, though the future of the caller is dropped.
pub struct Endpoints<R, T, A> {
    shared: Arc<Shared<R, T, A>>,
}

struct Shared<R, T, A> {
    repository: R,
    provisioner: T,
    announce: A,
    now: Box<dyn Fn() -> i64 + Send + Sync>,
    applications: RwLock<Arc<Applications>>,
    writes: Writes,
}

impl<R: EndpointRepository, T: TokenProvisioner, A: Announce> Endpoints<R, T, A> {
    /// Use cases over `repository`, with tokens from `provisioner`, told to `announce`, at the time of `now` in ms since
    /// the epoch.
    pub fn new(
        repository: R,
        provisioner: T,
        announce: A,
        applications: Applications,
        now: impl Fn() -> i64 + Send + Sync + 'static,
    ) -> Self {
        let shared = Shared {
            repository,
            provisioner,
            announce,
            now: Box::new(now),
            applications: RwLock::new(Arc::new(applications)),
            writes: Writes::new(WRITES),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Other applications from now on. Endpoints of those that are gone stay.
    pub fn set_applications(&self, applications: Applications) {
        *self.shared.applications.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(applications);
    }

    /// Registers an endpoint and provisions its first token.
    ///
    /// The endpoint is stored first and removed again when there is no token for it: the other way round, a
    /// registration under an id that exists would give a second token to somebody else's endpoint, if only for a moment.
    /// Between the two the endpoint can be seen, and it is announced only after both. What remains when
    ///
    /// - the process dies between the two: the endpoint, perhaps with a token that nobody knows. It is in the lists, it
    ///   was not announced, and its id is taken. Removing it clears both, a new token can be had from Credential
    ///   Management;
    /// - Credential Management gives no clear answer: nothing here. `unregistered` is announced, on which Credential
    ///   Management removes the token, should there be one;
    /// - the removal fails too: the endpoint, as after a crash. The log tells.
    ///
    /// # Errors
    ///
    /// `Invalid`, `UnknownAppVersion`, `Conflict`, `TokenTaken`, `Provisioning`, `Unavailable`, `Internal`.
    pub async fn create(&self, new: NewEndpoint) -> Result<(Endpoint, ProvisionedToken), Error> {
        let application = self.application_of(&new.app_version)?;
        if new.token.as_ref().is_some_and(|token| token.as_str().len() > MAX_LENGTH) {
            return Err(Error::too_long("endpointToken", MAX_LENGTH));
        }
        let id = match new.id {
            Some(id) if id.as_str().len() > MAX_LENGTH => return Err(Error::too_long("endpointId", MAX_LENGTH)),
            Some(id) if matches!(id.as_str(), "." | "..") => return Err(Error::invalid_id(&id)),
            Some(id) => id,
            None => EndpointId::parse(Uuid::new_v4().to_string()).map_err(Error::generated)?,
        };
        let mut endpoint = Endpoint::new(id, application, new.app_version, (self.shared.now)());
        if let Some(metadata) = new.metadata {
            check(&metadata)?;
            endpoint = endpoint.with_metadata(metadata);
        }
        let shared = Arc::clone(&self.shared);
        self.shared.writes.run(async move { shared.create(endpoint, new.token.as_ref()).await }).await?
    }

    /// The endpoint of this id.
    ///
    /// # Errors
    ///
    /// `NotFound`, `Internal`.
    pub async fn find(&self, id: &EndpointId) -> Result<Endpoint, Error> {
        self.shared.repository.find(id).await?.ok_or_else(Error::not_found)
    }

    /// The endpoints inside the window of the filter, oldest first, and how many there are without the window.
    ///
    /// # Errors
    ///
    /// `Internal`.
    pub async fn list(&self, filter: &EndpointFilter) -> Result<(Vec<Endpoint>, u64), Error> {
        Ok(self.shared.repository.list(filter).await?)
    }

    /// Removes an endpoint and returns it as it was. Its tokens go when Credential Management hears of it.
    ///
    /// # Errors
    ///
    /// `NotFound`, `Internal`.
    pub async fn delete(&self, id: EndpointId) -> Result<Endpoint, Error> {
        let shared = Arc::clone(&self.shared);
        let work = async move {
            let endpoint = shared.repository.delete(&id).await?.ok_or_else(Error::not_found)?;
            shared.announce.unregistered(&endpoint).await;
            Ok(endpoint)
        };
        self.shared.writes.run(work).await?
    }

    /// The endpoint runs this version, as somebody says or as a connection shows (9/ELCE, endpoint connected).
    ///
    /// When it did so before, nothing is changed nor announced; that costs one read.
    ///
    /// # Errors
    ///
    /// `NotFound`, `UnknownAppVersion`, `OtherApplication`, `Internal`.
    pub async fn set_app_version(&self, id: EndpointId, version: AppVersionName) -> Result<AppVersion, Error> {
        let mut endpoint = self.find(&id).await?;
        if endpoint.app_version.name == version {
            return Ok(endpoint.app_version);
        }
        if self.application_of(&version)? != endpoint.application {
            return Err(Error::other_application(&version));
        }
        let shared = Arc::clone(&self.shared);
        let work = async move {
            let now = (shared.now)();
            let Some(previous) = shared.repository.set_app_version(&id, &version, now).await? else {
                // Somebody else was faster.
                return Ok(shared.repository.find(&id).await?.ok_or_else(Error::not_found)?.app_version);
            };
            endpoint.app_version = AppVersion::new(version, now);
            shared.announce.app_version_updated(&endpoint, &previous).await;
            Ok(endpoint.app_version)
        };
        self.shared.writes.run(work).await?
    }

    /// Replaces all metadata of an endpoint. Equal ones are neither stored nor announced (EME-006).
    ///
    /// # Errors
    ///
    /// `Invalid`, `NotFound`, `Internal`.
    pub async fn set_metadata(&self, id: EndpointId, metadata: Metadata) -> Result<Metadata, Error> {
        check(&metadata)?;
        let shared = Arc::clone(&self.shared);
        let work = async move {
            let now = (shared.now)();
            let mut endpoint = shared.repository.find(&id).await?.ok_or_else(Error::not_found)?;
            if let Some(previous) = shared.repository.set_metadata(&id, &metadata, now).await? {
                endpoint.metadata.clone_from(&metadata);
                endpoint.metadata_updated = Some(now);
                shared.announce.metadata_updated(&endpoint, &previous).await;
            }
            Ok(metadata)
        };
        self.shared.writes.run(work).await?
    }

    /// Waits until no change is running: what a service does before it leaves.
    pub async fn idle(&self) {
        self.shared.writes.idle().await;
    }

    fn application_of(&self, version: &AppVersionName) -> Result<ApplicationName, Error> {
        let applications = Arc::clone(&self.shared.applications.read().unwrap_or_else(PoisonError::into_inner));
        applications.application_of(version).cloned().ok_or_else(|| Error::unknown_app_version(version))
    }
}

impl<R: EndpointRepository, T: TokenProvisioner, A: Announce> Shared<R, T, A> {
    async fn create(
        &self,
        endpoint: Endpoint,
        token: Option<&EndpointToken>,
    ) -> Result<(Endpoint, ProvisionedToken), Error> {
        self.repository.create(&endpoint).await?;
        let provisioned = match self.provisioner.provision(&endpoint.id, &endpoint.application, token).await {
            Ok(provisioned) => provisioned,
            Err(error) => {
                self.take_back(&endpoint, error.kind()).await;
                return Err(error.into());
            }
        };
        if let Ok(None) = self.repository.find(&endpoint.id).await {
            // The announcement of its removal may have come before the token, which would stay.
            self.announce.unregistered(&endpoint).await;
            return Err(Error::removed_meanwhile());
        }
        self.announce.registered(&endpoint).await;
        Ok((endpoint, provisioned))
    }

    async fn take_back(&self, endpoint: &Endpoint, why: ProvisionErrorKind) {
        match self.repository.delete(&endpoint.id).await {
            Ok(_) if why == ProvisionErrorKind::Unknown => self.announce.unregistered(endpoint).await,
            Ok(_) => {}
            Err(error) => {
                tracing::error!(endpoint_id = %endpoint.id, cause = %causes(&error), "endpoint stays without a token");
            }
        }
    }
}

fn check(metadata: &Metadata) -> Result<(), Error> {
    match metadata.keys().find_map(|key| MetadataKey::parse(key).err()) {
        Some(invalid) => Err(Error::invalid_metadata(&invalid)),
        None => Ok(()),
    }
}

impl<R, T, A> Clone for Endpoints<R, T, A> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<R, T, A> fmt::Debug for Endpoints<R, T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoints").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
