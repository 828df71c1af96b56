use serde::{Deserialize, Serialize};

/// How devices are spoken to where official Kaa clients and the letter of the RFCs differ.
///
/// One setting of a platform, for its gateway and its extensions. The differences in this crate:
///
/// | Point | `platform` | `rfc` |
/// |---|---|---|
/// | [2/DCP](crate::dcp::Batch::parse) payload that is no JSON array (DCP-004) | batch of one | error |
/// | unknown members in [7/CMP](crate::cmp), [10/EPMP get](crate::epmp), [11/CEP](crate::cep) | let in | error |
/// | `"reasonPhrase":null` from a client of 7/CMP (CMP-031) or 11/CEP (CEP-018) | as if absent | error |
/// | [status in a 7/CMP response](crate::cmp::ConfigResponse::to_json) (CMP-024) | written | not written |
/// | `-` and `_` in a [command type](crate::cep::Resource::parse) (CEP-002) | legal | no such resource |
///
/// Everything else here is the same in both. Services have further differences of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Dialect {
    /// What official Kaa clients rely on.
    #[default]
    Platform,
    /// The letter of the RFCs.
    Rfc,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_name_dialects_in_lower_case() {
        assert_eq!(serde_json::from_str::<Dialect>(r#""platform""#).unwrap(), Dialect::default());
        assert_eq!(serde_json::from_str::<Dialect>(r#""rfc""#).unwrap(), Dialect::Rfc);
        serde_json::from_str::<Dialect>(r#""RFC""#).unwrap_err();
    }
}
