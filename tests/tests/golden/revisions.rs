//! Services of which the settings say that their peers have an older release: they hear and send the older layouts.

use std::fmt::Debug;

use futures::StreamExt as _;
use kaa_endpoint::tstp::{DataPoint, TimeSeriesEvent};
use kaa_ism::{
    Bus as _, Context, Event, EventFilter, Fanout, InstanceName, Message, Request as _, RequestError, Response as _,
    SendOptions, Status, StatusCode, Subject, SubjectFilter, WireRevision, listen,
};
use kaa_platform::{
    aip::{Aip as _, AutomationInvocation, executor},
    armp::{
        Armp as _, AssetRepository, Relation, RelationGetRequest, RelationTreeGetRequest, RelationTreeGetResponse,
        repository,
    },
};
use kaa_service::{
    MemoryBus, Service, Settings,
    transport::{Delivery, Incoming, Outgoing, Subscription, Transport as _},
};
use tokio::sync::mpsc;

/// A service whose peers have this release.
fn service(bus: &MemoryBus, name: &str, peers: WireRevision) -> Service {
    Service::new(Settings::new(name).unwrap().with_wire_revision(peers), bus.clone())
}

fn instance(name: &str) -> InstanceName {
    InstanceName::parse(name).unwrap()
}

/// A peer that knows nothing but bytes.
async fn listening(bus: &MemoryBus, filter: &str) -> Box<dyn Subscription> {
    bus.subscribe(SubjectFilter::parse(filter).unwrap(), None).await.unwrap()
}

async fn heard(peer: &mut Box<dyn Subscription>) -> Incoming {
    match peer.next().await {
        Some(Delivery::Message(incoming)) => incoming,
        other => panic!("{other:?}"),
    }
}

async fn publish(bus: &MemoryBus, to: Subject, message: &impl Message, as_of: WireRevision) {
    bus.publish(Outgoing::new(to, None, message.to_bytes_revision(as_of))).await.unwrap();
}

/// Sends and hears an event as peers of this release do. Returns how it is read when it comes back.
async fn there_and_back<E: Event + Clone + PartialEq + Debug>(event: E, tokens: &[&str], peers: WireRevision) -> E {
    let bus = MemoryBus::new();
    let (tell, mut seen) = mpsc::unbounded_channel();
    let role = listen(EventFilter::any(), Fanout::OneReplica, move |event: E, _: Context| {
        tell.send(event).unwrap();
        async { Ok(()) }
    });
    let listener = service(&bus, "listener", peers).serve(role).start().await.unwrap();
    let mut wire = listening(&bus, "kaa.v1.events.>").await;

    let sender = service(&bus, "sender", peers).start().await.unwrap();
    sender.handle().broadcast_with(event.clone(), tokens).await.unwrap();
    let sent = heard(&mut wire).await.body;
    assert!(E::decode(&sent).is_err(), "{peers:?}: it is written as ever");
    let (on_the_wire, left) = E::decode_revision(&sent, peers).unwrap();
    assert_eq!((seen.recv().await.unwrap(), left), (on_the_wire, 0));

    let subject = event.subject_with(&instance("old"), tokens).unwrap();
    publish(&bus, subject, &event, peers).await;
    let read = seen.recv().await.unwrap();
    listener.shutdown().await;
    read
}

#[tokio::test]
async fn time_series_have_no_ingestion_times() {
    let point = DataPoint::new(5, [("value", 21.5)]);
    let event = |point| TimeSeriesEvent::new("kettle-v1", "ep-1", "temperature", [point]);
    let sent = event(point.clone().with_ingestion_timestamp(6));
    let read = there_and_back(sent, &["temperature"], WireRevision::R2024_05_09).await;
    assert_eq!(read, event(point));
}

#[tokio::test]
async fn automations_have_no_tenant() {
    let sent = AutomationInvocation::new("tenant-1").with_payload("{}");
    let read = there_and_back(sent, &["email"], WireRevision::R2020_07).await;
    assert_eq!(read, AutomationInvocation::new("").with_payload("{}"));
}

#[tokio::test]
async fn automations_are_run_for_older_trigger_services() {
    let bus = MemoryBus::new();
    let (tell, mut seen) = mpsc::unbounded_channel();
    let role = executor("email", move |invocation: AutomationInvocation, _: Context| {
        tell.send(invocation.payload).unwrap();
        async { Ok(()) }
    });
    let old = WireRevision::R2020_07;
    let _executor = service(&bus, "aa", old).serve(role.unwrap()).start().await.unwrap();
    let trigger = service(&bus, "re", old).start().await.unwrap();
    let invocation = AutomationInvocation::new("tenant-1").with_payload("{}");
    trigger.handle().aip().invoke("email", invocation, SendOptions::default()).await.unwrap();
    assert_eq!(seen.recv().await.unwrap().as_deref(), Some(&b"{}"[..]));
}

/// Knows one relation and one tree, and of which tenant it has been asked.
struct Assets(mpsc::UnboundedSender<String>);

impl AssetRepository for Assets {
    async fn relations(&self, request: RelationGetRequest, _context: Context) -> Result<Vec<Relation>, Status> {
        self.0.send(request.tenant_id).unwrap();
        if request.entity_id == "nothing" {
            return Err(Status::not_found("no such asset"));
        }
        Ok(vec![Relation::new("ENDPOINT", request.entity_id, "CONTAINS")])
    }

    async fn relation_tree(&self, _: RelationTreeGetRequest, _: Context) -> Result<Option<String>, Status> {
        Ok(Some(r#"{"a": 1}"#.to_owned()))
    }
}

#[tokio::test]
async fn relations_are_asked_for_without_a_tenant() {
    let (bus, old) = (MemoryBus::new(), WireRevision::R2023_11);
    let (tell, mut tenants) = mpsc::unbounded_channel();
    let _assets = service(&bus, "am", old).serve(repository(Assets(tell))).start().await.unwrap();
    let asking = service(&bus, "asking", old).start().await.unwrap();
    let mut wire = listening(&bus, "kaa.v1.service.am.>").await;

    let request = RelationGetRequest::new("tenant-1", "ASSET", "building");
    let relations = asking.handle().armp(instance("am")).relations(request.clone(), SendOptions::default()).await;
    assert_eq!(relations.unwrap().len(), 1);
    assert_eq!(tenants.recv().await.unwrap(), "");
    let sent = heard(&mut wire).await.body;
    assert!(RelationGetRequest::decode(&sent).is_err());
    assert_eq!(RelationGetRequest::decode_revision(&sent, old).unwrap().0.entity_id, "building");

    publish(&bus, Subject::service(&instance("am"), RelationGetRequest::KIND), &request, old).await;
    assert_eq!(tenants.recv().await.unwrap(), "");
}

#[tokio::test]
async fn what_older_peers_ask_is_answered_as_they_read_it_also_if_it_is_refused() {
    for old in [WireRevision::R2023_11, WireRevision::R2024_05_04, WireRevision::R2024_05_08] {
        let (bus, (tell, _tenants)) = (MemoryBus::new(), mpsc::unbounded_channel());
        let _assets = service(&bus, "am", old).serve(repository(Assets(tell))).start().await.unwrap();
        let asking = service(&bus, "asking", old).start().await.unwrap();
        let armp = asking.handle().armp(instance("am"));
        let request = RelationGetRequest::new("tenant-1", "ASSET", "nothing");
        let refused = armp.relations(request, SendOptions::default()).await.unwrap_err();
        assert!(
            matches!(&refused, RequestError::Refused(status) if status.code() == StatusCode::NOT_FOUND),
            "{refused}"
        );
        let request = RelationTreeGetRequest::new("tenant-1", "ASSET", "building");
        let tree = armp.relation_tree(request, SendOptions::default()).await.unwrap();
        assert_eq!(tree, r#"{"a": 1}"#, "{old:?}");
    }
}

#[tokio::test]
async fn answers_are_read_as_the_peer_writes_them() {
    let (bus, old) = (MemoryBus::new(), WireRevision::R2024_05_04);
    let asking = service(&bus, "asking", old).start().await.unwrap();
    let mut peer = listening(&bus, "kaa.v1.service.am.>").await;
    let request = RelationTreeGetRequest::new("tenant-1", "ASSET", "building");
    let (handle, am) = (asking.handle(), instance("am"));
    let answering = async {
        let asked = heard(&mut peer).await;
        let mut answer = RelationTreeGetResponse::new(200).with_relation_tree(r#"{"a": 1}"#);
        answer.correlation_id = RelationTreeGetRequest::decode(&asked.body).unwrap().correlation_id;
        let reply_to = asked.reply_to.unwrap();
        assert_eq!(reply_to.replica_kind(), Some(RelationTreeGetResponse::KIND.as_str()));
        publish(&bus, reply_to, &answer, old).await;
    };
    let (answer, ()) = tokio::join!(handle.call(&am, request, SendOptions::default()), answering);
    assert_eq!(answer.unwrap().relation_tree.as_deref(), Some(r#"{"a": 1}"#));
}
