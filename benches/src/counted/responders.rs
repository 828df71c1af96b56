//! Who answers.

use bytes::Bytes;
use futures::StreamExt as _;
use kaa_esp::{ClientData, Reply};
use kaa_service::{RunningService, Service, Settings};

use super::load::SUBJECT;

/// An extension that gives back what it gets.
pub(super) async fn extension(url: &str) -> RunningService {
    let settings = Settings::new("echo").expect("a name").with_nats_urls([url]);
    let transport = kaa_nats::connect(&settings).await.expect("a connection");
    let echo = kaa_esp::extension(async |data: ClientData, _| Ok(Reply::bytes(data.payload)));
    Service::new(settings, transport).serve(echo).start().await.expect("the extension starts")
}

/// async-nats alone, which gives the same answer to every message.
pub(super) async fn bare(url: &str, answer: Bytes) {
    let client = async_nats::connect(url).await.expect("a connection");
    let mut requests = client.queue_subscribe(SUBJECT, "echo".into()).await.expect("a subscription");
    // The server has seen the subscription when a message comes back that was sent behind it.
    let inbox = client.new_inbox();
    let mut back = client.subscribe(inbox.clone()).await.expect("a subscription");
    client.publish(inbox, Bytes::new()).await.expect("a connection");
    back.next().await.expect("a connection");
    tokio::spawn(async move {
        while let Some(request) = requests.next().await {
            let reply = request.reply.expect("a replyTo");
            client.publish(reply, answer.clone()).await.expect("a connection");
        }
    });
}
