//! Step-up: a passkey or a method's own key (a kit's) verifies the person anew, for five minutes.

use axum::extract::State;
use lifeos_protocol::api::{PasskeyAnswer, PasskeyChallenge, SessionAnswer, SteppedUp};
use lifeos_protocol::box_log::BoxEvent;
use lifeos_protocol::log::Signer;
use lifeos_store::{BoxNote, Ceremony};
use webauthn_rs::prelude::PasskeyAuthentication;

use super::passkeys::{
    CEREMONY_MS, fresh_ceremony, note, passkeys_of, read_passkey, take_ceremony,
};
use super::sessions::{Answered, verified};
use crate::acts::Act;
use crate::body::Json;
use crate::live::LiveSession;
use crate::names::Called;
use crate::notes;
use crate::problem::Problem;
use crate::session::{Authenticated, FRESH_MS};
use crate::state::{App, AppState, now_ms};
use crate::webauthn;

/// Begins a step-up with the passkeys of the account.
#[utoipa::path(post, path = "/api/v1/step-up/challenge", tag = "sessions", security(("session" = [])),
    responses((status = 200, body = PasskeyChallenge), (status = 403)))]
pub(crate) async fn challenge(
    State(state): State<AppState>,
    own: Authenticated,
    Called(name): Called,
) -> Result<axum::Json<PasskeyChallenge>, Problem> {
    own.may_here(Act::BeginStepUp)?;
    let Authenticated(session) = own;
    let passkeys = passkeys_of(&state, session.account).await?;
    if passkeys.is_empty() {
        return Err(Problem::passkey());
    }
    let (options, kept) = name
        .party
        .start_passkey_authentication(&passkeys)
        .map_err(webauthn::refused)?;
    let options = webauthn::request_options(options)?;
    // Bound to the session that asked: another session's answer does not count here.
    let kept =
        serde_json::to_vec(&(session.id, kept)).map_err(|_| Problem::internal("ceremony"))?;
    let (id, ceremony) = fresh_ceremony();
    let now = now_ms();
    state
        .store
        .put_ceremony(id, Ceremony::StepUp, kept, now + CEREMONY_MS, now)
        .await?;
    Ok(axum::Json(PasskeyChallenge { ceremony, options }))
}

/// Ends a step-up.
#[utoipa::path(post, path = "/api/v1/step-up", tag = "sessions", request_body = PasskeyAnswer,
    security(("session" = [])), responses((status = 200, body = SteppedUp), (status = 403), (status = 409)))]
pub(crate) async fn verify(
    State(state): State<AppState>,
    own: Authenticated,
    Called(name): Called,
    Json(answer): Json<PasskeyAnswer>,
) -> Result<axum::Json<SteppedUp>, Problem> {
    own.may_here(Act::StepUp)?;
    let Authenticated(session) = own;
    let assertion = webauthn::read_assertion(answer.credential)?;
    let kept = take_ceremony(&state, &answer.ceremony, Ceremony::StepUp).await?;
    let (asked_by, kept): ([u8; 16], PasskeyAuthentication) =
        serde_json::from_slice(&kept).map_err(|_| Problem::internal("ceremony"))?;
    if asked_by != session.id {
        return Err(Problem::ceremony());
    }
    let result = name
        .party
        .finish_passkey_authentication(&assertion, &kept)
        .map_err(webauthn::refused)?;
    // The passkey may have been revoked since the challenge.
    let stored = state.store.passkey(result.cred_id().as_slice()).await?;
    let stored = stored.filter(|stored| stored.account == session.account);
    let stored = stored.ok_or_else(Problem::passkey)?;
    if !result.user_verified() {
        return Err(Problem::passkey());
    }
    note(&state, &stored, &mut read_passkey(&stored)?, &result).await?;
    stepped_up(&state, &session).await
}

/// Ends a step-up with a method's own key, for who has a kit and no passkey at hand: the answer to a
/// challenge for sessions that names the method. No session is opened for it.
#[utoipa::path(post, path = "/api/v1/step-up/method", tag = "sessions", request_body = SessionAnswer,
    security(("session" = [])), responses((status = 200, body = SteppedUp), (status = 403), (status = 409)))]
pub(crate) async fn verify_method(
    State(state): State<AppState>,
    own: Authenticated,
    Called(name): Called,
    Json(answered): Json<SessionAnswer>,
) -> Result<axum::Json<SteppedUp>, Problem> {
    own.may_here(Act::StepUpByMethod)?;
    let Authenticated(session) = own;
    let Answered { answer, log, .. } = verified(&state, &name, &answered).await?;
    let is_own = answer.account == session.account;
    // A device that answers for itself says nothing about who holds it.
    match log.active_signer(answer.signer) {
        Some(Signer::Method(_)) if is_own => stepped_up(&state, &session).await,
        _ => Err(Problem::forbidden()),
    }
}

async fn stepped_up(state: &App, session: &LiveSession) -> Result<axum::Json<SteppedUp>, Problem> {
    let now = now_ms();
    state.store.verify_session(session.row, now).await?;
    session.set_verified(now);
    let stepped = BoxNote::of(BoxEvent::SteppedUp)
        .account(session.account)
        .signer(session.signer);
    notes::note(state, stepped).await?;
    Ok(axum::Json(SteppedUp {
        until_ms: now + FRESH_MS,
    }))
}
