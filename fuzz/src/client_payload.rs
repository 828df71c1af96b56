//! A payload of a client: 1/KP, 2/DCP, 7/CMP, 10/EPMP, 11/CEP.

use kaa_protocol::{Dialect, ErrorResponse, InvalidPayload, Json, cep, cmp, dcp, epmp};

/// What was read, as it looks, and what is written again.
#[derive(Debug, PartialEq)]
struct Read {
    shown: String,
    written: Vec<u8>,
}

type Parser = fn(&[u8], Dialect) -> Result<Read, InvalidPayload>;

macro_rules! parser {
    ($type:ty $(, $dialect:ident)?) => {
        |payload, dialect| {
            <$type>::parse(payload, dialect).map(|read| Read {
                shown: format!("{read:?}"),
                written: read.to_json($(Dialect::$dialect)?),
            })
        }
    };
}

const PARSERS: [Parser; 15] = [
    |payload, _| Json::parse(payload).map(|read| Read { shown: read.to_string(), written: read.as_str().into() }),
    |payload, _| ErrorResponse::parse(payload).map(|read| Read { shown: format!("{read:?}"), written: read.to_json() }),
    |payload, dialect| {
        dcp::Batch::parse(payload, dialect).map(|batch| {
            let samples: Vec<_> = batch.samples().collect();
            Read { shown: format!("{samples:?}"), written: format!("[{}]", samples.join(",")).into() }
        })
    },
    parser!(cmp::AppliedRequest),
    parser!(cmp::ConfigRequest),
    parser!(cmp::ConfigResponse, Rfc),
    parser!(epmp::DeleteKeysRequest),
    parser!(epmp::GetRequest),
    parser!(epmp::GetResponse),
    parser!(epmp::KeysResponse),
    parser!(epmp::UpdateRequest),
    parser!(cep::AllCommandsResponse),
    parser!(cep::CommandRequest),
    parser!(cep::CommandResponse),
    parser!(cep::ResultRequest),
];

/// The input is a payload; every parser reads it in both dialects.
///
/// - What the dialect `rfc` reads, `platform` reads as the same.
/// - What was read can be written, and that is read as the same and written as the same bytes.
pub fn client_payload(data: &[u8]) {
    for parse in PARSERS {
        let [rfc, platform] = [Dialect::Rfc, Dialect::Platform].map(|dialect| {
            let read = parse(data, dialect).ok()?;
            let again = parse(&read.written, dialect).ok();
            assert_eq!(again.as_ref(), Some(&read), "read once more, {dialect:?}");
            Some(read)
        });
        assert!(rfc.is_none() || rfc == platform, "{rfc:?} in one dialect, {platform:?} in the other");
    }
}
