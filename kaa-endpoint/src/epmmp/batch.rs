//! The one status of a batch.

use std::collections::BTreeSet;

use kaa_protocol::Status;

/// What has failed of a batch so far (D-31).
#[derive(Debug, Default)]
pub(super) struct Failures {
    first: Option<Status>,
    endpoint_ids: BTreeSet<String>,
}

impl Failures {
    /// A command for `endpoint_id` has failed.
    pub(super) fn add(&mut self, endpoint_id: String, status: Status) {
        self.first.get_or_insert(status);
        self.endpoint_ids.insert(endpoint_id);
    }

    /// Success if nothing has failed, else the code of what failed first, with a phrase that names the endpoints of all
    /// that failed.
    pub(super) fn into_result(self) -> Result<(), Status> {
        let Some(first) = self.first else { return Ok(()) };
        let endpoint_ids = Vec::from_iter(self.endpoint_ids).join(", ");
        Err(Status::new(first.code(), format!("{}; failed for: {endpoint_ids}", first.reason())).with_source(first))
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    // D-31
    #[test]
    fn a_batch_has_the_status_of_its_first_failure_and_names_all_endpoints_kaa_unverified() {
        assert!(Failures::default().into_result().is_ok());
        let mut failures = Failures::default();
        failures.add("b".to_owned(), Status::forbidden("restricted key"));
        failures.add("a".to_owned(), Status::not_found("no such endpoint"));
        failures.add("b".to_owned(), Status::internal("secret"));
        let status = failures.into_result().unwrap_err();
        assert_eq!(status.to_string(), "403 restricted key; failed for: a, b");
        assert_eq!(status.source().unwrap().to_string(), "403 restricted key");
    }
}
