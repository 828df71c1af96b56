//! A service with exactly the permissions that it needs, and with one less.

use std::time::Duration;

use kaa_endpoint::elce::{ConnectedEvent, DisconnectedEvent, RegisteredEvent};
use kaa_esp::{ClientData, Reply, extension};
use kaa_ism::{Bus as _, CallError, Context, Fanout, InstanceName, Originator, SendError, SendOptions, Status, listen};
use kaa_nats::{Permissions, connect, permissions};
use kaa_service::{
    Error, ErrorKind, RunningService, Service, Settings, Transport as _,
    transport::{Action, Refusal},
};
use tokio::sync::mpsc;

use crate::harness::{NatsServer, within};

fn instance(name: &str) -> InstanceName {
    InstanceName::parse(name).unwrap()
}

fn settings(nats: &NatsServer, name: &str) -> Settings {
    let settings = Settings::from_yaml(name, &format!("service.instance.replica.id: {name}-1")).unwrap();
    settings.with_nats_urls([nats.url()]).with("nats.user", name).with("nats.password", "s3cret")
}

/// An extension that listens to one event for all replicas and one for each.
async fn hello(nats: &NatsServer, heard: mpsc::Sender<&'static str>) -> Service {
    let settings = settings(nats, "hello");
    let transport = connect(&settings).await.unwrap();
    let to = heard.clone();
    let connected = move |_: ConnectedEvent, _: Context| {
        let heard = heard.clone();
        async move { heard.send("connected").await.map_err(|_| Status::internal("nobody hears it")) }
    };
    let registered = move |_: RegisteredEvent, _: Context| {
        let heard = to.clone();
        async move { heard.send("registered").await.map_err(|_| Status::internal("nobody hears it")) }
    };
    Service::new(settings, transport)
        .serve(extension(async |data: ClientData, _context| Ok(Reply::bytes(data.payload))))
        .serve(listen(Originator::Any, Fanout::OneReplica, connected))
        .serve(listen(Originator::Instance(instance("caller")), Fanout::EveryReplica, registered))
}

async fn caller(nats: &NatsServer) -> Service {
    let settings = settings(nats, "caller");
    let transport = connect(&settings).await.unwrap();
    Service::new(settings, transport)
}

/// What has been refused to anybody, as the server logs it.
fn violations(nats: &NatsServer) -> Vec<String> {
    nats.output().lines().filter(|line| line.contains("Violation")).map(str::to_owned).collect()
}

fn of_hello(service: &Service) -> Permissions {
    permissions(service).broadcasts::<DisconnectedEvent>()
}

fn of_caller(service: &Service) -> Permissions {
    let calls = permissions(service).calls::<ClientData>(&instance("hello"));
    calls.broadcasts::<ConnectedEvent>().broadcasts::<RegisteredEvent>()
}

/// A server where each of the two may do what is written for it.
async fn server(hello: &str, caller: &str) -> NatsServer {
    let user = |name, permissions| format!("{{user: {name}, password: s3cret, {permissions}}}");
    let users = [user("hello", hello), user("caller", caller)].join(",\n");
    NatsServer::with_configuration(&format!("authorization: {{users: [{users}]}}")).await
}

/// What is printed for the two.
async fn printed() -> (Permissions, Permissions) {
    let open = server("", "").await;
    (of_hello(&hello(&open, mpsc::channel(1).0).await), of_caller(&caller(&open).await))
}

/// The permissions without one of them.
fn without(permissions: &Permissions, line: &str) -> String {
    let text = permissions.to_string();
    let left: Vec<_> = text.lines().filter(|kept| kept.trim() != format!("{line:?}")).collect();
    assert_eq!(left.len(), text.lines().count() - 1, "{line}: {text}");
    left.join("\n")
}

fn data() -> ClientData {
    ClientData::new("demo-v1", "/hello").with_request_id(1).with_payload("here")
}

async fn refused_at_start(service: Service) -> String {
    let error: Error = within("an error", service.start()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Bus);
    error.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_printed_is_enough() {
    let (for_hello, for_caller) = printed().await;
    let nats = server(&for_hello.to_string(), &for_caller.to_string()).await;
    let (sender, mut heard) = mpsc::channel(8);
    let (hello, caller) = (hello(&nats, sender).await, caller(&nats).await);
    let [hello, caller]: [RunningService; 2] = [hello.start().await.unwrap(), caller.start().await.unwrap()];

    let answer = caller.handle().call(&instance("hello"), data(), SendOptions::default()).await.unwrap();
    assert_eq!((answer.status_code, answer.payload.as_deref()), (200, Some(&b"here"[..])));
    caller.handle().broadcast(ConnectedEvent::new([("ep-1", "demo-v1")])).await.unwrap();
    assert_eq!(within("an event for one replica", heard.recv()).await, Some("connected"));
    caller.handle().broadcast(RegisteredEvent::new("ep-1", "demo-v1")).await.unwrap();
    assert_eq!(within("an event for every replica", heard.recv()).await, Some("registered"));
    hello.handle().broadcast(DisconnectedEvent::new([("ep-1", "demo-v1")])).await.unwrap();
    hello.handle().round_trip(Duration::from_secs(5)).await.unwrap();
    within("shutting down", async { (caller.shutdown().await, hello.shutdown().await) }).await;
    assert_eq!(violations(&nats), [] as [String; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_permission_is_an_error_at_the_start_that_shows_the_line_to_add() {
    let (for_hello, for_caller) = printed().await;
    assert_eq!(for_hello.subscribe().count(), 4, "replica, requests, two events");
    for line in for_hello.subscribe() {
        let nats = server(&without(&for_hello, line), &for_caller.to_string()).await;
        let error = refused_at_start(hello(&nats, mpsc::channel(1).0).await).await;
        let subject = line.split(' ').next().unwrap();
        assert!(error.contains(&format!("not permitted to subscribe to {subject}: ")), "{error}");
        assert!(error.ends_with(&format!("permissions: {{subscribe: {{allow: [{line:?}]}}}}")), "{error}");
    }
    let nats = server(&without(&for_hello, "kaa.v1.replica.hello-1.ism.*"), &for_caller.to_string()).await;
    let error = refused_at_start(hello(&nats, mpsc::channel(1).0).await).await;
    assert!(error.ends_with(r#"permissions: {publish: {allow: ["kaa.v1.replica.hello-1.ism.ping"]}}"#), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_missing_permission_is_named() {
    let (for_hello, for_caller) = printed().await;
    let nothing = r#"permissions: {subscribe: {allow: ["other"]}, publish: {allow: ["other"]}}"#;
    let nats = server(nothing, &for_caller.to_string()).await;
    let error = refused_at_start(hello(&nats, mpsc::channel(1).0).await).await;
    for line in for_hello.subscribe().chain(["kaa.v1.replica.hello-1.ism.ping"]) {
        assert!(error.contains(&format!("allow: [{line:?}]")), "{line} is missing: {error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_not_permitted_is_told_so_and_not_tried_again_at_once() {
    let (for_hello, for_caller) = printed().await;
    let target = "kaa.v1.service.hello.esp.ClientData";
    let nats = server(&for_hello.to_string(), &without(&for_caller, target)).await;
    let settings = settings(&nats, "caller");
    let transport = connect(&settings).await.unwrap();
    let mut refusals = transport.refusals();
    let caller = Service::new(settings, transport).start().await.unwrap();
    let (handle, to) = (caller.handle(), instance("hello"));
    let first = handle.call(&to, data(), SendOptions::default().with_timeout(Duration::from_secs(30)));
    let (refusal, answer) = within("a refusal", async { tokio::join!(refusals.recv(), first) }).await;
    assert!(matches!(answer, Err(CallError::NotSent(SendError::NotAllowed { .. }))), "{answer:?}");
    let Refusal { action, remedy, .. } = refusal.unwrap();
    assert!(matches!(action, Action::Publish(subject) if subject.as_str() == target));
    assert!(remedy.ends_with(&format!("permissions: {{publish: {{allow: [{target:?}]}}}}")), "{remedy}");
    let error = handle.call(&to, data(), SendOptions::default()).await.unwrap_err();
    let CallError::NotSent(SendError::NotAllowed { subject }) = &error else { panic!("{error:?}") };
    assert_eq!((subject.as_str(), error.is_retryable()), (target, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_with_a_random_id_may_start_too() {
    let settings = Settings::new("hello").unwrap();
    let service = Service::new(settings.clone(), kaa_service::MemoryBus::new());
    let nats = server(&permissions(&service).to_string(), "").await;
    let settings = settings.with_nats_urls([format!("nats://hello:s3cret@{}", nats.place())]);
    let transport = connect(&settings).await.unwrap();
    within("shutting down", Service::new(settings, transport).start().await.unwrap().shutdown()).await;
    assert_eq!(violations(&nats), [] as [String; 0]);
}
