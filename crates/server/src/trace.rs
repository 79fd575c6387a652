//! One span a request, named by its route and never by its address, joined to the caller's W3C
//! trace where one is given. What happens on the way to the disk is logged inside it, and what it
//! brings rests with its trace.

use std::fmt;
use std::time::Instant;

use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::HeaderValue;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use crate::problem::Problem;
use crate::state::AppState;

const TRACEPARENT: &str = "traceparent";

pub(crate) async fn follow(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = request
        .headers()
        .get(TRACEPARENT)
        .and_then(|value| value.to_str().ok())
        .and_then(trace_id)
        .unwrap_or_else(|| TraceId(crate::random::bytes()));
    request.extensions_mut().insert(id);
    let trace = id.to_string();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("static", MatchedPath::as_str)
        .to_owned();
    let method = request.method().clone();
    let span = tracing::info_span!("request", %trace, %method, %route);
    let start = Instant::now();
    let response = next.run(request).instrument(span.clone()).await;
    let took = start.elapsed();
    let status = response.status();
    state.metrics.request(status, took);
    state.recent.request(&method, &route, status, took);
    span.in_scope(|| {
        let took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        if status.is_server_error() {
            tracing::error!(status = status.as_u16(), took_us, "answered");
        } else {
            tracing::info!(status = status.as_u16(), took_us, "answered");
        }
    });
    with_trace(response, &trace)
}

fn with_trace(mut response: Response, trace: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(trace) {
        response.headers_mut().insert("lifeos-trace", value);
    }
    response
}

/// The trace of a request: its caller's, or a fresh one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TraceId([u8; 16]);

impl TraceId {
    /// Returns what is noted of the request with the rows that it makes.
    pub(crate) fn noted(self, now_ms: u64) -> lifeos_store::Request {
        lifeos_store::Request {
            now_ms,
            trace: self.0,
        }
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl<S: Sync> FromRequestParts<S> for TraceId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let id = parts.extensions.get::<Self>().copied();
        id.ok_or_else(|| Problem::internal("no trace"))
    }
}

/// Returns the trace id of a `traceparent` (W3C Trace Context, version 00 and later).
fn trace_id(text: &str) -> Option<TraceId> {
    let hex = |part: &str| {
        part.bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let mut parts = text.split('-');
    let (version, trace, parent, flags) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let widths = (version.len(), trace.len(), parent.len(), flags.len()) == (2, 32, 16, 2);
    let valid = widths && [version, trace, parent, flags].into_iter().all(hex) && version != "ff";
    let zero = trace.bytes().all(|byte| byte == b'0') || parent.bytes().all(|byte| byte == b'0');
    if !valid || zero || (version == "00" && parts.next().is_some()) {
        return None;
    }
    let number = u128::from_str_radix(trace, 16).ok()?;
    Some(TraceId(number.to_be_bytes()))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;

    #[test]
    fn only_a_whole_traceparent_gives_a_trace() {
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        let whole = format!("00-{trace}-00f067aa0ba902b7-01");
        assert_eq!(trace_id(&whole).unwrap().to_string(), trace);
        assert_eq!(trace_id(&format!("{whole}-more")), None);
        assert_eq!(trace_id(&whole.to_uppercase()), None);
        assert_eq!(
            trace_id(&format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32))),
            None
        );
        assert_eq!(trace_id("a person typed this"), None);
    }
}
