//! Trace contexts in headers.

use std::sync::Arc;

use async_nats::HeaderMap;
use kaa_service::trace::TraceContext;

const TRACEPARENT: &str = "traceparent";
const TRACESTATE: &str = "tracestate";

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
