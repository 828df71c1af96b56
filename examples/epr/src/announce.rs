use crate::{Endpoint, Metadata};
use kaa_protocol::AppVersionName;
use std::future::Future;

/// What the service tells the world.
///
/// Each method is called after the change is stored; failures are the business of the implementation. A process that
/// dies between the two stays silent about that change. Changes of one endpoint that are made at the same time may be
/// announced in another order than they were stored.
pub trait Announce: Send + Sync + 'static {
    /// An endpoint is new (9/ELCE, endpoint registered).
    fn registered(&self, endpoint: &Endpoint) -> impl Future<Output = ()> + Send;

    /// An endpoint is gone (9/ELCE, endpoint unregistered), as it was last.
    ///
    /// Also called for an endpoint that was never announced, when it is not known whether it got a token: whoever keeps
    /// things for it has to let go of them.
    fn unregistered(&self, endpoint: &Endpoint) -> impl Future<Output = ()> + Send;

    /// An endpoint runs another version (9/ELCE, appversion updated). It had `previous` before.
    fn app_version_updated(&self, endpoint: &Endpoint, previous: &AppVersionName) -> impl Future<Output = ()> + Send;

    /// The metadata of an endpoint changed (15/EME). They were `previous` before; both are never equal.
    fn metadata_updated(&self, endpoint: &Endpoint, previous: &Metadata) -> impl Future<Output = ()> + Send;
}
