//! The live tail: a WebSocket that says when there is something to pull.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::http::HeaderMap;
use axum::response::Response;
use futures_util::{SinkExt, StreamExt};
use lifeos_protocol::Wire;
use lifeos_protocol::ids::SpaceId;
use lifeos_protocol::tail::{Notice, NoticeKind, TailOpen};
use tokio::sync::broadcast;
use tokio::time::{Instant, interval, timeout};

use crate::acts::Act;
use crate::hub::{Audience, Notices};
use crate::live::LiveSession;
use crate::problem::Problem;
use crate::session::{self, Authenticated};
use crate::state::{App, AppState};

/// How long the first message may take.
const OPEN: Duration = Duration::from_secs(10);
/// How often the box asks whether the other side is there.
const PING: Duration = Duration::from_secs(30);
/// After so long without a sign the other side is gone.
const SILENT: Duration = Duration::from_secs(75);
/// How long a notice may take to be taken.
const SEND: Duration = Duration::from_secs(15);
const MESSAGE_MAX_BYTES: usize = 1024;

/// Opens a tail for the session of the cookie; its first message proves the session's key.
pub(crate) async fn open(
    State(state): State<AppState>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Problem> {
    let session = session::of_cookie(&state, &headers).await?;
    let own = Authenticated(session);
    own.may_here(Act::FollowTail)?;
    let Authenticated(session) = own;
    // Listening begins before the answer: who has it misses nothing that comes afterwards.
    let notices = state.hub.listen();
    let upgrade = upgrade
        .max_message_size(MESSAGE_MAX_BYTES)
        .max_frame_size(MESSAGE_MAX_BYTES);
    Ok(upgrade.on_upgrade(move |socket| async move {
        state.metrics.tails.fetch_add(1, Ordering::Relaxed);
        let code = follow(&state, &session, notices, socket).await;
        state.metrics.tails.fetch_sub(1, Ordering::Relaxed);
        tracing::debug!(code, "tail ended");
    }))
}

async fn follow(
    state: &Arc<App>,
    session: &LiveSession,
    mut notices: Notices,
    socket: WebSocket,
) -> u16 {
    let (mut out, mut coming) = socket.split();
    let mut ending = state.ending.clone();
    let first = match timeout(OPEN, coming.next()).await {
        Ok(Some(Ok(Message::Binary(first)))) => TailOpen::from_bytes(&first).ok(),
        _ => None,
    };
    let mut follower = Follower {
        state,
        session,
        spaces: HashSet::new(),
    };
    let opened = match first {
        Some(first) => {
            session.accept_tail(&state.store, &first).await.is_ok() && follower.look().await
        }
        None => false,
    };
    let mut pings = interval(PING);
    let mut heard = Instant::now();
    let code = loop {
        if !opened {
            break close_code::POLICY;
        }
        let message = tokio::select! {
            message = coming.next() => match message {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return close_code::NORMAL,
                Some(Ok(_)) => {
                    heard = Instant::now();
                    continue;
                }
            },
            told = notices.recv() => match told {
                Ok((audience, notice)) => match follower.judge(audience, notice).await {
                    Judged::Pass => continue,
                    Judged::Send(notice) => Message::Binary(notice.to_bytes().into()),
                    Judged::End(notice) => {
                        let last = Message::Binary(notice.to_bytes().into());
                        drop(timeout(SEND, out.send(last)).await);
                        break close_code::POLICY;
                    }
                },
                Err(broadcast::error::RecvError::Lagged(_)) => break close_code::AGAIN,
                Err(broadcast::error::RecvError::Closed) => break close_code::AWAY,
            },
            _ = pings.tick() => {
                if heard.elapsed() > SILENT {
                    return close_code::AWAY;
                }
                Message::Ping(Bytes::new())
            }
            _ = ending.changed() => break close_code::AWAY,
        };
        if !matches!(timeout(SEND, out.send(message)).await, Ok(Ok(()))) {
            return close_code::AWAY;
        }
    };
    let close = Message::Close(Some(CloseFrame {
        code,
        reason: "".into(),
    }));
    drop(timeout(SEND, out.send(close)).await);
    code
}

enum Judged {
    Pass,
    Send(Notice),
    End(Notice),
}

struct Follower<'a> {
    state: &'a Arc<App>,
    session: &'a LiveSession,
    spaces: HashSet<SpaceId>,
}

impl Follower<'_> {
    /// Looks up whose notices the session may have.
    async fn look(&mut self) -> bool {
        match self.state.store.spaces_of(self.session.account).await {
            Ok(spaces) => {
                self.spaces = spaces.into_iter().collect();
                true
            }
            Err(_) => false,
        }
    }

    async fn judge(&mut self, audience: Audience, notice: Notice) -> Judged {
        let mine = match audience {
            Audience::Waiting => false,
            Audience::End(id) => {
                return if id == self.session.id {
                    Judged::End(notice)
                } else {
                    Judged::Pass
                };
            }
            Audience::Account(account) => account == self.session.account,
            Audience::Space(space) => {
                // A statement of a space's log may have let this account in, or put it out.
                if notice.kind == NoticeKind::Log && !self.look().await {
                    return Judged::Pass;
                }
                self.spaces.contains(&space)
            }
        };
        if mine {
            Judged::Send(notice)
        } else {
            Judged::Pass
        }
    }
}
