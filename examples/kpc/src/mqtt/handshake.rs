//! The first packet.

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncWrite};

use super::{
    codec::{self, Connect, ConnectReply, Encoder, Malformed, Packet},
    end::End,
    wire,
};

/// Reads CONNECT and answers it. More than that may have been read into `input`.
pub(super) async fn connect(
    reader: &mut (impl AsyncRead + Unpin),
    writer: &mut (impl AsyncWrite + Unpin),
    input: &mut BytesMut,
    max_packet: usize,
) -> Result<Connect, End> {
    let result = loop {
        match codec::decode(input, max_packet) {
            Ok(Some(Packet::Connect(connect))) => break Ok(connect),
            Ok(Some(_)) => return Err(End::NoConnect),
            Ok(None) => {}
            Err(malformed) => break Err(malformed),
        }
        if wire::read(reader, input).await.map_err(|_| End::Broken)? == 0 {
            return Err(End::Closed);
        }
    };
    let reply = match result {
        Ok(_) => ConnectReply::Accepted,
        Err(Malformed::UnacceptableVersion) => ConnectReply::UnacceptableVersion,
        Err(Malformed::IdentifierRejected) => ConnectReply::IdentifierRejected,
        Err(malformed) => return Err(malformed.into()),
    };
    let mut output = BytesMut::new();
    Encoder(&mut output).connect_ack(reply);
    while !output.is_empty() {
        wire::write(writer, &mut output).await.map_err(|_| End::Broken)?;
    }
    result.map_err(End::from)
}
