use super::*;
use crate::{ErrorKind, ProvisionError, SqliteEndpoints};
use kaa_proves::proves;
use serde_json::json;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::sync::Semaphore;

/// What was announced, one line each.
#[derive(Clone, Default)]
struct Ear(Arc<Mutex<Vec<String>>>);

impl Ear {
    fn hear(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Announce for Ear {
    async fn registered(&self, endpoint: &Endpoint) {
        self.hear(format!("registered {} {}", endpoint.id, endpoint.app_version.name));
    }

    async fn unregistered(&self, endpoint: &Endpoint) {
        self.hear(format!("unregistered {} {}", endpoint.id, endpoint.app_version.name));
    }

    async fn app_version_updated(&self, endpoint: &Endpoint, previous: &AppVersionName) {
        self.hear(format!("updated {} {previous} to {}", endpoint.id, endpoint.app_version.name));
    }

    async fn metadata_updated(&self, endpoint: &Endpoint, previous: &Metadata) {
        self.hear(format!("metadata {} {} to {}", endpoint.id, json!(previous), json!(endpoint.metadata)));
    }
}

/// Answers with a token or with this error, once it is let through.
struct Provisioner {
    failure: Option<ProvisionErrorKind>,
    asked: Arc<Semaphore>,
    gate: Arc<Semaphore>,
}

impl TokenProvisioner for Provisioner {
    async fn provision(
        &self,
        _: &EndpointId,
        _: &ApplicationName,
        token: Option<&EndpointToken>,
    ) -> Result<ProvisionedToken, ProvisionError> {
        self.asked.add_permits(1);
        self.gate.acquire().await.unwrap().forget();
        match self.failure {
            Some(kind) => Err(ProvisionError::new(kind)),
            None => {
                let token = token.cloned().unwrap_or_else(|| EndpointToken::parse("generated").unwrap());
                Ok(ProvisionedToken::new(token, "INACTIVE"))
            }
        }
    }
}

struct Fixture {
    endpoints: Endpoints<SqliteEndpoints, Provisioner, Ear>,
    repository: SqliteEndpoints,
    ear: Ear,
    asked: Arc<Semaphore>,
    gate: Arc<Semaphore>,
}

async fn fixture(failure: Option<ProvisionErrorKind>, open: usize) -> Fixture {
    let (asked, gate) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(open)));
    let (repository, ear) = (SqliteEndpoints::in_memory().await.unwrap(), Ear::default());
    let provisioner = Provisioner { failure, asked: asked.clone(), gate: gate.clone() };
    let clock = AtomicI64::new(1_000);
    let now = move || clock.fetch_add(1_000, Ordering::Relaxed);
    let endpoints = Endpoints::new(repository.clone(), provisioner, ear.clone(), applications(&["k1", "k2"]), now);
    Fixture { endpoints, repository, ear, asked, gate }
}

fn applications(kettle: &[&str]) -> Applications {
    let versions = |names: &[&str]| names.iter().map(|name| version(name)).collect::<Vec<_>>();
    let name = |name| ApplicationName::parse(name).unwrap();
    Applications::new([(name("kettle"), versions(kettle)), (name("toaster"), versions(&["t1"]))]).unwrap()
}

fn version(name: &str) -> AppVersionName {
    AppVersionName::parse(name).unwrap()
}

fn id(id: &str) -> EndpointId {
    EndpointId::parse(id).unwrap()
}

fn metadata(value: serde_json::Value) -> Metadata {
    value.as_object().unwrap().clone()
}

fn ep_1() -> NewEndpoint {
    NewEndpoint::new(version("k1")).with_id(id("ep-1"))
}

#[proves("ELCE-010")]
#[tokio::test]
async fn a_registered_endpoint_has_a_token_and_is_announced() {
    let Fixture { endpoints, ear, .. } = fixture(None, 9).await;
    let given = ep_1().with_token(EndpointToken::parse("t").unwrap()).with_metadata(metadata(json!({"a": 1})));
    let (endpoint, provisioned) = endpoints.create(given).await.unwrap();
    assert_eq!((provisioned.token.as_str(), provisioned.status.as_str()), ("t", "INACTIVE"));
    assert_eq!(endpoint.application.as_str(), "kettle");
    assert_eq!((endpoint.created, endpoint.metadata_updated), (1_000, Some(1_000)));
    assert_eq!(endpoints.find(&endpoint.id).await.unwrap(), endpoint);
    assert_eq!(ear.take(), ["registered ep-1 k1"]);
}

#[tokio::test]
async fn a_generated_id_is_a_lower_case_uuid() {
    let Fixture { endpoints, .. } = fixture(None, 9).await;
    let (endpoint, _) = endpoints.create(NewEndpoint::new(version("k1"))).await.unwrap();
    let uuid = Uuid::parse_str(endpoint.id.as_str()).unwrap();
    assert_eq!((uuid.get_version_num(), uuid.to_string().as_str()), (4, endpoint.id.as_str()));
}

#[tokio::test]
async fn illegal_registrations_change_nothing_and_ask_for_no_token() {
    let Fixture { endpoints, ear, asked, .. } = fixture(None, 9).await;
    let refused = async |new: NewEndpoint| {
        let error = endpoints.create(new).await.unwrap_err();
        (error.kind(), error.to_string())
    };
    let (kind, message) = refused(NewEndpoint::new(version("k9"))).await;
    assert_eq!((kind, message.as_str()), (ErrorKind::UnknownAppVersion, "there is no app version k9"));
    for dots in [".", ".."] {
        assert_eq!(refused(NewEndpoint::new(version("k1")).with_id(id(dots))).await.0, ErrorKind::Invalid);
    }
    let long = "x".repeat(257);
    let (kind, message) = refused(NewEndpoint::new(version("k1")).with_id(id(&long))).await;
    assert_eq!((kind, message.as_str()), (ErrorKind::Invalid, "endpointId: longer than 256 bytes"));
    let (kind, message) = refused(ep_1().with_token(EndpointToken::parse(&long).unwrap())).await;
    assert_eq!((kind, message.as_str()), (ErrorKind::Invalid, "endpointToken: longer than 256 bytes"));
    let (kind, message) = refused(ep_1().with_metadata(metadata(json!({"a.b": 1})))).await;
    assert_eq!(kind, ErrorKind::Invalid);
    assert!(message.starts_with("metadata: invalid metadata key: '.' at byte 1"), "{message}");
    assert_eq!(asked.available_permits(), 0);
    assert_eq!(ear.take(), Vec::<String>::new());
}

#[proves("ELCE-010")]
#[tokio::test]
async fn a_taken_id_is_refused_before_a_token_is_made_for_it() {
    let Fixture { endpoints, ear, asked, .. } = fixture(None, 9).await;
    endpoints.create(ep_1()).await.unwrap();
    let error = endpoints.create(ep_1()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert_eq!(asked.available_permits(), 1);
    assert!(endpoints.find(&id("ep-1")).await.is_ok());
    assert_eq!(ear.take(), ["registered ep-1 k1"]);
}

#[tokio::test]
async fn without_a_token_the_endpoint_does_not_stay() {
    for (failure, kind, announced) in [
        (ProvisionErrorKind::Conflict, ErrorKind::TokenTaken, vec![]),
        (ProvisionErrorKind::Refused, ErrorKind::Provisioning, vec![]),
        (ProvisionErrorKind::Unavailable, ErrorKind::Unavailable, vec![]),
        // There may be a token: Credential Management removes it when it hears of this.
        (ProvisionErrorKind::Unknown, ErrorKind::Provisioning, vec!["unregistered ep-1 k1"]),
    ] {
        let Fixture { endpoints, ear, .. } = fixture(Some(failure), 9).await;
        assert_eq!(endpoints.create(ep_1()).await.unwrap_err().kind(), kind, "{failure:?}");
        assert_eq!(endpoints.find(&id("ep-1")).await.unwrap_err().kind(), ErrorKind::NotFound, "{failure:?}");
        assert_eq!(ear.take(), announced, "{failure:?}");
    }
}

#[tokio::test]
async fn a_registration_goes_on_when_its_caller_hangs_up() {
    let Fixture { endpoints, ear, asked, gate, .. } = fixture(None, 0).await;
    let caller = tokio::spawn({
        let endpoints = endpoints.clone();
        async move { endpoints.create(ep_1()).await }
    });
    asked.acquire().await.unwrap().forget();
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    gate.add_permits(1);
    endpoints.idle().await;
    assert!(endpoints.find(&id("ep-1")).await.is_ok());
    assert_eq!(ear.take(), ["registered ep-1 k1"]);
}

#[tokio::test]
async fn an_endpoint_removed_during_its_registration_is_never_announced_as_registered() {
    let Fixture { endpoints, ear, asked, gate, .. } = fixture(None, 0).await;
    let registration = tokio::spawn({
        let endpoints = endpoints.clone();
        async move { endpoints.create(ep_1()).await }
    });
    asked.acquire().await.unwrap().forget();
    endpoints.delete(id("ep-1")).await.unwrap();
    gate.add_permits(1);
    assert_eq!(registration.await.unwrap().unwrap_err().kind(), ErrorKind::Conflict);
    // The second one finds the token, which is there by now.
    assert_eq!(ear.take(), ["unregistered ep-1 k1", "unregistered ep-1 k1"]);
}

#[proves("ELCE-010")]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_simultaneous_registrations_of_one_id_exactly_one_succeeds() {
    let Fixture { endpoints, ear, .. } = fixture(None, 99).await;
    let racers: Vec<_> = (0..16)
        .map(|_| {
            let endpoints = endpoints.clone();
            tokio::spawn(async move { endpoints.create(ep_1()).await })
        })
        .collect();
    let mut winners = 0;
    for racer in racers {
        match racer.await.unwrap() {
            Ok(_) => winners += 1,
            Err(error) => assert_eq!(error.kind(), ErrorKind::Conflict),
        }
    }
    assert_eq!(winners, 1);
    assert_eq!(ear.take(), ["registered ep-1 k1"]);
}

#[tokio::test]
async fn a_removed_endpoint_is_announced_once() {
    let Fixture { endpoints, ear, .. } = fixture(None, 9).await;
    endpoints.create(ep_1()).await.unwrap();
    endpoints.delete(id("ep-1")).await.unwrap();
    assert_eq!(endpoints.delete(id("ep-1")).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(ear.take(), ["registered ep-1 k1", "unregistered ep-1 k1"]);
}

#[proves("ELCE-012")]
#[tokio::test]
async fn another_version_is_announced_with_the_one_before() {
    let Fixture { endpoints, ear, .. } = fixture(None, 9).await;
    endpoints.create(ep_1()).await.unwrap();
    ear.take();
    let set = async |name: &str| endpoints.set_app_version(id("ep-1"), version(name)).await;

    assert_eq!(set("k1").await.unwrap(), AppVersion::new(version("k1"), 1_000));
    assert_eq!(ear.take(), Vec::<String>::new());
    assert_eq!(set("k2").await.unwrap(), AppVersion::new(version("k2"), 2_000));
    assert_eq!(ear.take(), ["updated ep-1 k1 to k2"]);
    assert_eq!(set("k9").await.unwrap_err().kind(), ErrorKind::UnknownAppVersion);
    assert_eq!(set("t1").await.unwrap_err().kind(), ErrorKind::OtherApplication);
    let unknown = endpoints.set_app_version(id("ep-2"), version("k2")).await.unwrap_err();
    assert_eq!(unknown.kind(), ErrorKind::NotFound);
    assert_eq!(endpoints.find(&id("ep-1")).await.unwrap().app_version.name, version("k2"));
    assert_eq!(ear.take(), Vec::<String>::new());
}

#[tokio::test]
async fn applications_change_while_the_service_runs() {
    let Fixture { endpoints, .. } = fixture(None, 9).await;
    endpoints.create(ep_1()).await.unwrap();
    endpoints.set_applications(applications(&["k3"]));
    assert!(endpoints.set_app_version(id("ep-1"), version("k3")).await.is_ok());
    assert_eq!(endpoints.create(ep_1()).await.unwrap_err().kind(), ErrorKind::UnknownAppVersion);
}

#[proves("EME-001", "EME-006")]
#[tokio::test]
async fn metadata_are_announced_when_they_change() {
    let Fixture { endpoints, ear, .. } = fixture(None, 9).await;
    endpoints.create(ep_1()).await.unwrap();
    ear.take();
    for _ in 0..2 {
        endpoints.set_metadata(id("ep-1"), metadata(json!({"a": 1}))).await.unwrap();
    }
    endpoints.set_metadata(id("ep-1"), metadata(json!({"b": null}))).await.unwrap();
    assert_eq!(ear.take(), [r#"metadata ep-1 {} to {"a":1}"#, r#"metadata ep-1 {"a":1} to {"b":null}"#]);
    let error = endpoints.set_metadata(id("ep-1"), metadata(json!({"": 1}))).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert_eq!(endpoints.set_metadata(id("ep-2"), Metadata::new()).await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_failing_store_is_internal_and_says_no_more() {
    let Fixture { endpoints, repository, .. } = fixture(None, 9).await;
    repository.close().await;
    let error = endpoints.create(ep_1()).await.unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Internal, "the endpoint register failed"));
    assert!(std::error::Error::source(&error).is_some());
}
