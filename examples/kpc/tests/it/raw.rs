//! A device without manners: bytes.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::platform::soon;

pub(crate) struct Raw(pub(crate) TcpStream);

/// CONNECT of MQTT 3.1.1 with a clean session.
pub(crate) fn connect(client_id: &str, keep_alive: u8) -> Vec<u8> {
    connect_as(b"MQTT", 4, 2, client_id, keep_alive)
}

pub(crate) fn connect_as(name: &[u8], level: u8, flags: u8, client_id: &str, keep_alive: u8) -> Vec<u8> {
    let mut body = vec![0, u8::try_from(name.len()).unwrap()];
    body.extend(name);
    body.extend([level, flags, 0, keep_alive, 0, u8::try_from(client_id.len()).unwrap()]);
    body.extend(client_id.as_bytes());
    packet(0x10, &body)
}

pub(crate) fn publish(first: u8, topic: &str, id: Option<u8>, payload: &[u8]) -> Vec<u8> {
    let mut body = vec![0, u8::try_from(topic.len()).unwrap()];
    body.extend(topic.as_bytes());
    body.extend(id.into_iter().flat_map(|id| [0, id]));
    body.extend(payload);
    packet(first, &body)
}

pub(crate) fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    let mut len = body.len();
    loop {
        let byte = u8::try_from(len % 128).unwrap();
        len /= 128;
        bytes.push(if len > 0 { byte | 0x80 } else { byte });
        if len == 0 {
            break;
        }
    }
    bytes.extend(body);
    bytes
}

impl Raw {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        Self(TcpStream::connect(address).await.unwrap())
    }

    pub(crate) async fn connected(address: SocketAddr) -> Self {
        let mut raw = Self::open(address).await;
        raw.send(&connect("raw", 60)).await;
        raw.expect(&[0x20, 2, 0, 0]).await;
        raw
    }

    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.unwrap();
    }

    pub(crate) async fn expect(&mut self, bytes: &[u8]) {
        let mut read = vec![0; bytes.len()];
        soon(self.0.read_exact(&mut read)).await.unwrap();
        assert_eq!(read, bytes);
    }

    /// Waits for the server to end the connection, without another byte.
    pub(crate) async fn expect_end(&mut self) {
        let mut rest = Vec::new();
        // A reset is an end too.
        let _ = soon(self.0.read_to_end(&mut rest)).await;
        assert_eq!(rest, b"");
    }
}

impl Raw {
    /// Whether CONNECT is accepted; if not, the server has ended the connection.
    pub(crate) async fn try_connect(&mut self) -> bool {
        let mut answer = [0; 4];
        let _ = self.0.write_all(&connect("raw", 60)).await;
        soon(self.0.read_exact(&mut answer)).await.is_ok()
    }

    /// Whether the server still takes bytes.
    pub(crate) async fn try_send(&mut self, bytes: &[u8]) -> bool {
        soon(self.0.write_all(bytes)).await.is_ok()
    }
}
