//! Packets and their bytes. The only file that knows the MQTT library.

use std::num::NonZeroU16;

use bytes::{Bytes, BytesMut};
use bytestring::ByteString;
use rmqtt_codec::{
    error::DecodeError,
    types::Publish as PublishPacket,
    v3::{self, ConnectAck, ConnectAckReason, QoS, SubscribeReturnCode},
};
use tokio_util::codec::{Decoder as _, Encoder as _};

use crate::core::Quality;

/// The flag of a packet that is sent again.
const DUP: u8 = 0x08;

/// The number by which a packet and its acknowledgement are matched.
pub(super) type PacketId = NonZeroU16;

/// What a client sends.
#[derive(Debug)]
pub(super) enum Packet {
    Connect(Connect),
    Publish(Publish),
    PublishAck(PacketId),
    PublishReceived(PacketId),
    PublishRelease(PacketId),
    PublishComplete(PacketId),
    Subscribe(PacketId, Vec<(ByteString, Quality)>),
    Unsubscribe(PacketId, Vec<ByteString>),
    Ping,
    Disconnect,
    /// Something that only servers send.
    Misplaced,
}

/// The part of CONNECT that matters. User name and password are not looked at, the will is ignored.
#[derive(Debug)]
pub(super) struct Connect {
    pub(super) client_id: ByteString,
    /// In seconds; 0: none.
    pub(super) keep_alive: u16,
}

/// A message of the client.
pub(super) struct Publish {
    pub(super) topic: ByteString,
    pub(super) payload: Bytes,
    pub(super) quality: Quality,
    /// `None` exactly for [`Quality::AtMostOnce`].
    pub(super) id: Option<PacketId>,
}

/// Without the topic, which contains a token.
impl std::fmt::Debug for Publish {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Publish").field("quality", &self.quality).field("id", &self.id).finish_non_exhaustive()
    }
}

/// Why bytes are no packet. The connection cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Malformed {
    NotMqtt,
    TooLarge,
    /// A CONNECT of another version of MQTT.
    UnacceptableVersion,
    /// A CONNECT without client id that wants its session kept.
    IdentifierRejected,
}

/// What a client is told on CONNECT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ConnectReply {
    Accepted,
    UnacceptableVersion,
    IdentifierRejected,
}

/// Takes the first packet off `input`; `None` if it is not complete yet. No memory is taken for what has only been
/// announced.
pub(super) fn decode(input: &mut BytesMut, max_packet: usize) -> Result<Option<Packet>, Malformed> {
    match packet_len(input)? {
        Some(len) if len > max_packet => Err(Malformed::TooLarge),
        Some(len) if len <= input.len() => {
            // The library knows no DUP flag there.
            if let Some(first) = input.first_mut().filter(|first| matches!(**first >> 4, 6 | 8 | 10)) {
                *first &= !DUP;
            }
            let decoded = v3::Codec::new(0).decode(input).map_err(malformed)?;
            decoded.map(|(packet, _)| packet_of(packet)).transpose()
        }
        _ => Ok(None),
    }
}

/// The length of the whole packet at the start of `input`, if its header is complete.
fn packet_len(input: &[u8]) -> Result<Option<usize>, Malformed> {
    // Looked at before there is more: a peer that speaks something else may wait for an answer.
    if input.first().is_some_and(|first| !begins_packet(*first)) {
        return Err(Malformed::NotMqtt);
    }
    let mut rest = 0_usize;
    for (index, byte) in input.iter().skip(1).take(4).enumerate() {
        rest |= usize::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Ok(Some(rest + index + 2));
        }
        if index == 3 {
            return Err(Malformed::NotMqtt);
        }
    }
    Ok(None)
}

/// Packet type and flags (MQTT 3.1.1, 2.2). In 3.1 some packets that are sent again may carry the DUP flag.
fn begins_packet(first: u8) -> bool {
    match first >> 4 {
        0 | 15 => false,
        3 => first & 0x06 != 0x06,
        6 | 8 | 10 => first & 0x07 == 0x02,
        _ => first & 0x0f == 0,
    }
}

fn malformed(error: DecodeError) -> Malformed {
    match error {
        DecodeError::UnsupportedProtocolLevel => Malformed::UnacceptableVersion,
        DecodeError::InvalidClientId => Malformed::IdentifierRejected,
        _ => Malformed::NotMqtt,
    }
}

fn packet_of(packet: v3::Packet) -> Result<Packet, Malformed> {
    Ok(match packet {
        v3::Packet::Connect(connect) => {
            Packet::Connect(Connect { client_id: connect.client_id, keep_alive: connect.keep_alive })
        }
        v3::Packet::Publish(publish) => {
            let PublishPacket { topic, payload, qos, packet_id, .. } = *publish;
            Packet::Publish(Publish { topic, payload, quality: quality_of(qos), id: packet_id })
        }
        v3::Packet::PublishAck { packet_id } => Packet::PublishAck(packet_id),
        v3::Packet::PublishReceived { packet_id } => Packet::PublishReceived(packet_id),
        v3::Packet::PublishRelease { packet_id } => Packet::PublishRelease(packet_id),
        v3::Packet::PublishComplete { packet_id } => Packet::PublishComplete(packet_id),
        // MQTT 3.1.1, 3.8.3-3 and 3.10.3-2. Not every release of the library looks.
        v3::Packet::Subscribe { topic_filters, .. } if topic_filters.is_empty() => return Err(Malformed::NotMqtt),
        v3::Packet::Unsubscribe { topic_filters, .. } if topic_filters.is_empty() => return Err(Malformed::NotMqtt),
        v3::Packet::Subscribe { packet_id, topic_filters } => {
            let filters = topic_filters.into_iter().map(|(filter, qos)| (filter, quality_of(qos)));
            Packet::Subscribe(packet_id, filters.collect())
        }
        v3::Packet::Unsubscribe { packet_id, topic_filters } => Packet::Unsubscribe(packet_id, topic_filters),
        v3::Packet::PingRequest => Packet::Ping,
        v3::Packet::Disconnect => Packet::Disconnect,
        v3::Packet::ConnectAck(_)
        | v3::Packet::SubscribeAck { .. }
        | v3::Packet::UnsubscribeAck { .. }
        | v3::Packet::PingResponse => Packet::Misplaced,
    })
}

/// What the server sends, written to the end of a buffer.
#[derive(Debug)]
pub(super) struct Encoder<'a>(pub(super) &'a mut BytesMut);

/// A message that fits no packet.
#[derive(Debug)]
pub(super) struct TooLong;

impl Encoder<'_> {
    pub(super) fn connect_ack(&mut self, reply: ConnectReply) {
        let return_code = match reply {
            ConnectReply::Accepted => ConnectAckReason::ConnectionAccepted,
            ConnectReply::UnacceptableVersion => ConnectAckReason::UnacceptableProtocolVersion,
            ConnectReply::IdentifierRejected => ConnectAckReason::IdentifierRejected,
        };
        self.short(v3::Packet::ConnectAck(ConnectAck { return_code, session_present: false }));
    }

    pub(super) fn publish(
        &mut self,
        topic: String,
        payload: Bytes,
        quality: Quality,
        id: Option<PacketId>,
    ) -> Result<(), TooLong> {
        let before = self.0.len();
        let qos = match quality {
            Quality::AtMostOnce => QoS::AtMostOnce,
            Quality::AtLeastOnce => QoS::AtLeastOnce,
            Quality::ExactlyOnce => QoS::ExactlyOnce,
        };
        // The length field of MQTT has 28 bits; the library would panic.
        if topic.len() > usize::from(u16::MAX) || payload.len() > 0x0fff_0000 {
            return Err(TooLong);
        }
        let packet = PublishPacket {
            dup: false,
            retain: false,
            qos,
            topic: topic.into(),
            packet_id: id,
            payload,
            properties: None,
        };
        v3::Codec::new(0).encode(v3::Packet::Publish(Box::new(packet)), self.0).map_err(|_| {
            self.0.truncate(before);
            TooLong
        })
    }

    pub(super) fn publish_ack(&mut self, packet_id: PacketId) {
        self.short(v3::Packet::PublishAck { packet_id });
    }

    pub(super) fn publish_received(&mut self, packet_id: PacketId) {
        self.short(v3::Packet::PublishReceived { packet_id });
    }

    pub(super) fn publish_release(&mut self, packet_id: PacketId) {
        self.short(v3::Packet::PublishRelease { packet_id });
    }

    pub(super) fn publish_complete(&mut self, packet_id: PacketId) {
        self.short(v3::Packet::PublishComplete { packet_id });
    }

    /// `None`: the filter was refused.
    pub(super) fn subscribe_ack(&mut self, packet_id: PacketId, granted: impl Iterator<Item = Option<Quality>>) {
        let status = granted.map(|quality| match quality {
            None => SubscribeReturnCode::Failure,
            Some(Quality::AtMostOnce) => SubscribeReturnCode::Success(QoS::AtMostOnce),
            Some(Quality::AtLeastOnce) => SubscribeReturnCode::Success(QoS::AtLeastOnce),
            Some(Quality::ExactlyOnce) => SubscribeReturnCode::Success(QoS::ExactlyOnce),
        });
        self.short(v3::Packet::SubscribeAck { packet_id, status: status.collect() });
    }

    pub(super) fn unsubscribe_ack(&mut self, packet_id: PacketId) {
        self.short(v3::Packet::UnsubscribeAck { packet_id });
    }

    pub(super) fn ping_response(&mut self) {
        self.short(v3::Packet::PingResponse);
    }

    fn short(&mut self, packet: v3::Packet) {
        // Only a PUBLISH can fail to encode.
        let encoded = v3::Codec::new(0).encode(packet, self.0);
        debug_assert!(encoded.is_ok());
    }
}

fn quality_of(qos: QoS) -> Quality {
    match qos {
        QoS::AtMostOnce => Quality::AtMostOnce,
        QoS::AtLeastOnce => Quality::AtLeastOnce,
        QoS::ExactlyOnce => Quality::ExactlyOnce,
    }
}

#[cfg(test)]
mod tests;
