//! Trace contexts in the headers of NATS.

use futures::StreamExt as _;
use kaa_esp::ClientData;
use kaa_ism::Message as _;
use kaa_nats::async_nats::{self, HeaderMap};

use crate::harness::{NatsServer, Replica, within};

const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// What the extension `hello` answers to a message with these headers.
async fn ask(client: &async_nats::Client, headers: HeaderMap) -> async_nats::Message {
    let inbox = client.new_inbox();
    let mut answers = client.subscribe(inbox.clone()).await.unwrap();
    let mut data = ClientData::new("demo-v1", "/hello").with_endpoint_id("ep-1").with_request_id(1);
    data.correlation_id = "c1".into();
    let body = data.to_bytes();
    let subject = "kaa.v1.service.hello.esp.ClientData";
    client.publish_with_reply_and_headers(subject, inbox, headers, body).await.unwrap();
    within("an answer", answers.next()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_to_a_traced_message_belongs_to_its_trace() {
    let nats = NatsServer::start().await;
    let _hello = Replica::hello(&nats).await;
    let client = async_nats::connect(nats.url()).await.unwrap();
    let mut headers = HeaderMap::new();
    headers.insert("traceparent", TRACE);
    headers.insert("tracestate", "vendor=1");
    headers.insert("other", "is left alone");
    let answer = ask(&client, headers).await;
    let headers = answer.headers.unwrap();
    assert_eq!(headers.get("traceparent").unwrap().as_str(), TRACE);
    assert_eq!(headers.get("tracestate").unwrap().as_str(), "vendor=1");
    assert_eq!(headers.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_that_are_no_trace_are_tolerated() {
    let nats = NatsServer::start().await;
    let _hello = Replica::hello(&nats).await;
    let client = async_nats::connect(nats.url()).await.unwrap();
    for text in ["", "nonsense", "00-00000000000000000000000000000000-b7ad6b7169203331-01"] {
        let mut headers = HeaderMap::new();
        headers.insert("traceparent", text);
        assert!(ask(&client, headers).await.headers.is_none(), "{text:?}");
    }
}
