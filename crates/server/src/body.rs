//! Bodies: read whole within a size and a time, then taken as what the address takes.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, Request, State};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use crate::problem::Problem;
use crate::state::AppState;

/// Largest body of an address that takes JSON.
pub(crate) const SMALL_BYTES: usize = 64 << 10;
/// Largest body of a push (a batch of 1 MiB) or of a log's statements with their wraps.
pub(crate) const LARGE_BYTES: usize = (1 << 20) + (64 << 10);

/// Reads the body of every request to the interface before anything else is done with it.
pub(crate) async fn read(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let path = request.uri().path();
    let large = path.contains("/spaces/") || path.contains("/logs") || path.contains("/claim");
    let limit = if large { LARGE_BYTES } else { SMALL_BYTES };
    let (parts, body) = request.into_parts();
    let body = collect(&parts.headers, body, limit, state.config.limits.body).await?;
    Ok(next.run(Request::from_parts(parts, Body::from(body))).await)
}

async fn collect(
    headers: &HeaderMap,
    body: Body,
    limit: usize,
    time: Duration,
) -> Result<Bytes, Problem> {
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(Problem::too_large());
    }
    match timeout(time, Limited::new(body, limit).collect()).await {
        Err(_) => Err(Problem::too_slow()),
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.downcast_ref::<LengthLimitError>().is_some() => {
            Err(Problem::too_large())
        }
        Ok(Err(_)) => Err(Problem::cut()),
    }
}

/// A JSON body. Unlike axum's own, a refusal repeats nothing of what was sent.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<AppState> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Problem> {
        if !is_of_type(request.headers(), "application/json") {
            return Err(Problem::media_type());
        }
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|_| Problem::cut())?;
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|_| Problem::malformed())
    }
}

/// Whether the body says that it is of this type.
pub(crate) fn is_of_type(headers: &HeaderMap, media_type: &str) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|value| value.trim().eq_ignore_ascii_case(media_type))
}
