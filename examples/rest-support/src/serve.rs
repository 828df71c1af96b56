use crate::accept::Accept;
use crate::connection::connection;
use axum::Router;
use std::future::Future;
use std::pin::pin;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// The port of a REST server that has none in its settings.
const DEFAULT_PORT: u16 = 80;

/// What one client may take from the others, and from the operator who wants to end the process.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    /// From the end of a request, or of the handshake, to the last byte of the next header.
    pub(crate) header: Duration,
    /// From the header of a request to the last byte of its answer.
    pub(crate) request: Duration,
    /// From the end of the server to the end of its last connection.
    leave: Duration,
    /// Connections at once; the next ones wait in the queue of the listener.
    connections: usize,
}

const LIMITS: Limits = Limits {
    header: Duration::from_secs(10),
    request: Duration::from_secs(60),
    leave: Duration::from_secs(5),
    connections: 1024,
};

/// How long a cut connection may take to drop what it holds.
const CUT: Duration = Duration::from_secs(1);

/// Listens on all addresses, on `port` or the default one.
///
/// # Errors
///
/// A line for the operator if the port is taken or not allowed.
pub async fn listen(port: Option<u16>) -> Result<TcpListener, String> {
    let port = port.unwrap_or(DEFAULT_PORT);
    let listening = TcpListener::bind(("0.0.0.0", port)).await;
    listening.map_err(|error| format!("cannot listen on port {port} for HTTP: {error}; set `server.port`"))
}

/// Serves until `end` is ready, then gives the requests that have begun five seconds to finish, and cuts the rest.
///
/// A header has ten seconds, a whole request one minute; 1024 connections are served at once, more of them wait.
pub async fn serve(listener: TcpListener, routes: Router, end: impl Future<Output = ()> + Send + 'static) {
    serve_within(LIMITS, listener, routes, end).await;
}

/// Returns how many connections were cut at the end.
async fn serve_within(limits: Limits, listener: TcpListener, routes: Router, end: impl Future<Output = ()>) -> usize {
    let mut accept = Accept::new(listener, limits.connections);
    let mut connections = JoinSet::new();
    let (ending, ended) = watch::channel(());
    // Makes the routes ready once and not for every request.
    let routes = routes.with_state(());
    let mut end = pin!(end);
    loop {
        let (stream, place) = tokio::select! {
            biased;
            () = end.as_mut() => break,
            next = accept.next() => next,
        };
        while connections.try_join_next().is_some() {}
        let serving = connection(stream, routes.clone(), limits, ended.clone());
        connections.spawn(async move {
            serving.await;
            drop(place);
        });
    }
    drop(accept);
    drop(ending);
    leave(connections, limits.leave).await
}

async fn leave(mut connections: JoinSet<()>, within: Duration) -> usize {
    if timeout(within, all(&mut connections)).await.is_ok() {
        return 0;
    }
    let cut = connections.len();
    tracing::warn!(cut, "HTTP connections are cut: they did not finish in time");
    connections.abort_all();
    // A handler that blocks its thread does not see the abort: do not wait for it.
    let _ = timeout(CUT, all(&mut connections)).await;
    cut
}

async fn all(connections: &mut JoinSet<()>) {
    while connections.join_next().await.is_some() {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;
    use axum::extract::Request;
    use axum::routing::{get, post};
    use std::net::SocketAddr;
    use std::sync::Arc;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;
    use tokio::sync::{Notify, oneshot};
    use tokio::task::JoinHandle;

    const LONG: Duration = Duration::from_secs(60);
    const SHORT: Duration = Duration::from_millis(50);
    const PATIENT: Limits = Limits { header: LONG, request: LONG, leave: LONG, connections: 16 };
    const HURRIED: Limits = Limits { leave: SHORT, ..PATIENT };

    const ASK: &str = "GET /quick HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    const KEEP: &str = "GET /quick HTTP/1.1\r\nHost: x\r\n\r\n";
    const HALF_HEADER: &str = "GET /quick HTTP/1.1\r\nHo";
    const HALF_BODY: &str = "POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc";
    const LARGE_TWICE: &str = "GET /large HTTP/1.1\r\nHost: x\r\n\r\nGET /large HTTP/1.1\r\nHost: x\r\n\r\n";
    const SLOW: &str = "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n";

    struct Server {
        address: SocketAddr,
        /// A handler other than `/quick` has begun.
        begun: Arc<Notify>,
        /// Lets `/slow` answer.
        go: Arc<Notify>,
        end: oneshot::Sender<()>,
        task: JoinHandle<usize>,
    }

    impl Server {
        async fn start(limits: Limits) -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let (begun, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
            let (of_body, of_large, of_slow, gate) = (begun.clone(), begun.clone(), begun.clone(), go.clone());
            let body = async move |request: Request| {
                of_body.notify_one();
                to_bytes(request.into_body(), 100).await.map_or(0, |body| body.len()).to_string()
            };
            let large = async move || {
                of_large.notify_one();
                vec![b'x'; 1 << 26]
            };
            let slow = async move || {
                of_slow.notify_one();
                gate.notified().await;
                "slow"
            };
            let routes = Router::new()
                .route("/quick", get(async || "quick"))
                .route("/body", post(body))
                .route("/large", get(large))
                .route("/slow", get(slow));
            let (end, ended) = oneshot::channel::<()>();
            let task = tokio::spawn(serve_within(limits, listener, routes, async {
                let _ = ended.await;
            }));
            Self { address, begun, go, end, task }
        }

        async fn send(&self, bytes: &str) -> TcpStream {
            let mut stream = TcpStream::connect(self.address).await.unwrap();
            stream.write_all(bytes.as_bytes()).await.unwrap();
            stream
        }

        /// Ends the server and returns how many connections it cut.
        async fn end(self) -> usize {
            self.end.send(()).unwrap();
            timeout(LONG / 2, self.task).await.unwrap().unwrap()
        }
    }

    async fn received(mut stream: TcpStream) -> String {
        let mut bytes = Vec::new();
        timeout(LONG / 2, stream.read_to_end(&mut bytes)).await.unwrap().unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[tokio::test]
    async fn half_a_header_does_not_hold_up_the_end() {
        let server = Server::start(HURRIED).await;
        let _half = server.send(HALF_HEADER).await;
        // Connections are accepted in turn: after this answer the server has the half header, too.
        assert!(received(server.send(ASK).await).await.ends_with("quick"));
        assert_eq!(server.end().await, 1);
    }

    #[tokio::test]
    async fn neither_half_a_body_nor_a_client_that_does_not_read_holds_up_the_end() {
        for bytes in [HALF_BODY, LARGE_TWICE] {
            let server = Server::start(HURRIED).await;
            let _half = server.send(bytes).await;
            server.begun.notified().await;
            assert_eq!(server.end().await, 1, "{bytes}");
        }
    }

    #[tokio::test]
    async fn a_request_that_has_begun_is_answered_at_the_end_and_an_idle_connection_is_closed() {
        let server = Server::start(PATIENT).await;
        let (slow, _idle) = (server.send(SLOW).await, server.send("").await);
        server.begun.notified().await;
        server.end.send(()).unwrap();
        // The server has seen the end when it does not listen any more.
        while TcpStream::connect(server.address).await.is_ok() {}
        server.go.notify_one();
        let answer = received(slow).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("slow"), "{answer}");
        assert_eq!(timeout(LONG / 2, server.task).await.unwrap().unwrap(), 0);
    }

    #[tokio::test]
    async fn a_late_header_closes_its_connection() {
        let server = Server::start(Limits { header: SHORT * 4, ..PATIENT }).await;
        assert_eq!(received(server.send(HALF_HEADER).await).await, "");
        assert!(received(server.send(KEEP).await).await.ends_with("quick"));
        assert_eq!(server.end().await, 0);
    }

    #[tokio::test]
    async fn a_late_request_leaves_its_place_to_the_next_connection() {
        for bytes in [HALF_BODY, LARGE_TWICE] {
            let server = Server::start(Limits { request: SHORT * 4, connections: 1, ..PATIENT }).await;
            let _half = server.send(bytes).await;
            assert!(received(server.send(ASK).await).await.ends_with("quick"), "{bytes}");
            assert_eq!(server.end().await, 0);
        }
    }

    #[tokio::test]
    async fn a_client_that_only_sends_is_cut() {
        let server = Server::start(Limits { request: SHORT * 4, connections: 1, ..PATIENT }).await;
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let many = KEEP.repeat(1000);
        let sending = async { while stream.write_all(many.as_bytes()).await.is_ok() {} };
        timeout(LONG / 2, sending).await.unwrap();
        assert!(received(server.send(ASK).await).await.ends_with("quick"));
        assert_eq!(server.end().await, 0);
    }
}
