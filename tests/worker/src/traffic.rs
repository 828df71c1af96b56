//! What a worker sends without being asked.

use std::time::Duration;

use kaa_endpoint::dstp::DataSamplesEvent;
use kaa_esp::{ClientData, Esp as _};
use kaa_ism::{Bus as _, Event as _, SendOptions};
use kaa_service::{Counter, ServiceHandle};
use tokio::task::JoinSet;

/// What it waits between two messages: it shares the machine with other tests.
const PAUSE: Duration = Duration::from_millis(20);
const CALL_WITHIN: Duration = Duration::from_secs(2);
const EVENT_SIZE: usize = 8 << 10;

/// Calls the own instance and publishes events, whatever becomes of them, until the set is dropped.
pub(crate) fn start(handle: &ServiceHandle, callers: usize, publishers: usize) -> JoinSet<()> {
    let attempts = handle.metrics().counter("worker_attempts_total", &[]);
    let mut tasks = JoinSet::new();
    for number in 0..callers {
        tasks.spawn(call(handle.clone(), number, attempts.clone()));
    }
    for _ in 0..publishers {
        tasks.spawn(publish(handle.clone(), attempts.clone()));
    }
    tasks
}

/// One call after the other, each with the next request id.
async fn call(handle: ServiceHandle, number: usize, attempts: Counter) {
    let me = handle.identity();
    let (instance, endpoint) = (me.instance.clone(), format!("{}/{number}", me.replica));
    for request in 1.. {
        let data = ClientData::new("demo-v1", "/numbered").with_endpoint_id(&endpoint).with_request_id(request);
        attempts.increment();
        let _ = handle.esp().call(&instance, data, SendOptions::default().with_timeout(CALL_WITHIN)).await;
        tokio::time::sleep(PAUSE).await;
    }
}

/// One event after the other; nobody listens.
async fn publish(handle: ServiceHandle, attempts: Counter) {
    let sample = bytes::Bytes::from(vec![b'x'; EVENT_SIZE]);
    loop {
        let event = DataSamplesEvent::new("demo-v1", "ep-1", [sample.clone()]);
        attempts.increment();
        if let Ok(subject) = event.subject(&handle.identity().instance) {
            let options = SendOptions::default().with_timeout(CALL_WITHIN);
            let _ = handle.publish(subject, None, event, options).await;
        }
        tokio::time::sleep(PAUSE).await;
    }
}
