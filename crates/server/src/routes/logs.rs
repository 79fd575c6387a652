//! Account logs and space logs: pages, appends, wraps.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use lifeos_protocol::Wire;
use lifeos_protocol::api::{Binary, LogAppend, LogConflict, LogPage, SpaceList, WrapList};
use lifeos_protocol::ids::{LogId, RecipientId};
use lifeos_protocol::log::{AccountBody, LogKind, SpaceBody};
use lifeos_protocol::tail::{Notice, NoticeKind};
use lifeos_store::{AppendRefusal, Appended, NewMethod, NewStatement};
use serde::Deserialize;

use super::page::{Paging, WrapsRead, next};
use crate::acts::Act;
use crate::authorise::Object;
use crate::body::Json;
use crate::hub::Audience;
use crate::problem::Problem;
use crate::session::Authenticated;
use crate::state::{App, AppState, now_ms};
use crate::trace::TraceId;
use crate::watch;

/// Statements of a page at most.
const PAGE: u32 = 256;

/// Where a page begins.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
pub(crate) struct After {
    /// The last sequence that the reader has.
    after: Option<u32>,
}

/// To whom the wraps are sealed.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
pub(crate) struct To {
    /// A device, a method or an account.
    recipient: RecipientId,
}

/// Returns statements in order, after a sequence or from the first.
#[utoipa::path(get, path = "/api/v1/logs/{log}", tag = "logs", params(("log" = String, Path), After),
    security(("session" = [])), responses((status = 200, body = LogPage), (status = 404)))]
pub(crate) async fn page(
    State(state): State<AppState>,
    session: Authenticated,
    Path(log): Path<LogId>,
    Query(After { after }): Query<After>,
) -> Result<axum::Json<LogPage>, Problem> {
    let reach = state.store.reach(session.0.account, log).await?;
    session.may(Act::ReadLog, &Object::Log(reach))?;
    let page = state
        .store
        .log_page(session.0.account, log, after, PAGE)
        .await?;
    let page = page.ok_or_else(Problem::not_found)?;
    Ok(axum::Json(LogPage {
        statements: page.rows.iter().map(Binary::of).collect(),
        more: page.more,
    }))
}

/// Appends one statement by compare-and-swap.
#[utoipa::path(post, path = "/api/v1/logs/{log}", tag = "logs", params(("log" = String, Path)),
    request_body = LogAppend, security(("session" = [])),
    responses((status = 204), (status = 409, body = LogConflict), (status = 422), (status = 403)))]
pub(crate) async fn append(
    State(state): State<AppState>,
    session: Authenticated,
    trace: TraceId,
    Path(log): Path<LogId>,
    Json(asked): Json<LogAppend>,
) -> Result<Response, Problem> {
    let new = read_append(asked)?;
    if new.statement.log != log || log.is_zero() {
        return Err(Problem::malformed());
    }
    let account = session.0.account;
    let reach = state.store.reach(account, log).await?;
    let act = match needs_step_up(account.into(), &new) {
        true => Act::AppendOfKeys,
        false => Act::AppendLog,
    };
    session.may(act, &Object::Log(reach))?;
    take(&state, &session, trace, new).await
}

/// Begins a space by its first statement.
#[utoipa::path(post, path = "/api/v1/logs", tag = "logs", request_body = LogAppend,
    security(("session" = [])), responses((status = 204), (status = 422), (status = 403)))]
pub(crate) async fn begin_space(
    State(state): State<AppState>,
    session: Authenticated,
    trace: TraceId,
    Json(asked): Json<LogAppend>,
) -> Result<Response, Problem> {
    let new = read_append(asked)?;
    if !new.statement.log.is_zero() {
        return Err(Problem::malformed());
    }
    session.may_here(Act::BeginSpace)?;
    take(&state, &session, trace, new).await
}

/// Returns wraps to a recipient, and sealed secrets of earlier epochs, a page of each.
#[utoipa::path(get, path = "/api/v1/logs/{log}/wraps", tag = "logs", params(("log" = String, Path), To, Paging),
    security(("session" = [])), responses((status = 200, body = WrapList), (status = 404)))]
pub(crate) async fn wraps(
    State(state): State<AppState>,
    session: Authenticated,
    Path(log): Path<LogId>,
    Query(To { recipient }): Query<To>,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<WrapList>, Problem> {
    let (account, limit) = (session.0.account, paging.limit());
    let reach = state.store.reach(account, log).await?;
    session.may(Act::ReadWraps, &Object::Log(reach))?;
    let read: WrapsRead = paging.after()?.unwrap_or_default();
    let wraps = state
        .store
        .wraps_page(account, log, recipient, read.wrap, limit)
        .await?
        .ok_or_else(Problem::not_found)?;
    let previous = state
        .store
        .previous_page(account, log, read.epoch, limit)
        .await?
        .ok_or_else(Problem::not_found)?;
    let until = WrapsRead {
        wrap: wraps.rows.last().map(|(hash, _)| *hash).or(read.wrap),
        epoch: previous.rows.last().map(|(epoch, _)| *epoch).or(read.epoch),
    };
    Ok(axum::Json(WrapList {
        next: (wraps.more || previous.more).then(|| until.to_string()),
        wraps: wraps
            .rows
            .into_iter()
            .map(|(_, wrap)| Binary(wrap))
            .collect(),
        previous: behind_epochs(previous.rows),
    }))
}

/// Returns spaces of the account, a page at a time.
#[utoipa::path(get, path = "/api/v1/spaces", tag = "logs", params(Paging), security(("session" = [])),
    responses((status = 200, body = SpaceList)))]
pub(crate) async fn spaces(
    State(state): State<AppState>,
    session: Authenticated,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<SpaceList>, Problem> {
    session.may_here(Act::ListSpaces)?;
    let page = state
        .store
        .spaces_page(session.0.account, paging.after()?, paging.limit())
        .await?;
    Ok(axum::Json(SpaceList {
        next: next(&page, |space| *space),
        spaces: page.rows,
        alarms: watch::alarms_for(&state, &session),
    }))
}

/// Puts each sealed secret behind the epoch that wraps it.
pub(crate) fn behind_epochs(previous: Vec<(u32, Vec<u8>)>) -> Vec<Binary> {
    let behind = |(epoch, sealed): (u32, Vec<u8>)| {
        let mut bytes = epoch.to_be_bytes().to_vec();
        bytes.extend(sealed);
        Binary(bytes)
    };
    previous.into_iter().map(behind).collect()
}

/// Reads what an append carries.
pub(crate) fn read_append(asked: LogAppend) -> Result<NewStatement, Problem> {
    let malformed =
        |error: lifeos_protocol::DecodeError| Problem::from(lifeos_protocol::Refusal::from(error));
    let method = match asked.method {
        None => None,
        Some(method) => Some(NewMethod {
            sealed: method.sealed.decode().map_err(malformed)?,
            lookup: method.kit_lookup,
            credential: method.credential.map(|credential| credential.0),
        }),
    };
    Ok(NewStatement {
        statement: asked.statement.decode().map_err(malformed)?,
        wraps: asked
            .wraps
            .iter()
            .map(|wrap| wrap.decode().map_err(malformed))
            .collect::<Result<_, _>>()?,
        previous: asked
            .previous
            .map(|previous| previous.decode().map_err(malformed))
            .transpose()?,
        method,
    })
}

async fn take(
    state: &App,
    session: &Authenticated,
    trace: TraceId,
    new: NewStatement,
) -> Result<Response, Problem> {
    let live = &session.0;
    match state
        .store
        .append(live.account, live.signer, new, trace.noted(now_ms()))
        .await
    {
        Ok(appended) => {
            follow(state, session, &appended).await?;
            Ok(StatusCode::NO_CONTENT.into_response())
        }
        Err(AppendRefusal::Conflict(statements)) => {
            let conflict = LogConflict {
                statements: statements.iter().map(Binary::of).collect(),
            };
            Ok((StatusCode::CONFLICT, axum::Json(conflict)).into_response())
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// Acts on keys ask for a fresh verification: new methods and devices, revoking, erasing, members. A
/// method's own session has verified its owner by being opened.
fn needs_step_up(account: LogId, new: &NewStatement) -> bool {
    let body = &new.statement.body;
    if new.statement.log == account {
        !matches!(
            AccountBody::from_bytes(body),
            Ok(AccountBody::AdmitIncarnation { .. })
        )
    } else {
        !matches!(
            SpaceBody::from_bytes(body),
            Ok(SpaceBody::Genesis(_) | SpaceBody::Rekey { .. } | SpaceBody::ReadBack { .. })
        )
    }
}

/// What the box does once a statement is durable: cuts the sessions that it ended, tells the rest.
async fn follow(state: &App, session: &Authenticated, appended: &Appended) -> Result<(), Problem> {
    for (cookie_hash, signer) in &appended.ended {
        if let Some(cut) = state.sessions.cut(cookie_hash) {
            super::sessions::tell_ended(state, cut.id, *signer);
        }
    }
    let audience = match appended.kind {
        LogKind::Account => Audience::Account(session.0.account),
        LogKind::Space => Audience::Space(appended.log.into()),
    };
    let notice = Notice {
        kind: NoticeKind::Log,
        id: *appended.log.as_bytes(),
        sequence: appended.sequence.into(),
    };
    state.hub.tell(audience, notice);
    if let Some(removed) = appended.removed {
        // No member any more, and so not told with them: its next pull is its last.
        let notice = Notice {
            kind: NoticeKind::Space,
            ..notice
        };
        state.hub.tell(Audience::Account(removed), notice);
    }
    if appended.kind == LogKind::Account {
        // Whoever shares a space with the account judges by its log, and may have to re-key.
        for space in state.store.spaces_of(session.0.account).await? {
            let notice = Notice {
                kind: NoticeKind::Space,
                id: *space.as_bytes(),
                sequence: 0,
            };
            state.hub.tell(Audience::Space(space), notice);
        }
    }
    Ok(())
}
