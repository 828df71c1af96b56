use std::borrow::Cow;

use schemars::{
    JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings, json_schema, transform::transform_subschemas,
};
use serde_json::Value;

use crate::{CommandType, ErrorResponse, Json, MetadataKey, StatusCode, cep, cmp, dcp, epmp};

/// The JSON Schema of a payload, made from its type.
///
/// It describes the letter of the RFC: [`Dialect::Rfc`](crate::Dialect::Rfc). A payload that it accepts is one that the
/// type reads, unless a number is larger than the type can hold, nesting is deeper than [`Json::MAX_DEPTH`], or a
/// member of [`cmp::ConfigResponse`] stands alone (CMP-025).
#[derive(Clone, Debug)]
pub struct NamedSchema {
    name: &'static str,
    schema: Value,
}

impl NamedSchema {
    /// The name of the official file without its ending, such as `0007-config-request`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The schema as a JSON value.
    pub fn as_value(&self) -> &Value {
        &self.schema
    }

    /// The schema as text, indented.
    pub fn to_text(&self) -> String {
        format!("{:#}", self.schema)
    }
}

/// The schemas of all client payloads, in the order of their names.
///
/// Each has the name of the official file that it stands for, except one: 11/CEP has no schema for commands of all
/// types (decision D-6), which is `0011-all-commands-response` here.
pub fn schemas() -> Vec<NamedSchema> {
    vec![
        named::<ErrorResponse>("0001-error-response", Draft::Four),
        named::<dcp::Batch<'_>>("0002-request", Draft::Latest),
        named::<cmp::AppliedRequest>("0007-applied-request", Draft::Latest),
        named::<cmp::ConfigRequest>("0007-config-request", Draft::Latest),
        named::<cmp::ConfigResponse<'_>>("0007-config-response", Draft::Latest),
        named::<epmp::DeleteKeysRequest>("0010-delete-metadata-keys-request", Draft::Four),
        named::<epmp::KeysResponse>("0010-get-metadata-keys-response", Draft::Four),
        named::<epmp::GetRequest>("0010-get-metadata-request", Draft::Four),
        named::<epmp::GetResponse<'_>>("0010-get-metadata-response", Draft::Four),
        named::<epmp::UpdateRequest<'_>>("0010-update-metadata-request", Draft::Four),
        named::<cep::AllCommandsResponse<'_>>("0011-all-commands-response", Draft::Latest),
        named::<cep::CommandRequest>("0011-command-request", Draft::Latest),
        named::<cep::CommandResponse<'_>>("0011-command-response", Draft::Latest),
        named::<cep::ResultRequest<'_>>("0011-result-request", Draft::Latest),
    ]
}

/// The draft that the official file names; those that name none mean the latest (D-36).
#[derive(Clone, Copy)]
enum Draft {
    /// An integer has neither fraction nor exponent.
    Four,
    Latest,
}

fn named<T: JsonSchema>(name: &'static str, draft: Draft) -> NamedSchema {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        if matches!(draft, Draft::Four) {
            settings.meta_schema = Some("http://json-schema.org/draft-04/schema#".into());
        }
    });
    let mut schema = settings.with_transform(tidy).into_generator().into_root_schema_for::<T>();
    schema.insert("title".to_owned(), name.into());
    NamedSchema { name, schema: schema.into() }
}

/// Refuses null where a member is optional: absent is not the same. Keeps of a description what is for readers of the
/// schema: its first paragraph.
fn tidy(schema: &mut Schema) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            schema.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::String(description)) = schema.get_mut("description") {
        let end = description.find("\n\n").unwrap_or(description.len());
        *description = description.get(..end).unwrap_or_default().replace('\n', " ").replace(['[', ']'], "");
    }
    schema.remove("format");
    transform_subschemas(&mut tidy, schema);
}

macro_rules! schema_of {
    ($($type:ty, $name:literal, $schema:tt;)*) => {
        $(impl JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        })*
    };
}

schema_of! {
    CommandType, "CommandType", { "type": "string", "pattern": "^[a-zA-Z0-9]+$" };
    MetadataKey, "MetadataKey", { "type": "string", "pattern": "^[a-zA-Z0-9_]+$" };
    StatusCode, "StatusCode", { "type": "integer" };
    Json<'_>, "Json", {};
    dcp::Batch<'_>, "Batch", { "description": "The samples of one request, of any type.", "type": "array" };
}
