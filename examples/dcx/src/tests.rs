//! The extension on a bus within the process.

use bytes::Bytes;
use kaa_esp::Esp as _;
use kaa_ism::{Fanout, InstanceName, Originator, listen};
use kaa_proves::proves;
use kaa_service::MemoryBus;
use tokio::sync::mpsc;

use super::*;

struct Bench {
    caller: RunningService,
    dcx: RunningService,
    events: mpsc::Receiver<DataSamplesEvent>,
}

impl Bench {
    async fn start(yaml: &str) -> Self {
        let bus: Arc<dyn Transport> = Arc::new(MemoryBus::new());
        let (sender, events) = mpsc::channel(100);
        let receiver = listen(Originator::Any, Fanout::OneReplica, move |event: DataSamplesEvent, _| {
            let sender = sender.clone();
            async move { sender.send(event).await.map_err(Status::internal) }
        });
        let dcx = Dcx::start(Settings::from_yaml("dcx", yaml).unwrap(), bus.clone()).await.unwrap();
        let caller = Service::on(Settings::new("kpc").unwrap(), bus).serve(receiver).start().await.unwrap();
        Self { caller, dcx, events }
    }

    /// Status code, reason phrase and length of the payload of the answer.
    async fn send(&self, path: &str, payload: &'static str) -> (i32, Option<String>, usize) {
        let data = ClientData::new("demo-v1", path)
            .with_endpoint_id("ep-1")
            .with_request_id(42)
            .with_payload(Bytes::from_static(payload.as_bytes()));
        let options = SendOptions::default().with_correlation_id("cause-1");
        let to = InstanceName::parse("dcx").unwrap();
        let answer = self.caller.handle().esp().call(&to, data, options).await.unwrap();
        (answer.status_code, answer.reason_phrase, answer.payload.map_or(0, |payload| payload.len()))
    }
}

#[proves("DCP-005", "DCP-008", "ISM-011", "DSTP-004")]
#[tokio::test]
async fn a_batch_becomes_one_event_with_its_samples_in_order() {
    let mut bench = Bench::start("").await;
    let answer = bench.send("/json", r#"[{"a":1.50},15,["x"],null,true,"s"]"#).await;
    assert_eq!(answer, (200, None, 0), "a zero-length payload (DCP-008)");
    let event = bench.events.recv().await.unwrap();
    assert_eq!(event.data_samples, [r#"{"a":1.50}"#, "15", r#"["x"]"#, "null", "true", r#""s""#]);
    assert_eq!((event.endpoint_id.as_str(), event.app_version_name.as_str()), ("ep-1", "demo-v1"));
    assert_eq!(event.content_type, "application/json");
    assert_eq!(event.correlation_id, "cause-1", "the event carries on the id of its cause (ISM-011)");
}

#[proves("DCP-002")]
#[tokio::test]
async fn a_batch_with_request_id_is_answered_once_and_one_without_is_only_taken() {
    let mut bench = Bench::start("").await;
    let (esp, to) = (bench.caller.handle().esp(), InstanceName::parse("dcx").unwrap());
    let data = ClientData::new("demo-v1", "/json").with_endpoint_id("ep-1").with_payload(Bytes::from_static(b"[1]"));
    esp.send(&to, data, SendOptions::default()).await.unwrap();
    assert_eq!(bench.events.recv().await.unwrap().data_samples, ["1"]);
    assert_eq!(bench.send("/json", "[2]").await, (200, None, 0));
    assert_eq!(bench.events.recv().await.unwrap().data_samples, ["2"]);
    let metrics = |outcome| bench.dcx.handle().metrics().sum("kaa_answers_total", ("outcome", outcome));
    assert_eq!((metrics("sent"), metrics("not-wanted")), (1, 1));
}

#[proves("DCP-006")]
#[tokio::test]
async fn an_empty_batch_succeeds_and_hands_nothing_on() {
    let mut bench = Bench::start("").await;
    assert_eq!(bench.send("/json", "[]").await, (200, None, 0));
    assert_eq!(bench.send("/json", "[1]").await, (200, None, 0));
    assert_eq!(bench.events.recv().await.unwrap().data_samples, ["1"]);
}

#[proves("DCP-004")]
#[tokio::test]
async fn what_is_no_json_is_refused_and_hands_nothing_on() {
    let mut bench = Bench::start("").await;
    for bad in ["not json", "", "[1,]", "[1] 2"] {
        let (code, reason, _) = bench.send("/json", bad).await;
        assert_eq!(code, 400, "{bad:?}");
        assert!(reason.unwrap().contains("DCP-004"), "{bad:?}");
    }
    assert_eq!(bench.send("/json", "[1]").await.0, 200);
    assert_eq!(bench.events.recv().await.unwrap().data_samples, ["1"]);
}

#[proves("DCP-003")]
#[tokio::test]
async fn other_resources_are_not_found() {
    let bench = Bench::start("").await;
    for path in ["/xml", "/JSON", "/json/extra", "", "/"] {
        assert_eq!(bench.send(path, "[1]").await.0, 404, "{path:?}");
    }
}

#[proves("DCP-004")]
#[tokio::test]
async fn a_single_value_is_a_batch_of_one_in_the_platform_dialect_only() {
    let mut platform = Bench::start("").await;
    assert_eq!(platform.send("/json", r#"{"a":1}"#).await.0, 200);
    assert_eq!(platform.events.recv().await.unwrap().data_samples, [r#"{"a":1}"#]);
    let rfc = Bench::start("kaa.dcx.dialect: rfc").await;
    assert_eq!(rfc.send("/json", r#"{"a":1}"#).await.0, 400);
}
