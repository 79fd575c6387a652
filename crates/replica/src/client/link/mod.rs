//! The link to the box: requests, the session, and what waits for an answer.

mod answer;
mod pages;
mod session;

use std::collections::{BTreeMap, VecDeque};

use lifeos_protocol::api::BoxState;
use lifeos_protocol::session::{AUTH_HEADER, SessionKey, VERSION_HEADER};
use lifeos_protocol::{PROTOCOL_VERSION, SpaceId};
use serde::Serialize;

use super::effect::{Effect, HttpFailure, HttpRequest, HttpResponse};
use super::timers::Timer;
use super::{Client, State, approve, claim, join, methods, people, sync, unlock};
use crate::api::SyncState;
use pages::{Gathered, Pages};
use session::Session;

pub(crate) use answer::{body_of, done, problem_of};
pub(crate) use session::answer_of;

/// What waits for an answer of the box: who asked, and what for.
pub(crate) enum Waiting {
    BoxState,
    SessionChallenge,
    SessionOpen(SessionKey),
    Claim(claim::Asked),
    Unlock(unlock::Asked),
    Join(join::Asked),
    Approve(approve::Asked),
    Methods(methods::Asked),
    People(people::Asked),
    Sync(sync::Asked),
    /// A list that comes in pages, and who asked for the whole.
    List(Pages, Box<Self>),
}

impl Waiting {
    /// Who asked.
    fn asker(&self) -> &Self {
        match self {
            Self::List(_, asker) => asker,
            own => own,
        }
    }
}

/// A request within a session: waits for one, or is kept to be sent again in a new one.
#[derive(Clone)]
struct Parts {
    method: &'static str,
    path: String,
    body: Vec<u8>,
    content_type: Option<&'static str>,
    streamed: bool,
}

/// A request that waits for a session.
struct Queued {
    parts: Parts,
    waiting: Waiting,
    /// Whether it is not to be sent again in a new session: it was already, or its asker forms it
    /// anew.
    again: bool,
}

/// What waits for an answer.
struct Pending {
    waiting: Waiting,
    /// A request within a session, as long as it may be sent once more in a new one.
    resend: Option<Parts>,
}

/// How far the tail is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Tail {
    #[default]
    None,
    Connecting,
    Open,
}

/// The link. Dropped as a whole when the client locks.
#[derive(Default)]
pub(crate) struct Link {
    waiting: BTreeMap<u64, Pending>,
    queue: VecDeque<Queued>,
    session: Session,
    pub(crate) tail: Tail,
    pub(crate) asked_box: bool,
    pub(crate) reached: bool,
    pub(crate) failures: u32,
    pub(crate) stepped_up_until_ms: Option<u64>,
    /// Whether everything was fetched since the tail opened.
    pub(crate) caught_up: bool,
    pub(crate) halted: bool,
}

impl Link {
    /// How the box is reached; `is_frozen` says whether a log is.
    pub(crate) fn sync_state(&self, is_frozen: bool) -> SyncState {
        if !self.reached {
            SyncState::Offline
        } else if is_frozen {
            // To have everything of a box is not to be in step with it while nothing is sent.
            SyncState::Frozen
        } else if self.halted {
            SyncState::Halted
        } else if self.caught_up {
            SyncState::Live
        } else {
            SyncState::Syncing
        }
    }

    pub(crate) fn session_id(&self) -> Option<&str> {
        match &self.session {
            Session::Open { id, .. } => Some(id),
            _ => None,
        }
    }

    /// Whether something of this kind waits for an answer.
    pub(crate) fn waits_for(&self, is: impl Fn(&Waiting) -> bool) -> bool {
        self.waiting
            .values()
            .map(|pending| &pending.waiting)
            .chain(self.queue.iter().map(|queued| &queued.waiting))
            .map(Waiting::asker)
            .any(is)
    }

    /// Whether a session is being opened.
    pub(crate) fn opens_session(&self) -> bool {
        matches!(self.session, Session::Opening)
    }

    /// Whether a request waits for its answer.
    pub(crate) fn waits_at(&self, token: u64) -> bool {
        self.waiting.contains_key(&token)
    }

    /// Forgets what waits of this kind: its answers are nobody's any more.
    pub(crate) fn forget(&mut self, is: impl Fn(&Waiting) -> bool) {
        self.waiting
            .retain(|_, pending| !is(pending.waiting.asker()));
        self.queue.retain(|queued| !is(queued.waiting.asker()));
    }

    /// Forgets the session, so that the next request opens one.
    pub(crate) fn drop_session(&mut self) {
        self.session = Session::None;
        self.tail = Tail::None;
        self.stepped_up_until_ms = None;
    }
}

/// The media type of JSON bodies.
const JSON: &str = "application/json";

impl Client {
    /// Asks the box what anybody may know of it.
    pub(crate) fn ask_box(&mut self) {
        self.plain("GET", "/api/v1/box".into(), Vec::new(), Waiting::BoxState);
    }

    /// Sends a request without a session.
    pub(crate) fn post(&mut self, path: &str, body: &impl Serialize, waiting: Waiting) {
        self.plain("POST", path.to_owned(), encode(body), waiting);
    }

    /// Sends a request without a session, with a body that is encoded already.
    pub(crate) fn plain(
        &mut self,
        method: &'static str,
        path: String,
        body: Vec<u8>,
        waiting: Waiting,
    ) {
        let content_type = (!body.is_empty()).then_some(JSON);
        let parts = Parts {
            method,
            path,
            body,
            content_type,
            streamed: false,
        };
        self.send(
            parts,
            Vec::new(),
            Pending {
                waiting,
                resend: None,
            },
        );
    }

    /// Sends a request within the session; opens one first if there is none.
    pub(crate) fn signed(
        &mut self,
        method: &'static str,
        path: String,
        body: Option<Vec<u8>>,
        waiting: Waiting,
    ) {
        let content_type = body.is_some().then_some(JSON);
        let body = body.unwrap_or_default();
        let parts = Parts {
            method,
            path,
            body,
            content_type,
            streamed: false,
        };
        self.queue(Queued {
            parts,
            waiting,
            again: false,
        });
    }

    /// Asks for a list within the session, whose pages come as one answer.
    pub(crate) fn signed_list(&mut self, path: String, waiting: Waiting) {
        let pages = Pages::of(path.clone());
        self.signed("GET", path, None, Waiting::List(pages, Box::new(waiting)));
    }

    /// As [`Self::signed`], with a JSON body.
    pub(crate) fn signed_json(
        &mut self,
        method: &'static str,
        path: String,
        body: &impl Serialize,
        waiting: Waiting,
    ) {
        self.signed(method, path, Some(encode(body)), waiting);
    }

    /// Pushes a batch of changes.
    pub(crate) fn signed_batch(&mut self, space: SpaceId, body: Vec<u8>, waiting: Waiting) {
        let path = format!("/api/v1/spaces/{space}/changes");
        self.signed_bytes(path, "application/vnd.lifeos.batch", body, waiting);
    }

    /// Posts bytes of a media type.
    pub(crate) fn signed_bytes(
        &mut self,
        path: String,
        content_type: &'static str,
        body: Vec<u8>,
        waiting: Waiting,
    ) {
        let parts = Parts {
            method: "POST",
            path,
            body,
            content_type: Some(content_type),
            streamed: false,
        };
        // Up to a megabyte, which is not kept to be sent again: the outbox gives the same batch
        // once there is a session.
        self.queue(Queued {
            parts,
            waiting,
            again: true,
        });
    }

    /// Pulls a stream in pieces.
    pub(crate) fn signed_stream(&mut self, path: String, waiting: Waiting) {
        let parts = Parts {
            method: "GET",
            path,
            body: Vec::new(),
            content_type: None,
            streamed: true,
        };
        self.queue(Queued {
            parts,
            waiting,
            again: false,
        });
    }

    fn queue(&mut self, queued: Queued) {
        if matches!(self.link.session, Session::Open { .. }) {
            self.send_signed(queued);
        } else {
            self.link.queue.push_back(queued);
            self.open_session();
        }
    }

    fn send_signed(&mut self, queued: Queued) {
        let Session::Open { signer, .. } = &mut self.link.session else {
            self.link.queue.push_back(queued);
            return;
        };
        let Queued {
            parts,
            waiting,
            again,
        } = queued;
        let auth = signer.header(parts.method, &parts.path, &parts.body);
        let resend = (!again).then(|| parts.clone());
        self.send(
            parts,
            vec![(AUTH_HEADER, auth)],
            Pending { waiting, resend },
        );
    }

    fn send(&mut self, parts: Parts, mut headers: Vec<(&'static str, String)>, pending: Pending) {
        let token = self.token();
        let Parts {
            method,
            path,
            body,
            content_type,
            streamed,
        } = parts;
        headers.push((VERSION_HEADER, PROTOCOL_VERSION.to_string()));
        if let Some(content_type) = content_type {
            headers.push(("content-type", content_type.to_owned()));
        }
        self.link.waiting.insert(token, pending);
        self.effects.push(Effect::Http(HttpRequest {
            token,
            method,
            path,
            headers,
            body,
            streamed,
        }));
    }

    /// After a failure: not reached, and not tried again before a while.
    pub(crate) fn back_off(&mut self) {
        self.link.reached = false;
        self.link.caught_up = false;
        let wait_ms = self.backoff_ms(self.link.failures);
        self.link.failures = self.link.failures.saturating_add(1);
        self.wake_after(Timer::Retry, wait_ms);
    }

    /// Gives the answer to whom it belongs.
    pub(crate) fn answered(&mut self, token: u64, result: Result<HttpResponse, HttpFailure>) {
        let Some(Pending { waiting, resend }) = self.link.waiting.remove(&token) else {
            return; // asked before a lock
        };
        match &result {
            Ok(response) => {
                self.link.reached = true;
                if response.status < 500 {
                    self.link.failures = 0;
                }
                if response.status == 401 && !matches!(waiting, Waiting::SessionOpen(_)) {
                    self.link.drop_session();
                    if let Some(parts) = resend {
                        // The session was over (a restart of the box): once more in a new one.
                        self.queue(Queued {
                            parts,
                            waiting,
                            again: true,
                        });
                        return;
                    }
                }
            }
            Err(_) => self.back_off(),
        }
        self.deliver(waiting, result);
    }

    fn deliver(&mut self, waiting: Waiting, result: Result<HttpResponse, HttpFailure>) {
        match waiting {
            Waiting::BoxState => self.box_told(&result),
            Waiting::SessionChallenge => {
                if self.challenged(&result).is_err() {
                    self.session_failed(result);
                }
            }
            Waiting::SessionOpen(key) => {
                if self.session_opened(key, &result).is_err() {
                    self.session_failed(result);
                }
            }
            Waiting::Claim(asked) => self.claim_answered(asked, &result),
            Waiting::Unlock(asked) => self.unlock_answered(asked, &result),
            Waiting::Join(asked) => self.join_answered(asked, &result),
            Waiting::Approve(asked) => self.approve_answered(asked, &result),
            Waiting::Methods(asked) => self.methods_answered(asked, &result),
            Waiting::People(asked) => self.people_answered(asked, &result),
            Waiting::Sync(asked) => self.sync_answered(asked, result),
            Waiting::List(mut pages, asker) => match pages.take(result) {
                Gathered::Ask(path) => {
                    self.signed("GET", path, None, Waiting::List(pages, asker));
                }
                Gathered::Whole(result) => self.deliver(*asker, result),
            },
        }
    }

    fn box_told(&mut self, result: &Result<HttpResponse, HttpFailure>) {
        self.link.asked_box = true;
        match body_of::<BoxState>(result) {
            Ok(told) => {
                self.heard_server_time(told.server_ms);
                self.box_state = Some(told);
            }
            Err(_) => {
                if matches!(self.state, State::Empty) {
                    self.wake_after(Timer::Box, 3_000);
                }
            }
        }
    }

    /// A piece of a stream that belongs to a pull.
    pub(crate) fn piece(&mut self, token: u64, bytes: &[u8]) {
        let pending = self
            .link
            .waiting
            .get(&token)
            .map(|pending| &pending.waiting);
        if let Some(Waiting::Sync(asked)) = pending {
            let asked = asked.clone();
            self.pulled_piece(&asked, bytes);
        }
    }
}

fn encode(body: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(body).expect("bodies have text keys and no failing parts")
}
