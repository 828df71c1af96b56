//! async-nats alone: `request` on one side, `publish` to the reply subject on the other, bytes of the same size, no codec.

use async_nats::Client;
use bytes::Bytes;
use futures::StreamExt as _;
use tokio::task::JoinHandle;

use super::through_sdk::PAYLOAD;

const SUBJECT: &str = "bare.echo";

pub(crate) struct Bare {
    client: Client,
    payload: Bytes,
    responder: JoinHandle<()>,
}

impl Bare {
    pub(crate) async fn start(url: &str) -> Self {
        let own = async_nats::connect(url).await.expect("a connection");
        let mut requests = own.queue_subscribe(SUBJECT, "bare".into()).await.expect("a subscription");
        let responder = tokio::spawn(async move {
            while let Some(request) = requests.next().await {
                if let Some(reply) = request.reply {
                    let _ = own.publish(reply, request.payload).await;
                }
            }
        });
        let client = async_nats::connect(url).await.expect("a connection");
        let bare = Self { client, payload: Bytes::from(vec![b'x'; DATUM]), responder };
        while bare.client.request(SUBJECT, bare.payload.clone()).await.is_err() {
            tokio::task::yield_now().await;
        }
        bare
    }

    pub(crate) async fn call(&self) {
        self.client.request(SUBJECT, self.payload.clone()).await.expect("an answer");
    }
}

/// As long as the ClientData of the other candidate: its payload and about 110 bytes of fields.
const DATUM: usize = PAYLOAD + 110;

impl Drop for Bare {
    fn drop(&mut self) {
        self.responder.abort();
    }
}
