//! What is this endpoint to be configured with?

use kaa_ism::Message;
use kaa_protocol::StatusCode;

use crate::{Config, ConfigResponse};

/// Asks for the current configuration of an endpoint (6/CDTP, `0006-config-request.avsc`, CDTP-010 to CDTP-019).
///
/// - Subject: `kaa.v1.service.<provider instance>.cdtp.request`.
/// - replyTo: required; `kaa.v1.replica.<consumer replica>.cdtp.response`.
/// - Sent by a consumer; answered by [`ConfigResponse`].
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.cdtp.gen.v1")]
#[message(request = "cdtp.request", response = ConfigResponse)]
#[non_exhaustive]
pub struct ConfigRequest {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Application version of the endpoint.
    pub app_version_name: String,
    /// The endpoint.
    pub endpoint_id: String,
    /// Id of the configuration that the consumer has. Null if it has none, or wants the current one in any case
    /// (CDTP-014); the empty text is an id (CDTP-017).
    #[avro(default = null)]
    pub config_id: Option<String>,
    /// Name of the configuration that is meant. Null means the one named `default` (CDTP-018). Appended 2026-01-15;
    /// absent bytes are read as null.
    #[avro(default = null, appended)]
    pub config_name: Option<String>,
}

impl ConfigRequest {
    /// Name of the configuration that is meant: [`Config::DEFAULT_NAME`] if the message has none (CDTP-018).
    #[must_use]
    pub fn name(&self) -> &str {
        self.config_name.as_deref().unwrap_or(Config::DEFAULT_NAME)
    }

    /// Whether the asker has the configuration with the id `current` (CDTP-014 to CDTP-017).
    #[must_use]
    pub fn is_current(&self, current: &str) -> bool {
        self.config_id.as_deref() == Some(current)
    }

    /// The answer, if `current` is what the endpoint is to be configured with under [`name`](Self::name): 304 without
    /// content if the asker has it (D-25), else 200 with the content. The id is that of `current` either way.
    #[must_use]
    pub fn answer(self, current: Config) -> ConfigResponse {
        let is_current = self.is_current(&current.id);
        let code = if is_current { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
        let mut response = ConfigResponse::new(self.app_version_name, self.endpoint_id, code.as_i32());
        response.correlation_id = self.correlation_id;
        response.config_id = Some(current.id);
        if !is_current {
            response.content_type = current.content_type;
            response.content = Some(current.content);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use kaa_ism::{InstanceName, Request as _, Subject};
    use kaa_proves::proves;

    use super::*;

    fn request() -> ConfigRequest {
        let mut request = ConfigRequest::new("kettle-v2", "ep-7f31");
        request.correlation_id = "c".to_owned();
        request
    }

    #[proves("CDTP-010")]
    #[test]
    fn it_goes_to_the_provider_instance() {
        let subject = Subject::service(&InstanceName::parse("ecr").unwrap(), ConfigRequest::KIND);
        assert_eq!(subject.as_str(), "kaa.v1.service.ecr.cdtp.request");
    }

    #[proves("CDTP-013")]
    #[test]
    fn bytes_from_before_2026_have_no_name() {
        let old = Bytes::from_static(b"\x02c\0\0\x12kettle-v2\x0eep-7f31\x02\x04v1");
        let expected = request().with_config_id("v1");
        assert_eq!(ConfigRequest::decode(&old), Ok(expected.clone()));
        assert_eq!(expected.to_bytes(), [&old[..], &[0]].concat());
    }

    #[proves("CDTP-018")]
    #[test]
    fn no_name_means_default() {
        assert_eq!(request().name(), "default");
        assert_eq!(request().with_config_name("default").name(), "default");
        assert_eq!(request().with_config_name("network").name(), "network");
    }

    #[proves("CDTP-014")]
    #[test]
    fn without_an_id_the_answer_has_the_configuration() {
        for current in [Config::new("v1", "{}"), Config::unassigned()] {
            let response = request().answer(current.clone());
            assert_eq!(response.status_code, 200);
            assert_eq!((response.config_id, response.content), (Some(current.id), Some(current.content)));
        }
    }

    // D-25
    #[proves("CDTP-015")]
    #[test]
    fn the_current_id_is_answered_with_304_and_no_content() {
        let response = request().with_config_id("v1").answer(Config::new("v1", "{}"));
        assert_eq!((response.status_code, response.config_id.as_deref()), (304, Some("v1")));
        assert_eq!((response.content, response.content_type.as_str()), (None, "application/json"));
    }

    #[proves("CDTP-016", "CDTP-024")]
    #[test]
    fn another_id_is_answered_with_the_configuration() {
        let current = Config::new("v2", "mode: AP").with_content_type("application/yaml");
        let response = request().with_config_id("v1").answer(current);
        assert_eq!((response.status_code, response.config_id.as_deref()), (200, Some("v2")));
        assert_eq!((response.content, response.content_type.as_str()), (Some("mode: AP".into()), "application/yaml"));
    }

    #[proves("CDTP-017")]
    #[test]
    fn the_empty_id_is_that_of_an_unassigned_configuration() {
        let request = request().with_config_id("");
        assert_eq!(request.clone().answer(Config::unassigned()).status_code, 304);
        assert_eq!(request.answer(Config::new("v1", "{}")).status_code, 200);
    }

    #[proves("CDTP-025")]
    #[test]
    fn the_answer_repeats_what_was_asked_about() {
        let response = request().answer(Config::new("v1", "{}"));
        assert_eq!(response.correlation_id, "c");
        assert_eq!((response.app_version_name.as_str(), response.endpoint_id.as_str()), ("kettle-v2", "ep-7f31"));
    }
}
