//! What has to be fetched.

use std::sync::{Mutex, MutexGuard, PoisonError};

use kaa_platform::service_config::Scope;
use tokio::sync::Notify;

/// How many changes are kept apart.
const MOST: usize = 256;

/// Scopes of which none is a part of another.
#[derive(Debug, Default)]
pub(crate) struct Scopes(Vec<Scope>);

impl Scopes {
    /// Adds a scope. Too many become the whole platform.
    pub(crate) fn add(&mut self, scope: Scope) {
        if self.0.iter().any(|own| own.covers(&scope)) {
            return;
        }
        self.0.retain(|own| !scope.covers(own));
        self.0.push(scope);
        if self.0.len() > MOST {
            self.0 = vec![Scope::Platform];
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl IntoIterator for Scopes {
    type Item = Scope;
    type IntoIter = std::vec::IntoIter<Scope>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// What has changed since it was fetched.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    scopes: Mutex<Scopes>,
    noted: Notify,
}

impl Changes {
    /// Notes a change, and wakes who waits for one.
    pub(crate) fn note(&self, scope: Scope) {
        self.scopes().add(scope);
        self.noted.notify_one();
    }

    /// Notes what is still to be fetched with the next change.
    pub(crate) fn keep(&self, scopes: Scopes) {
        let mut own = self.scopes();
        scopes.into_iter().for_each(|scope| own.add(scope));
    }

    /// Waits until a change is noted.
    pub(crate) async fn noted(&self) {
        self.noted.notified().await;
    }

    /// All of them.
    pub(crate) fn take(&self) -> Scopes {
        std::mem::take(&mut *self.scopes())
    }

    fn scopes(&self) -> MutexGuard<'_, Scopes> {
        self.scopes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(name: usize) -> Scope {
        let (tenant_id, app_name) = ("acme".to_owned(), "kettle".to_owned());
        Scope::AppVersion { tenant_id, app_name, app_ver_name: format!("kettle-v{name}") }
    }

    fn application() -> Scope {
        Scope::Application { tenant_id: "acme".to_owned(), app_name: "kettle".to_owned() }
    }

    #[test]
    fn what_is_part_of_another_is_fetched_with_it() {
        let changes = Changes::default();
        for scope in [version(1), version(2), version(1), application(), version(3)] {
            changes.note(scope);
        }
        assert_eq!(changes.take().0, [application()]);
        assert!(changes.take().is_empty());
    }

    #[test]
    fn too_many_changes_become_one_of_everything() {
        let mut scopes = Scopes::default();
        (0..MOST).for_each(|number| scopes.add(version(number)));
        assert_eq!(scopes.0.len(), MOST);
        scopes.add(version(MOST));
        assert_eq!(scopes.0, [Scope::Platform]);
    }
}
