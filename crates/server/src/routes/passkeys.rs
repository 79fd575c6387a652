//! Passkeys and kits: signing in before there is a session, and adding a passkey to an account.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use lifeos_protocol::api::{
    Binary, KitLookup, MethodList, MethodMaterial, MethodRow, PasskeyAnswer, PasskeyAsserted,
    PasskeyChallenge, PasskeyStored,
};
use lifeos_protocol::box_log::BoxEvent;
use lifeos_protocol::ids::AccountId;
use lifeos_store::{Ceremony, Material, StoredPasskey};
use serde_json::Value;
use webauthn_rs::prelude::{DiscoverableAuthentication, Passkey, PasskeyRegistration, Uuid};

use super::logs::behind_epochs;
use super::page::{Paging, next};
use crate::acts::Act;
use crate::authorise::{Object, Who};
use crate::body::Json;
use crate::guard::allow;
use crate::names::{Called, Name};
use crate::notes::{From, noted};
use crate::problem::Problem;
use crate::session::Authenticated;
use crate::state::{App, AppState, now_ms};
use crate::webauthn;

/// How long a ceremony lives.
pub(crate) const CEREMONY_MS: u64 = 5 * 60 * 1000;

/// Returns sealed keys of the account's methods, a page at a time.
#[utoipa::path(get, path = "/api/v1/methods", tag = "passkeys", params(Paging), security(("session" = [])),
    responses((status = 200, body = MethodList)))]
pub(crate) async fn methods(
    State(state): State<AppState>,
    session: Authenticated,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<MethodList>, Problem> {
    session.may_here(Act::ReadMethods)?;
    let page = state
        .store
        .method_keys_page(session.0.account, paging.after()?, paging.limit())
        .await?;
    let next = next(&page, |key| key.method);
    let row = |key: lifeos_store::MethodKey| MethodRow {
        method: key.method,
        sealed: Binary(key.sealed),
        credential: key.credential.map(Binary),
    };
    Ok(axum::Json(MethodList {
        methods: page.rows.into_iter().map(row).collect(),
        next,
    }))
}

/// Begins a sign-in by a discoverable passkey.
#[utoipa::path(post, path = "/api/v1/passkeys/challenge", tag = "sign in",
    responses((status = 200, body = PasskeyChallenge), (status = 429)))]
pub(crate) async fn challenge(
    State(state): State<AppState>,
    Called(name): Called,
) -> Result<axum::Json<PasskeyChallenge>, Problem> {
    allow(&Who::Anybody, Act::BeginSignIn, &Object::Box)?;
    let (options, kept) = name
        .party
        .start_discoverable_authentication()
        .map_err(webauthn::refused)?;
    let options = webauthn::request_options(options)?;
    let kept = serde_json::to_vec(&kept).map_err(|_| Problem::internal("ceremony"))?;
    let (id, ceremony) = fresh_ceremony();
    let now = now_ms();
    state
        .store
        .put_ceremony(id, Ceremony::SignIn, kept, now + CEREMONY_MS, now)
        .await?;
    Ok(axum::Json(PasskeyChallenge { ceremony, options }))
}

/// Ends a sign-in: whose passkey it is, and what its method needs.
#[utoipa::path(post, path = "/api/v1/passkeys/assert", tag = "sign in", request_body = PasskeyAnswer,
    responses((status = 200, body = PasskeyAsserted), (status = 403), (status = 409)))]
pub(crate) async fn assert(
    State(state): State<AppState>,
    Called(name): Called,
    from: From,
    Json(answer): Json<PasskeyAnswer>,
) -> Result<axum::Json<PasskeyAsserted>, Problem> {
    let shown = verify_discoverable(&state, &name, &answer.ceremony, answer.credential).await;
    let passkey = noted(&state, from, BoxEvent::SignInRefused, shown).await?;
    let (proven, of) = (Who::Proven(passkey.account), passkey.account);
    allow(&proven, Act::ShowPasskey, &Object::Account(of))?;
    let material = match passkey.method {
        Some(method) => state.store.material_of_method(method).await?.map(material),
        None => None,
    };
    Ok(axum::Json(PasskeyAsserted {
        account: passkey.account,
        material,
    }))
}

/// Returns what a kit's owner opens the account with.
#[utoipa::path(post, path = "/api/v1/kits/lookup", tag = "sign in", request_body = KitLookup,
    responses((status = 200, body = MethodMaterial), (status = 404)))]
pub(crate) async fn lookup_kit(
    State(state): State<AppState>,
    from: From,
    Json(asked): Json<KitLookup>,
) -> Result<axum::Json<MethodMaterial>, Problem> {
    allow(&Who::Anybody, Act::FindKit, &Object::Box)?;
    let found = state.store.material_of_kit(asked.lookup).await?;
    let found = found.map(material).ok_or_else(Problem::not_found);
    let found = noted(&state, from, BoxEvent::SignInRefused, found).await?;
    Ok(axum::Json(found))
}

/// Begins the making of another passkey for the account.
#[utoipa::path(post, path = "/api/v1/passkeys/registration", tag = "passkeys",
    security(("session" = [])), responses((status = 200, body = PasskeyChallenge), (status = 403)))]
pub(crate) async fn registration(
    State(state): State<AppState>,
    session: Authenticated,
    Called(name): Called,
) -> Result<axum::Json<PasskeyChallenge>, Problem> {
    session.may_here(Act::BeginPasskey)?;
    let existing = passkeys_of(&state, session.0.account).await?;
    let (options, kept) = webauthn::begin_registration(&name.party, session.0.account, &existing)?;
    let kept = serde_json::to_vec(&(session.0.account, kept))
        .map_err(|_| Problem::internal("ceremony"))?;
    let (id, ceremony) = fresh_ceremony();
    let now = now_ms();
    state
        .store
        .put_ceremony(id, Ceremony::Register, kept, now + CEREMONY_MS, now)
        .await?;
    Ok(axum::Json(PasskeyChallenge { ceremony, options }))
}

/// Stores another passkey of the account; its method follows in the account log.
#[utoipa::path(post, path = "/api/v1/passkeys", tag = "passkeys", request_body = PasskeyAnswer,
    security(("session" = [])), responses((status = 200, body = PasskeyStored), (status = 403)))]
pub(crate) async fn store(
    State(state): State<AppState>,
    session: Authenticated,
    Called(name): Called,
    Json(answer): Json<PasskeyAnswer>,
) -> Result<(StatusCode, axum::Json<PasskeyStored>), Problem> {
    session.may_here(Act::AddPasskey)?;
    let now = now_ms();
    let kept = take_ceremony(&state, &answer.ceremony, Ceremony::Register).await?;
    let (account, kept): (AccountId, PasskeyRegistration) =
        serde_json::from_slice(&kept).map_err(|_| Problem::internal("ceremony"))?;
    if account != session.0.account {
        return Err(Problem::ceremony());
    }
    let passkey = webauthn::finish_registration(&name.party, answer.credential, &kept)?;
    let credential = passkey.cred_id().to_vec();
    if state.store.passkey(&credential).await?.is_some() {
        return Err(Problem::passkey());
    }
    let stored = StoredPasskey {
        credential: credential.clone(),
        account,
        method: None,
        device: None,
        passkey: serde_json::to_string(&passkey).map_err(|_| Problem::internal("passkey"))?,
    };
    state.store.add_passkey(stored, now).await?;
    Ok((
        StatusCode::OK,
        axum::Json(PasskeyStored {
            credential: Binary(credential),
        }),
    ))
}

/// Verifies the answer to a discoverable challenge and returns the passkey that gave it.
pub(crate) async fn verify_discoverable(
    state: &App,
    name: &Name,
    ceremony: &str,
    credential: Value,
) -> Result<StoredPasskey, Problem> {
    let answer = webauthn::read_assertion(credential)?;
    let kept = take_ceremony(state, ceremony, Ceremony::SignIn).await?;
    let kept: DiscoverableAuthentication =
        serde_json::from_slice(&kept).map_err(|_| Problem::internal("ceremony"))?;
    let (handle, id) = name
        .party
        .identify_discoverable_authentication(&answer)
        .map_err(webauthn::refused)?;
    let stored = state
        .store
        .passkey(id)
        .await?
        .ok_or_else(Problem::passkey)?;
    if handle != Uuid::from_bytes(*stored.account.as_bytes()) {
        return Err(Problem::passkey());
    }
    let mut passkey = read_passkey(&stored)?;
    let result = name
        .party
        .finish_discoverable_authentication_v2(&answer, kept, &passkey)
        .map_err(webauthn::refused)?;
    if !result.user_verified() {
        return Err(Problem::passkey());
    }
    note(state, &stored, &mut passkey, &result).await?;
    Ok(stored)
}

/// Keeps what a use changed in a passkey.
pub(crate) async fn note(
    state: &App,
    stored: &StoredPasskey,
    passkey: &mut Passkey,
    result: &webauthn_rs::prelude::AuthenticationResult,
) -> Result<(), Problem> {
    let changed = passkey.update_credential(result) == Some(true);
    let json = changed.then(|| serde_json::to_string(passkey));
    let json = json.transpose().map_err(|_| Problem::internal("passkey"))?;
    state
        .store
        .note_passkey(stored.credential.clone(), json, now_ms())
        .await?;
    Ok(())
}

/// Returns the passkeys of an account as webauthn-rs takes them. One that cannot be read is told to
/// the log and left out: it keeps nobody from using the others.
pub(crate) async fn passkeys_of(state: &App, account: AccountId) -> Result<Vec<Passkey>, Problem> {
    let stored = state.store.passkeys_of(account).await?;
    let readable = stored.iter().filter_map(|stored| read_passkey(stored).ok());
    Ok(readable.collect())
}

pub(crate) fn read_passkey(stored: &StoredPasskey) -> Result<Passkey, Problem> {
    serde_json::from_str(&stored.passkey).map_err(|_| Problem::internal("stored passkey"))
}

/// Ends a ceremony and returns what was remembered of it.
pub(crate) async fn take_ceremony(
    state: &App,
    ceremony: &str,
    kind: Ceremony,
) -> Result<Vec<u8>, Problem> {
    let id = parse_ceremony(ceremony)?;
    state
        .store
        .take_ceremony(id, kind, now_ms())
        .await?
        .ok_or_else(Problem::ceremony)
}

/// Makes the name of a new ceremony.
pub(crate) fn fresh_ceremony() -> ([u8; 16], String) {
    let id: [u8; 16] = crate::random::bytes();
    (id, lifeos_protocol::CeremonyId::new(id).to_hex())
}

/// Reads the name of a ceremony.
pub(crate) fn parse_ceremony(text: &str) -> Result<[u8; 16], Problem> {
    let id: lifeos_protocol::CeremonyId = text.parse().map_err(|_| Problem::ceremony())?;
    Ok(*id.as_bytes())
}

fn material(found: Material) -> MethodMaterial {
    let binaries = |list: Vec<Vec<u8>>| list.into_iter().map(Binary).collect();
    MethodMaterial {
        account: found.account,
        method: found.method,
        sealed: Binary(found.sealed),
        account_log: binaries(found.account_log),
        wraps: binaries(found.wraps.wraps),
        previous: behind_epochs(found.wraps.previous),
    }
}
