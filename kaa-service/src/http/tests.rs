use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, Response, body::Incoming, service::service_fn};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::{Notify, oneshot},
    task::{JoinHandle, JoinSet},
    time::timeout,
};

use super::*;

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

/// Does what the path says.
async fn answer(
    request: Request<Incoming>,
    begun: Arc<Notify>,
    go: Arc<Notify>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path().to_owned();
    if path != "/quick" {
        begun.notify_one();
    }
    let body = match path.as_str() {
        "/quick" => "quick".into(),
        "/body" => request.into_body().collect().await.map_or(0, |body| body.to_bytes().len()).to_string().into(),
        "/large" => vec![b'x'; 1 << 26].into(),
        "/slow" => {
            go.notified().await;
            "slow".into()
        }
        other => panic!("{other}"),
    };
    Ok(Response::new(Full::new(body)))
}

impl Server {
    async fn start(limits: Limits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (begun, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let service = service_fn({
            let (begun, go) = (begun.clone(), go.clone());
            move |request| answer(request, begun.clone(), go.clone())
        });
        let (end, ended) = oneshot::channel::<()>();
        let task = tokio::spawn(serve(listener, service, limits, async {
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

#[tokio::test]
async fn who_has_kept_the_server_waiting_longest_makes_room() {
    let server = Server::start(Limits { connections: 2, ..PATIENT }).await;
    let (silent, mut half) = (server.send("").await, server.send(HALF_HEADER).await);
    assert!(received(server.send(ASK).await).await.ends_with("quick"));
    assert_eq!(received(silent).await, "");
    half.write_all(b"st: x\r\nConnection: close\r\n\r\n").await.unwrap();
    assert!(received(half).await.ends_with("quick"), "one place was enough");
    assert_eq!(server.end().await, 0);
}

#[tokio::test]
async fn who_does_not_read_its_answer_makes_room() {
    let server = Server::start(Limits { connections: 1, ..PATIENT }).await;
    let _unread = server.send(LARGE_TWICE).await;
    server.begun.notified().await;
    assert!(received(server.send(ASK).await).await.ends_with("quick"));
    assert_eq!(server.end().await, 0);
}

#[tokio::test]
async fn clients_that_send_nothing_and_come_back_hold_up_nobody() {
    let server = Server::start(Limits { connections: 4, ..PATIENT }).await;
    let (address, mut silent) = (server.address, JoinSet::new());
    for _ in 0..16 {
        silent.spawn(async move {
            while let Ok(mut stream) = TcpStream::connect(address).await {
                let _ = stream.read(&mut [0]).await;
            }
        });
    }
    for _ in 0..5 {
        assert!(received(server.send(ASK).await).await.ends_with("quick"));
    }
    assert_eq!(silent.len(), 16);
    assert!(silent.try_join_next().is_none(), "they have come back");
    assert_eq!(server.end().await, 0);
}

#[tokio::test]
async fn clients_that_ask_without_a_pause_hold_up_nobody() {
    let server = Server::start(Limits { connections: 1, ..PATIENT }).await;
    let mut stream = server.send("").await;
    let busy = tokio::spawn(async move {
        let mut answer = [0; 1024];
        while stream.write_all(KEEP.as_bytes()).await.is_ok()
            && stream.read(&mut answer).await.is_ok_and(|read| read > 0)
        {}
    });
    for _ in 0..2 {
        assert!(received(server.send(ASK).await).await.ends_with("quick"));
    }
    timeout(LONG / 2, busy).await.unwrap().unwrap();
    assert_eq!(server.end().await, 0);
}
