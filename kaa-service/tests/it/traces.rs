//! Spans and trace contexts.

use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use futures::FutureExt as _;
use kaa_endpoint::{dstp::DataSamplesEvent, elce::ConnectedEvent};
use kaa_esp::{ClientData, Esp as _, Reply, extension};
use kaa_ism::{
    Bus as _, Context, Fanout, Handler, Handlers, Interest, Message as _, Originator, Request as _, Role, SendOptions,
    Status, Subject, listen,
};
use kaa_proves::proves;
use kaa_service::{
    ServiceHandle, Transport as _,
    trace::TraceContext,
    transport::{Incoming, Outgoing},
};
use tracing_subscriber::fmt::MakeWriter;

use crate::support::*;

const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// What has been logged.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub(crate) fn start(level: tracing::Level) -> (Self, tracing::subscriber::DefaultGuard) {
        more_than_one_subscriber();
        let log = Self::default();
        let format = tracing_subscriber::fmt().with_max_level(level).with_ansi(false).with_writer(log.clone());
        (log, tracing::subscriber::set_default(format.finish()))
    }

    /// The line that says `what`.
    fn line(&self, what: &str) -> String {
        let line = self.lines(what).into_iter().next();
        line.unwrap_or_else(|| panic!("{what:?} is missing in {}", self.text()))
    }

    /// The lines that say `what`.
    pub(crate) fn lines(&self, what: &str) -> Vec<String> {
        self.text().lines().filter(|line| line.contains(what)).map(str::to_owned).collect()
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()).unwrap()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

async fn send_traced(world: &World, data: ClientData, trace: Option<Arc<TraceContext>>) {
    let [subject, reply_to] = ["kaa.v1.service.ext.esp.ClientData", "kaa.v1.replica.peer.esp.ExtensionData"]
        .map(|subject| Subject::parse(subject).unwrap());
    let message = Outgoing::new(subject, Some(reply_to), data.to_bytes()).with_trace(trace);
    world.bus.publish(message).await.unwrap();
}

fn trace() -> Option<Arc<TraceContext>> {
    Some(Arc::new(TraceContext::parse(TRACE).unwrap().with_state("vendor=1")))
}

/// Logs, waits, logs again.
fn logging() -> impl Role {
    extension(async |_: ClientData, _context| {
        tracing::info!("it begins");
        tokio::task::yield_now().await;
        tracing::info!("it ends");
        Ok(Reply::empty())
    })
}

#[proves("ISM-012")]
#[tokio::test(start_paused = true)]
async fn a_handler_runs_in_a_span_that_says_what_it_handles() {
    let (log, _guard) = Log::start(tracing::Level::DEBUG);
    let mut world = World::new().await;
    let _ext = world.serve(logging()).await;
    send_traced(&world, request("/ok"), trace()).await;
    world.answer().await;
    let span = r#"handle{message_type="ClientData" subject="kaa.v1.service.ext.esp.ClientData" correlation_id="c/ok" endpoint_id="ep-1" trace_id=0af7651916cd43dd8448eb211c80319c}"#;
    for what in ["it begins", "it ends"] {
        let line = log.line(what);
        assert!(line.contains(span), "{line}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_message_does_not_have_is_not_in_its_span() {
    let (log, _guard) = Log::start(tracing::Level::DEBUG);
    let mut world = World::new().await;
    let _ext = world.serve(logging()).await;
    world.send(unordered("/ok")).await;
    world.answer().await;
    let line = log.line("it ends");
    assert!(line.contains(r#"correlation_id="c/ok"}"#), "{line}");
}

/// Counts how often it is asked for the lane of a message.
struct Asked(Arc<AtomicUsize>);

impl Handler for Asked {
    type Message = ClientData;
    type Output = ();

    fn interest(&self) -> Interest {
        Interest::Targeted(ClientData::KIND)
    }

    fn lane<'m>(&self, _: &'m ClientData) -> Option<&'m str> {
        self.0.fetch_add(1, Ordering::Relaxed);
        None
    }

    async fn handle(&self, _: ClientData, _: Context) -> Result<(), Status> {
        tracing::info!("it is handled");
        Ok(())
    }
}

impl Role for Asked {
    fn install(self, handlers: &mut impl Handlers) {
        handlers.add(self);
    }
}

#[tokio::test(start_paused = true)]
async fn where_nobody_wants_spans_none_is_made_and_nothing_is_looked_at_for_it() {
    for (level, has_span, times_asked) in [(tracing::Level::INFO, false, 1), (tracing::Level::DEBUG, true, 2)] {
        let (log, _guard) = Log::start(level);
        let (world, asked) = (World::new().await, Arc::new(AtomicUsize::new(0)));
        let _ext = world.serve(Asked(asked.clone())).await;
        world.send(request("/ok")).await;
        idle().await;
        assert_eq!(log.line("it is handled").contains("handle{"), has_span);
        assert_eq!(asked.load(Ordering::Relaxed), times_asked, "once for its order");
    }
}

/// An extension `ext` that calls `other` on behalf of each message, in the way that the path says.
fn calling(through: ServiceHandle) -> impl Role {
    extension(move |data: ClientData, _context| {
        let esp = through.esp();
        async move {
            let call = {
                let esp = esp.clone();
                async move {
                    let _ = esp.call(&instance("other"), unordered("/x"), SendOptions::default()).await;
                }
            };
            match (data.resource_path.as_str(), TraceContext::current()) {
                ("/spawned", _) => tokio::spawn(call).await.unwrap(),
                ("/scoped", Some(trace)) => tokio::spawn(trace.scope(call)).await.unwrap(),
                _ => {
                    tokio::task::yield_now().await;
                    call.await;
                }
            }
            Ok(Reply::empty())
        }
    })
}

/// What `other` gets and what `peer` is answered when `ext` gets this.
async fn follow(path: &str, trace: Option<Arc<TraceContext>>) -> (Incoming, Incoming) {
    let mut world = World::new().await;
    let mut other = Raw::listen(&world.bus, "kaa.v1.service.other.>").await;
    let mut service = world.service("ext");
    let handle = service.handle();
    let _ext = service.serve(calling(handle)).start().await.unwrap();
    send_traced(&world, request(path), trace).await;
    (other.next().await, world.peer.next().await)
}

#[tokio::test(start_paused = true)]
async fn what_is_sent_while_a_message_is_handled_and_its_answer_belong_to_its_trace() {
    let (call, answer) = follow("/call", trace()).await;
    assert_eq!(call.trace, trace());
    assert_eq!(answer.trace, trace());
    assert_eq!(call.trace.unwrap().state(), Some("vendor=1"));
}

#[tokio::test(start_paused = true)]
async fn a_task_of_its_own_belongs_to_the_trace_if_it_is_taken_along() {
    assert_eq!(follow("/scoped", trace()).await.0.trace, trace());
    assert_eq!(follow("/spawned", trace()).await.0.trace, None);
}

#[tokio::test(start_paused = true)]
async fn a_message_belongs_to_the_trace_that_it_is_sent_in_wherever_its_future_was_made() {
    let world = World::new().await;
    let caller = world.caller().await.handle();
    let mut heard = Raw::listen(&world.bus, "kaa.v1.>").await;
    let (to, options) = (instance("other"), SendOptions::default);
    let call = caller.call(&to, unordered("/call"), options());
    let begun = caller.begin(None, &to, unordered("/begun"), options());
    let event = caller.broadcast(ConnectedEvent::new([("ep-1", "demo-v1")]));
    let gathered = caller.gather(DataSamplesEvent::new("v1", "ep-1", [""]), options());
    let scope = || trace().unwrap();
    let all = futures::future::join4(
        scope().scope(call),
        scope().scope(begun),
        scope().scope(event),
        scope().scope(gathered),
    );
    assert!(all.now_or_never().is_none(), "the call waits");
    for _ in 0..4 {
        let message = heard.next().await;
        assert_eq!(message.trace, trace(), "{}", message.subject);
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_without_trace_leads_to_messages_without() {
    let (call, answer) = follow("/call", None).await;
    assert_eq!((call.trace, answer.trace), (None, None));
}

#[tokio::test(start_paused = true)]
async fn refusals_belong_to_the_trace_too() {
    let mut world = World::new().await;
    let _ext = world.serve(scripted()).await;
    for path in ["/refuse", "/panic"] {
        send_traced(&world, request(path), trace()).await;
        assert_eq!(world.peer.next().await.trace, trace(), "{path}");
    }
}

/// The level and the text of the line about what a handler has refused.
async fn refusal_line(send: impl AsyncFnOnce(&World)) -> String {
    let (log, _guard) = Log::start(tracing::Level::DEBUG);
    let world = World::new().await;
    let refusing = listen(Originator::Any, Fanout::OneReplica, async |_: ConnectedEvent, _| {
        Err(Status::bad_request("which?").with_source("the name is empty"))
    });
    let _ext = world.service("ext").serve(scripted()).serve(refusing).start().await.unwrap();
    send(&world).await;
    idle().await;
    log.line("a message was refused")
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_and_told_to_nobody_is_a_warning_with_its_cause() {
    let told = refusal_line(async |world| world.send(request("/refuse")).await).await;
    assert!(told.contains("DEBUG"), "{told}");
    let no_reply_to = refusal_line(async |world| world.send_without_reply_to(request("/refuse")).await).await;
    assert!(no_reply_to.contains("WARN"), "{no_reply_to}");
    let event = refusal_line(async |world| {
        let kpc = world.service("kpc").start().await.unwrap();
        kpc.handle().broadcast(ConnectedEvent::new([("ep-1", "demo-v1")])).await.unwrap();
    });
    let event = event.await;
    assert!(event.contains("WARN") && event.contains("400 which?: the name is empty"), "{event}");
}

#[tokio::test(start_paused = true)]
async fn what_went_wrong_here_is_a_warning_for_each_request_that_is_answered() {
    let (log, _guard) = Log::start(tracing::Level::INFO);
    let mut world = World::new().await;
    let failing = extension(async |_: ClientData, _| Err(Status::internal("the disk is full")));
    let _ext = world.serve(failing).await;
    for _ in 0..3 {
        world.send(request("/x")).await;
        assert_eq!(world.status().await.0, 500);
    }
    let lines = log.lines("WARN");
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines.iter().all(|line| line.contains("the disk is full")), "{lines:?}");
}
