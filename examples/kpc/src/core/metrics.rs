//! What is counted.

use kaa_service::{Counter, Metrics as ServiceMetrics};

macro_rules! metrics {
    ($($metric:ident $name:literal { $($field:ident: $outcome:literal,)* })*) => {
        $(
            #[derive(Clone, Debug)]
            pub(crate) struct $metric {
                $(pub(crate) $field: Counter,)*
            }

            impl $metric {
                fn new(counters: &ServiceMetrics) -> Self {
                    Self { $($field: counters.counter($name, &[("outcome", $outcome)]),)* }
                }
            }
        )*
    };
}

metrics! {
    // What clients publish: each message is counted once.
    Uplinks "kpc_uplinks_total" {
        forwarded: "forwarded",
        bad_topic: "bad-topic",
        not_found: "not-found",
        forbidden_extension: "forbidden-extension",
        refused_token: "refused-token",
        unresolved_token: "unresolved-token",
        too_many_sessions: "too-many-sessions",
        not_sent: "not-sent",
    }
    // What became of forwarded messages with a request id, and of others that were found to have come to nobody.
    Requests "kpc_requests_total" {
        answered: "answered",
        no_responders: "no-responders",
        timed_out: "timed-out",
        failed: "failed",
        abandoned: "abandoned",
    }
    // What goes to clients, or should.
    Downlinks "kpc_downlinks_total" {
        delivered: "delivered",
        not_connected: "not-connected",
        no_endpoint: "no-endpoint",
        no_topic: "no-topic",
        late: "late",
        not_wanted: "not-wanted",
        queue_full: "queue-full",
        closed: "closed",
        not_subscribed: "not-subscribed",
        unacknowledged: "unacknowledged",
        undeliverable: "undeliverable",
    }
    // Sessions of endpoints with replicas of extensions.
    Pins "kpc_pins_total" {
        pinned: "pinned",
        unpinned: "unpinned",
        lost: "lost",
        expired: "expired",
        evicted: "evicted",
    }
    // The events about endpoints that come and go.
    Events "kpc_events_total" {
        published: "published",
        lost: "lost",
    }
    // Questions about tokens.
    TokenLookups "kpc_token_lookups_total" {
        cached: "cached",
        refused_cached: "refused-cached",
        shared: "shared",
        asked: "asked",
        revoked: "revoked",
    }
}

/// All counters of the service but those of its transports.
#[derive(Clone, Debug)]
pub(crate) struct Metrics {
    pub(crate) uplinks: Uplinks,
    pub(crate) requests: Requests,
    pub(crate) downlinks: Downlinks,
    pub(crate) pins: Pins,
    pub(crate) events: Events,
    pub(crate) tokens: TokenLookups,
}

impl Metrics {
    pub(crate) fn new(counters: &ServiceMetrics) -> Self {
        Self {
            uplinks: Uplinks::new(counters),
            requests: Requests::new(counters),
            downlinks: Downlinks::new(counters),
            pins: Pins::new(counters),
            events: Events::new(counters),
            tokens: TokenLookups::new(counters),
        }
    }
}
