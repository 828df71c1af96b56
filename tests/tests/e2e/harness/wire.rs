//! Somebody who listens on the wire, with nothing of ours between.

use bytes::Bytes;
use futures::StreamExt as _;
use kaa_ism::Message as Typed;
use kaa_nats::async_nats;
use tokio::sync::watch;

use super::{NatsServer, within};

/// A message as NATS carried it.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) subject: String,
    pub(crate) reply_to: Option<String>,
    pub(crate) body: Bytes,
}

/// What has been seen on some subjects. It is a listener like any other: where it listens there are responders.
pub(crate) struct Wire {
    messages: watch::Receiver<Vec<Message>>,
}

impl Wire {
    /// Listens from now on.
    pub(crate) async fn tap(nats: &NatsServer, subject: &str) -> Self {
        let client = within("a connection to NATS", async_nats::connect(nats.url())).await.unwrap();
        let mut subscription = client.subscribe(subject.to_owned()).await.unwrap();
        // Once this has come back, the server knows the subscription before it.
        let inbox = client.new_inbox();
        let mut echo = client.subscribe(inbox.clone()).await.unwrap();
        client.publish(inbox, Bytes::new()).await.unwrap();
        within("an echo", echo.next()).await.unwrap();
        let (sender, messages) = watch::channel(Vec::new());
        tokio::spawn(async move {
            // The client lives as long as it is listened to.
            let _client = client;
            while let Some(message) = subscription.next().await {
                let (subject, reply_to) = (message.subject.to_string(), message.reply.map(|reply| reply.to_string()));
                sender.send_modify(|seen| seen.push(Message { subject, reply_to, body: message.payload }));
            }
        });
        Self { messages }
    }

    /// What `look` finds in everything that has been seen, as soon as it finds something.
    pub(crate) async fn find<T>(&self, what: &str, look: impl Fn(&[Message]) -> Option<T>) -> T {
        let mut messages = self.messages.clone();
        let seen = within(what, messages.wait_for(|seen| look(seen).is_some())).await.unwrap();
        look(&seen).unwrap()
    }

    /// The first message on `subject` that satisfies `wanted`.
    pub(crate) async fn message<M: Typed>(&self, subject: &str, wanted: impl Fn(&M) -> bool) -> M {
        self.find(&format!("a message on {subject}"), |seen| read(seen, subject).into_iter().find(&wanted)).await
    }

    /// Everything that has been seen so far.
    pub(crate) fn seen(&self) -> Vec<Message> {
        self.messages.borrow().clone()
    }

    /// All messages on `subject` so far.
    pub(crate) fn all<M: Typed>(&self, subject: &str) -> Vec<M> {
        read(&self.messages.borrow(), subject)
    }
}

fn read<M: Typed>(seen: &[Message], subject: &str) -> Vec<M> {
    let matching = seen.iter().filter(|message| message.subject == subject);
    matching.map(|message| M::decode(&message.body).unwrap()).collect()
}
