//! Clients that connect with a client id that is in use.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Mutex, PoisonError},
};

use bytestring::ByteString;
use tokio_util::sync::CancellationToken;

/// The client ids in use, if they matter.
///
/// MQTT demands that a newcomer with the client id of a connected client ends the older connection (3.1.1, 3.1.4-2). By
/// default that is not done: official Kaa clients share fixed ids between many devices (`air_pollution_sim`, `counter`),
/// which would throw each other out for ever, and whoever knows the id of a device could cut it off. What takeover is for
/// is not lost: there are no sessions to take over, and messages go to the connection that used an endpoint last.
#[derive(Clone, Debug)]
pub(super) struct Takeover(Option<Arc<Mutex<HashMap<ByteString, CancellationToken>>>>);

/// A client id in use.
#[derive(Debug)]
pub(super) struct Claim {
    takeover: Takeover,
    id: ByteString,
    /// Cancelled when somebody else claims it.
    pub(super) lost: CancellationToken,
}

impl Takeover {
    pub(super) fn new(is_on: bool) -> Self {
        Self(is_on.then(Arc::default))
    }

    pub(super) fn claim(&self, id: ByteString) -> Claim {
        let lost = CancellationToken::new();
        let Some(claims) = self.0.as_ref().filter(|_| !id.is_empty()) else {
            return Claim { takeover: Self(None), id: ByteString::new(), lost };
        };
        // A copy: what was read is a slice of the whole CONNECT, password and all.
        let id = ByteString::from(id.to_string());
        let mut map = claims.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(former) = map.insert(id.clone(), lost.clone()) {
            // Under the lock, so that the former owner knows that the entry is not its own any more.
            former.cancel();
        }
        Claim { takeover: self.clone(), id, lost }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        let Some(claims) = &self.takeover.0 else { return };
        let mut claims = claims.lock().unwrap_or_else(PoisonError::into_inner);
        // A token that has been cancelled is not ours in the map any more.
        if !self.lost.is_cancelled()
            && let Entry::Occupied(claim) = claims.entry(self.id.clone())
        {
            claim.remove();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newcomer_takes_over_only_where_that_is_on() {
        let (on, off) = (Takeover::new(true), Takeover::new(false));
        let (first, other) = (on.claim("a".into()), on.claim("b".into()));
        let second = on.claim("a".into());
        assert!(first.lost.is_cancelled() && !other.lost.is_cancelled());
        drop(first);
        assert_eq!(on.0.as_ref().unwrap().lock().unwrap().len(), 2, "the newcomer keeps its claim");
        drop((second, other));
        assert!(on.0.unwrap().lock().unwrap().is_empty());

        let first = off.claim("a".into());
        let _second = off.claim("a".into());
        assert!(!first.lost.is_cancelled());
    }

    #[test]
    fn clients_without_an_id_do_not_concern_each_other() {
        let takeover = Takeover::new(true);
        let first = takeover.claim("".into());
        let _second = takeover.claim("".into());
        assert!(!first.lost.is_cancelled());
    }
}
