//! Coming in: claiming a box that nobody has claimed, and accepting an invitation.

use axum::extract::State;
use axum::http::StatusCode;
use lifeos_protocol::api::{ClaimBegin, ClaimBegun, ClaimFinish, ClaimedLog, Entry};
use lifeos_protocol::ids::AccountId;
use lifeos_store::{Brought, Ceremony, NewAccount, NewStatement, StoredEntry, StoredPasskey};
use serde::{Deserialize, Serialize};
use webauthn_rs::prelude::PasskeyRegistration;

use super::logs::read_append;
use super::passkeys::{CEREMONY_MS, fresh_ceremony, parse_ceremony};
use crate::acts::Act;
use crate::authorise::{Object, Who};
use crate::body::Json;
use crate::guard::allow;
use crate::names::Called;
use crate::problem::Problem;
use crate::start::claim_code_hash;
use crate::state::{App, AppState, now_ms};
use crate::trace::TraceId;
use crate::webauthn;

#[derive(Serialize, Deserialize)]
struct Begun {
    account: AccountId,
    registration: PasskeyRegistration,
}

/// Checks the code or invitation without using it up, and begins the making of the first passkey.
#[utoipa::path(post, path = "/api/v1/claim/begin", tag = "claim", request_body = ClaimBegin,
    responses((status = 200, body = ClaimBegun), (status = 403), (status = 409), (status = 429)))]
pub(crate) async fn begin(
    State(state): State<AppState>,
    Called(name): Called,
    Json(asked): Json<ClaimBegin>,
) -> Result<axum::Json<ClaimBegun>, Problem> {
    allow(&Who::Anybody, Act::BeginClaim, &Object::Box)?;
    let now = now_ms();
    try_entry(&state, &asked.entry, now).await?;
    let (options, registration) = webauthn::begin_registration(&name.party, asked.account, &[])?;
    let begun = Begun {
        account: asked.account,
        registration,
    };
    let kept = serde_json::to_vec(&begun).map_err(|_| Problem::internal("ceremony"))?;
    let (id, ceremony) = fresh_ceremony();
    state
        .store
        .put_ceremony(id, Ceremony::Claim, kept, now + CLAIM_MS, now)
        .await?;
    Ok(axum::Json(ClaimBegun { ceremony, options }))
}

/// Makes the account: all or nothing; uses the code or invitation up.
#[utoipa::path(post, path = "/api/v1/claim/finish", tag = "claim", request_body = ClaimFinish,
    responses((status = 204), (status = 403), (status = 409), (status = 410), (status = 422)))]
pub(crate) async fn finish(
    State(state): State<AppState>,
    Called(name): Called,
    trace: TraceId,
    Json(asked): Json<ClaimFinish>,
) -> Result<StatusCode, Problem> {
    allow(&Who::Anybody, Act::FinishClaim, &Object::Box)?;
    let now = now_ms();
    let entry = try_entry(&state, &asked.entry, now).await?;
    let id = parse_ceremony(&asked.ceremony)?;
    // Kept, not taken: whoever is refused for another reason may try again with the same passkey.
    let (kept, _) = state
        .store
        .ceremony(id, Ceremony::Claim, now)
        .await?
        .ok_or_else(Problem::ceremony)?;
    let begun: Begun = serde_json::from_slice(&kept).map_err(|_| Problem::internal("ceremony"))?;
    let passkey =
        webauthn::finish_registration(&name.party, asked.credential, &begun.registration)?;
    let half = asked
        .vault_half
        .map(|half| <[u8; 32]>::try_from(half.as_ref()).map_err(|_| Problem::malformed()))
        .transpose()?;
    let new = NewAccount {
        account: begun.account,
        account_log: read_log(asked.account_log)?,
        space_logs: asked
            .space_logs
            .into_iter()
            .map(read_log)
            .collect::<Result<_, _>>()?,
        passkey: StoredPasskey {
            credential: passkey.cred_id().to_vec(),
            account: begun.account,
            method: None,
            device: half.map(|_| asked.device),
            passkey: serde_json::to_string(&passkey).map_err(|_| Problem::internal("passkey"))?,
        },
        vault_half: half.map(|half| (asked.device, half)),
    };
    state.store.claim(entry, new, trace.noted(now)).await?;
    state.store.take_ceremony(id, Ceremony::Claim, now).await?;
    match entry {
        StoredEntry::Claim(_) => tracing::info!("the box was claimed"),
        StoredEntry::Invite(brought) => {
            tracing::info!("an account came in by an invitation");
            super::invites::tell_accepted(&state, brought.invite).await?;
        }
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Judges by what somebody wants to come in, and counts what is wrong.
async fn try_entry(state: &App, entry: &Entry, now: u64) -> Result<StoredEntry, Problem> {
    match entry {
        Entry::Claim { code } => {
            let code = claim_code_hash(code);
            if state.store.is_claimed().await? {
                return Err(Problem::claimed());
            }
            match code {
                Some(code) if state.store.try_claim_code(Some(code), now).await? => {
                    Ok(StoredEntry::Claim(code))
                }
                Some(_) => Err(Problem::claim_code()),
                None => {
                    state.store.try_claim_code(None, now).await?;
                    Err(Problem::claim_code())
                }
            }
        }
        Entry::Invite {
            invite,
            check,
            proof,
        } => {
            let brought = Brought {
                invite: *invite,
                check: *check,
                proof: *proof,
            };
            state.store.try_invite(brought, now).await?;
            Ok(StoredEntry::Invite(brought))
        }
    }
}

/// Between the two steps the person keeps a kit safe: longer than a passkey's ceremony.
const CLAIM_MS: u64 = 6 * CEREMONY_MS;

fn read_log(log: ClaimedLog) -> Result<Vec<NewStatement>, Problem> {
    log.appends.into_iter().map(read_append).collect()
}
