//! Pushing batches and pulling the stream.

use std::collections::HashMap;
use std::sync::atomic::Ordering;

use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use lifeos_protocol::api::Pushed;
use lifeos_protocol::batch::{self, Batch};
use lifeos_protocol::cursor::Cursor;
use lifeos_protocol::ids::{LogId, SpaceId};
use lifeos_protocol::refusal::{Code, Refusal};
use lifeos_protocol::tail::{Notice, NoticeKind};
use lifeos_protocol::{Wire, stream as frames};
use lifeos_store::{DayQuota, PushRefusal, Pusher, Standing};
use serde::Deserialize;

use crate::acts::Act;
use crate::authorise::Object;
use crate::body::is_of_type;
use crate::hub::Audience;
use crate::problem::Problem;
use crate::session::Authenticated;
use crate::state::{AppState, now_ms};
use crate::trace::TraceId;

/// Logs that a puller may name.
const LOGS_MAX: usize = 256;

/// Where a pull begins.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
pub(crate) struct From {
    /// `{incarnation hex}.{sequence}`; empty or missing is the beginning.
    #[serde(default)]
    after: String,
    /// The logs that the puller has: `{log hex}.{last sequence}`, separated by commas. Of the others
    /// every statement comes.
    #[serde(default)]
    logs: String,
}

/// Takes a batch whole or not at all; answers when it is durable.
#[utoipa::path(post, path = "/api/v1/spaces/{space}/changes", tag = "changes",
    params(("space" = String, Path)), security(("session" = [])),
    request_body(content = Vec<u8>, content_type = "application/vnd.lifeos.batch"),
    responses((status = 200, body = Pushed), (status = 403), (status = 409), (status = 413),
        (status = 422), (status = 429), (status = 507)))]
pub(crate) async fn push(
    State(state): State<AppState>,
    session: Authenticated,
    trace: TraceId,
    Path(space): Path<SpaceId>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<axum::Json<Pushed>, Problem> {
    let standing = state.store.standing(session.0.account, space).await?;
    session.may(Act::Push, &Object::Space(standing))?;
    let device = session.device()?;
    if !is_of_type(&headers, batch::MEDIA_TYPE) {
        return Err(Problem::media_type());
    }
    let batch = Batch::from_bytes(&body).map_err(Refusal::from)?;
    let limits = &state.config.limits;
    let quota = DayQuota {
        changes: limits.changes_a_day,
        size_bytes: limits.bytes_a_day,
    };
    let pusher = Pusher {
        account: session.0.account,
        device,
        quota,
        request: trace.noted(now_ms()),
    };
    let pushed = match state.store.push(space, batch, pusher).await {
        Ok(pushed) => pushed,
        Err(refusal) => {
            if matches!(refusal, PushRefusal::Refused(_)) {
                state.metrics.refusals.fetch_add(1, Ordering::Relaxed);
            }
            return Err(refusal.into());
        }
    };
    if pushed.fresh > 0 {
        state
            .metrics
            .changes
            .fetch_add(pushed.fresh as u64, Ordering::Relaxed);
        let (id, sequence) = (*space.as_bytes(), pushed.sequence);
        let notice = Notice {
            kind: NoticeKind::Space,
            id,
            sequence,
        };
        state.hub.tell(Audience::Space(space), notice);
    }
    Ok(axum::Json(Pushed {
        counter: pushed.end.counter,
        h: pushed.end.h,
        incarnation: state.instance.incarnation,
        sequence: pushed.sequence,
    }))
}

/// Streams what arrived after a cursor, ending with the complete mark. A former member is given the
/// space's log up to its removal, and no such mark.
#[utoipa::path(get, path = "/api/v1/spaces/{space}/changes", tag = "changes",
    params(("space" = String, Path), From), security(("session" = [])),
    responses((status = 200, content_type = "application/vnd.lifeos.stream", body = Vec<u8>),
        (status = 404), (status = 409)))]
pub(crate) async fn pull(
    State(state): State<AppState>,
    session: Authenticated,
    Path(space): Path<SpaceId>,
    Query(from): Query<From>,
) -> Result<Response, Problem> {
    let known = known_logs(&from.logs).ok_or_else(Problem::malformed)?;
    let account = session.0.account;
    let standing = state.store.standing(account, space).await?;
    if standing == Standing::Former {
        session.may(Act::TakeLeave, &Object::Space(standing))?;
        let farewell = state.store.farewell(account, space, &known);
        let served = farewell.await?.ok_or_else(Problem::not_found)?;
        return Ok(([(CONTENT_TYPE, frames::MEDIA_TYPE)], served).into_response());
    }
    session.may(Act::Pull, &Object::Space(standing))?;
    let incarnation = state.instance.incarnation;
    let after = match Cursor::from_parameter(&from.after).map_err(|_| Problem::malformed())? {
        None => 0,
        Some(cursor) if cursor.incarnation == incarnation => cursor.sequence,
        Some(_) => return Err(Code::OtherIncarnation.into()),
    };
    let pull = state
        .store
        .pull(space, after, &known, incarnation, now_ms())
        .await?;
    // Each piece is read when the one before it was taken: a slow reader holds one piece.
    let pieces = stream::try_unfold(pull, async |mut pull| {
        let piece = pull.next_piece().await?;
        Ok::<_, lifeos_store::StoreError>(piece.map(|piece| (Bytes::from(piece), pull)))
    });
    Ok((
        [(CONTENT_TYPE, frames::MEDIA_TYPE)],
        Body::from_stream(pieces),
    )
        .into_response())
}

fn known_logs(text: &str) -> Option<HashMap<LogId, u32>> {
    let mut known = HashMap::new();
    for part in text.split(',').filter(|part| !part.is_empty()) {
        let (log, sequence) = part.split_once('.')?;
        known.insert(log.parse().ok()?, sequence.parse().ok()?);
        if known.len() > LOGS_MAX {
            return None;
        }
    }
    Some(known)
}
