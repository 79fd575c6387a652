//! One span a request, named by its route and never by its address, joined to the caller's W3C
//! trace where one is given. What happens on the way to the disk is logged inside it.

use axum::extract::{MatchedPath, Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;
use std::time::Instant;
use tracing::Instrument;

use crate::state::AppState;

const TRACEPARENT: &str = "traceparent";

pub(crate) async fn follow(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let trace = request
        .headers()
        .get(TRACEPARENT)
        .and_then(|value| value.to_str().ok())
        .and_then(trace_id)
        .map_or_else(fresh_trace_id, str::to_owned);
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

/// Returns the trace id of a `traceparent` (W3C Trace Context, version 00 and later).
fn trace_id(text: &str) -> Option<&str> {
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
    (valid && !zero && (version != "00" || parts.next().is_none())).then_some(trace)
}

fn fresh_trace_id() -> String {
    let bytes: [u8; 16] = crate::random::bytes();
    bytes
        .iter()
        .fold(String::with_capacity(32), |mut text, byte| {
            use std::fmt::Write;
            // Writing to a String never fails.
            write!(text, "{byte:02x}").ok();
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_traceparent_gives_a_trace() {
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        let whole = format!("00-{trace}-00f067aa0ba902b7-01");
        assert_eq!(trace_id(&whole), Some(trace));
        assert_eq!(trace_id(&format!("{whole}-more")), None);
        assert_eq!(trace_id(&whole.to_uppercase()), None);
        assert_eq!(
            trace_id(&format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32))),
            None
        );
        assert_eq!(trace_id("a person typed this"), None);
    }
}
