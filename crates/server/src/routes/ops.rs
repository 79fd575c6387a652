//! What anybody may know, and what whoever runs the box may know.

use axum::extract::State;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use lifeos_protocol::PROTOCOL_VERSION;
use lifeos_protocol::api::BoxState;
use lifeos_protocol::box_log::BoxEvent;
use lifeos_protocol::hash::sha256;
use subtle::ConstantTimeEq;

use crate::acts::Act;
use crate::authorise::{Object, Who};
use crate::guard::allow;
use crate::notes::{From, figures_read, noted};
use crate::problem::Problem;
use crate::state::{AppState, now_ms};
use crate::version::FLOOR;
use crate::watch;

/// What anybody may know of this box.
#[utoipa::path(get, path = "/api/v1/box", tag = "box", responses((status = 200, body = BoxState)))]
pub(crate) async fn box_state(
    State(state): State<AppState>,
) -> Result<axum::Json<BoxState>, Problem> {
    allow(&Who::Anybody, Act::ReadBox, &Object::Box)?;
    Ok(axum::Json(BoxState {
        instance: state.instance.instance,
        incarnation: state.instance.incarnation,
        claimed: state.store.is_claimed().await?,
        version: PROTOCOL_VERSION,
        floor: FLOOR,
        server_ms: now_ms(),
        names: state.names.texts(),
    }))
}

pub(crate) async fn openapi() -> Result<axum::Json<utoipa::openapi::OpenApi>, Problem> {
    allow(&Who::Anybody, Act::ReadInterface, &Object::Box)?;
    Ok(axum::Json(super::openapi()))
}

/// Says that the process answers and its store reads; nothing else.
pub(crate) async fn health(State(state): State<AppState>) -> Result<&'static str, Problem> {
    allow(&Who::Anybody, Act::ReadHealth, &Object::Box)?;
    state.store.is_claimed().await?;
    Ok("ok\n")
}

pub(crate) async fn metrics(
    State(state): State<AppState>,
    from: From,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let token = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .ok_or_else(Problem::no_session)?;
    let right = sha256(token.as_bytes())
        .as_bytes()
        .ct_eq(state.metrics_token_hash.as_bytes());
    let right = bool::from(right)
        .then_some(())
        .ok_or_else(Problem::no_session);
    noted(&state, from, BoxEvent::FiguresRefused, right).await?;
    allow(&Who::Operator, Act::ReadFigures, &Object::Box)?;
    figures_read(&state, from).await?;
    let page = state.metrics.page() + &watch::page(&state);
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    Ok(([(CONTENT_TYPE, kind)], page).into_response())
}
