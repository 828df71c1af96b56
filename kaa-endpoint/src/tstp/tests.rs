use bytes::Bytes;
use kaa_ism::{
    Acknowledgement as _, Event as _, Message as _, OneWay as _, ReplicaId, Status, StatusCode, Subject, WireRevision,
    avro::{Datum as _, DecodeErrorKind},
};
use kaa_proves::proves;

use super::*;
use crate::testing::{hex, me, peer, subject_of, travelled};

/// An event of before 2024-11-20, and the same one with ingestion timestamps.
const OLD: &str = "4833663063316339652d356135322d346333622d396135332d306431663465366637613130f6a1abfef962e0d403126b6574\
    746c652d76320e65702d376633311a6175746f2d68756d696469747904f6a1abfef962021076616c7565732d31000000f6a1\
    abfef962021076616c7565732d3100000000";
const NEW: &str = "4833663063316339652d356135322d346333622d396135332d306431663465366637613130f6a1abfef962e0d403126b6574\
    746c652d76320e65702d376633311a6175746f2d68756d69646974790490a3abfef962f6a1abfef962021076616c7565732d\
    3100000090a3abfef962f6a1abfef962021076616c7565732d3100000000";

fn event(points: impl IntoIterator<Item = DataPoint>) -> TimeSeriesEvent {
    TimeSeriesEvent::new("v1", "ep-1", "auto-temp", points)
}

#[proves("TSTP-001", "TSTP-002")]
#[test]
fn the_time_series_is_the_last_token_of_the_subject() {
    assert_eq!(TimeSeriesEvent::KIND.as_str(), "endpoint.data-collection.data-points-received.*");
    assert_eq!(subject_of(&event([])), "kaa.v1.events.peer.endpoint.data-collection.data-points-received.auto-temp");
    for bad in ["", "a.b", "a b", "*", ">"] {
        let event = TimeSeriesEvent::new("v1", "ep-1", bad, [] as [DataPoint; 0]);
        assert!(event.subject(&peer()).is_err(), "{bad:?}");
    }
}

#[proves("TSTP-003")]
#[test]
fn a_point_has_two_times_and_any_number_of_values() {
    let point = DataPoint::new(5, [("a", 1), ("b", 2)]).with_ingestion_timestamp(6);
    assert_eq!((point.timestamp, point.ingestion_timestamp), (5, 6));
    let empty = DataPoint::new(5, [] as [(&str, Value); 0]);
    assert_eq!(empty.ingestion_timestamp, 0);
    let event = event([point, empty]);
    assert_eq!(travelled(&event), event);
}

#[proves("TSTP-004")]
#[test]
fn values_keep_their_branch() {
    let cases: [(Value, &[u8]); 13] = [
        (false.into(), &[0x00, 0]),
        (0.into(), &[0x02, 0]),
        ((-5).into(), &[0x02, 9]),
        (5_i64.into(), &[0x04, 10]),
        (0.25_f32.into(), &[0x06, 0, 0, 0x80, 0x3e]),
        (0.0.into(), &[0x08, 0, 0, 0, 0, 0, 0, 0, 0]),
        (0.1.into(), &[0x08, 0x9a, 0x99, 0x99, 0x99, 0x99, 0x99, 0xb9, 0x3f]),
        ("".into(), &[0x0a, 0]),
        ("x".into(), &[0x0a, 2, b'x']),
        (String::from("x").into(), &[0x0a, 2, b'x']),
        (Bytes::new().into(), &[0x0c, 0]),
        (Bytes::from_static(&[0, 0xff]).into(), &[0x0c, 4, 0, 0xff]),
        (Value::Null, &[0x0e]),
    ];
    for (value, expected) in cases {
        let mut written = Vec::new();
        value.write(&mut written);
        assert_eq!(written, expected, "{value:?}");
        let event = event([DataPoint::new(0, [("v", value)])]);
        assert_eq!(travelled(&event), event);
    }
}

#[proves("TSTP-004")]
#[test]
fn there_is_no_ninth_branch() {
    let bytes = event([DataPoint::new(0, [("v", Value::Null)])]).to_bytes();
    let end = bytes.len() - 3;
    assert_eq!(bytes[end..], [0x0e, 0, 0]);
    let wrong = Bytes::from([&bytes[..end], &[0x10, 0, 0]].concat());
    assert_eq!(TimeSeriesEvent::decode(&wrong).unwrap_err().kind(), DecodeErrorKind::UnknownBranch);
}

#[proves("TSTP-003")]
#[test]
fn points_are_borrowed_from_what_was_received() {
    let bytes = event([DataPoint::new(5, [("a", Value::from("x")), ("b", Value::Null)])]).to_bytes();
    let event = TimeSeriesEventRef::decode(&bytes).unwrap();
    let [point] = event.data_points.as_slice() else { panic!("{event:?}") };
    assert_eq!((event.time_series_name, point.timestamp), ("auto-temp", 5));
    assert_eq!(point.values.get("a"), Some(&ValueRef::String("x")));
    assert_eq!(point.values.get("b"), Some(&ValueRef::Null));
}

#[proves("TSTP-003")]
#[test]
fn peers_of_before_2024_11_20_say_nothing_about_ingestion() {
    let (old, new) = (hex(OLD), hex(NEW));
    let event = TimeSeriesEvent::decode(&new).unwrap();
    assert!(event.data_points.iter().all(|point| point.ingestion_timestamp == 1_700_000_000_200));
    let mut without = event.clone();
    without.data_points.iter_mut().for_each(|point| point.ingestion_timestamp = 0);
    for revision in [WireRevision::R2020_07, WireRevision::R2024_05_09] {
        assert_eq!(event.to_bytes_revision(revision), old, "{revision:?}");
        assert_eq!(TimeSeriesEvent::decode_revision(&old, revision).unwrap(), (without.clone(), 0), "{revision:?}");
    }
    for revision in [WireRevision::R2024_11, WireRevision::default()] {
        assert_eq!(event.to_bytes_revision(revision), new, "{revision:?}");
        assert_eq!(TimeSeriesEvent::decode_revision(&new, revision).unwrap(), (event.clone(), 0), "{revision:?}");
        assert!(TimeSeriesEvent::decode_revision(&old, revision).is_err(), "{revision:?}");
    }
    let empty = hex("00000000000000");
    assert_eq!(
        TimeSeriesEvent::decode_revision(&empty, WireRevision::R2020_07).unwrap().0,
        TimeSeriesEvent::decode(&empty).unwrap()
    );
}

#[proves("TSTP-008")]
#[test]
fn an_answer_does_not_name_its_receiver() {
    let answer = TimeSeriesProcessed::of("c1", &me(), &Status::bad_request("no such time series"));
    assert_eq!(answer.correlation_id, "c1");
    let status = travelled(&answer).status();
    assert_eq!((status.code(), status.reason()), (StatusCode::BAD_REQUEST, "no such time series"));
    assert_eq!(TimeSeriesProcessed::new(200).to_bytes(), hex("000000900300"));
}

// D-15
#[test]
fn our_reply_to_has_a_message_type_of_its_own() {
    let reply_to = Subject::replica(&ReplicaId::parse("r1").unwrap(), TimeSeriesProcessed::KIND);
    assert_eq!(reply_to.as_str(), "kaa.v1.replica.r1.tstp.time-series-processed");
}

#[proves("TSTP-008")]
#[test]
fn receivers_are_counted() {
    let mut receipt = Receipt::expected(3);
    receipt.note(Status::ok());
    assert_eq!((receipt.processed, receipt.failed.len(), receipt.silent), (1, 0, 2));
    let told = |receipt: &Receipt| receipt.clone().into_result().map_err(|status| status.code());
    assert_eq!(told(&receipt), Err(StatusCode::GATEWAY_TIMEOUT));
    receipt.note(Status::forbidden("x"));
    assert_eq!(told(&receipt), Err(StatusCode::BAD_GATEWAY));
    assert_eq!((receipt.processed, receipt.failed.len(), receipt.silent), (1, 1, 1));
    let mut receipt = Receipt::expected(1);
    receipt.note(Status::ok());
    assert_eq!(told(&receipt), Ok(()));
}
