//! The box log, for who runs the household.

use axum::extract::{Query, State};
use lifeos_protocol::api::{BoxLogPage, BoxLogRow};
use lifeos_protocol::box_log::BoxEntry;
use lifeos_protocol::ids::{AccountId, Hash, SignerId};

use super::page::{Paging, next};
use crate::acts::Act;
use crate::authorise::Object;
use crate::problem::Problem;
use crate::session::Authenticated;
use crate::state::AppState;

/// Returns what happened to the box, newest first, a page at a time.
#[utoipa::path(get, path = "/api/v1/box/log", tag = "box", params(Paging), security(("session" = [])),
    responses((status = 200, body = BoxLogPage), (status = 403)))]
pub(crate) async fn page(
    State(state): State<AppState>,
    session: Authenticated,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<BoxLogPage>, Problem> {
    session.may(Act::ReadBoxLog, &Object::Household)?;
    let page = state
        .store
        .box_log_page(paging.after()?, paging.limit())
        .await?;
    Ok(axum::Json(BoxLogPage {
        next: next(&page, |(entry, _)| entry.sequence),
        entries: page
            .rows
            .into_iter()
            .map(|(entry, hash)| row(entry, hash))
            .collect(),
    }))
}

fn row(entry: BoxEntry, hash: Hash) -> BoxLogRow {
    BoxLogRow {
        sequence: entry.sequence,
        at_ms: entry.at_ms,
        event: entry.event,
        account: Some(entry.account).filter(|account| *account != AccountId::ZERO),
        signer: Some(entry.signer).filter(|signer| *signer != SignerId::ZERO),
        origin: Some(entry.origin)
            .filter(|origin| *origin != [0; 8])
            .map(|origin| format!("{:016x}", u64::from_be_bytes(origin))),
        detail: entry.detail,
        hash,
    }
}
