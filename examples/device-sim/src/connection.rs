//! An MQTT connection, shared by the endpoints behind it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use kaa_protocol::Outcome;
use rumqttc::{AsyncClient, Event, MqttOptions, NetworkOptions, Packet, QoS};
use tokio::{sync::oneshot, task::JoinHandle};

use crate::options::Options;

const KEEP_ALIVE: Duration = Duration::from_secs(30);
/// How many requests wait to be written.
const QUEUE: usize = 64;
const RECONNECT_AFTER: Duration = Duration::from_millis(500);

const CLOSE_WITHIN: Duration = Duration::from_secs(1);

/// What came back on the response topic of a request.
pub(crate) type Response = Result<(), String>;

type Waiting = Arc<Mutex<HashMap<String, oneshot::Sender<Response>>>>;

pub(crate) struct Connection {
    client: AsyncClient,
    waiting: Waiting,
    task: JoinHandle<()>,
}

impl Connection {
    pub(crate) fn open(options: &Options, index: usize) -> Self {
        let name = format!("device-sim-{}-{index}", std::process::id());
        let mut mqtt = MqttOptions::new(name, options.mqtt.ip().to_string(), options.mqtt.port());
        mqtt.set_keep_alive(KEEP_ALIVE);
        let (client, mut events) = AsyncClient::new(mqtt, QUEUE);
        let mut network = NetworkOptions::new();
        network.set_tcp_nodelay(true);
        events.set_network_options(network);
        let waiting = Waiting::default();
        let task = tokio::spawn({
            let waiting = waiting.clone();
            async move {
                loop {
                    match events.poll().await {
                        Ok(Event::Incoming(Packet::Publish(publish))) => {
                            respond(&waiting, &publish.topic, &publish.payload);
                        }
                        Ok(Event::Outgoing(rumqttc::Outgoing::Disconnect)) => return,
                        Ok(_) => {}
                        Err(_) => tokio::time::sleep(RECONNECT_AFTER).await,
                    }
                }
            }
        });
        Self { client, waiting, task }
    }

    pub(crate) fn sender(&self) -> Sender {
        Sender { client: self.client.clone(), waiting: self.waiting.clone() }
    }

    pub(crate) async fn close(mut self) {
        let goodbye = async {
            if self.client.disconnect().await.is_ok() {
                let _ = (&mut self.task).await;
            }
        };
        // Where the platform is gone nobody hears it.
        if tokio::time::timeout(CLOSE_WITHIN, goodbye).await.is_err() {
            self.task.abort();
        }
    }
}

fn respond(waiting: &Waiting, topic: &str, payload: &[u8]) {
    let Some((request, outcome)) = Outcome::split(topic) else { return };
    let sender = waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(request);
    let response = match outcome {
        Outcome::Status => Ok(()),
        Outcome::Error => Err(String::from_utf8_lossy(payload).into_owned()),
    };
    if let Some(sender) = sender {
        let _ = sender.send(response);
    }
}

/// Sends over a connection and waits for responses.
pub(crate) struct Sender {
    client: AsyncClient,
    waiting: Waiting,
}

impl Sender {
    pub(crate) async fn request(&self, topic: String, payload: Vec<u8>, within: Duration) -> Response {
        let (sender, response) = oneshot::channel();
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).insert(topic.clone(), sender);
        let exchange = async {
            let sent = self.client.publish(topic.as_str(), QoS::AtLeastOnce, false, payload).await;
            sent.map_err(|error| format!("not sent: {error}"))?;
            response.await.unwrap_or_else(|_| Err("given up".to_owned()))
        };
        let outcome = tokio::time::timeout(within, exchange).await;
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(&topic);
        outcome.unwrap_or_else(|_| Err(format!("no response within {} s", within.as_secs())))
    }
}
