//! Many calls at once to an extension, and what became of them.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use kaa_esp::{ClientData, Esp as _};
use kaa_ism::{CallError, InstanceName, SendOptions};
use kaa_service::{RunningService, Service, ServiceHandle, Settings};
use tokio::{sync::watch, task::JoinSet, time::Instant};

use super::{NatsServer, Process, program, within};

/// A replica of `hello-extension`.
pub(crate) struct Replica(pub(crate) Process);

impl Replica {
    /// Starts it and waits until it is ready.
    pub(crate) async fn hello(nats: &NatsServer) -> Self {
        let mut command = program("hello-extension");
        command.env("NATS_URLS", nats.url()).env("RUST_LOG", "info");
        let process = Process::start("hello-extension", command);
        process.line(": ready ").await;
        Self(process)
    }

    /// SIGTERM, and the end: exit code 0, within the grace.
    pub(crate) async fn leaves(mut self) {
        self.0.terminate();
        let status = self.0.ended().await;
        assert!(status.success(), "hello-extension: {status}\n{}", self.0.output());
    }
}

/// A service that calls others.
pub(crate) async fn caller(nats: &NatsServer) -> RunningService {
    let settings = Settings::new("caller").unwrap().with_nats_urls([nats.url()]);
    let transport = kaa_nats::connect(&settings).await.unwrap();
    Service::new(settings, transport).start().await.unwrap()
}

/// A call that was not answered 200.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) error: Result<i32, CallError>,
    pub(crate) took: Duration,
}

#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) answered: usize,
    /// What the slowest of these took.
    pub(crate) slowest: Duration,
    pub(crate) failures: Vec<Failure>,
}

/// Calls in a loop.
pub(crate) struct Load {
    stop: Arc<AtomicBool>,
    report: watch::Sender<Report>,
    tasks: JoinSet<()>,
}

impl Load {
    /// `concurrent` callers, each of which calls `hello` again as soon as it has an answer, or an error within `limit`.
    pub(crate) fn start(handle: &ServiceHandle, concurrent: usize, limit: Duration) -> Self {
        Self::on(handle, ("hello", "/hello"), concurrent, limit)
    }

    /// The same on a path of another instance.
    pub(crate) fn on(handle: &ServiceHandle, to: (&str, &str), concurrent: usize, limit: Duration) -> Self {
        let (stop, report) = (Arc::new(AtomicBool::new(false)), watch::Sender::new(Report::default()));
        let mut tasks = JoinSet::new();
        for number in 0..concurrent {
            let (instance, path) = (InstanceName::parse(to.0).unwrap(), to.1.to_owned());
            let data = ClientData::new("demo-v1", path).with_endpoint_id(format!("ep-{number}")).with_request_id(1);
            tasks.spawn(call_on(handle.clone(), instance, data, limit, stop.clone(), report.clone()));
        }
        Self { stop, report, tasks }
    }

    /// How many calls have been answered 200 so far.
    pub(crate) fn answered(&self) -> usize {
        self.report.borrow().answered
    }

    /// Waits until so many more calls have been answered 200.
    pub(crate) async fn answers(&self, more: usize) {
        let target = self.answered() + more;
        self.until(&format!("{more} more answers"), |report| report.answered >= target).await;
    }

    /// Waits until the report is as it is wanted.
    pub(crate) async fn until(&self, what: &str, wanted: impl Fn(&Report) -> bool) {
        let mut report = self.report.subscribe();
        within(what, report.wait_for(|report| wanted(report))).await.unwrap();
    }

    /// Lets every caller finish its call.
    pub(crate) async fn finish(mut self) -> Report {
        self.stop.store(true, Ordering::Relaxed);
        within("all calls end", async { while self.tasks.join_next().await.transpose().unwrap().is_some() {} }).await;
        self.report.send_replace(Report::default())
    }
}

async fn call_on(
    handle: ServiceHandle,
    instance: InstanceName,
    data: ClientData,
    limit: Duration,
    stop: Arc<AtomicBool>,
    report: watch::Sender<Report>,
) {
    while !stop.load(Ordering::Relaxed) {
        let options = SendOptions::default().with_timeout(limit);
        let started = Instant::now();
        let result = handle.esp().call(&instance, data.clone(), options).await.map(|answer| answer.status_code);
        let took = started.elapsed();
        report.send_modify(|report| match result {
            Ok(200) => {
                report.answered += 1;
                report.slowest = report.slowest.max(took);
            }
            error => report.failures.push(Failure { error, took }),
        });
        // Calls that fail at once would leave no time for anything else.
        tokio::task::yield_now().await;
    }
}
