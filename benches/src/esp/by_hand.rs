//! What somebody would write who needs this one round trip and nothing else: the codec of this SDK, one reply subject for all
//! calls, and a map of those that wait. No deadline, no expiry, no lanes, no limits, no check of what comes, no metrics, no spans,
//! nothing about peers that are not there.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_nats::{Client, Subject};
use bytes::Bytes;
use futures::StreamExt as _;
use kaa_esp::{ClientData, ExtensionData};
use kaa_ism::Message as _;
use tokio::{sync::oneshot, task::JoinSet};
use uuid::Uuid;

use super::{
    server::settle,
    through_sdk::{PAYLOAD, client_data},
};

const SUBJECT: Subject = Subject::from_static("kaa.v1.service.by-hand.esp.ClientData");
const REPLY_TO: Subject = Subject::from_static("kaa.v1.replica.9d0k2m4c3s6f8h1j5p7r.esp.ExtensionData");
/// A time stamp as long as any.
const NOW: i64 = 1_767_225_600_000;

type Waiting = Arc<Mutex<HashMap<String, oneshot::Sender<ExtensionData>>>>;

pub(crate) struct ByHand {
    client: Client,
    waiting: Waiting,
    payload: Bytes,
    _tasks: JoinSet<()>,
}

impl ByHand {
    pub(crate) async fn start(url: &str) -> Self {
        let mut tasks = JoinSet::new();
        let own = async_nats::connect(url).await.expect("a connection");
        let mut requests = own.queue_subscribe(SUBJECT, "by-hand".into()).await.expect("a subscription");
        settle(&own).await;
        tasks.spawn(async move {
            while let Some(request) = requests.next().await {
                let Some(reply_to) = request.reply else { continue };
                let data = ClientData::decode(&request.payload).expect("a message");
                let _ = own.publish(reply_to, answer(data).to_bytes()).await;
            }
        });
        let client = async_nats::connect(url).await.expect("a connection");
        let mut answers = client.subscribe(REPLY_TO).await.expect("a subscription");
        settle(&client).await;
        let waiting = Waiting::default();
        let told = waiting.clone();
        tasks.spawn(async move {
            while let Some(answer) = answers.next().await {
                let answer = ExtensionData::decode(&answer.payload).expect("an answer");
                let waiting = told.lock().unwrap_or_else(PoisonError::into_inner).remove(&answer.correlation_id);
                if let Some(waiting) = waiting {
                    let _ = waiting.send(answer);
                }
            }
        });
        Self { client, waiting, payload: Bytes::from(vec![b'x'; PAYLOAD]), _tasks: tasks }
    }

    pub(crate) async fn call(&self) {
        let mut data = client_data(self.payload.clone());
        (data.correlation_id, data.timestamp) = (Uuid::new_v4().to_string(), NOW);
        let (sender, answer) = oneshot::channel();
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).insert(data.correlation_id.clone(), sender);
        self.client.publish_with_reply(SUBJECT, REPLY_TO, data.to_bytes()).await.expect("a connection");
        assert_eq!(answer.await.expect("an answer").status_code, 200);
    }
}

fn answer(data: ClientData) -> ExtensionData {
    let mut answer = ExtensionData::new(data.resource_path, 200);
    (answer.correlation_id, answer.timestamp) = (data.correlation_id, NOW);
    answer.app_version_name = Some(data.app_version_name);
    answer.endpoint_id = data.endpoint_id;
    answer.request_id = data.request_id;
    answer.payload = Some(data.payload);
    answer
}
