//! What is measured: the codec of kaa-ism on `ClientData`, beside straight-line code written by hand and `apache-avro`.

mod apache;
mod hand;

use std::hint::black_box;

use bytes::Bytes;
use kaa_esp::ClientData;
use kaa_ism::Message as _;

/// Bytes of payload.
pub(crate) const PAYLOADS: [usize; 3] = [64, 1024, 65_536];

/// The operations, in the order of [`client_data`].
pub(crate) const NAMES: [&str; 8] = [
    "encode",
    "hand-encode",
    "apache-avro-encode",
    "to-bytes",
    "hand-to-bytes",
    "decode",
    "hand-decode",
    "apache-avro-decode",
];

const CORRELATION_ID: &str = "0b2d4c1e-7a55-4f0e-9d9b-3c2f1a6e8d70";
const ENDPOINT_ID: &str = "6f1f9c52-1d0c-4a58-8a3c-5f2f0f9f1b11";
const TIMESTAMP: i64 = 1_700_000_000_123;

/// An operation: it runs as often as it is told.
pub(crate) struct Candidate<'a> {
    run: Box<dyn FnMut(u32) + 'a>,
}

impl<'a> Candidate<'a> {
    /// `operation` is measured together with dropping what it gives.
    pub(crate) fn new<T>(mut operation: impl FnMut() -> T + 'a) -> Self {
        let run = move |times| {
            for _ in 0..times {
                black_box(operation());
            }
        };
        Self { run: Box::new(run) }
    }

    pub(crate) fn run(&mut self, times: u32) {
        (self.run)(times);
    }
}

/// Calls `measure` with the operations on a `ClientData` with `payload` bytes.
pub(crate) fn client_data<T>(payload: usize, measure: impl FnOnce([Candidate<'_>; NAMES.len()]) -> T) -> T {
    let mut ours = ClientData::new("smart_kettle_v1", "/json")
        .with_endpoint_id(ENDPOINT_ID)
        .with_request_id(42)
        .with_payload(json_like(payload));
    ours.correlation_id = CORRELATION_ID.to_owned();
    ours.timestamp = TIMESTAMP;
    let datum = ours.to_bytes();
    let hand = hand::ClientData::decode(&datum).expect("hand-written code decodes");
    let schema = apache::schema();
    let judge = apache::Codec::new(&schema);
    let theirs = judge.decode(&datum);
    check_that_all_agree(&ours, &hand, &theirs, &judge, &datum);

    let mut buffers = [const { Vec::new() }; 3];
    let [our_buffer, hand_buffer, apache_buffer] = &mut buffers;
    measure([
        Candidate::new(|| {
            our_buffer.clear();
            ours.encode(our_buffer);
            our_buffer.len()
        }),
        Candidate::new(|| {
            hand_buffer.clear();
            hand.encode(hand_buffer);
            hand_buffer.len()
        }),
        Candidate::new(|| {
            apache_buffer.clear();
            judge.encode(&theirs, apache_buffer);
            apache_buffer.len()
        }),
        Candidate::new(|| ours.to_bytes()),
        Candidate::new(|| {
            let mut out = Vec::new();
            hand.encode(&mut out);
            Bytes::from(out)
        }),
        Candidate::new(|| ClientData::decode(&datum)),
        Candidate::new(|| hand::ClientData::decode(&datum)),
        Candidate::new(|| judge.decode(&datum)),
    ])
}

/// Otherwise the figures are of different things.
fn check_that_all_agree(
    ours: &ClientData,
    hand: &hand::ClientData,
    theirs: &apache::ClientData,
    judge: &apache::Codec<'_>,
    datum: &Bytes,
) {
    let (mut of_hand, mut of_apache) = (Vec::new(), Vec::new());
    hand.encode(&mut of_hand);
    judge.encode(theirs, &mut of_apache);
    assert_eq!(of_hand, *datum, "hand-written bytes");
    assert_eq!(of_apache, *datum, "bytes of apache-avro");
    assert_eq!(ClientData::decode(datum).as_ref(), Ok(ours));
}

fn json_like(len: usize) -> Vec<u8> {
    br#"{"temperature":21.5,"rpm":1200,"state":"on"},"#.iter().copied().cycle().take(len).collect()
}
