//! Where a request came from, as the browser says it: no foreign page reaches the box's interface,
//! neither by a form, nor by a script, nor by an image.

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::ORIGIN;
use axum::middleware::Next;
use axum::response::Response;

use crate::names::Names;
use crate::problem::Problem;
use crate::state::AppState;

/// Refuses what a foreign page started. Clients that are no browser send neither header.
pub(crate) async fn check(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let path = request.uri().path();
    let is_api = path.starts_with("/api/");
    let changes = !request.method().is_safe();
    if (is_api || changes) && !is_own(request.headers(), &state.names, changes) {
        return Err(Problem::cross_site());
    }
    Ok(next.run(request).await)
}

fn is_own(headers: &HeaderMap, own: &Names, changes: bool) -> bool {
    // "none" is an address that the person typed.
    let site = headers
        .get_all("sec-fetch-site")
        .iter()
        .all(|site| site == "same-origin" || (site == "none" && !changes));
    // A WebSocket handshake names its origin even in browsers that leave the other header out.
    let origin = headers
        .get_all(ORIGIN)
        .iter()
        .all(|origin| origin.to_str().is_ok_and(|origin| own.has(origin)));
    site && origin
}
