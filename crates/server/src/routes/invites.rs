//! Invitations: made by who manages the household, ended by who made them.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use lifeos_protocol::api::{InviteAccepted, InviteList, InviteMake, InviteRow};
use lifeos_protocol::ids::InviteId;
use lifeos_protocol::log::Role;
use lifeos_protocol::tail::{Notice, NoticeKind};
use lifeos_store::NewInvite;

use super::page::{Paging, next};
use crate::acts::Act;
use crate::authorise::Object;
use crate::body::Json;
use crate::hub::Audience;
use crate::problem::Problem;
use crate::session::Authenticated;
use crate::state::{App, AppState, now_ms};

/// How long an invitation may stand.
const LONGEST_MS: u64 = 30 * 24 * 3_600_000;

/// Makes an invitation. What is in the link never comes here.
#[utoipa::path(post, path = "/api/v1/invites", tag = "invites", request_body = InviteMake,
    security(("session" = [])), responses((status = 204), (status = 403), (status = 409), (status = 422)))]
pub(crate) async fn make(
    State(state): State<AppState>,
    session: Authenticated,
    Json(asked): Json<InviteMake>,
) -> Result<StatusCode, Problem> {
    let now = now_ms();
    let role = Role::from_code(asked.role).map_err(|_| Problem::malformed())?;
    session.may(Act::MakeInvite, &Object::Invitation(role))?;
    if asked.expires_ms <= now || asked.expires_ms > now.saturating_add(LONGEST_MS) {
        return Err(Problem::malformed());
    }
    let new = NewInvite {
        invite: asked.invite,
        check: asked.check,
        role: role.code(),
        expires_ms: asked.expires_ms,
    };
    state.store.make_invite(session.0.account, new, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Returns the account's invitations, a page at a time.
#[utoipa::path(get, path = "/api/v1/invites", tag = "invites", params(Paging),
    security(("session" = [])), responses((status = 200, body = InviteList)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    session: Authenticated,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<InviteList>, Problem> {
    session.may_here(Act::ListInvites)?;
    let (account, limit) = (session.0.account, paging.limit());
    let page = state
        .store
        .invites_page(account, paging.after()?, limit)
        .await?;
    Ok(axum::Json(InviteList {
        next: next(&page, |invite| invite.invite),
        invites: page
            .rows
            .into_iter()
            .map(|invite| InviteRow {
                invite: invite.invite,
                role: invite.role,
                expires_ms: invite.expires_ms,
                failures: invite.failures,
                late: invite.late,
                accepted: invite
                    .accepted
                    .map(|(account, proof, at_ms)| InviteAccepted {
                        account,
                        proof,
                        at_ms,
                    }),
            })
            .collect(),
    }))
}

/// Ends an invitation that nobody has come in by.
#[utoipa::path(delete, path = "/api/v1/invites/{invite}", tag = "invites",
    params(("invite" = String, Path)), security(("session" = [])),
    responses((status = 204), (status = 404)))]
pub(crate) async fn end(
    State(state): State<AppState>,
    session: Authenticated,
    Path(invite): Path<InviteId>,
) -> Result<StatusCode, Problem> {
    let maker = state.store.maker_of_invite(invite).await?;
    session.may(Act::EndInvite, &Object::Invited(maker))?;
    let account = session.0.account;
    match state.store.end_invite(account, invite, now_ms()).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::not_found()),
    }
}

/// Tells the maker's devices that somebody came in.
pub(crate) async fn tell_accepted(state: &App, invite: InviteId) -> Result<(), Problem> {
    if let Some(maker) = state.store.maker_of_invite(invite).await? {
        let notice = Notice {
            kind: NoticeKind::Invite,
            id: *invite.as_bytes(),
            sequence: 0,
        };
        state.hub.tell(Audience::Account(maker), notice);
    }
    Ok(())
}
