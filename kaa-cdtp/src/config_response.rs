//! What the endpoint is to be configured with.

use bytes::Bytes;
use kaa_ism::{Message, Response as _};
use kaa_protocol::{Status, StatusCode};

use crate::{Config, ConfigRequest, Fetched};

/// Says what the current configuration of an endpoint is (6/CDTP, `0006-config-response.avsc`, CDTP-014 to CDTP-025).
///
/// - Subject: the replyTo of the request as it stands (D-22).
/// - Sent by the provider to every request, also to those about unknown endpoints and names (CDTP-020).
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.cdtp.gen.v1")]
#[message(response = "cdtp.response", request = ConfigRequest, echo(app_version_name, endpoint_id))]
#[non_exhaustive]
pub struct ConfigResponse {
    /// That of the request.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Application version of the request.
    pub app_version_name: String,
    /// Endpoint of the request.
    pub endpoint_id: String,
    /// Id of the current configuration. May be null with an error, or if the consumer has it already (CDTP-015,
    /// CDTP-023).
    #[avro(default = null)]
    pub config_id: Option<String>,
    /// How the content is encoded (CDTP-024).
    #[avro(default = "application/json")]
    pub content_type: String,
    /// The configuration itself. Null with an error, or if the consumer has it already (CDTP-015, CDTP-023).
    #[avro(default = null)]
    pub content: Option<Bytes>,
    /// HTTP status code: 2xx on success, 304 if the consumer has the current configuration (D-25).
    pub status_code: i32,
    /// Reason phrase. Null if there is none.
    #[avro(default = null)]
    pub reason_phrase: Option<String>,
}

impl ConfigResponse {
    /// What the answer to a request with the configId `known` says.
    ///
    /// 6/CDTP gives "not modified" no status code: it is 304 or 2xx without content (CDTP-015).
    ///
    /// # Errors
    ///
    /// The [`Status`] of the answer if it is an error (CDTP-023); 502 if it is a success that breaks 6/CDTP: content
    /// without an id, or "not modified" where `known` is null (CDTP-014) or not the id of the answer (CDTP-016).
    pub fn into_fetched(self, known: Option<&str>) -> Result<Fetched, Status> {
        let status = self.status();
        let is_not_modified = status.code() == StatusCode::NOT_MODIFIED;
        if !is_not_modified && !status.code().is_success() {
            return Err(status);
        }
        match (self.config_id, self.content) {
            (Some(id), Some(content)) if !is_not_modified => {
                Ok(Fetched::Config(Config::new(id, content).with_content_type(self.content_type)))
            }
            (None, Some(_)) if !is_not_modified => Err(Status::bad_gateway("a configuration came without its id")),
            (None, _) if known.is_some() => Ok(Fetched::NotModified),
            (Some(id), _) if known == Some(&*id) => Ok(Fetched::NotModified),
            _ => Err(Status::bad_gateway("the current configuration was left out of the answer")),
        }
    }
}

#[cfg(test)]
mod tests {
    use kaa_ism::{ReplicaId, Subject};
    use kaa_proves::proves;

    use super::*;

    const V1: Option<&str> = Some("v1");

    fn response(status_code: i32) -> ConfigResponse {
        ConfigResponse::new("kettle-v2", "ep-7f31", status_code)
    }

    #[proves("CDTP-012")]
    #[test]
    fn its_reply_subject_is_that_of_the_consumer_replica() {
        let subject = Subject::replica(&ReplicaId::parse("r1").unwrap(), ConfigResponse::KIND);
        assert_eq!(subject.as_str(), "kaa.v1.replica.r1.cdtp.response");
    }

    #[proves("CDTP-022")]
    #[test]
    fn content_is_json_unless_said_otherwise() {
        assert_eq!(response(200).content_type, "application/json");
        assert_eq!(response(200).to_bytes()[..], *b"\0\0\0\x12kettle-v2\x0eep-7f31\0\x20application/json\0\x90\x03\0");
    }

    #[proves("CDTP-023", "CDTP-025")]
    #[test]
    fn a_refusal_repeats_what_was_asked_about_and_has_no_content() {
        let mut request = ConfigRequest::new("kettle-v2", "ep-7f31").with_config_id("v1");
        request.correlation_id = "c".to_owned();
        let mut expected = response(404).with_reason_phrase("no such endpoint");
        expected.correlation_id = "c".to_owned();
        assert_eq!(ConfigResponse::refusal(request, &Status::not_found("no such endpoint")), expected);
    }

    #[test]
    fn the_configuration_is_read_from_every_success() {
        let full = response(200).with_config_id("v2").with_content("a: 1").with_content_type("application/yaml");
        let config = Config::new("v2", "a: 1").with_content_type("application/yaml");
        for known in [None, V1, Some("v2")] {
            assert_eq!(full.clone().into_fetched(known).unwrap(), Fetched::Config(config.clone()));
        }
    }

    // D-25
    #[proves("CDTP-015")]
    #[test]
    fn not_modified_has_more_than_one_form() {
        for code in [304, 200, 204] {
            for response in [response(code), response(code).with_config_id("v1")] {
                assert_eq!(response.into_fetched(V1).unwrap(), Fetched::NotModified);
            }
        }
        let verbose = response(304).with_config_id("v1").with_content("{}");
        assert_eq!(verbose.into_fetched(V1).unwrap(), Fetched::NotModified);
    }

    #[proves("CDTP-023")]
    #[test]
    fn an_error_is_an_error_whatever_it_carries() {
        let error = response(404).with_config_id("v1").with_content("{}").with_reason_phrase("no such endpoint");
        assert_eq!(error.into_fetched(V1).unwrap_err().to_string(), "404 no such endpoint");
    }

    #[test]
    fn a_success_that_leaves_out_what_was_asked_for_is_a_bad_gateway() {
        let is_bad = |response: ConfigResponse, known| {
            assert_eq!(response.into_fetched(known).unwrap_err().code(), StatusCode::BAD_GATEWAY);
        };
        for code in [304, 200] {
            is_bad(response(code), None);
            is_bad(response(code).with_config_id("v2"), None);
            is_bad(response(code).with_config_id("v2"), V1);
        }
        is_bad(response(200).with_content("{}"), V1);
    }
}
