//! A device with a generic MQTT client.

use std::{net::SocketAddr, time::Duration};

use rumqttc::{AsyncClient, EventLoop, Incoming, MqttOptions, QoS};

use crate::platform::soon;

pub(crate) struct Device {
    client: AsyncClient,
    events: EventLoop,
}

/// A message that the device got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) topic: String,
    pub(crate) payload: String,
    pub(crate) qos: QoS,
}

impl Device {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        Self::with_id(address, "device").await
    }

    pub(crate) async fn with_id(address: SocketAddr, id: &str) -> Self {
        let mut options = MqttOptions::new(id, address.ip().to_string(), address.port());
        options.set_keep_alive(Duration::from_secs(60)).set_credentials("user", "password");
        let (client, mut events) = AsyncClient::new(options, 2_000);
        loop {
            if let rumqttc::Event::Incoming(Incoming::ConnAck(_)) = soon(events.poll()).await.unwrap() {
                return Self { client, events };
            }
        }
    }

    pub(crate) async fn publish(&self, topic: &str, payload: &str, qos: QoS) {
        self.client.publish(topic, qos, true, payload).await.unwrap();
    }

    pub(crate) async fn disconnect(mut self) {
        self.client.disconnect().await.unwrap();
        while soon(self.events.poll()).await.is_ok() {}
    }

    pub(crate) async fn incoming(&mut self) -> Incoming {
        loop {
            if let rumqttc::Event::Incoming(packet) = soon(self.events.poll()).await.unwrap() {
                return packet;
            }
        }
    }

    pub(crate) async fn message(&mut self) -> Message {
        loop {
            if let Incoming::Publish(publish) = self.incoming().await {
                let payload = String::from_utf8(publish.payload.to_vec()).unwrap();
                assert!(!publish.retain && !publish.dup);
                return Message { topic: publish.topic, payload, qos: publish.qos };
            }
        }
    }

    /// Publishes with QoS 1 and waits for the acknowledgement: it has been handed over.
    pub(crate) async fn hand_over(&mut self, topic: &str, payload: &str) {
        self.publish(topic, payload, QoS::AtLeastOnce).await;
        while !matches!(self.incoming().await, Incoming::PubAck(_)) {}
    }

    /// Publishes, and returns the next message.
    pub(crate) async fn request(&mut self, topic: &str, payload: &str, qos: QoS) -> Message {
        self.publish(topic, payload, qos).await;
        self.message().await
    }

    pub(crate) async fn subscribe(&mut self, filter: &str, qos: QoS) -> Vec<rumqttc::SubscribeReasonCode> {
        self.client.subscribe(filter, qos).await.unwrap();
        loop {
            if let Incoming::SubAck(ack) = self.incoming().await {
                return ack.return_codes;
            }
        }
    }

    pub(crate) async fn unsubscribe(&mut self, filter: &str) {
        self.client.unsubscribe(filter).await.unwrap();
        while !matches!(self.incoming().await, Incoming::UnsubAck(_)) {}
    }

    /// Waits for the server to end the connection.
    pub(crate) async fn ended(mut self) {
        while soon(self.events.poll()).await.is_ok() {}
    }
}
