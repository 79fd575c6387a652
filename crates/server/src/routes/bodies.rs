//! Bodies sealed anew after an erasure.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use lifeos_protocol::Wire;
use lifeos_protocol::bodies::{self, Bodies};
use lifeos_protocol::ids::SpaceId;
use lifeos_protocol::refusal::Refusal;

use crate::acts::Act;
use crate::authorise::Object;
use crate::body::is_of_type;
use crate::problem::Problem;
use crate::session::Authenticated;
use crate::state::AppState;

/// Replaces the bodies of changes that an erasure in the space's log names, all or none; answers
/// when the old ones are gone from the disk. The erasure itself was signed after a fresh
/// verification, so that none is asked for here; the same bodies again change nothing.
#[utoipa::path(post, path = "/api/v1/spaces/{space}/bodies", tag = "changes",
    params(("space" = String, Path)), security(("session" = [])),
    request_body(content = Vec<u8>, content_type = "application/vnd.lifeos.bodies"),
    responses((status = 204), (status = 403), (status = 404), (status = 409), (status = 413),
        (status = 422), (status = 503), (status = 507)))]
pub(crate) async fn replace(
    State(state): State<AppState>,
    session: Authenticated,
    Path(space): Path<SpaceId>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let standing = state.store.standing(session.0.account, space).await?;
    session.may(Act::Reseal, &Object::Space(standing))?;
    if !is_of_type(&headers, bodies::MEDIA_TYPE) {
        return Err(Problem::media_type());
    }
    let bodies = Bodies::from_bytes(&body).map_err(Refusal::from)?;
    state.store.reseal(space, session.0.account, bodies).await?;
    Ok(StatusCode::NO_CONTENT)
}
