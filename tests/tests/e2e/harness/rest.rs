//! The REST side of a platform.

use std::{net::SocketAddr, time::Duration};

use reqwest::{Client, Method};
use serde_json::Value;
use tokio::time::timeout;

use super::{WITHIN, eventually};

/// By then `/health/ready` says what has changed.
pub(crate) const SOON: Duration = Duration::from_secs(5);

pub(crate) struct Rest {
    client: Client,
    base: String,
}

impl Rest {
    pub(crate) fn new(address: SocketAddr) -> Self {
        let client = Client::builder().timeout(WITHIN).no_proxy().build().unwrap();
        Self { client, base: format!("http://{address}") }
    }

    /// Status and body: JSON, or the text if it is none.
    pub(crate) async fn send(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// Waits until `/health/ready` says this, at most [`SOON`].
    pub(crate) async fn says_ready(&self, status: u16, reason: &str) {
        let saying = eventually(reason, async || {
            let (got, body) = self.send(Method::GET, "/health/ready", None).await;
            (got == status && body.as_str().unwrap().contains(reason)).then_some(())
        });
        timeout(SOON, saying).await.unwrap_or_else(|_| panic!("not {status} {reason:?} within {SOON:?}"));
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let (status, body) = self.send(Method::GET, path, None).await;
        assert_eq!(status, 200, "GET {path}: {body}");
        body
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.send(Method::POST, path, Some(body)).await;
        assert_eq!(status, 201, "POST {path}: {answer}");
        answer
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.send(Method::PUT, path, Some(body)).await;
        assert_eq!(status, 200, "PUT {path}: {answer}");
        answer
    }

    pub(crate) async fn delete(&self, path: &str) {
        let (status, answer) = self.send(Method::DELETE, path, None).await;
        assert_eq!(status, 204, "DELETE {path}: {answer}");
    }
}
