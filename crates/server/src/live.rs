//! Sessions in use: their keys and replay windows, so that a request does not wait for the disk.
//!
//! A window lives in memory; the disk holds a ceiling that always lies above every counter taken.
//! After a restart nothing at or below the ceiling is taken again.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lifeos_protocol::ids::{AccountId, Hash, SignerId};
use lifeos_protocol::log::Role;
use lifeos_protocol::session::{RequestMac, RequestParts, SessionKey, accept_request};
use lifeos_protocol::tail::TailOpen;
use lifeos_protocol::window::{CounterWindow, WIDTH};
use lifeos_store::{Session, SignerKind, Store, StoreError};

use crate::authorise::Signer;
use crate::problem::Problem;
use crate::state::now_ms;

/// How far ahead of the counters in use the ceiling is set: one durable write for so many requests.
const AHEAD: u64 = 1024;
/// How exactly the last use of a session is kept.
const SEEN_EVERY_MS: u64 = 60_000;
/// Sessions kept in memory at once.
const LIVE_MAX: usize = 4096;

/// One session in use.
pub(crate) struct LiveSession {
    pub(crate) row: i64,
    pub(crate) id: [u8; 16],
    pub(crate) account: AccountId,
    pub(crate) signer: SignerId,
    pub(crate) signed_by: Signer,
    /// The account's role in the household.
    pub(crate) household: Role,
    key: SessionKey,
    cookie_hash: Hash,
    progress: Mutex<Progress>,
}

struct Progress {
    window: CounterWindow,
    ceiling: u64,
    seen_ms: u64,
    verified_ms: u64,
    ended: bool,
}

impl LiveSession {
    fn new(session: Session, signed_by: Signer) -> Self {
        // Everything up to the ceiling counts as taken.
        let mut window = [0xff; 24];
        window[..8].copy_from_slice(&session.counter_ceiling.to_be_bytes());
        let window = if session.counter_ceiling == 0 {
            CounterWindow::new()
        } else {
            CounterWindow::from_bytes(&window)
        };
        Self {
            row: session.row,
            id: session.id,
            account: session.account,
            signer: session.signer,
            signed_by,
            household: session.role,
            key: session.key,
            cookie_hash: session.cookie_hash,
            progress: Mutex::new(Progress {
                window,
                ceiling: session.counter_ceiling,
                seen_ms: session.seen_ms,
                verified_ms: session.verified_ms,
                ended: false,
            }),
        }
    }

    /// When a passkey last verified the person (ms since 1970; 0 for never).
    pub(crate) fn verified_ms(&self) -> u64 {
        self.progress().verified_ms
    }

    pub(crate) fn set_verified(&self, verified_ms: u64) {
        self.progress().verified_ms = verified_ms;
    }

    /// Verifies a request and takes its counter.
    pub(crate) async fn accept(
        &self,
        store: &Store,
        method: &str,
        path_and_query: &str,
        body_hash: Hash,
        auth: (u64, RequestMac),
    ) -> Result<(), Problem> {
        let (counter, mac) = auth;
        let parts = RequestParts {
            method,
            path_and_query,
            body_hash,
            counter,
            cookie_hash: self.cookie_hash,
        };
        let note = {
            let mut progress = self.progress();
            if progress.ended {
                return Err(Problem::no_session());
            }
            accept_request(&self.key, &mut progress.window, &parts, &mac)?;
            progress.note(counter)
        };
        self.keep(store, note).await
    }

    /// Verifies the first message of a tail and takes its counter.
    pub(crate) async fn accept_tail(&self, store: &Store, open: &TailOpen) -> Result<(), Problem> {
        if !open.holds(&self.key, &self.cookie_hash) {
            return Err(Problem::bad_mac());
        }
        let note = {
            let mut progress = self.progress();
            if progress.ended {
                return Err(Problem::no_session());
            }
            progress
                .window
                .take(open.counter)
                .map_err(|_| Problem::replayed())?;
            progress.note(open.counter)
        };
        self.keep(store, note).await
    }

    async fn keep(&self, store: &Store, note: Option<(u64, u64)>) -> Result<(), Problem> {
        if let Some((ceiling, seen_ms)) = note {
            // The counter counts as taken only once the ceiling above it is durable.
            store.note_session(self.row, ceiling, seen_ms).await?;
            let mut progress = self.progress();
            progress.ceiling = progress.ceiling.max(ceiling);
        }
        Ok(())
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        // A panic between two fields leaves at worst a counter that counts as taken.
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Progress {
    fn note(&mut self, counter: u64) -> Option<(u64, u64)> {
        let now = now_ms();
        let raise = counter > self.ceiling;
        let seen = now.saturating_sub(self.seen_ms) >= SEEN_EVERY_MS;
        if seen {
            self.seen_ms = now;
        }
        let ceiling = if raise {
            counter.saturating_add(AHEAD)
        } else {
            self.ceiling
        };
        (raise || seen).then_some((ceiling, self.seen_ms))
    }
}

/// The sessions in use, by the hash of their cookie.
#[derive(Default)]
pub(crate) struct LiveSessions {
    live: Mutex<HashMap<Hash, Arc<LiveSession>>>,
    cuts: AtomicU64,
}

impl LiveSessions {
    /// Returns the session of a cookie, from memory or from the disk.
    pub(crate) async fn find(
        &self,
        store: &Store,
        cookie_hash: &Hash,
    ) -> Result<Option<Arc<LiveSession>>, StoreError> {
        let (mut live, (session, signed_by)) = loop {
            if let Some(live) = self.lock().get(cookie_hash) {
                return Ok(Some(Arc::clone(live)));
            }
            let before = self.cuts.load(Ordering::SeqCst);
            let Some(session) = store.session(cookie_hash).await? else {
                return Ok(None);
            };
            let Some(signed_by) = signer_of(store, &session).await? else {
                return Ok(None);
            };
            let live = self.lock();
            // What was read may have been cut meanwhile: then it is read again.
            if self.cuts.load(Ordering::SeqCst) == before {
                break (live, (session, signed_by));
            }
        };
        if live.len() >= LIVE_MAX {
            live.retain(|_, session| Arc::strong_count(session) > 1);
        }
        // Two requests may have looked at once: there must be one window, so the first one stays.
        let session = live
            .entry(*cookie_hash)
            .or_insert_with(|| Arc::new(LiveSession::new(session, signed_by)));
        Ok(Some(Arc::clone(session)))
    }

    /// Returns the accounts of those sessions of which something holds, once each.
    pub(crate) fn accounts(&self, of: impl Fn(&LiveSession) -> bool) -> BTreeSet<AccountId> {
        let live = self.lock();
        let found = live.values().filter(|session| of(session));
        found.map(|session| session.account).collect()
    }

    /// Cuts a session: what is under way with it is refused from here on.
    pub(crate) fn cut(&self, cookie_hash: &Hash) -> Option<Arc<LiveSession>> {
        let mut live = self.lock();
        self.cuts.fetch_add(1, Ordering::SeqCst);
        let session = live.remove(cookie_hash)?;
        session.progress().ended = true;
        Some(session)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Hash, Arc<LiveSession>>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns what opened a session: of a device, its class as the account's log says it.
async fn signer_of(store: &Store, session: &Session) -> Result<Option<Signer>, StoreError> {
    if session.kind == SignerKind::Method {
        return Ok(Some(Signer::Method));
    }
    let device = session.signer.into();
    let log = store.account_log(session.account).await?;
    let enrolled = log.and_then(|log| log.device(device).map(|device| device.class));
    Ok(enrolled.map(|class| Signer::Device(device, class)))
}

const _: () = assert!(AHEAD > WIDTH, "a restart must not fall inside the window");
