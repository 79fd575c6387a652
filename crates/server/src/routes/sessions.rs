//! Sessions: a device or method signs the box's challenge; lists; cutting.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};
use lifeos_protocol::Wire;
use lifeos_protocol::api::{
    Binary, SessionAnswer, SessionBegin, SessionChallenge, SessionList, SessionOpened, SessionRow,
};
use lifeos_protocol::box_log::BoxEvent;
use lifeos_protocol::codec::{Reader, Writer};
use lifeos_protocol::ids::{AccountId, CeremonyId, Hash, SignerId};
use lifeos_protocol::log::{AccountLog, Signer};
use lifeos_protocol::session::{Answer, Challenge, cookie_hash};
use lifeos_protocol::signature::Signature;
use lifeos_protocol::tail::{Notice, NoticeKind};
use lifeos_store::{BoxNote, Ceremony, NewSession, SignerKind};
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

use super::page::{Paging, next};
use super::passkeys::{fresh_ceremony, take_ceremony};
use crate::acts::Act;
use crate::authorise::{Object, Who};
use crate::body::Json;
use crate::guard::allow;
use crate::hub::Audience;
use crate::names::{Called, Name};
use crate::notes::{From, note, noted};
use crate::problem::Problem;
use crate::session::{Authenticated, clear_cookie, set_cookie};
use crate::state::{App, AppState, now_ms};

/// How long a challenge may wait for its answer.
const CHALLENGE_MS: u64 = 60 * 1000;
/// How long a session lives that nobody uses.
const SESSION_MS: u64 = 30 * 24 * 60 * 60 * 1000;

/// Asks a device or method to sign. Says nothing about whether there is one.
#[utoipa::path(post, path = "/api/v1/sessions/challenge", tag = "sign in", request_body = SessionBegin,
    responses((status = 200, body = SessionChallenge), (status = 429)))]
pub(crate) async fn challenge(
    State(state): State<AppState>,
    Json(asked): Json<SessionBegin>,
) -> Result<axum::Json<SessionChallenge>, Problem> {
    allow(&Who::Anybody, Act::BeginSession, &Object::Box)?;
    let secret = StaticSecret::from(crate::random::bytes::<32>());
    let challenge = Challenge {
        nonce: crate::random::bytes(),
        box_key: PublicKey::from(&secret).to_bytes(),
        instance: state.instance.instance,
    };
    let mut kept = Writer::new();
    kept.put(&asked.account)
        .put(&asked.signer)
        .put(&challenge)
        .raw(secret.as_bytes());
    let (id, ceremony) = fresh_ceremony();
    let now = now_ms();
    state
        .store
        .put_ceremony(
            id,
            Ceremony::Session,
            kept.finish(),
            now + CHALLENGE_MS,
            now,
        )
        .await?;
    Ok(axum::Json(SessionChallenge {
        ceremony,
        challenge: Binary::of(&challenge),
    }))
}

/// Opens a session for whoever signed the challenge.
#[utoipa::path(post, path = "/api/v1/sessions", tag = "sign in", request_body = SessionAnswer,
    responses((status = 200, body = SessionOpened), (status = 403), (status = 409)))]
pub(crate) async fn open(
    State(state): State<AppState>,
    Called(name): Called,
    from: From,
    Json(answered): Json<SessionAnswer>,
) -> Result<Response, Problem> {
    let Answered {
        answer,
        secret,
        log,
    } = {
        let verified = verified(&state, &name, &answered).await;
        noted(&state, from, BoxEvent::SignInRefused, verified).await?
    };
    let (account, signer) = (answer.account, answer.signer);
    let found = log.signer(signer).ok_or_else(Problem::forbidden)?;
    // Only whoever holds the key learns that it was revoked, and is given the proof of it.
    if log.active_signer(signer).is_none() {
        let refused = BoxNote::of(BoxEvent::SignInRefused)
            .account(account)
            .signer(signer)
            .origin(from.0);
        note(&state, refused).await?;
        let account_log = log.statements().iter().map(Binary::of).collect();
        return Ok(Problem::revoked().with_account_log(account_log));
    }
    let proven = Who::Proven(account);
    allow(&proven, Act::OpenSession, &Object::Account(account))?;
    let shared = secret.diffie_hellman(&PublicKey::from(answer.own_key));
    let key = answer
        .derive_session_key(shared.as_bytes())
        .map_err(|_| Problem::forbidden())?;
    let cookie = Hash::new(crate::random::bytes()).to_hex();
    let id: [u8; 16] = crate::random::bytes();
    let now = now_ms();
    let opened = SessionOpened {
        session: CeremonyId::new(id).to_hex(),
        cookie_hash: cookie_hash(&cookie),
        expires_ms: now + SESSION_MS,
        server_ms: now,
    };
    let (kind, verified_ms) = match found {
        Signer::Device(_) => (SignerKind::Device, 0),
        Signer::Method(_) => (SignerKind::Method, now),
    };
    let cookie_hash = opened.cookie_hash;
    let new = NewSession {
        cookie_hash,
        id,
        account,
        signer,
        kind,
        key,
        verified_ms,
        now_ms: now,
        origin: from.0,
    };
    state.store.open_session(new).await?;
    let cookie = set_cookie(&state.cookie_name, &cookie);
    Ok(([(SET_COOKIE, cookie)], axum::Json(opened)).into_response())
}

/// An answer to a challenge, by somebody whom the account's log names, now or once.
pub(super) struct Answered {
    pub(super) answer: Answer,
    secret: StaticSecret,
    pub(super) log: Arc<AccountLog>,
}

/// Takes the challenge that is answered, which counts once, and verifies the signature.
pub(super) async fn verified(
    state: &App,
    name: &Name,
    answered: &SessionAnswer,
) -> Result<Answered, Problem> {
    let kept = Zeroizing::new(take_ceremony(state, &answered.ceremony, Ceremony::Session).await?);
    let (account, signer, challenge, secret) = read_challenge(&kept)?;
    let own_key: [u8; 32] = answered
        .own_key
        .as_ref()
        .try_into()
        .map_err(|_| Problem::malformed())?;
    let signature: Signature = answered
        .signature
        .decode()
        .map_err(|_| Problem::malformed())?;
    let answer = Answer {
        origin: name.origin.as_str().to_owned(),
        challenge,
        account,
        signer,
        own_key,
    };
    let log = state
        .store
        .account_log(account)
        .await?
        .ok_or_else(Problem::forbidden)?;
    let found = log.signer(signer).ok_or_else(Problem::forbidden)?;
    answer
        .verify(found.signing(), &signature)
        .map_err(|_| Problem::forbidden())?;
    Ok(Answered {
        answer,
        secret,
        log,
    })
}

/// Lists the account's sessions, a page at a time.
#[utoipa::path(get, path = "/api/v1/sessions", tag = "sessions", params(Paging), security(("session" = [])),
    responses((status = 200, body = SessionList)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    own: Authenticated,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<SessionList>, Problem> {
    own.may_here(Act::ListSessions)?;
    let Authenticated(session) = own;
    let after = paging.after::<CeremonyId>()?.map(|id| *id.as_bytes());
    let page = state
        .store
        .sessions_page(session.account, after, paging.limit())
        .await?;
    let next = next(&page, |row| CeremonyId::new(row.id));
    let rows = page.rows.into_iter().map(|row| SessionRow {
        session: CeremonyId::new(row.id).to_hex(),
        signer: row.signer,
        created_ms: row.created_ms,
        last_seen_ms: row.seen_ms,
        current: row.id == session.id,
    });
    Ok(axum::Json(SessionList {
        sessions: rows.collect(),
        next,
    }))
}

/// Ends a session of the account; `current` names one's own.
#[utoipa::path(delete, path = "/api/v1/sessions/{session}", tag = "sessions",
    params(("session" = String, Path)), security(("session" = [])),
    responses((status = 204), (status = 404)))]
pub(crate) async fn end(
    State(state): State<AppState>,
    session: Authenticated,
    Path(named): Path<String>,
) -> Result<Response, Problem> {
    let own = &session.0;
    let id = if named == "current" {
        own.id
    } else {
        let id: CeremonyId = named.parse().map_err(|_| Problem::not_found())?;
        *id.as_bytes()
    };
    let account = state.store.owner_of_session(id).await?;
    let is_own = id == own.id;
    session.may(Act::EndSession, &Object::Session { account, is_own })?;
    let ended = state.store.end_session(own.account, id, now_ms()).await?;
    let (cookie_hash, signer) = ended.ok_or_else(Problem::not_found)?;
    state.sessions.cut(&cookie_hash);
    tell_ended(&state, id, signer);
    let mut response = StatusCode::NO_CONTENT.into_response();
    if id == own.id {
        response
            .headers_mut()
            .insert(SET_COOKIE, clear_cookie(&state.cookie_name));
    }
    Ok(response)
}

/// Tells a tail that its session has ended.
pub(crate) fn tell_ended(state: &App, id: [u8; 16], signer: SignerId) {
    let notice = Notice {
        kind: NoticeKind::SessionEnded,
        id: *signer.as_bytes(),
        sequence: 0,
    };
    state.hub.tell(Audience::End(id), notice);
}

fn read_challenge(kept: &[u8]) -> Result<(AccountId, SignerId, Challenge, StaticSecret), Problem> {
    let read = || {
        let mut reader = Reader::new(kept);
        let account = AccountId::read(&mut reader)?;
        let signer = SignerId::read(&mut reader)?;
        let challenge = Challenge::read(&mut reader)?;
        let secret = StaticSecret::from(reader.array::<32>()?);
        reader.finish()?;
        Ok::<_, lifeos_protocol::DecodeError>((account, signer, challenge, secret))
    };
    read().map_err(|_| Problem::internal("ceremony"))
}
