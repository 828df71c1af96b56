//! Layouts of older releases.

use kaa_ism::{Datum, Message, WireRevision};

/// As it is now.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(before(R2023_04 = First), before(R2024_03 = Second))]
#[message(event = "a.b.c")]
struct Report {
    correlation_id: String,
    tenant: String,
    count: i64,
}

#[derive(Datum)]
struct First {
    correlation_id: String,
}

#[derive(Datum)]
struct Second {
    correlation_id: String,
    tenant: String,
}

impl From<First> for Report {
    fn from(old: First) -> Self {
        Self { correlation_id: old.correlation_id, tenant: String::new(), count: 0 }
    }
}

impl From<&Report> for First {
    fn from(new: &Report) -> Self {
        Self { correlation_id: new.correlation_id.clone() }
    }
}

impl From<Second> for Report {
    fn from(old: Second) -> Self {
        Self { correlation_id: old.correlation_id, tenant: old.tenant, count: 0 }
    }
}

impl From<&Report> for Second {
    fn from(new: &Report) -> Self {
        Self { correlation_id: new.correlation_id.clone(), tenant: new.tenant.clone() }
    }
}

#[test]
fn each_revision_has_its_layout() {
    let report = Report { correlation_id: "c".into(), tenant: "t".into(), count: 7 };
    let cases = [
        (WireRevision::R2020_07, &b"\x02c"[..], Report { tenant: String::new(), count: 0, ..report.clone() }),
        (WireRevision::R2023_04, b"\x02c\x02t", Report { count: 0, ..report.clone() }),
        (WireRevision::R2023_11, b"\x02c\x02t", Report { count: 0, ..report.clone() }),
        (WireRevision::R2024_03, b"\x02c\x02t\x0e", report.clone()),
        (WireRevision::default(), b"\x02c\x02t\x0e", report.clone()),
    ];
    for (revision, bytes, read) in cases {
        assert_eq!(report.to_bytes_revision(revision), bytes, "{revision:?}");
        let with_more = [bytes, b"!!"].concat().into();
        assert_eq!(Report::decode_revision(&with_more, revision).unwrap(), (read, 2), "{revision:?}");
    }
    let error = Report::decode_revision(&"\u{2}".into(), WireRevision::R2020_07).unwrap_err();
    assert!(error.to_string().contains("Report"), "{error}");
}
