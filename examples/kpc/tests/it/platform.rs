//! A platform around the service: a token provider, extensions, and a listener to all events.

use std::{
    collections::{BTreeMap, HashMap},
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use futures::{FutureExt as _, StreamExt as _};
use kaa_endpoint::{
    ecap::{
        EndpointTokenRevokedEvent, EndpointTokenStatusTransitionRequest, EndpointTokenValidationRequest, TokenOwner,
        TokenProvider, provider,
    },
    elce::{ConnectedEvent, DisconnectedEvent},
};
use kaa_esp::{ClientData, Context, ExtensionService, Reply, extension};
use kaa_ism::{Bus as _, Message as _, Status, SubjectFilter};
use kaa_service::{
    MemoryBus, RunningService, Service, Settings,
    transport::{Delivery, Subscription, Transport as _},
};
use kpc::{Kpc, RunningKpc};
use tokio::sync::{Semaphore, mpsc};

const APPLICATIONS: &str = "
kaa.applications:
  demo:
    versions:
      demo-v1: {allowed-extension-instances: [dcx, cex, cmx, tsx]}
      demo-v2:
";

/// Everything but the applications.
pub(crate) const SETTINGS: &str = "
service.instance: {name: kpc, replica.id: k1}
kaa.extension-instances: {tsx: {endpoint-aware: false}}
kaa.kpc.transports.mqtt.tcp: {host: 127.0.0.1, port: 0}
";

/// Nothing takes longer unless something is wrong.
pub(crate) async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), what).await.expect("nothing has happened for 20 s")
}

pub(crate) struct Platform {
    pub(crate) bus: MemoryBus,
    pub(crate) kpc: RunningKpc,
    pub(crate) tokens: Arc<Tokens>,
    pub(crate) events: Box<dyn Subscription>,
    pub(crate) services: Vec<RunningService>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Connected(BTreeMap<String, String>),
    Disconnected(BTreeMap<String, String>),
}

pub(crate) fn connected(endpoint: &str) -> Event {
    Event::Connected(BTreeMap::from([(endpoint.into(), "demo-v1".into())]))
}

pub(crate) fn disconnected<const N: usize>(endpoints: [&str; N]) -> Event {
    Event::Disconnected(endpoints.map(|endpoint| (endpoint.into(), "demo-v1".into())).into())
}

impl Platform {
    pub(crate) async fn start() -> Self {
        Self::with("").await
    }

    pub(crate) async fn with(more: &str) -> Self {
        Self::on(settings(more)).await
    }

    pub(crate) async fn on(settings: Settings) -> Self {
        let bus = MemoryBus::new();
        let tokens = Arc::new(Tokens::default());
        let cm = Service::new(Settings::new("cm").unwrap(), bus.clone()).serve(provider(Asked(tokens.clone())));
        let cm = cm.start().await.unwrap();
        let events = bus.subscribe(SubjectFilter::parse("kaa.v1.events.*.endpoint.connectivity.*").unwrap(), None);
        let events = events.await.unwrap();
        let kpc = Kpc::start(settings, Arc::new(bus.clone())).await.unwrap();
        Self { bus, kpc, tokens, events, services: vec![cm] }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.kpc.mqtt_address()
    }

    pub(crate) fn count(&self, name: &str, outcome: &str) -> u64 {
        let known = [
            "kpc_uplinks_total",
            "kpc_downlinks_total",
            "kpc_connections_total",
            "kpc_requests_total",
            "kpc_pins_total",
            "kaa_settings_changes_total",
        ];
        let name = known.into_iter().find(|known| known.contains(name)).unwrap();
        self.kpc.handle().metrics().sum(name, ("outcome", outcome))
    }

    /// Waits for something to have been counted so often.
    pub(crate) async fn counted(&self, name: &str, outcome: &str, count: u64) {
        soon(async {
            while self.count(name, outcome) < count {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }

    /// Waits for a connection to have ended.
    pub(crate) async fn ended(&self, outcome: &str) {
        self.counted("connections", outcome, 1).await;
    }

    pub(crate) async fn serve(&mut self, name: &str, service: impl ExtensionService) {
        let service = Service::new(Settings::new(name).unwrap(), self.bus.clone()).serve(extension(service));
        self.services.push(service.start().await.unwrap());
    }

    /// An extension that sends everything back, and tells what it got.
    pub(crate) async fn echo(&mut self, name: &str) -> mpsc::UnboundedReceiver<ClientData> {
        let (sender, receiver) = mpsc::unbounded_channel();
        let echo = move |data: ClientData, _: Context| {
            // Not every test listens.
            let _ = sender.send(data.clone());
            std::future::ready(Ok(Reply::bytes(data.payload)))
        };
        self.serve(name, echo).await;
        receiver
    }

    /// A subscription to whatever is sent to an extension; nobody answers.
    pub(crate) async fn silent(&self, name: &str) -> Box<dyn Subscription> {
        let filter = SubjectFilter::parse(format!("kaa.v1.service.{name}.esp.ClientData")).unwrap();
        self.bus.subscribe(filter, None).await.unwrap()
    }

    pub(crate) async fn event(&mut self) -> Event {
        let Some(Delivery::Message(event)) = soon(self.events.next()).await else { panic!() };
        decode(event.subject.as_str(), &event.body)
    }

    pub(crate) fn no_event(&mut self) {
        assert!(self.events.next().now_or_never().is_none(), "an event that should not be");
    }

    pub(crate) async fn revoke(&self, token: &str) {
        let TokenOwner { token_id, endpoint_id, .. } = self.tokens.owner(token).unwrap();
        self.tokens.revoked.lock().unwrap().insert(token.to_owned(), ());
        let event = EndpointTokenRevokedEvent::new("demo", endpoint_id, vec![token_id]);
        self.services[0].handle().broadcast(event).await.unwrap();
    }
}

pub(crate) fn settings(more: &str) -> Settings {
    Settings::from_yaml("kpc", &format!("{SETTINGS}{APPLICATIONS}{more}\n")).unwrap()
}

fn decode(subject: &str, body: &Bytes) -> Event {
    match subject {
        "kaa.v1.events.kpc.endpoint.connectivity.connected" => {
            let event = ConnectedEvent::decode(body).unwrap();
            assert_eq!(event.originator_replica_id, "k1");
            Event::Connected(event.endpoints)
        }
        "kaa.v1.events.kpc.endpoint.connectivity.disconnected" => {
            Event::Disconnected(DisconnectedEvent::decode(body).unwrap().endpoints)
        }
        other => panic!("{other}"),
    }
}

/// Knows the tokens `tok-<name>`, of the endpoints `ep-<name>`. Those that begin with `tok-slow` wait at a gate.
#[derive(Debug)]
pub(crate) struct Tokens {
    pub(crate) asked: Mutex<HashMap<String, usize>>,
    revoked: Mutex<HashMap<String, ()>>,
    pub(crate) gate: Semaphore,
    /// Answers this instead.
    pub(crate) failing: Mutex<Option<Status>>,
}

impl Default for Tokens {
    fn default() -> Self {
        Self { asked: Mutex::default(), revoked: Mutex::default(), gate: Semaphore::new(0), failing: Mutex::default() }
    }
}

impl Tokens {
    pub(crate) fn open(&self) {
        self.gate.add_permits(1_000);
    }

    pub(crate) fn asked(&self, token: &str) -> usize {
        self.asked.lock().unwrap().get(token).copied().unwrap_or(0)
    }

    fn owner(&self, token: &str) -> Option<TokenOwner> {
        let name = token.strip_prefix("tok-").filter(|_| !self.revoked.lock().unwrap().contains_key(token))?;
        // `tok-1b` is a second token of `ep-1`.
        Some(TokenOwner::new(format!("id-{name}"), format!("ep-{}", name.trim_end_matches('b'))))
    }
}

struct Asked(Arc<Tokens>);

impl TokenProvider for Asked {
    async fn validate(&self, request: EndpointTokenValidationRequest, _: Context) -> Result<TokenOwner, Status> {
        assert_eq!(request.app_name, "demo");
        *self.0.asked.lock().unwrap().entry(request.token.clone()).or_default() += 1;
        let owner = self.0.owner(&request.token);
        if request.token.starts_with("tok-slow") {
            let _permit = self.0.gate.acquire().await.unwrap();
        }
        if let Some(status) = self.0.failing.lock().unwrap().clone() {
            return Err(status);
        }
        owner.ok_or_else(|| Status::unauthorized("unknown token, says the provider"))
    }

    async fn transition(&self, _: EndpointTokenStatusTransitionRequest, _: Context) -> Result<(), Status> {
        Err(Status::not_found("not here"))
    }
}
