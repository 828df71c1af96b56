//! Connections, good and bad.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use kaa_esp::{ClientData, Context, Reply};
use kaa_proves::proves;
use kpc::Kpc;
use rumqttc::{QoS, SubscribeReasonCode};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use crate::{
    device::Device,
    platform::{Platform, settings, soon},
    raw::{Raw, connect, connect_as, packet, publish},
};

#[tokio::test]
async fn what_is_no_mqtt_ends_that_connection_only() {
    let mut platform = Platform::start().await;
    platform.echo("dcx").await;
    let mut good = Device::connect(platform.address()).await;

    for (bytes, end) in [
        (&b"GET / HTTP/1.1\r\n\r\n"[..], "not-mqtt"),
        (b"\x16\x03\x01", "not-mqtt"),
        (b"\x00", "not-mqtt"),
        (b"\xff\xff\xff\xff\xff\xff", "not-mqtt"),
        (&publish(0x30, "kp1/demo-v1/dcx/tok-1/json", None, b"x"), "no-connect"),
        (b"\x10\xff\xff\x7f", "too-large"),
    ] {
        let before = platform.count("connections", end);
        let mut raw = Raw::open(platform.address()).await;
        raw.send(bytes).await;
        raw.expect_end().await;
        while platform.count("connections", end) == before {
            tokio::task::yield_now().await;
        }
    }
    for (bytes, end) in [
        (&b"\xf0\x00"[..], "not-mqtt"),
        (b"\x32\x04\x00\x02kp", "not-mqtt"),
        (b"\x36\x08\x00\x02kp\x00\x01xx", "not-mqtt"),
        (b"\x30\x80\x80\x80\x80\x01", "not-mqtt"),
        (b"\x30\xff\xff\x7f", "too-large"),
        (&connect("again", 60), "protocol"),
        (b"\x20\x02\x00\x00", "protocol"),
    ] {
        let before = platform.count("connections", end);
        let mut raw = Raw::connected(platform.address()).await;
        raw.send(bytes).await;
        raw.expect_end().await;
        while platform.count("connections", end) == before {
            tokio::task::yield_now().await;
        }
    }
    let answer = good.request("kp1/demo-v1/dcx/tok-1/json/1", "still here", QoS::AtMostOnce).await;
    assert_eq!(answer.payload, "still here");
}

// open 8
#[tokio::test]
async fn a_packet_of_the_limit_is_taken_and_a_larger_one_is_not() {
    let mut platform = Platform::with("kaa.kpc.transports.mqtt.max-packet: 1000").await;
    let mut seen = platform.echo("dcx").await;
    let topic = "kp1/demo-v1/dcx/tok-1/json";
    let payload = vec![b'x'; 1_000 - 3 - 2 - topic.len()];
    let mut raw = Raw::connected(platform.address()).await;
    raw.send(&publish(0x30, topic, None, &payload)).await;
    assert_eq!(seen.recv().await.unwrap().payload, payload);
    raw.send(&publish(0x30, topic, None, &[&payload[..], b"x"].concat())).await;
    raw.expect_end().await;
    platform.ended("too-large").await;
}

#[tokio::test]
async fn versions_and_client_ids_are_answered_as_mqtt_says() {
    let platform = Platform::start().await;
    for (bytes, code) in [
        (connect_as(b"MQTT", 4, 2, "me", 60), 0),
        (connect_as(b"MQIsdp", 3, 2, "legacy", 60), 0),
        (connect_as(b"MQTT", 4, 2, "", 60), 0),
        (connect_as(b"MQTT", 4, 0, "kept", 60), 0),
        (connect_as(b"MQTT", 4, 0, "", 60), 2),
        (connect_as(b"MQTT", 5, 2, "me", 60), 1),
        (connect_as(b"MQTT", 99, 2, "me", 60), 1),
    ] {
        let mut raw = Raw::open(platform.address()).await;
        raw.send(&bytes).await;
        raw.expect(&[0x20, 2, 0, code]).await;
        if code == 0 {
            raw.send(&[0xc0, 0]).await;
            raw.expect(&[0xd0, 0]).await;
        } else {
            raw.expect_end().await;
        }
    }
}

#[tokio::test]
async fn a_client_that_says_nothing_is_not_waited_for() {
    let platform = Platform::with("kaa.kpc.transports.mqtt.connect-timeout: 50").await;
    let mut silent = Raw::open(platform.address()).await;
    let mut half = Raw::open(platform.address()).await;
    half.send(&connect("half", 60)[..5]).await;
    // Neither keeps others from connecting.
    Raw::connected(platform.address()).await;
    silent.expect_end().await;
    half.expect_end().await;
    platform.ended("no-connect").await;
}

#[proves("KP-014")]
#[tokio::test]
async fn answers_are_told_by_their_topics_whatever_the_packet_ids_are() {
    let mut platform = Platform::start().await;
    platform.echo("dcx").await;
    let mut raw = Raw::connected(platform.address()).await;
    for (request, own) in [(1, 1), (2, 2)] {
        let topic = format!("kp1/demo-v1/dcx/tok-1/json/{request}");
        raw.send(&publish(0x32, &topic, Some(7), b"{}")).await;
        raw.expect(&[0x40, 2, 0, 7]).await;
        raw.expect(&publish(0x32, &format!("{topic}/status"), Some(own), b"{}")).await;
    }
}

#[proves("KP-012")]
#[tokio::test]
async fn quality_2_is_passed_on_once() {
    let mut platform = Platform::start().await;
    let mut seen = platform.echo("dcx").await;
    let mut raw = Raw::connected(platform.address()).await;
    for (first, payload) in [(0x34, b"one"), (0x3c, b"one")] {
        raw.send(&publish(first, "kp1/demo-v1/dcx/tok-1/json", Some(5), payload)).await;
        raw.expect(&[0x50, 2, 0, 5]).await;
    }
    raw.send(&[0x62, 2, 0, 5]).await;
    raw.expect(&[0x70, 2, 0, 5]).await;
    raw.send(&publish(0x34, "kp1/demo-v1/dcx/tok-1/json", Some(5), b"two")).await;
    raw.expect(&[0x50, 2, 0, 5]).await;
    for payload in ["one", "two"] {
        assert_eq!(seen.recv().await.unwrap().payload, payload);
    }
    // Releasing what is unknown is answered as well: the answer to the first release may have been lost.
    raw.send(&[0x62, 2, 0, 9]).await;
    raw.expect(&[0x70, 2, 0, 9]).await;
}

#[tokio::test]
async fn subscriptions_are_acknowledged_with_what_was_asked_and_do_not_matter() {
    let mut platform = Platform::start().await;
    platform.echo("dcx").await;
    let mut device = Device::connect(platform.address()).await;
    for (filter, qos) in [("kp1/#", QoS::ExactlyOnce), ("topic_buffer", QoS::AtMostOnce), ("+", QoS::AtLeastOnce)] {
        assert_eq!(device.subscribe(filter, qos).await, [SubscribeReasonCode::Success(qos)]);
    }
    device.unsubscribe("never/subscribed").await;
    let answer = device.request("kp1/demo-v1/dcx/tok-1/json/1", "x", QoS::AtMostOnce).await;
    assert_eq!(answer.payload, "x", "and once only");
    let answer = device.request("kp1/demo-v1/dcx/tok-1/json/2", "y", QoS::AtMostOnce).await;
    assert_eq!(answer.payload, "y");
}

#[tokio::test]
async fn clients_with_the_same_id_do_not_end_each_other_flow_24() {
    let mut platform = Platform::start().await;
    platform.echo("dcx").await;
    let mut devices = Vec::new();
    for _ in 0..3 {
        devices.push(Device::with_id(platform.address(), "air_pollution_sim").await);
    }
    for device in &mut devices {
        let answer = device.request("kp1/demo-v1/dcx/tok-1/json/1", "x", QoS::AtMostOnce).await;
        assert_eq!(answer.payload, "x");
    }
}

#[tokio::test]
async fn where_takeover_is_on_the_older_client_has_to_go() {
    let mut platform = Platform::with("kaa.kpc.transports.mqtt.takeover: true").await;
    platform.echo("dcx").await;
    let old = Device::with_id(platform.address(), "same").await;
    let mut new = Device::with_id(platform.address(), "same").await;
    old.ended().await;
    platform.ended("taken-over").await;
    let answer = new.request("kp1/demo-v1/dcx/tok-1/json/1", "x", QoS::AtMostOnce).await;
    assert_eq!(answer.payload, "x");
}

#[tokio::test]
async fn connections_are_bounded() {
    let platform = Platform::with("kaa.kpc.limits.connections: 1").await;
    let first = Raw::connected(platform.address()).await;
    let mut second = Raw::open(platform.address()).await;
    second.expect_end().await;
    assert_eq!(platform.count("connections", "refused"), 1);
    drop(first);
    platform.ended("closed").await;
    // The place is free once the connection is gone altogether.
    loop {
        let mut third = Raw::open(platform.address()).await;
        if third.try_connect().await {
            break;
        }
    }
}

#[tokio::test]
async fn more_than_is_allowed_in_flight_waits_and_nothing_is_lost() {
    let more = "kaa.kpc.limits: {in-flight-per-connection: 3, in-flight: 2}";
    let mut platform = Platform::with(more).await;
    platform.echo("dcx").await;
    let mut devices = [Device::with_id(platform.address(), "a").await, Device::with_id(platform.address(), "b").await];
    for (device, token) in devices.iter().zip(["tok-1", "tok-2"]) {
        for n in 0..200 {
            device.publish(&format!("kp1/demo-v1/dcx/{token}/json/{n}"), &n.to_string(), QoS::AtMostOnce).await;
        }
    }
    let [a, b] = &mut devices;
    let read = async |device: &mut Device| {
        for n in 0..200 {
            assert_eq!(device.message().await.payload, n.to_string());
        }
    };
    tokio::join!(read(a), read(b));
}

#[tokio::test]
async fn a_client_that_reads_nothing_is_disconnected() {
    let mut platform = Platform::with("kaa.kpc.transports.mqtt.write-timeout: 100").await;
    platform.echo("dcx").await;
    let mut raw = Raw::connected(platform.address()).await;
    let request = publish(0x30, "kp1/demo-v1/dcx/tok-1/json/1", None, &[0; 100_000]);
    let ended = async {
        // Until the socket breaks: answers pile up until nothing more is read either.
        while raw.try_send(&request).await {}
    };
    tokio::select! {
        () = ended => {}
        () = platform.ended("slow") => {}
    }
    platform.ended("slow").await;
}

#[tokio::test]
async fn a_port_that_is_taken_is_one_clear_line() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port();
    let settings = settings("").with("kaa.kpc.transports.mqtt.tcp.port", port);
    let error = Kpc::start(settings, Arc::new(kaa_service::MemoryBus::new())).await.unwrap_err();
    assert!(error.is_address_in_use());
    let line =
        format!("cannot listen on 127.0.0.1:{port} for MQTT: address in use; set kaa.kpc.transports.mqtt.tcp.port");
    assert_eq!((error.to_string(), format!("{error:?}")), (line.clone(), line));
}

#[tokio::test]
async fn many_packets_in_pieces_of_any_size_are_the_same_packets() {
    let mut platform = Platform::start().await;
    let mut seen = platform.echo("dcx").await;
    let mut raw = Raw::connected(platform.address()).await;
    let mut bytes = Vec::new();
    for n in 0..50_u8 {
        bytes.extend(publish(0x32, "kp1/demo-v1/dcx/tok-1/json", Some(n + 1), &vec![n; usize::from(n) * 7]));
    }
    bytes.extend(packet(0xc0, b""));
    for piece in bytes.chunks(13) {
        raw.send(piece).await;
    }
    for n in 0..50_u8 {
        assert_eq!(seen.recv().await.unwrap().payload, vec![n; usize::from(n) * 7]);
    }
}

#[tokio::test]
async fn requests_without_a_pause_are_all_answered() {
    let mut platform = Platform::start().await;
    platform.echo("dcx").await;
    let mut raw = Raw::connected(platform.address()).await;
    let (count, payload) = (4_000_u16, [b'x'; 100]);
    let topic = "kp1/demo-v1/dcx/tok-1/json/1";
    let (mut reader, mut writer) = raw.0.split();
    let send = async {
        for _ in 0..count {
            writer.write_all(&publish(0x30, topic, None, &payload)).await.unwrap();
        }
    };
    let answer = publish(0x30, &format!("{topic}/status"), None, &payload);
    let read = async {
        let mut all = vec![0; answer.len() * usize::from(count)];
        reader.read_exact(&mut all).await.unwrap();
        assert!(all.chunks(answer.len()).all(|one| one == answer));
    };
    soon(async { tokio::join!(send, read) }).await;
}

#[tokio::test]
async fn with_memory_for_one_message_they_are_handled_one_after_the_other_and_all_answered() {
    // Each message is larger than that, and so takes all of it.
    let mut platform = Platform::with("kaa.kpc.limits.in-flight-bytes: 1").await;
    let at_once = Arc::new(AtomicUsize::new(0));
    let busy = at_once.clone();
    let lonely = move |data: ClientData, _: Context| {
        let busy = busy.clone();
        async move {
            assert_eq!(busy.fetch_add(1, Ordering::SeqCst), 0, "two messages are in flight");
            for _ in 0..10 {
                tokio::task::yield_now().await;
            }
            busy.fetch_sub(1, Ordering::SeqCst);
            Ok(Reply::bytes(data.payload))
        }
    };
    platform.serve("dcx", lonely).await;
    let mut devices = [Device::with_id(platform.address(), "a").await, Device::with_id(platform.address(), "b").await];
    let qualities = [QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce];
    for (device, tokens) in devices.iter().zip([["tok-1", "tok-2"], ["tok-3", "tok-4"]]) {
        for (n, qos) in (0..60).zip(qualities.into_iter().cycle()) {
            let token = tokens[n % 2];
            device.publish(&format!("kp1/demo-v1/dcx/{token}/json/{n}"), &n.to_string(), qos).await;
            // Nothing of the budget stays with what is refused.
            device.publish(&format!("kp1/demo-v9/dcx/{token}/json"), "x", qos).await;
            device.publish("no/topic/of/ours", "x", qos).await;
        }
    }
    let [a, b] = &mut devices;
    let read = async |device: &mut Device| {
        let mut answers = Vec::<usize>::new();
        while answers.len() < 60 {
            let message = device.message().await;
            if message.topic.ends_with("/status") {
                answers.push(message.payload.parse().unwrap());
            }
        }
        assert_eq!(answers, (0..60).collect::<Vec<_>>());
    };
    tokio::join!(read(a), read(b));
    assert_eq!(platform.count("requests", "answered"), 120);
}

#[tokio::test]
async fn a_client_whose_message_has_no_memory_is_read_no_further() {
    let mut platform = Platform::with("kaa.kpc.limits.in-flight-bytes: 1").await;
    let mut seen = platform.echo("dcx").await;
    let mut first = Device::with_id(platform.address(), "a").await;
    first.publish("kp1/demo-v1/dcx/tok-slow/json/1", "slow", QoS::AtMostOnce).await;
    let asked = async {
        while platform.tokens.asked("tok-slow") == 0 {
            let _ = tokio::time::timeout(Duration::from_millis(5), first.incoming()).await;
        }
    };
    soon(asked).await;
    let mut raw = Raw::connected(platform.address()).await;
    raw.send(&[0xc0, 0]).await;
    raw.expect(&[0xd0, 0]).await;
    raw.send(&publish(0x32, "kp1/demo-v1/dcx/tok-1/json", Some(7), b"quick")).await;
    raw.send(&[0xc0, 0]).await;
    let mut byte = [0];
    let early = tokio::time::timeout(Duration::from_millis(100), raw.0.read(&mut byte)).await;
    assert!(early.is_err(), "the ping is behind a message that waits");
    platform.tokens.open();
    assert_eq!(first.message().await.payload, "slow");
    // Its acknowledgement is due when it has been handed over.
    raw.expect(&[0xd0, 0, 0x40, 2, 0, 7]).await;
    for payload in ["slow", "quick"] {
        assert_eq!(soon(seen.recv()).await.unwrap().payload, payload);
    }
}

#[tokio::test]
async fn what_waits_for_memory_does_not_delay_a_shutdown() {
    let platform = Platform::with("kaa.kpc.limits.in-flight-bytes: 1\nkaa.kpc.ecap.timeout: 500").await;
    let mut clients = Vec::new();
    for _ in 0..3 {
        let mut raw = Raw::connected(platform.address()).await;
        raw.send(&publish(0x32, "kp1/demo-v1/dcx/tok-slow/json", Some(7), b"x")).await;
        clients.push(raw);
    }
    let asked = async {
        while platform.tokens.asked("tok-slow") == 0 {
            tokio::task::yield_now().await;
        }
    };
    soon(asked).await;
    soon(platform.kpc.shutdown()).await;
}
