//! What a client has subscribed to.

use kaa_protocol::Dialect;

use crate::core::Quality;

/// How many filters of a client count. More are refused.
const FILTERS: usize = 64;

/// The subscriptions of a client.
///
/// In the dialect `platform` everything is delivered with the quality that it has, whatever the client has subscribed to:
/// most official clients never subscribe. In `rfc` only what matches a subscription is delivered, as by a broker.
#[derive(Debug)]
pub(super) enum Filters {
    /// Nothing is kept.
    Ignored,
    /// Copies: what was read are slices of the whole input buffer.
    Kept(Vec<(String, Quality)>),
}

impl Filters {
    pub(super) fn new(dialect: Dialect) -> Self {
        if dialect == Dialect::Rfc { Self::Kept(Vec::new()) } else { Self::Ignored }
    }

    /// Returns the granted quality; `None` if there are too many subscriptions.
    pub(super) fn subscribe(&mut self, filter: &str, quality: Quality) -> Option<Quality> {
        if let Self::Kept(filters) = self {
            let is_full = filters.len() >= FILTERS;
            match filters.iter_mut().find(|(own, _)| own == filter) {
                Some((_, own)) => *own = quality,
                None if is_full => return None,
                None => filters.push((filter.to_owned(), quality)),
            }
        }
        Some(quality)
    }

    pub(super) fn unsubscribe(&mut self, filter: &str) {
        if let Self::Kept(filters) = self {
            filters.retain(|(own, _)| own != filter);
        }
    }

    /// The quality with which a message is delivered; `None`: not at all.
    pub(super) fn quality(&self, topic: &str, quality: Quality) -> Option<Quality> {
        match self {
            Self::Ignored => Some(quality),
            Self::Kept(filters) => {
                let granted = filters.iter().filter(|(filter, _)| matches(filter, topic)).map(|(_, granted)| *granted);
                granted.max().map(|granted| granted.min(quality))
            }
        }
    }
}

/// `+` stands for one level, a last `#` for any number of levels, none included.
fn matches(filter: &str, topic: &str) -> bool {
    let mut levels = topic.split('/');
    for expected in filter.split('/') {
        match (expected, levels.next()) {
            ("#", _) => return true,
            (_, None) => return false,
            ("+", Some(_)) => {}
            (expected, Some(level)) if expected == level => {}
            _ => return false,
        }
    }
    levels.next().is_none()
}

#[cfg(test)]
mod tests {
    use kaa_proves::proves;

    use super::*;

    #[proves("KP-004")]
    #[test]
    fn filters_match_as_in_mqtt() {
        for (filter, topic, expected) in [
            ("kp1/#", "kp1/a/b/t/json/1/status", true),
            ("kp1/a/b/t/json/+/status", "kp1/a/b/t/json/1/status", true),
            ("kp1/a/b/t/json/1/status", "kp1/a/b/t/json/1/status", true),
            ("kp1/a/b/t/json/#", "kp1/a/b/t/json", true),
            ("kp1/a/b/t/json/+", "kp1/a/b/t/json", false),
            ("kp1/a/b/t/json", "kp1/a/b/t/json/1", false),
            ("topic_buffer", "kp1/a/b/t/json/1/status", false),
            ("#", "kp1", true),
        ] {
            assert_eq!(matches(filter, topic), expected, "{filter} {topic}");
        }
    }

    #[test]
    fn subscriptions_decide_in_the_rfc_dialect_only() {
        assert_eq!(Filters::new(Dialect::Platform).quality("a", Quality::ExactlyOnce), Some(Quality::ExactlyOnce));
        let mut filters = Filters::new(Dialect::Rfc);
        assert_eq!(filters.quality("a", Quality::AtLeastOnce), None);
        filters.subscribe("a", Quality::AtMostOnce);
        assert_eq!(filters.quality("a", Quality::AtLeastOnce), Some(Quality::AtMostOnce));
        filters.subscribe("+", Quality::ExactlyOnce);
        assert_eq!(filters.quality("a", Quality::AtLeastOnce), Some(Quality::AtLeastOnce));
        filters.unsubscribe("a");
        filters.unsubscribe("+");
        assert_eq!(filters.quality("a", Quality::AtLeastOnce), None);
    }

    #[test]
    fn subscriptions_are_bounded() {
        let mut filters = Filters::new(Dialect::Rfc);
        for n in 0..FILTERS {
            assert!(filters.subscribe(&n.to_string(), Quality::AtMostOnce).is_some());
        }
        assert!(filters.subscribe("more", Quality::AtMostOnce).is_none());
        assert!(filters.subscribe("1", Quality::AtLeastOnce).is_some(), "a known one can be changed");
    }
}
