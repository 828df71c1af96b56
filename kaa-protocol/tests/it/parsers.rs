use kaa_protocol::{Dialect, ErrorResponse, InvalidPayload, cep, cmp, dcp, epmp};

/// A payload that was read: what it looks like, and what is written again.
pub(crate) struct Read {
    pub(crate) shown: String,
    pub(crate) written: Vec<u8>,
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

/// How the payload of each schema is read.
pub(crate) const PARSERS: [(&str, Parser); 14] = [
    ("0001-error-response", |payload, _| {
        ErrorResponse::parse(payload).map(|read| Read { shown: format!("{read:?}"), written: read.to_json() })
    }),
    ("0002-request", |payload, dialect| {
        dcp::Batch::parse(payload, dialect).map(|batch| {
            let samples: Vec<_> = batch.samples().collect();
            Read { shown: format!("{samples:?}"), written: format!("[{}]", samples.join(",")).into_bytes() }
        })
    }),
    ("0007-applied-request", parser!(cmp::AppliedRequest)),
    ("0007-config-request", parser!(cmp::ConfigRequest)),
    ("0007-config-response", parser!(cmp::ConfigResponse, Rfc)),
    ("0010-delete-metadata-keys-request", parser!(epmp::DeleteKeysRequest)),
    ("0010-get-metadata-keys-response", parser!(epmp::KeysResponse)),
    ("0010-get-metadata-request", parser!(epmp::GetRequest)),
    ("0010-get-metadata-response", parser!(epmp::GetResponse)),
    ("0010-update-metadata-request", parser!(epmp::UpdateRequest)),
    ("0011-all-commands-response", parser!(cep::AllCommandsResponse)),
    ("0011-command-request", parser!(cep::CommandRequest)),
    ("0011-command-response", parser!(cep::CommandResponse)),
    ("0011-result-request", parser!(cep::ResultRequest)),
];
