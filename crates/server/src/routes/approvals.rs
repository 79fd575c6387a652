//! The relay of a device approval. The box passes messages on, each once, and forgets after five
//! minutes; what they say is between the two devices.

use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use lifeos_protocol::api::{ApprovalBegin, ApprovalBegun, ApprovalMessage, ApprovalSeen, Binary};
use lifeos_protocol::ids::{AccountId, CeremonyId};
use lifeos_protocol::tail::{Notice, NoticeKind};
use lifeos_store::Ceremony;
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, timeout_at};

use super::passkeys::CEREMONY_MS;
use crate::acts::Act;
use crate::authorise::{Object, Who};
use crate::body::Json;
use crate::guard::allow;
use crate::hub::Audience;
use crate::problem::Problem;
use crate::session::Authenticated;
use crate::state::{App, AppState, now_ms};

/// How long a reader may wait for more.
const WAIT_MAX_S: u64 = 25;
const MESSAGE_MAX_BYTES: usize = 8 << 10;

/// What is remembered of a ceremony: the messages, and whose old device answered.
#[derive(Serialize, Deserialize)]
struct Relay {
    seen: ApprovalSeen,
    account: Option<AccountId>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Answer,
    Opening,
    Account,
}

impl Relay {
    fn said(&self) -> u8 {
        let said = [&self.seen.answer, &self.seen.opening, &self.seen.account];
        1 + said
            .iter()
            .map(|message| u8::from(message.is_some()))
            .sum::<u8>()
    }

    /// Takes a message in its turn: answer, opening, account, each once.
    fn take(&mut self, step: Step, by: Option<AccountId>, message: Binary) -> Result<(), Problem> {
        let turn = match self.said() {
            1 => Step::Answer,
            2 => Step::Opening,
            3 => Step::Account,
            _ => return Err(Problem::ceremony()),
        };
        if turn != step {
            return Err(Problem::ceremony());
        }
        match step {
            Step::Answer => {
                self.account = by;
                self.seen.answer = Some(message);
            }
            Step::Opening => self.seen.opening = Some(message),
            Step::Account if self.account == by => self.seen.account = Some(message),
            Step::Account => return Err(Problem::forbidden()),
        }
        Ok(())
    }
}

/// How long to wait, and for how much.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
pub(crate) struct Waiting {
    /// Seconds, at most 25.
    #[serde(default)]
    wait: u64,
    /// How many messages the caller has, the commitment included.
    #[serde(default)]
    have: u8,
}

/// Begins a ceremony: the new device commits.
#[utoipa::path(post, path = "/api/v1/approvals", tag = "approvals", request_body = ApprovalBegin,
    responses((status = 200, body = ApprovalBegun), (status = 409), (status = 429)))]
pub(crate) async fn begin(
    State(state): State<AppState>,
    Json(asked): Json<ApprovalBegin>,
) -> Result<axum::Json<ApprovalBegun>, Problem> {
    allow(&Who::Anybody, Act::BeginApproval, &Object::Box)?;
    if !state.store.is_claimed().await? {
        return Err(Problem::ceremony());
    }
    let ceremony = CeremonyId::new(crate::random::bytes());
    let seen = ApprovalSeen {
        commitment: asked.commitment,
        answer: None,
        opening: None,
        account: None,
    };
    let kept = write(&Relay {
        seen,
        account: None,
    })?;
    let now = now_ms();
    let expires_ms = now + CEREMONY_MS;
    state
        .store
        .put_ceremony(
            *ceremony.as_bytes(),
            Ceremony::Approval,
            kept,
            expires_ms,
            now,
        )
        .await?;
    Ok(axum::Json(ApprovalBegun {
        ceremony,
        expires_ms,
    }))
}

/// Returns what was said so far, waiting until there is more than the caller has.
#[utoipa::path(get, path = "/api/v1/approvals/{ceremony}", tag = "approvals",
    params(("ceremony" = String, Path), Waiting),
    responses((status = 200, body = ApprovalSeen), (status = 409)))]
pub(crate) async fn seen(
    State(state): State<AppState>,
    Path(ceremony): Path<CeremonyId>,
    Query(Waiting { wait, have }): Query<Waiting>,
) -> Result<axum::Json<ApprovalSeen>, Problem> {
    let mut notices = state.hub.listen();
    let until = Instant::now() + Duration::from_secs(wait.min(WAIT_MAX_S));
    let mut ending = state.ending.clone();
    loop {
        let relay = find(&state, ceremony).await?;
        let approval = Object::Approval(relay.account);
        allow(&Who::Anybody, Act::WatchApproval, &approval)?;
        if relay.said() > have || Instant::now() >= until || *ending.borrow() {
            return Ok(axum::Json(relay.seen));
        }
        let moved = async {
            // A lost notice only means to look again.
            while let Ok((_, notice)) = notices.recv().await {
                if notice.kind == NoticeKind::Approval && notice.id == *ceremony.as_bytes() {
                    break;
                }
            }
        };
        tokio::select! {
            _ = timeout_at(until, moved) => {}
            _ = ending.changed() => {}
        }
    }
}

/// The old device answers.
#[utoipa::path(put, path = "/api/v1/approvals/{ceremony}/answer", tag = "approvals",
    params(("ceremony" = String, Path)), request_body = ApprovalMessage, security(("session" = [])),
    responses((status = 204), (status = 409)))]
pub(crate) async fn put_answer(
    State(state): State<AppState>,
    session: Authenticated,
    Path(ceremony): Path<CeremonyId>,
    Json(asked): Json<ApprovalMessage>,
) -> Result<StatusCode, Problem> {
    let relay = find(&state, ceremony).await?;
    session.may(Act::AnswerApproval, &Object::Approval(relay.account))?;
    put(
        &state,
        ceremony,
        Step::Answer,
        Some(session.0.account),
        asked,
    )
    .await
}

/// The new device opens what it committed to.
#[utoipa::path(put, path = "/api/v1/approvals/{ceremony}/opening", tag = "approvals",
    params(("ceremony" = String, Path)), request_body = ApprovalMessage,
    responses((status = 204), (status = 409)))]
pub(crate) async fn put_opening(
    State(state): State<AppState>,
    Path(ceremony): Path<CeremonyId>,
    Json(asked): Json<ApprovalMessage>,
) -> Result<StatusCode, Problem> {
    let relay = find(&state, ceremony).await?;
    let approval = Object::Approval(relay.account);
    allow(&Who::Anybody, Act::OpenApproval, &approval)?;
    put(&state, ceremony, Step::Opening, None, asked).await
}

/// The old device hands over the account's name, sealed to the new one.
#[utoipa::path(put, path = "/api/v1/approvals/{ceremony}/account", tag = "approvals",
    params(("ceremony" = String, Path)), request_body = ApprovalMessage, security(("session" = [])),
    responses((status = 204), (status = 403), (status = 409)))]
pub(crate) async fn put_account(
    State(state): State<AppState>,
    session: Authenticated,
    Path(ceremony): Path<CeremonyId>,
    Json(asked): Json<ApprovalMessage>,
) -> Result<StatusCode, Problem> {
    let relay = find(&state, ceremony).await?;
    session.may(Act::HandOverAccount, &Object::Approval(relay.account))?;
    put(
        &state,
        ceremony,
        Step::Account,
        Some(session.0.account),
        asked,
    )
    .await
}

/// Ends a ceremony.
#[utoipa::path(delete, path = "/api/v1/approvals/{ceremony}", tag = "approvals",
    params(("ceremony" = String, Path)), responses((status = 204), (status = 409)))]
pub(crate) async fn end(
    State(state): State<AppState>,
    Path(ceremony): Path<CeremonyId>,
) -> Result<StatusCode, Problem> {
    let relay = find(&state, ceremony).await?;
    let approval = Object::Approval(relay.account);
    allow(&Who::Anybody, Act::EndApproval, &approval)?;
    let kept = state
        .store
        .take_ceremony(*ceremony.as_bytes(), Ceremony::Approval, now_ms())
        .await?;
    let relay = read(&kept.ok_or_else(Problem::ceremony)?)?;
    tell(&state, ceremony, relay.account);
    Ok(StatusCode::NO_CONTENT)
}

async fn put(
    state: &App,
    ceremony: CeremonyId,
    step: Step,
    by: Option<AccountId>,
    asked: ApprovalMessage,
) -> Result<StatusCode, Problem> {
    if asked.message.as_ref().len() > MESSAGE_MAX_BYTES {
        return Err(Problem::too_large());
    }
    let turned = state
        .store
        .turn_ceremony(
            *ceremony.as_bytes(),
            Ceremony::Approval,
            now_ms(),
            move |kept| {
                let mut relay = read(kept)?;
                relay.take(step, by, asked.message)?;
                write(&relay)
            },
        )
        .await?;
    let relay = read(&turned.ok_or_else(Problem::ceremony)??)?;
    tell(state, ceremony, relay.account);
    Ok(StatusCode::NO_CONTENT)
}

async fn find(state: &App, ceremony: CeremonyId) -> Result<Relay, Problem> {
    let kept = state
        .store
        .ceremony(*ceremony.as_bytes(), Ceremony::Approval, now_ms())
        .await?;
    read(&kept.ok_or_else(Problem::ceremony)?.0)
}

/// Tells those who wait at this ceremony, and the old device's account once it is known.
fn tell(state: &App, ceremony: CeremonyId, account: Option<AccountId>) {
    let audience = account.map_or(Audience::Waiting, Audience::Account);
    let id = *ceremony.as_bytes();
    state.hub.tell(
        audience,
        Notice {
            kind: NoticeKind::Approval,
            id,
            sequence: 0,
        },
    );
}

fn read(kept: &[u8]) -> Result<Relay, Problem> {
    serde_json::from_slice(kept).map_err(|_| Problem::internal("ceremony"))
}

fn write(relay: &Relay) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(relay).map_err(|_| Problem::internal("ceremony"))
}
