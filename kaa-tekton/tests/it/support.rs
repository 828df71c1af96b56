//! What the tests are written with.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{Router, extract::State, http::StatusCode, response::IntoResponse};
use kaa_ism::{Bus as _, InstanceName};
use kaa_platform::service_config::{
    BroadcastConfigurationUpdateEvent, Scope, ServiceSpecificConfigurationUpdateEvent, UpdateType,
};
use kaa_service::{LiveSettings, MemoryBus, Metrics, RunningService, Service, Settings};
use kaa_tekton::{Following, Tekton};
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};

pub(crate) const ALL: &str = "/api/v1/app-configs?serviceInstanceName=dcx";
pub(crate) const TENANTS: &str = "/api/v1/tenant-configs?serviceInstanceName=dcx";
pub(crate) const ACME: &str = "/api/v1/tenant-configs?serviceInstanceName=dcx&tenantId=acme";
pub(crate) const KETTLE: &str = "/api/v1/app-configs/applications/kettle?serviceInstanceName=dcx";
pub(crate) const V1: &str = "/api/v1/app-configs/applications/kettle/app-versions/kettle-v1?serviceInstanceName=dcx";

/// What is answered to a request.
#[derive(Clone)]
pub(crate) enum Answer {
    Json(Value),
    Text(String),
    Status(u16),
    Never,
}

/// Answers what it is told, 404 otherwise; tells which requests come.
pub(crate) struct FakeTekton {
    answers: Arc<Mutex<BTreeMap<String, Answer>>>,
    requests: mpsc::UnboundedReceiver<String>,
    pub(crate) url: String,
}

type Shared = (Arc<Mutex<BTreeMap<String, Answer>>>, mpsc::UnboundedSender<String>);

impl FakeTekton {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let answers: Arc<Mutex<BTreeMap<_, _>>> = Arc::default();
        let (sender, requests) = mpsc::unbounded_channel();
        let router = Router::new().fallback(answer).with_state((answers.clone(), sender));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { answers, requests, url }
    }

    pub(crate) fn set(&self, request: &str, answer: Answer) {
        self.answers.lock().unwrap().insert(request.to_owned(), answer);
    }

    /// The trees of applications and tenants of `dcx`.
    pub(crate) fn set_applications(&self, request: &str, applications: &Value) {
        self.set(request, Answer::Json(json!({ "dcx": { "kaa": { "applications": applications } } })));
    }

    /// The next requests.
    pub(crate) async fn requests(&mut self, count: usize) -> Vec<String> {
        let mut requests = Vec::new();
        for _ in 0..count {
            requests.push(self.requests.recv().await.unwrap());
        }
        requests
    }

    /// The requests that are here.
    pub(crate) fn further_requests(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.requests.try_recv().ok()).collect()
    }
}

async fn answer(State((answers, requests)): State<Shared>, uri: axum::http::Uri) -> axum::response::Response {
    let request = uri.to_string();
    let answer = answers.lock().unwrap().get(&request).cloned();
    let _ = requests.send(request);
    match answer {
        Some(Answer::Json(value)) => axum::Json(value).into_response(),
        Some(Answer::Text(text)) => text.into_response(),
        Some(Answer::Status(code)) => StatusCode::from_u16(code).unwrap().into_response(),
        Some(Answer::Never) => std::future::pending().await,
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The service `dcx`, which follows Tekton.
pub(crate) struct World {
    pub(crate) bus: MemoryBus,
    pub(crate) counters: Metrics,
    pub(crate) live: LiveSettings,
    pub(crate) following: Following,
    applications: watch::Receiver<Value>,
    provider: RunningService,
    _service: RunningService,
}

/// Settings of `dcx` that follow a Tekton.
pub(crate) fn settings(url: &str) -> Settings {
    let settings = Settings::from_yaml("dcx", "kaa.tekton.enabled: true").unwrap();
    settings.with("kaa.tekton.url", url)
}

impl World {
    pub(crate) async fn new(tekton: &FakeTekton) -> Self {
        Self::with_settings(settings(&tekton.url)).await
    }

    /// One that does not wait long for an answer; when everything has been fetched once.
    pub(crate) async fn impatient(tekton: &mut FakeTekton) -> Self {
        let mut world = Self::with_settings(settings(&tekton.url).with("kaa.tekton.timeout", 300)).await;
        world.following.fetched().await;
        tekton.further_requests();
        world.applications.mark_unchanged();
        world
    }

    pub(crate) async fn with_settings(settings: Settings) -> Self {
        let bus = MemoryBus::new();
        let mut service = Service::new(settings.clone(), bus.clone());
        let counters = service.handle().metrics().clone();
        let live = LiveSettings::new(settings, &counters);
        let applications = live.watch(read_applications).unwrap();
        let tekton = Tekton::from_settings(&live).unwrap().unwrap();
        let service = service.serve(tekton.updates()).start().await.unwrap();
        let following = tekton.follow(&bus);
        let provider = Service::new(Settings::new("tekton").unwrap(), bus.clone()).start().await.unwrap();
        Self { bus, counters, live, following, applications, provider, _service: service }
    }

    /// The same, when everything has been fetched once.
    pub(crate) async fn fetched(tekton: &mut FakeTekton) -> Self {
        let mut world = Self::new(tekton).await;
        world.following.fetched().await;
        assert_eq!(tekton.requests(2).await, [ALL, TENANTS]);
        world.applications.mark_unchanged();
        world
    }

    /// `kaa.applications`, after the next change.
    pub(crate) async fn changed(&mut self) -> Value {
        self.applications.changed().await.unwrap();
        self.applications()
    }

    /// `kaa.applications`, as it is.
    pub(crate) fn applications(&mut self) -> Value {
        self.applications.borrow_and_update().clone()
    }

    pub(crate) async fn broadcast(&self, scope: Scope, update_type: UpdateType) {
        let event = BroadcastConfigurationUpdateEvent::of(scope);
        self.provider.handle().broadcast_with(event, &[update_type.as_str()]).await.unwrap();
    }

    pub(crate) async fn tell(&self, scope: Scope, update_type: UpdateType) {
        let message = ServiceSpecificConfigurationUpdateEvent::of(scope).unwrap();
        let dcx = InstanceName::parse("dcx").unwrap();
        self.provider.handle().tell(&dcx, message, &[update_type.as_str()]).await.unwrap();
    }

    pub(crate) fn counted(&self, name: &str, outcome: &str) -> u64 {
        self.counters.sum(name, ("outcome", outcome))
    }
}

/// What the service needs: applications whose `limit` is a number.
fn read_applications(settings: &Settings) -> Result<Value, kaa_service::Error> {
    #[derive(serde::Deserialize)]
    struct Own {
        limit: Option<u32>,
    }
    let own = kaa_service::Applications::<Own>::from_settings(settings)?;
    let limits = own.app_versions().map(|(_, version, own)| (version.to_owned(), json!(own.limit)));
    Ok(Value::Object(limits.collect()))
}

pub(crate) fn tenant() -> Scope {
    Scope::Tenant { tenant_id: "acme".to_owned() }
}

pub(crate) fn application(name: &str) -> Scope {
    Scope::Application { tenant_id: "acme".to_owned(), app_name: name.to_owned() }
}

pub(crate) fn version(name: &str) -> Scope {
    let (tenant_id, app_name) = ("acme".to_owned(), "kettle".to_owned());
    Scope::AppVersion { tenant_id, app_name, app_ver_name: name.to_owned() }
}
