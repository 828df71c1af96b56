//! `ClientData` with payloads of several sizes, written by hand too.

use bytes::Bytes;
use kaa_esp::ClientData;
use kaa_ism::Message as _;

use super::{
    Candidate, Measure, hand,
    pair::{Pair, schema_of},
};

/// Bytes of payload.
const PAYLOADS: [usize; 3] = [64, 1024, 65_536];

const CORRELATION_ID: &str = "0b2d4c1e-7a55-4f0e-9d9b-3c2f1a6e8d70";
const ENDPOINT_ID: &str = "6f1f9c52-1d0c-4a58-8a3c-5f2f0f9f1b11";
const TIMESTAMP: i64 = 1_700_000_000_123;

/// A case `client-data/<bytes of payload>` for each size.
pub(crate) fn client_data(measure: &mut Measure<'_>) {
    let schema = schema_of::<ClientData>();
    for payload in PAYLOADS {
        let mut ours = ClientData::new("smart_kettle_v1", "/json")
            .with_endpoint_id(ENDPOINT_ID)
            .with_request_id(42)
            .with_payload(json_like(payload));
        ours.correlation_id = CORRELATION_ID.to_owned();
        ours.timestamp = TIMESTAMP;
        let datum = ours.to_bytes();
        let hand = hand::ClientData::decode(&datum).expect("hand-written code decodes");
        check(&hand, &datum);

        let mut pair = Pair::<ClientData>::new("0004-client-data", &schema, &datum);
        let mut out = Vec::new();
        let mut candidates = pair.candidates();
        candidates.extend([
            Candidate::encoder("hand-encode", &mut out, |out| hand.encode(out)),
            Candidate::new("to-bytes", || ours.to_bytes()),
            Candidate::new("hand-to-bytes", || {
                let mut out = Vec::new();
                hand.encode(&mut out);
                Bytes::from(out)
            }),
            Candidate::new("hand-decode", || hand::ClientData::decode(&datum)),
        ]);
        measure(&format!("client-data/{payload}"), candidates);
    }
}

/// Otherwise the figures are of different things.
fn check(hand: &hand::ClientData, datum: &Bytes) {
    let mut out = Vec::new();
    hand.encode(&mut out);
    assert_eq!(out, *datum, "hand-written bytes");
}

fn json_like(len: usize) -> Vec<u8> {
    br#"{"temperature":21.5,"rpm":1200,"state":"on"},"#.iter().copied().cycle().take(len).collect()
}
