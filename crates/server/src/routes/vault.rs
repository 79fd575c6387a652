//! The box's halves of local vault keys, for devices whose passkey has no PRF.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use lifeos_protocol::api::{Binary, VaultHalf, VaultHalfRelease};
use lifeos_protocol::box_log::BoxEvent;
use lifeos_protocol::ids::DeviceId;
use lifeos_store::BoxNote;

use super::passkeys::verify_discoverable;
use crate::acts::Act;
use crate::authorise::{Object, Who};
use crate::body::Json;
use crate::guard::allow;
use crate::names::Called;
use crate::notes::{From, note, noted};
use crate::problem::Problem;
use crate::session::Authenticated;
use crate::state::{AppState, now_ms};

/// Leaves the box's half of the session's own device.
#[utoipa::path(put, path = "/api/v1/vault-halves/{device}", tag = "vault", request_body = VaultHalf,
    params(("device" = String, Path)), security(("session" = [])),
    responses((status = 204), (status = 403)))]
pub(crate) async fn put(
    State(state): State<AppState>,
    session: Authenticated,
    Path(device): Path<DeviceId>,
    Json(asked): Json<VaultHalf>,
) -> Result<StatusCode, Problem> {
    session.may(Act::KeepHalf, &Object::Device(session.0.account, device))?;
    let half: [u8; 32] = asked
        .half
        .as_ref()
        .try_into()
        .map_err(|_| Problem::malformed())?;
    state
        .store
        .put_vault_half(session.0.account, device, half, now_ms())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Releases a half after the user verification of a passkey of its account.
#[utoipa::path(post, path = "/api/v1/vault-halves/{device}/release", tag = "vault",
    params(("device" = String, Path)), request_body = VaultHalfRelease,
    responses((status = 200, body = VaultHalf), (status = 403), (status = 404)))]
pub(crate) async fn release(
    State(state): State<AppState>,
    Called(name): Called,
    Path(device): Path<DeviceId>,
    from: From,
    Json(asked): Json<VaultHalfRelease>,
) -> Result<axum::Json<VaultHalf>, Problem> {
    if asked.device != device {
        return Err(Problem::malformed());
    }
    let shown = verify_discoverable(&state, &name, &asked.ceremony, asked.credential).await;
    let passkey = noted(&state, from, BoxEvent::SignInRefused, shown).await?;
    let proven = Who::Proven(passkey.account);
    let of = Object::Device(passkey.account, device);
    allow(&proven, Act::ReleaseHalf, &of)?;
    let half = state
        .store
        .vault_half(passkey.account, device)
        .await?
        .ok_or_else(Problem::not_found)?;
    let released = BoxNote::of(BoxEvent::HalfReleased)
        .account(passkey.account)
        .signer(device.into())
        .origin(from.0);
    note(&state, released).await?;
    Ok(axum::Json(VaultHalf {
        half: Binary(half.to_vec()),
    }))
}
