//! One connection.

use std::{error::Error, pin::pin, sync::Arc, time::Duration};

use hyper::{
    Request, Response,
    body::{Body, Incoming},
    header::{CONNECTION, HeaderValue},
    server::conn::http1,
    service::{Service, service_fn},
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::TcpStream,
    sync::watch,
    time::{Instant, sleep_until, timeout_at},
};

use super::{Limits, answer::Answer, places::Place};

/// Longer than any connection; times that are added do not overflow.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Serves one connection, until `end` has lost its sender and the request that has begun is answered.
///
/// It is cut when a header takes too long (an idle connection waits for a header), or a request from its header to the
/// last byte of its answer, or when its place is wanted while it waits for its client. One that gets an answer meanwhile
/// ends with it.
pub(super) async fn connection<S, B>(
    stream: TcpStream,
    place: Arc<Place>,
    service: S,
    limits: Limits,
    mut end: watch::Receiver<()>,
) where
    S: Service<Request<Incoming>, Response = Response<B>>,
    S::Error: Into<Box<dyn Error + Send + Sync>>,
    B: Body + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let (began, begun) = watch::channel(Instant::now());
    place.wait();
    let held = place.clone();
    let service = service_fn(move |request: Request<Incoming>| {
        began.send_replace(Instant::now());
        let (place, work, answer) = (held.clone(), held.work(), service.call(request));
        async move {
            let mut answer = answer.await?;
            if place.is_wanted() {
                answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, S::Error>(answer.map(|body| Answer::new(body, work)))
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header.min(LONGEST))
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let mut overdue = pin!(overdue(begun, limits.request));
    let mut ending = false;
    loop {
        tokio::select! {
            done = connection.as_mut() => {
                if let Err(error) = done {
                    tracing::debug!(%error, "an HTTP connection broke");
                }
                return;
            }
            () = overdue.as_mut() => {
                tracing::debug!("an HTTP connection is cut: its request takes too long");
                return;
            }
            () = place.cut() => {
                tracing::debug!("an HTTP connection is cut: another client wants its place");
                return;
            }
            _ = end.changed(), if !ending => {
                ending = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

/// Is ready when no request has begun for `limit`.
///
/// The next request begins only when the answer before it is in a bounded buffer, and an idle connection ends by itself:
/// what begins none for so long is stuck in its body or does not read its answers.
async fn overdue(mut begun: watch::Receiver<Instant>, limit: Duration) {
    loop {
        let deadline = *begun.borrow_and_update() + limit.min(LONGEST);
        if !matches!(timeout_at(deadline, begun.changed()).await, Ok(Ok(()))) {
            return sleep_until(deadline).await;
        }
    }
}
