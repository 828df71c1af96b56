//! A topic of 1/KP.

use kaa_protocol::{Awareness, Outcome, Topic, response_topic};

/// The input is the topic. It is read both ways: for endpoint-aware and for endpoint-unaware extensions.
///
/// - The parts, put together, are the topic.
/// - The response topic made of the parts is the one that the topic gives, and leads back to the topic.
pub fn topic(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for awareness in [Awareness::Aware, Awareness::Unaware] {
        if let Ok(topic) = Topic::parse(text, awareness) {
            check(text, &topic);
        }
    }
}

fn check(text: &str, topic: &Topic<'_>) {
    let (id, token) = (topic.request_id(), topic.token());
    let mut whole = format!("kp1/{}/{}", topic.app_version(), topic.extension());
    if let Some(token) = token {
        whole = format!("{whole}/{token}");
    }
    whole += topic.resource_path();
    if let Some(id) = id {
        whole = format!("{whole}/{id}");
    }
    assert_eq!(whole, text, "the parts");
    for outcome in [Outcome::Status, Outcome::Error] {
        let response = topic.response(outcome);
        let (app_version, extension, path) = (topic.app_version(), topic.extension(), topic.resource_path());
        let made = response_topic(app_version, extension, token, path, id, outcome);
        assert_eq!(made.as_ref(), Ok(&response), "the response topic");
        assert_eq!(Outcome::split(&response), Some((text, outcome)), "the way back");
    }
}
