//! What a client publishes, before it is known whose it is.

use bytes::Bytes;
use bytestring::ByteString;
use kaa_esp::ClientData;
use kaa_ism::InstanceName;
use kaa_protocol::{ApplicationName, Awareness, ErrorResponse, Outcome, RequestId, Status, StatusCode, Topic};

use super::{
    applications::Applications,
    downlink::{Downlink, Quality},
};

/// A message of a client to an extension.
pub(crate) struct Uplink {
    pub(crate) request: Request,
    pub(crate) application: ApplicationName,
    pub(crate) extension: InstanceName,
    pub(crate) app_version: ByteString,
    /// `None` exactly for endpoint-unaware extensions.
    pub(crate) token: Option<ByteString>,
    resource_path: String,
    payload: Bytes,
}

/// What is needed to answer it.
#[derive(Clone)]
pub(crate) struct Request {
    /// Contains the token: never to be logged.
    topic: ByteString,
    pub(crate) id: Option<RequestId>,
    pub(crate) quality: Quality,
}

/// Why a message goes nowhere.
pub(crate) enum Misdirected {
    /// Its topic is none of 1/KP: there is nothing that could be answered.
    Ignored,
    /// It is answered with this.
    Refused(Request, Status),
}

impl Uplink {
    /// Copies the topic and the payload. They are slices of the buffer of a connection, which may be much larger than what
    /// the message pays for in the [budget](super::budget::Budget), and would live as long as it.
    pub(crate) fn read(
        applications: &Applications,
        topic: &str,
        payload: &[u8],
        quality: Quality,
    ) -> Result<Self, Misdirected> {
        let topic = ByteString::from(topic);
        let extension = topic.split('/').nth(2).unwrap_or_default();
        let awareness = applications.awareness(extension);
        let parsed = Topic::parse(&topic, awareness).map_err(|_| Misdirected::Ignored)?;
        let request = Request { topic: topic.clone(), id: parsed.request_id(), quality };
        let (application, extension) = match applications.find(parsed.app_version(), parsed.extension()) {
            Ok(found) => found,
            Err(status) => return Err(Misdirected::Refused(request, status)),
        };
        Ok(Self {
            request,
            application: application.clone(),
            extension,
            app_version: topic.slice_ref(parsed.app_version()),
            token: parsed.token().map(|token| topic.slice_ref(token)),
            resource_path: parsed.resource_path().to_owned(),
            payload: Bytes::copy_from_slice(payload),
        })
    }

    /// Messages with the same lane go to the bus in order of arrival: those of one token, or to one endpoint-unaware extension.
    pub(crate) fn lane(&self) -> (Awareness, &str, &str) {
        match &self.token {
            Some(token) => (Awareness::Aware, self.application.as_str(), token),
            None => (Awareness::Unaware, &self.app_version, self.extension.as_str()),
        }
    }

    /// The message of 4/ESP.
    pub(crate) fn into_client_data(self, correlation_id: String, endpoint_id: Option<&str>) -> ClientData {
        let config_name = config_name(&self.resource_path).map(str::to_owned);
        let mut data = ClientData::new(self.app_version.to_string(), self.resource_path).with_payload(self.payload);
        data.correlation_id = correlation_id;
        data.endpoint_id = endpoint_id.map(str::to_owned);
        data.request_id = self.request.id.map(RequestId::as_i32);
        data.config_name = config_name;
        data
    }
}

impl Request {
    /// The answer of an extension.
    pub(crate) fn answer(&self, code: i32, reason: Option<String>, payload: Option<Bytes>) -> Downlink {
        if StatusCode::new(code).is_success() {
            self.response(Outcome::Status, payload.unwrap_or_default())
        } else {
            self.response(Outcome::Error, ErrorResponse::new(code, reason).to_json().into())
        }
    }

    /// The answer if the message did not get that far.
    pub(crate) fn refusal(&self, status: &Status) -> Downlink {
        self.response(Outcome::Error, ErrorResponse::from(status).to_json().into())
    }

    fn response(&self, outcome: Outcome, payload: Bytes) -> Downlink {
        let suffix = match outcome {
            Outcome::Status => "/status",
            Outcome::Error => "/error",
        };
        Downlink { topic: [&*self.topic, suffix].concat(), payload, quality: self.quality }
    }
}

/// The name in `/config/json/<name>` and `/applied/json/<name>` (D-24).
fn config_name(resource_path: &str) -> Option<&str> {
    let name = ["/config/json/", "/applied/json/"].iter().find_map(|prefix| resource_path.strip_prefix(prefix))?;
    (!name.is_empty() && !name.contains('/')).then_some(name)
}

#[cfg(test)]
mod tests {
    use kaa_proves::proves;
    use kaa_service::Settings;

    use super::*;

    #[test]
    fn a_message_does_not_keep_the_buffer_that_it_came_in() {
        let settings = Settings::from_yaml("kpc", "kaa.applications.kettle.versions.v:").unwrap();
        let applications = Applications::from_settings(&settings).unwrap();
        let topic = "kp1/v/dcx/token/json/7";
        for size in [0, 1, 200_000] {
            let buffer = Bytes::from([topic.as_bytes(), &vec![b'x'; size], &[0; 50_000]].concat());
            let payload = buffer.slice(topic.len()..topic.len() + size);
            let read = ByteString::try_from(buffer.slice(..topic.len())).unwrap();
            let uplink = Uplink::read(&applications, &read, &payload, Quality::AtLeastOnce).ok().unwrap();
            drop((read, payload));
            assert!(buffer.is_unique(), "{size}");
            let (request, token) = (uplink.request.clone(), uplink.token.clone());
            assert_eq!((&*request.topic, token.as_deref()), (topic, Some("token")));
            let data = uplink.into_client_data("1".to_owned(), None);
            assert_eq!((&*data.resource_path, data.payload.len()), ("/json", size));
        }
    }

    #[proves("ESP-011")]
    #[test]
    fn a_config_has_the_name_in_its_path() {
        for (path, name) in [
            ("/config/json", None),
            ("/config/json/", None),
            ("/config/json/network", Some("network")),
            ("/applied/json/network", Some("network")),
            ("/config/json/a/b", None),
            ("/config/jsonx", None),
            ("/json/network", None),
        ] {
            assert_eq!(config_name(path), name, "{path}");
        }
    }

    #[proves("KP-022", "KP-023", "KP-028", "ESP-021", "ESP-022", "ESP-023")]
    #[test]
    fn only_2xx_goes_to_status() {
        let request =
            Request { topic: "kp1/v/x/t/json/7".into(), id: RequestId::parse("7").ok(), quality: Quality::AtLeastOnce };
        for (code, topic, payload) in [
            (200, "kp1/v/x/t/json/7/status", "body"),
            (204, "kp1/v/x/t/json/7/status", "body"),
            (304, "kp1/v/x/t/json/7/error", r#"{"statusCode":304,"reasonPhrase":"Not Modified"}"#),
            (404, "kp1/v/x/t/json/7/error", r#"{"statusCode":404,"reasonPhrase":"Not Found"}"#),
        ] {
            let downlink = request.answer(code, None, Some("body".into()));
            assert_eq!((downlink.topic.as_str(), &*downlink.payload), (topic, payload.as_bytes()));
        }
        assert!(request.answer(200, None, None).payload.is_empty());
    }
}
