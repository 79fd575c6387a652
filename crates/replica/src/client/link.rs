//! The link to the box: requests, the session, and what waits for an answer.

use std::collections::{BTreeMap, VecDeque};

use lifeos_crypto::session::{self, RequestSigner};
use lifeos_protocol::api::{
    Binary, BoxState, Problem as BoxProblem, SessionAnswer, SessionBegin, SessionChallenge,
    SessionOpened,
};
use lifeos_protocol::codec::Wire;
use lifeos_protocol::session::{AUTH_HEADER, Challenge, SessionKey, VERSION_HEADER};
use lifeos_protocol::{AccountId, PROTOCOL_VERSION, SignerId, SpaceId};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::effect::{Effect, HttpFailure, HttpRequest, HttpResponse};
use super::{Client, State, approve, claim, join, methods, sync, unlock};
use crate::api::{Problem, ProblemCode, SyncState};

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
    Sync(sync::Asked),
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
    /// Whether it was refused once already because its session was over.
    again: bool,
}

/// What waits for an answer.
struct Pending {
    waiting: Waiting,
    /// A request within a session, as long as it may be sent once more in a new one.
    resend: Option<Parts>,
}

/// How far the session is.
#[derive(Default)]
enum Session {
    #[default]
    None,
    Opening,
    Open {
        signer: RequestSigner,
        id: String,
    },
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
    /// Not before this time is the box tried again, by the monotonic clock.
    pub(crate) retry_at_ms: u64,
    pub(crate) stepped_up_until_ms: Option<u64>,
    /// Whether everything was fetched since the tail opened.
    pub(crate) caught_up: bool,
    pub(crate) halted: bool,
}

impl Link {
    pub(crate) fn sync_state(&self) -> SyncState {
        if !self.reached {
            SyncState::Offline
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
            .any(is)
    }

    /// Whether a request waits for its answer.
    pub(crate) fn waits_at(&self, token: u64) -> bool {
        self.waiting.contains_key(&token)
    }

    /// Forgets what waits of this kind: its answers are nobody's any more.
    pub(crate) fn forget(&mut self, is: impl Fn(&Waiting) -> bool) {
        self.waiting.retain(|_, pending| !is(&pending.waiting));
        self.queue.retain(|queued| !is(&queued.waiting));
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

/// Why the box did not do it, as the page is told.
pub(crate) fn problem_of(result: &Result<HttpResponse, HttpFailure>) -> Problem {
    let response = match result {
        Err(_) => return ProblemCode::Offline.into(),
        Ok(response) => response,
    };
    let code = serde_json::from_slice::<BoxProblem>(&response.body).map(|problem| problem.code);
    match (response.status, code.as_deref()) {
        (429, _) => ProblemCode::TooMany.into(),
        (507, _) => Problem::with(ProblemCode::Refused, "box_full"),
        (426, _) => ProblemCode::NeedsNewerVersion.into(),
        (_, Ok("bad_claim_code")) => ProblemCode::ClaimCode.into(),
        (_, Ok("claimed")) => ProblemCode::AlreadyClaimed.into(),
        (_, Ok("step_up_needed")) => ProblemCode::StepUpNeeded.into(),
        (_, Ok("bad_passkey")) => ProblemCode::PasskeyRefused.into(),
        (_, Ok("log_nobody_left" | "two_ways_needed")) => ProblemCode::LastWay.into(),
        (_, Ok(code)) => Problem::with(ProblemCode::Refused, code),
        (status, Err(_)) => Problem::with(ProblemCode::Refused, status.to_string()),
    }
}

/// Reads the body of a good answer.
///
/// # Errors
/// What the page is told where the box refused or its answer is not of the expected form.
pub(crate) fn body_of<T: DeserializeOwned>(
    result: &Result<HttpResponse, HttpFailure>,
) -> Result<T, Problem> {
    match result {
        Ok(response) if (200..300).contains(&response.status) => {
            serde_json::from_slice(&response.body)
                .map_err(|_| Problem::with(ProblemCode::Refused, "answer"))
        }
        other => Err(problem_of(other)),
    }
}

/// Whether the box said that it was done.
///
/// # Errors
/// What the page is told where it was not.
pub(crate) fn done(result: &Result<HttpResponse, HttpFailure>) -> Result<(), Problem> {
    match result {
        Ok(response) if (200..300).contains(&response.status) => Ok(()),
        other => Err(problem_of(other)),
    }
}

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
        let content_type = Some("application/vnd.lifeos.batch");
        let parts = Parts {
            method: "POST",
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

    /// Who opens the session: this device, or the method by which it joins.
    fn session_signer(&self) -> Option<(AccountId, SignerId)> {
        match &self.state {
            State::Open(open) => Some((open.engine.account(), open.engine.device().into())),
            State::Joining(joining) => joining.session_signer(),
            _ => None,
        }
    }

    fn open_session(&mut self) {
        if !matches!(self.link.session, Session::None) {
            return;
        }
        let Some((account, signer)) = self.session_signer() else {
            self.fail_queue(&Err(HttpFailure::Unreachable));
            return;
        };
        self.link.session = Session::Opening;
        self.post(
            "/api/v1/sessions/challenge",
            &SessionBegin { account, signer },
            Waiting::SessionChallenge,
        );
    }

    fn challenged(&mut self, result: &Result<HttpResponse, HttpFailure>) -> Result<(), Problem> {
        let begun: SessionChallenge = body_of(result)?;
        let challenge: Challenge = begun
            .challenge
            .decode()
            .map_err(|_| Problem::from(ProblemCode::Tampered))?;
        if self
            .box_state
            .as_ref()
            .is_some_and(|known| known.instance != challenge.instance)
        {
            return Err(ProblemCode::Tampered.into());
        }
        let origin = self.config.origin.clone();
        let rng = &mut self.rng;
        let new = match &self.state {
            State::Open(open) => {
                let (account, keys) = (open.engine.account(), open.engine.device_keys());
                session::answer(challenge, origin, account, keys, rng)
            }
            State::Joining(joining) => joining.answer_challenge(challenge, origin, rng),
            _ => return Err(ProblemCode::WrongPhase.into()),
        }
        .map_err(|_| Problem::from(ProblemCode::Tampered))?;
        let answer = SessionAnswer {
            ceremony: begun.ceremony,
            own_key: Binary(new.answer.own_key.to_vec()),
            signature: Binary::of(&new.signature),
        };
        self.post("/api/v1/sessions", &answer, Waiting::SessionOpen(new.key));
        Ok(())
    }

    fn session_opened(
        &mut self,
        key: SessionKey,
        result: &Result<HttpResponse, HttpFailure>,
    ) -> Result<(), Problem> {
        let opened: SessionOpened = body_of(result)?;
        self.link.session = Session::Open {
            signer: RequestSigner::new(key, opened.cookie_hash),
            id: opened.session,
        };
        self.heard_server_time(opened.server_ms);
        for queued in std::mem::take(&mut self.link.queue) {
            self.send_signed(queued);
        }
        Ok(())
    }

    fn session_failed(&mut self, result: Result<HttpResponse, HttpFailure>) {
        self.link.session = Session::None;
        if let Ok(response) = &result {
            self.heard_revocation(&response.body);
        }
        self.back_off();
        self.fail_queue(&result);
    }

    fn fail_queue(&mut self, result: &Result<HttpResponse, HttpFailure>) {
        for queued in std::mem::take(&mut self.link.queue) {
            self.deliver(queued.waiting, result.clone());
        }
    }

    /// After a failure: not reached, and not tried again before a while.
    pub(crate) fn back_off(&mut self) {
        self.link.reached = false;
        self.link.caught_up = false;
        let wait_ms = self.backoff_ms(self.link.failures);
        self.link.failures = self.link.failures.saturating_add(1);
        self.link.retry_at_ms = self.now.monotonic_ms + wait_ms;
        self.wake_after(wait_ms);
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
            Waiting::Sync(asked) => self.sync_answered(asked, result),
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
                    self.wake_after(3_000);
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

    /// Opens the tail, if the session is open and it is not.
    pub(crate) fn open_tail(&mut self) {
        if self.link.tail != Tail::None {
            return;
        }
        let Session::Open { signer, .. } = &mut self.link.session else {
            return;
        };
        let first = signer.tail().to_bytes();
        self.link.tail = Tail::Connecting;
        self.effects.push(Effect::TailConnect {
            path: "/api/v1/tail".into(),
            first,
        });
    }
}

fn encode(body: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(body).expect("bodies have text keys and no failing parts")
}
