//! Trace contexts in headers.

use std::sync::Arc;

use async_nats::HeaderMap;
use kaa_service::trace::TraceContext;

const TRACEPARENT: &str = "traceparent";
const TRACESTATE: &str = "tracestate";

/// No headers of a trace take more bytes: its state has 512 at most.
pub(crate) const LONGEST: usize = 640;

/// The headers of a message that belongs to a trace.
pub(crate) fn headers(trace: &TraceContext) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(TRACEPARENT, trace.to_string());
    if let Some(state) = trace.state() {
        headers.insert(TRACESTATE, state);
    }
    headers
}

/// The trace that a message belongs to. One that cannot be read is none: it says nothing about the message.
pub(crate) fn trace(headers: &HeaderMap) -> Option<Arc<TraceContext>> {
    let trace = TraceContext::parse(headers.get(TRACEPARENT)?.as_str()).ok()?;
    let state = headers.get(TRACESTATE).map_or("", |state| state.as_str());
    Some(Arc::new(trace.with_state(state)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn what_is_written_is_read() {
        for state in ["", "vendor=1,other=2"] {
            let sent = TraceContext::parse(TRACE).unwrap().with_state(state);
            assert_eq!(*trace(&headers(&sent)).unwrap(), sent);
        }
    }

    #[test]
    fn none_are_longer_than_that() {
        let longest = TraceContext::parse(TRACE).unwrap().with_state(&"x".repeat(512));
        let written: usize = headers(&longest)
            .iter()
            .map(|(name, values)| {
                let name: &str = name.as_ref();
                values.iter().map(|value| name.len() + ": \r\n".len() + value.as_str().len()).sum::<usize>()
            })
            .sum();
        assert!((512..=LONGEST).contains(&("NATS/1.0\r\n\r\n".len() + written)), "{written}");
    }

    #[test]
    fn headers_that_are_none_or_malformed_are_tolerated() {
        let mut headers = HeaderMap::new();
        assert!(trace(&headers).is_none());
        headers.insert(TRACESTATE, "vendor=1");
        assert!(trace(&headers).is_none());
        headers.insert(TRACEPARENT, "00-0af7651916cd43dd-b7ad6b7169203331-01");
        assert!(trace(&headers).is_none());
        headers.insert(TRACEPARENT, TRACE);
        assert_eq!(trace(&headers).unwrap().state(), Some("vendor=1"));
    }
}
