//! A device: an MQTT client of our own making, so that nothing reconnects behind the back of a test.

use std::{
    collections::HashMap,
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU16, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use kaa_protocol::{ErrorResponse, Outcome};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::{Mutex as AsyncMutex, oneshot, watch},
    time::timeout,
};

use super::within;

/// A version of MQTT.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Version {
    V31,
    V311,
}

/// What came back for a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// On `/status`.
    Status(Bytes),
    /// On `/error`.
    Error { code: i32, reason: String },
}

/// Why nothing came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoAnswer {
    Closed,
    TimedOut,
}

/// A connection to the platform.
pub(crate) struct Device {
    shared: Arc<Shared>,
    closed: watch::Receiver<bool>,
    packet: AtomicU16,
}

struct Shared {
    writer: AsyncMutex<OwnedWriteHalf>,
    /// By topic.
    waiting: Mutex<HashMap<String, oneshot::Sender<Answer>>>,
}

impl Version {
    pub(crate) fn option(self) -> &'static str {
        match self {
            Self::V31 => "mqttv31",
            Self::V311 => "mqttv311",
        }
    }

    fn connect(self, client: &str) -> Vec<u8> {
        let (name, level) = match self {
            Self::V31 => ("MQIsdp", 3),
            Self::V311 => ("MQTT", 4),
        };
        let mut body = Vec::new();
        put_text(&mut body, name);
        // A clean session, and no keep-alive.
        body.extend([level, 0b10, 0, 0]);
        put_text(&mut body, client);
        packet(0x10, &body)
    }
}

impl Device {
    pub(crate) async fn connect(address: SocketAddr, version: Version) -> Self {
        static NUMBER: AtomicU16 = AtomicU16::new(0);
        let client = format!("e2e-{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(&version.connect(&client)).await.unwrap();
        let mut answer = [0; 4];
        within("CONNACK", stream.read_exact(&mut answer)).await.unwrap();
        assert_eq!(answer, [0x20, 2, 0, 0], "the connection is not accepted");
        let (reader, writer) = stream.into_split();
        let shared = Arc::new(Shared { writer: AsyncMutex::new(writer), waiting: Mutex::default() });
        let (sender, closed) = watch::channel(false);
        tokio::spawn({
            let shared = shared.clone();
            async move {
                let _ = shared.read(reader).await;
                shared.waiting().clear();
                sender.send_replace(true);
            }
        });
        Self { shared, closed, packet: AtomicU16::new(1) }
    }

    /// Publishes with quality of service 1, and waits for the response.
    pub(crate) async fn request(&self, topic: &str, payload: &[u8], limit: Duration) -> Result<Answer, NoAnswer> {
        let (sender, answer) = oneshot::channel();
        self.shared.waiting().insert(topic.to_owned(), sender);
        self.publish(topic, payload).await.map_err(|_| NoAnswer::Closed)?;
        match timeout(limit, answer).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(_)) => Err(NoAnswer::Closed),
            Err(_) => Err(NoAnswer::TimedOut),
        }
    }

    /// A request that has to be answered.
    pub(crate) async fn ask(&self, topic: &str, payload: &[u8]) -> Answer {
        self.request(topic, payload, super::WITHIN).await.unwrap_or_else(|why| panic!("{topic}: {why:?}"))
    }

    pub(crate) async fn publish(&self, topic: &str, payload: &[u8]) -> io::Result<()> {
        let mut body = Vec::new();
        put_text(&mut body, topic);
        let id =
            self.packet.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |id| Some(id.checked_add(1).unwrap_or(1)));
        body.extend(id.unwrap().to_be_bytes());
        body.extend_from_slice(payload);
        self.send(&packet(0x32, &body)).await
    }

    /// Sends bytes as they are.
    pub(crate) async fn send(&self, bytes: &[u8]) -> io::Result<()> {
        self.shared.writer.lock().await.write_all(bytes).await
    }

    pub(crate) fn is_open(&self) -> bool {
        !*self.closed.borrow()
    }

    /// Waits until the platform has closed the connection.
    pub(crate) async fn closed(&self) {
        let mut closed = self.closed.clone();
        within("the connection is closed", closed.wait_for(|closed| *closed)).await.unwrap();
    }

    /// Says good-bye.
    pub(crate) async fn disconnect(&self) {
        self.send(&[0xe0, 0]).await.unwrap();
        self.closed().await;
    }
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, HashMap<String, oneshot::Sender<Answer>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn read(&self, mut reader: OwnedReadHalf) -> io::Result<()> {
        loop {
            let first = reader.read_u8().await?;
            let mut body = vec![0; remaining_length(&mut reader).await?];
            reader.read_exact(&mut body).await?;
            if first & 0xf0 == 0x30 {
                self.published(first, Bytes::from(body)).await?;
            }
        }
    }

    async fn published(&self, first: u8, mut body: Bytes) -> io::Result<()> {
        let length = usize::from(u16::from_be_bytes([body[0], body[1]]));
        let topic = String::from_utf8(body.split_to(2 + length)[2..].to_vec()).unwrap();
        if first & 0b110 != 0 {
            let id = body.split_to(2);
            self.writer.lock().await.write_all(&[0x40, 2, id[0], id[1]]).await?;
        }
        let (request, outcome) = Outcome::split(&topic).expect("only responses are sent");
        let answer = match outcome {
            Outcome::Status => Answer::Status(body),
            Outcome::Error => {
                let error = ErrorResponse::parse(&body).expect("KP-027");
                Answer::Error { code: error.status_code, reason: error.reason_phrase }
            }
        };
        if let Some(sender) = self.waiting().remove(request) {
            let _ = sender.send(answer);
        }
        Ok(())
    }
}

impl Answer {
    /// The code of an error; 200 for success.
    pub(crate) fn code(&self) -> i32 {
        match self {
            Self::Status(_) => 200,
            Self::Error { code, .. } => *code,
        }
    }
}

/// Sends what is no MQTT at all, and waits until the platform has closed the connection.
pub(crate) async fn garbage(address: SocketAddr) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // It may be closed before all of it is written.
    let _ = stream.write_all(&[0xff; 512]).await;
    let mut rest = Vec::new();
    let _ = within("the connection is closed", stream.read_to_end(&mut rest)).await;
    assert!(rest.is_empty(), "{rest:?}");
}

fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let mut packet = vec![first];
    let mut left = body.len();
    loop {
        let (byte, more) = (u8::try_from(left % 128).unwrap(), left / 128);
        packet.push(if more > 0 { byte | 128 } else { byte });
        left = more;
        if left == 0 {
            break;
        }
    }
    packet.extend_from_slice(body);
    packet
}

fn put_text(body: &mut Vec<u8>, text: &str) {
    body.extend(u16::try_from(text.len()).unwrap().to_be_bytes());
    body.extend_from_slice(text.as_bytes());
}

async fn remaining_length(reader: &mut OwnedReadHalf) -> io::Result<usize> {
    let (mut length, mut shift) = (0, 0);
    loop {
        let byte = reader.read_u8().await?;
        length |= usize::from(byte & 127) << shift;
        shift += 7;
        if byte & 128 == 0 {
            return Ok(length);
        }
    }
}
