use serde::Serialize;

use crate::{
    Dialect, InvalidPayload, Json, StatusCode,
    invalid_payload::Rule,
    node::{Node, to_json},
};

const RULE: Rule =
    Rule { expected: "an object of a string configId and any config, or of nothing", requirement: "CMP-024" };
const BOTH: Rule = Rule { expected: "both configId and config, or neither", requirement: "CMP-025" };

/// Answers a [`ConfigRequest`](super::ConfigRequest), or tells an observer of a change (7/CMP, Configuration resource
/// response; schema `0007-config-response.schema.json`).
///
/// ```json
/// {"configId":"97016dbe8bb4adff8f754ecbf24612f2","config":{"brightness":70}}
/// ```
///
/// Not changed is not the same as none assigned (CMP-026): see [`ConfigResponse::UNASSIGNED`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "both members are present or both are absent (CMP-025)")]
pub enum ConfigResponse<'a> {
    /// `{}`: the endpoint has the current configuration (CMP-017).
    NotChanged,
    /// The current configuration.
    Current {
        /// `configId`: its id. Empty if none is assigned.
        config_id: String,
        /// `config`: its body, any JSON value (CMP-027). Null if none is assigned.
        config: Json<'a>,
    },
}

impl<'a> ConfigResponse<'a> {
    /// No configuration is assigned: the empty id and a body of null (CMP-003).
    pub const UNASSIGNED: ConfigResponse<'static> =
        ConfigResponse::Current { config_id: String::new(), config: Json::NULL };

    /// The current configuration.
    pub fn new(config_id: impl Into<String>, config: Json<'a>) -> Self {
        Self::Current { config_id: config_id.into(), config }
    }

    /// Reads a payload; the configuration borrows from it.
    ///
    /// Members other than `configId` and `config`, such as the `statusCode` of Kaa, are let in by [`Dialect::Platform`]
    /// and not looked at; [`Dialect::Rfc`] refuses them.
    ///
    /// # Errors
    ///
    /// [`InvalidPayload`] if it is not a JSON object of these members with their types (CMP-024), if it has one of them
    /// alone (CMP-025), or if the configuration nests deeper than [`Json::MAX_DEPTH`].
    pub fn parse(payload: &'a [u8], dialect: Dialect) -> Result<Self, InvalidPayload> {
        let mut members = Node::root(payload, RULE, dialect)?.object()?;
        let config_id = members.take("configId").map(|node| node.string()).transpose()?;
        let config = members.take("config").map(|node| node.json()).transpose()?;
        members.end()?;
        match (config_id, config) {
            (None, None) => Ok(Self::NotChanged),
            (Some(config_id), Some(config)) => Ok(Self::Current { config_id, config }),
            (Some(_), None) => Err(BOTH.broken("configId alone", None)),
            (None, Some(_)) => Err(BOTH.broken("config alone", None)),
        }
    }

    /// The payload as UTF-8 JSON, without white space.
    ///
    /// With a configuration, [`Dialect::Platform`] adds `"statusCode":200` and `"reasonPhrase":"OK"`, because official
    /// clients read all four members; [`Dialect::Rfc`] forbids them (decision for CMP-024).
    pub fn to_json(&self, dialect: Dialect) -> Vec<u8> {
        let Self::Current { config_id, config } = self else { return to_json(&Members::default()) };
        let status_code = (dialect != Dialect::Rfc).then_some(StatusCode::OK);
        let reason_phrase = status_code.and_then(StatusCode::canonical_reason);
        to_json(&Members { config_id: Some(config_id), status_code, reason_phrase, config: Some(config) })
    }
}

/// The configuration of an endpoint, or an empty object if it has not changed.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Members<'a> {
    /// The id of the configuration. Empty if none is assigned.
    #[serde(skip_serializing_if = "Option::is_none")]
    config_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(skip))]
    status_code: Option<StatusCode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(skip))]
    reason_phrase: Option<&'a str>,
    /// The body of the configuration. Null if none is assigned.
    #[serde(skip_serializing_if = "Option::is_none")]
    config: Option<&'a Json<'a>>,
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for ConfigResponse<'_> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ConfigResponse".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Members::json_schema(generator)
    }
}
