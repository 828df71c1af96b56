use super::*;

const MAX: usize = 1024;

fn decode_all(bytes: &[u8]) -> Result<Option<Packet>, Malformed> {
    decode(&mut BytesMut::from(bytes), MAX)
}

#[test]
fn a_packet_is_taken_only_when_it_is_complete() {
    let whole = b"\x32\x0b\x00\x05kp1/a\x00\x07hi\xc0\x00";
    for cut in 0..13 {
        let mut input = BytesMut::from(&whole[..cut]);
        assert!(decode(&mut input, MAX).unwrap().is_none(), "{cut}");
        assert_eq!(input, whole[..cut], "an incomplete packet stays as it is");
    }
    let mut input = BytesMut::from(&whole[..]);
    let Some(Packet::Publish(publish)) = decode(&mut input, MAX).unwrap() else { panic!() };
    assert_eq!((&*publish.topic, &publish.payload[..], publish.quality), ("kp1/a", &b"hi"[..], Quality::AtLeastOnce));
    assert!(matches!(decode(&mut input, MAX), Ok(Some(Packet::Ping))));
    assert!(matches!(decode(&mut input, MAX), Ok(None)));
}

#[test]
fn the_announced_length_is_looked_at_before_anything_else() {
    assert_eq!(decode_all(b"\x30\xff\xff\x7f").unwrap_err(), Malformed::TooLarge);
    assert_eq!(decode_all(b"\x30\xff\xff\xff\xff\x01").unwrap_err(), Malformed::NotMqtt);
    let mut exact = vec![0x30, 0xfd, 0x07];
    exact.extend(b"\x00\x01t");
    exact.resize(MAX, 0);
    assert!(matches!(decode_all(&exact), Ok(Some(Packet::Publish(_)))));
    exact[1] = 0xfe;
    assert_eq!(decode_all(&exact).unwrap_err(), Malformed::TooLarge);
}

#[test]
fn mqtt_3_1_and_3_1_1_are_spoken_and_nothing_else() {
    let connect = |name: &[u8], level: u8, flags: u8, id: &[u8]| {
        let mut bytes =
            vec![0x10, u8::try_from(8 + name.len() + id.len()).unwrap(), 0, u8::try_from(name.len()).unwrap()];
        bytes.extend(name);
        bytes.extend([level, flags, 0, 60, 0, u8::try_from(id.len()).unwrap()]);
        bytes.extend(id);
        decode_all(&bytes)
    };
    for (name, level) in [(&b"MQTT"[..], 4), (b"MQIsdp", 3)] {
        let Ok(Some(Packet::Connect(read))) = connect(name, level, 2, b"me") else { panic!() };
        assert_eq!((&*read.client_id, read.keep_alive), ("me", 60));
    }
    assert_eq!(connect(b"MQTT", 5, 2, b"me").unwrap_err(), Malformed::UnacceptableVersion);
    assert_eq!(connect(b"HTTP", 4, 2, b"me").unwrap_err(), Malformed::NotMqtt);
    assert!(connect(b"MQTT", 4, 2, b"").is_ok());
    assert_eq!(connect(b"MQTT", 4, 0, b"").unwrap_err(), Malformed::IdentifierRejected);
}

#[test]
fn packets_of_3_1_may_be_marked_as_sent_again() {
    assert!(matches!(decode_all(b"\x6a\x02\x00\x07"), Ok(Some(Packet::PublishRelease(id))) if id.get() == 7));
    assert!(decode_all(b"\x60\x02\x00\x07").is_err());
}

#[test]
fn a_subscription_to_nothing_is_none() {
    assert_eq!(decode_all(b"\x82\x02\x00\x01").unwrap_err(), Malformed::NotMqtt);
    assert_eq!(decode_all(b"\xa2\x02\x00\x01").unwrap_err(), Malformed::NotMqtt);
}

#[test]
fn what_is_no_mqtt_is_refused_and_never_panics() {
    assert!(decode_all(b"\x00").is_err() && decode_all(b"\xff").is_err());
    // A small xorshift: whatever the bytes, there is a result and it ends.
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed
    };
    for _ in 0..200_000 {
        let len = next() % 40;
        let mut bytes: Vec<u8> = (0..len).map(|_| next().to_le_bytes()[3]).collect();
        if let [kind, length, ..] = bytes.as_mut_slice() {
            *kind = 0x10 | (*kind & 0xef);
            *length = u8::try_from(len.saturating_sub(2)).unwrap();
        }
        let mut input = BytesMut::from(&bytes[..]);
        while let Ok(Some(_)) = decode(&mut input, MAX) {}
    }
}

#[test]
fn a_message_that_fits_no_packet_leaves_nothing_behind() {
    let mut out = BytesMut::new();
    let topic = "t".repeat(70_000);
    assert!(Encoder(&mut out).publish(topic, Bytes::new(), Quality::AtMostOnce, None).is_err());
    assert!(out.is_empty());
    assert!(Encoder(&mut out).publish("t".into(), Bytes::from_static(b"x"), Quality::AtMostOnce, None).is_ok());
    assert_eq!(&out[..], b"\x30\x04\x00\x01tx");
}
