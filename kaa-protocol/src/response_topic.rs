use crate::{
    InvalidTopic, InvalidTopicKind, RequestId,
    topic::{ILLEGAL, MAX_LEN},
};

/// How a request ended, as the last level of its response topic: one outcome, one topic (KP-024).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "1/KP knows these two")]
pub enum Outcome {
    /// Success, or a push: `.../status` (KP-022).
    Status,
    /// Failure: `.../error` (KP-023).
    Error,
}

impl Outcome {
    /// Takes the outcome off the end of a response topic; `None` if the topic does not end in one.
    ///
    /// What is left is the request topic, so that the outcome is no part of the resource path (KP-025). For clients
    /// and for tests: a server cannot use this on what clients publish, see [`Topic`](crate::Topic).
    ///
    /// ```
    /// use kaa_protocol::Outcome;
    ///
    /// let split = Outcome::split("kp1/kettle-v2/dcx/tok/json/42/status");
    /// assert_eq!(split, Some(("kp1/kettle-v2/dcx/tok/json/42", Outcome::Status)));
    /// ```
    pub fn split(topic: &str) -> Option<(&str, Self)> {
        [Self::Status, Self::Error]
            .into_iter()
            .find_map(|outcome| Some((topic.strip_suffix(outcome.suffix())?, outcome)))
    }

    /// The last level of the topic and the slash before it.
    pub(crate) fn suffix(self) -> &'static str {
        match self {
            Self::Status => "/status",
            Self::Error => "/error",
        }
    }
}

/// Makes the topic of a response or a push from its parts.
///
/// The answer to a request goes to [`Topic::response`](crate::Topic::response); this is for messages without such a
/// topic at hand. A push has no `request_id` and goes to `.../<resource path>/status` (decision D-34).
///
/// `resource_path` is that of 4/ESP: empty, or beginning with a slash.
///
/// ```
/// use kaa_protocol::{Outcome, response_topic};
///
/// let topic = response_topic("kettle-v2", "cmx", Some("tok"), "/config/json", None, Outcome::Status)?;
/// assert_eq!(topic, "kp1/kettle-v2/cmx/tok/config/json/status");
/// # Ok::<(), kaa_protocol::InvalidTopic>(())
/// ```
///
/// # Errors
///
/// [`InvalidTopic`] if a part would move another one or make no topic: `EmptyLevel`, `NotOneLevel`,
/// `NoLeadingSlash`, `IllegalCharacter`, `TooLong`.
pub fn response_topic(
    app_version: &str,
    extension: &str,
    token: Option<&str>,
    resource_path: &str,
    request_id: Option<RequestId>,
    outcome: Outcome,
) -> Result<String, InvalidTopic> {
    let mut topic = "kp1".to_owned();
    for level in [app_version, extension].into_iter().chain(token) {
        if level.is_empty() {
            return Err(InvalidTopicKind::EmptyLevel.into());
        }
        if level.contains('/') {
            return Err(InvalidTopicKind::NotOneLevel.into());
        }
        topic.push('/');
        topic.push_str(level);
    }
    if !resource_path.is_empty() && !resource_path.starts_with('/') {
        return Err(InvalidTopicKind::NoLeadingSlash.into());
    }
    topic.push_str(resource_path);
    if let Some(id) = request_id {
        topic.push('/');
        topic.push_str(&id.to_string());
    }
    topic.push_str(outcome.suffix());
    if topic.contains(ILLEGAL) {
        return Err(InvalidTopicKind::IllegalCharacter.into());
    }
    if topic.len() > MAX_LEN {
        return Err(InvalidTopicKind::TooLong.into());
    }
    Ok(topic)
}

#[cfg(test)]
mod tests {
    use kaa_proves::proves;

    use super::*;
    use crate::{Awareness, Topic};

    #[proves("KP-022", "KP-023", "ESP-020")]
    #[test]
    fn response_from_parts_is_the_response_of_the_request() {
        for (text, awareness) in [
            ("kp1/kettle-v2/cmx/tok/config/json/17", Awareness::Aware),
            ("kp1/kettle-v2/dcx/tok/0", Awareness::Aware),
            ("kp1/kettle-v2/dcx/a token/json/", Awareness::Aware),
            ("kp1/kettle-v2/tsx", Awareness::Unaware),
            ("kp1/kettle-v2/tsx/tok/5", Awareness::Unaware),
        ] {
            let topic = Topic::parse(text, awareness).unwrap();
            for outcome in [Outcome::Status, Outcome::Error] {
                let built = response_topic(
                    topic.app_version(),
                    topic.extension(),
                    topic.token(),
                    topic.resource_path(),
                    topic.request_id(),
                    outcome,
                );
                assert_eq!(built.unwrap(), topic.response(outcome));
            }
        }
    }

    // D-34
    #[test]
    fn push_has_no_request_id() {
        let topic = response_topic("v1", "cex", Some("tok"), "/command/reboot", None, Outcome::Status);
        assert_eq!(topic.unwrap(), "kp1/v1/cex/tok/command/reboot/status");
    }

    #[test]
    fn part_that_would_move_levels_is_refused() {
        let refused = |app_version, extension, token, path| {
            response_topic(app_version, extension, Some(token), path, None, Outcome::Status).unwrap_err().kind()
        };
        assert_eq!(refused("a/b", "dcx", "t", "/json"), InvalidTopicKind::NotOneLevel);
        assert_eq!(refused("a", "dcx/x", "t", "/json"), InvalidTopicKind::NotOneLevel);
        assert_eq!(refused("a", "dcx", "t/42", "/json"), InvalidTopicKind::NotOneLevel);
        assert_eq!(refused("", "dcx", "t", "/json"), InvalidTopicKind::EmptyLevel);
        assert_eq!(refused("a", "dcx", "", "/json"), InvalidTopicKind::EmptyLevel);
        assert_eq!(refused("a", "dcx", "+", "/json"), InvalidTopicKind::IllegalCharacter);
        assert_eq!(refused("a", "dcx", "t", "/#"), InvalidTopicKind::IllegalCharacter);
        assert_eq!(refused("a", "dcx", "t", "/\0"), InvalidTopicKind::IllegalCharacter);
        assert_eq!(refused("a", "dcx", "t", "json"), InvalidTopicKind::NoLeadingSlash);
        assert_eq!(refused("a", "dcx", "t", &format!("/{}", "x".repeat(65_535))), InvalidTopicKind::TooLong);
    }

    #[proves("KP-025")]
    #[test]
    fn outcome_is_no_part_of_the_resource_path() {
        for (text, outcome) in
            [("kp1/a/dcx/tok/json/7/status", Outcome::Status), ("kp1/a/dcx/tok/json/7/error", Outcome::Error)]
        {
            let (request, found) = Outcome::split(text).unwrap();
            let topic = Topic::parse(request, Awareness::Aware).unwrap();
            assert_eq!(found, outcome);
            assert_eq!(topic.resource_path(), "/json");
            assert_eq!(topic.request_id().map(i32::from), Some(7));
        }
    }

    #[test]
    fn request_topic_has_no_outcome() {
        for text in ["kp1/a/dcx/tok/json/7", "kp1/a/dcx/tok/mystatus", "kp1/a/dcx/tok/status/", "status", ""] {
            assert_eq!(Outcome::split(text), None, "{text}");
        }
    }
}
