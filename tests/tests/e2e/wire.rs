//! What is on the wire, seen by somebody who knows nothing of our library but the codec.

use std::collections::BTreeSet;

use kaa_endpoint::{
    dstp::DataSamplesEvent,
    ecap::{EndpointTokenValidationRequest, EndpointTokenValidationResponse},
    elce::{ConnectedEvent, DisconnectedEvent, RegisteredEvent},
};
use kaa_esp::{ClientData, ExtensionData};
use kaa_proves::proves;

use crate::harness::{Answer, NatsServer, TestPlatform, Version, Wire, eventually};

const CLIENT_DATA: &str = "kaa.v1.service.dcx.esp.ClientData";
const TOKEN_REQUEST: &str = "kaa.v1.service.cm.ecap.ep-token-request";
const REGISTERED: &str = "kaa.v1.events.epr.endpoint.lifecycle.registered";
const CONNECTED: &str = "kaa.v1.events.kpc.endpoint.connectivity.connected";
const DISCONNECTED: &str = "kaa.v1.events.kpc.endpoint.connectivity.disconnected";
const SAMPLES: &str = "kaa.v1.events.dcx.endpoint.data-collection.data-samples-received";

/// `kaa.v1.replica.<replica>.<protocol>.<type>` -> the replica.
fn replica<'s>(subject: &'s str, kind: &str) -> &'s str {
    let replica = subject.strip_prefix("kaa.v1.replica.").and_then(|rest| rest.strip_suffix(kind));
    let replica = replica.and_then(|rest| rest.strip_suffix('.')).unwrap_or_else(|| panic!("{subject}: ISM-005"));
    assert!(!replica.contains('.'), "{subject}: ISM-025");
    replica
}

#[proves(
    "ISM-001", "ISM-005", "ISM-013", "ISM-016", "ISM-021", "ISM-022", "ESP-001", "ESP-003", "ESP-005", "ESP-006",
    "ESP-007", "ESP-013", "ESP-020", "ELCE-001", "ELCE-002", "ELCE-003", "ELCE-004", "ELCE-005", "ELCE-007",
    "ELCE-009", "DSTP-001", "DSTP-003", "DSTP-004", "ECAP-001", "ECAP-002", "ECAP-003", "ECAP-004", "ECAP-005",
    "ECAP-006", "ECAP-007"
)]
#[tokio::test(flavor = "multi_thread")]
async fn every_message_has_its_subject_and_its_reply_to() {
    let nats = NatsServer::start().await;
    let platform = TestPlatform::on(&nats).await;
    let wire = Wire::tap(&nats, "kaa.v1.>").await;
    let endpoint = platform.register().await;
    let device = platform.device(Version::V311).await;
    for number in [41, 42] {
        let topic = endpoint.topic("dcx", &format!("json/{number}"));
        assert_eq!(device.ask(&topic, br#"[{"a":1}, 15]"#).await, Answer::Status("".into()));
    }
    device.disconnect().await;

    let registered = wire.message(REGISTERED, |event: &RegisteredEvent| event.endpoint_id == endpoint.id).await;
    assert_eq!(registered.app_version_name, "demo-v1");

    // ClientData, twice, with the same replyTo.
    let data = wire.message(CLIENT_DATA, |data: &ClientData| data.request_id == Some(42)).await;
    assert_eq!(data.app_version_name, "demo-v1");
    assert_eq!(data.endpoint_id.as_deref(), Some(endpoint.id.as_str()), "ESP-005");
    assert_eq!((data.resource_path.as_str(), &*data.payload), ("/json", &br#"[{"a":1}, 15]"#[..]));
    let reply_to = |subject: &str| {
        let of_subject = wire.seen().into_iter().filter(|message| message.subject == subject);
        of_subject.map(|message| message.reply_to).collect::<BTreeSet<_>>()
    };
    let reply_to_of_data = reply_to(CLIENT_DATA).pop_first().flatten().expect("ESP-003");
    assert_eq!(reply_to(CLIENT_DATA).len(), 1, "the replyTo is constant");
    let kpc = replica(&reply_to_of_data, "esp.ExtensionData");

    // The answer, there and nowhere else.
    let answer = wire.message(&reply_to_of_data, |answer: &ExtensionData| answer.request_id == Some(42)).await;
    assert_eq!(answer.correlation_id, data.correlation_id);
    assert_eq!((answer.status_code, answer.resource_path.as_str()), (200, "/json"));
    assert_eq!(answer.extension_instance_name.as_deref(), Some("dcx"));
    assert_eq!(answer.endpoint_id, data.endpoint_id);
    assert_eq!(wire.all::<ExtensionData>(&reply_to_of_data).len(), 2);

    // The token is asked about once, by the same replica.
    let requests = wire.all::<EndpointTokenValidationRequest>(TOKEN_REQUEST);
    assert_eq!(requests.len(), 1);
    assert_eq!((requests[0].app_name.as_str(), &requests[0].token), ("demo", &endpoint.token));
    let reply_to_of_request = reply_to(TOKEN_REQUEST).pop_first().flatten().expect("ECAP-002");
    assert_eq!(replica(&reply_to_of_request, "ecap.ep-token-response"), kpc);
    let owners = wire.all::<EndpointTokenValidationResponse>(&reply_to_of_request);
    assert_eq!(owners.len(), 1, "ECAP-005");
    assert_eq!(owners[0].correlation_id, requests[0].correlation_id);
    assert_eq!(owners[0].endpoint_id.as_ref(), Some(&endpoint.id));

    // Events.
    let connected = wire.message(CONNECTED, |event: &ConnectedEvent| event.endpoints.contains_key(&endpoint.id)).await;
    assert_eq!(connected.originator_replica_id, kpc);
    assert_eq!(connected.endpoints[&endpoint.id], "demo-v1", "ELCE-004");
    let gone = wire.message(DISCONNECTED, |event: &DisconnectedEvent| event.endpoints.contains_key(&endpoint.id)).await;
    assert_eq!(gone.originator_replica_id, kpc);
    assert_eq!(wire.all::<ConnectedEvent>(CONNECTED).len(), 1, "ELCE-003");
    let samples = wire.all::<DataSamplesEvent>(SAMPLES);
    assert_eq!(samples.len(), 2);
    for event in &samples {
        assert_eq!(event.data_samples, [&br#"{"a":1}"#[..], b"15"], "DSTP-004");
        assert_eq!(event.endpoint_id, endpoint.id);
    }

    // Everything that was said to somebody has six tokens, every event seven; events want no answer.
    for message in wire.seen() {
        let tokens: Vec<_> = message.subject.split('.').collect();
        assert!(tokens.iter().all(|token| !token.is_empty()), "{message:?}");
        match tokens[2] {
            "service" | "replica" => assert_eq!(tokens.len(), 6, "ISM-001, ISM-005: {message:?}"),
            "events" => {
                assert_eq!(tokens.len(), 7, "ISM-013: {message:?}");
                assert_eq!(message.reply_to, None, "{message:?}");
            }
            _ => panic!("{message:?}"),
        }
    }
}

#[proves("ISM-003", "ISM-006", "ISM-018", "ISM-019", "ISM-020")]
#[tokio::test(flavor = "multi_thread")]
async fn queue_groups_are_named_like_the_instance() {
    let nats = NatsServer::start().await;
    let _platform = TestPlatform::on(&nats).await;
    let connection = eventually("the connection of minikaa", async || {
        nats.connections().await.into_iter().find(|one| one.name.starts_with("minikaa/"))
    });
    let subscriptions = connection.await.subscriptions;
    let mut targeted = 0;
    for (subject, queue) in &subscriptions {
        let tokens: Vec<_> = subject.split('.').collect();
        if tokens[2] == "service" {
            targeted += 1;
            assert_eq!(queue.as_deref(), Some(tokens[3]), "{subject}");
        } else if tokens[2] == "replica" {
            assert_eq!(queue, &None, "{subject}");
        }
    }
    assert!(targeted >= 4, "{subscriptions:?}");
    let on = |subject: &str| {
        let queues = subscriptions.iter().filter(|(own, _)| own == subject);
        queues.map(|(_, queue)| queue.as_deref()).collect::<BTreeSet<_>>()
    };
    assert_eq!(on(CLIENT_DATA), BTreeSet::from([Some("dcx")]));
    assert_eq!(on(TOKEN_REQUEST), BTreeSet::from([Some("cm")]));
    // The register notes each connection once, everybody's observer and every communication service see all.
    let connected = on("kaa.v1.events.*.endpoint.connectivity.connected");
    assert!(connected.contains(&Some("epr")) && connected.contains(&None), "{connected:?}");
    assert_eq!(on("kaa.v1.events.*.endpoint.token.revoked"), BTreeSet::from([None]), "ISM-020");
}
