//! The client of one device: claim, join, unlock, sessions, sync and the page's calls, as one
//! sans-I/O state machine over the [`Engine`](crate::Engine). The host carries [`Effect`]s out and
//! tells [`Input`]s; it decides nothing and sees no key.
//!
//! One `Client` lives in one worker (or process). Every handler is one file; what waits for an
//! answer of the box is a `link::Waiting` value.

mod approve;
mod box_log;
mod calls;
mod claim;
mod data;
mod effect;
mod erase;
mod examine;
mod export;
mod files;
mod forks;
mod join;
mod kits;
mod link;
mod material;
mod methods;
mod open;
mod passkey;
mod people;
mod succession;
mod sync;
mod timers;
mod unlock;
mod vault;
mod ways;
mod webauthn;
mod writing;

pub use effect::{Effect, HttpFailure, HttpRequest, HttpResponse, Input, Now, StoreFailure};

use lifeos_protocol::api::BoxState;
use lifeos_protocol::codec::Wire;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::api::{Call, JoinStep, Phase, Problem, ProblemCode, Push, Reply, Status};
use crate::{FileName, Outside};
use approve::Approving;
use claim::Claiming;
use join::Joining;
use link::Link;
use open::Open;
use timers::{Timer, Timers};
use vault::Vault;

/// What a client must know of where it runs.
#[derive(Debug, Clone)]
pub struct Config {
    /// The origin of the page, as the browser writes it: `http://localhost:8420`.
    pub origin: String,
}

/// How often held changes are looked at.
const TICK_MS: u64 = 60_000;
/// A journal beyond this is followed by a snapshot, so that the next start reads little.
const SNAPSHOT_BYTES: u64 = 4 << 20;

/// Where the client stands.
enum State {
    /// The host has not told yet what is stored.
    Starting,
    /// Nothing is stored here. What the box says of itself tells the rest.
    Empty,
    Claiming(Box<Claiming>),
    Joining(Box<Joining>),
    Locked,
    /// The local key is here; files are being read.
    Opening {
        local_key: lifeos_crypto::LocalKey,
        /// The method that opened it, if one did.
        method: Option<Box<lifeos_crypto::MethodKeys>>,
    },
    Open(Box<Open>),
    Revoked,
}

/// The client. See the module's documentation.
pub struct Client {
    config: Config,
    rng: ChaCha20Rng,
    now: Now,
    state: State,
    vault: Option<Vault>,
    files: Vec<FileName>,
    box_state: Option<BoxState>,
    link: Link,
    approving: Option<Approving>,
    /// The passkey ceremony of the box that the page was last given.
    ceremony: Option<String>,
    next_token: u64,
    storing: std::collections::BTreeMap<u64, files::Storing>,
    effects: Vec<Effect>,
    told: Option<Status>,
    timers: Timers,
    #[cfg(feature = "testkit")]
    effort: Effort,
}

/// How often a client did what costs, for a test that counts.
#[cfg(feature = "testkit")]
#[derive(Debug, Default, Clone, Copy)]
pub struct Effort {
    /// The whole status was built.
    pub statuses: u64,
    /// The engine was asked what it must read again.
    pub maintenance: u64,
}

impl Client {
    /// Makes a client. `seed` is 32 bytes from the system's generator; it is used once.
    #[must_use]
    pub fn new(config: Config, seed: [u8; 32]) -> Self {
        Self {
            config,
            rng: ChaCha20Rng::from_seed(seed),
            now: Now {
                wall_ms: 0,
                monotonic_ms: 0,
                utc_offset_minutes: 0,
            },
            state: State::Starting,
            vault: None,
            files: Vec::new(),
            box_state: None,
            link: Link::default(),
            approving: None,
            ceremony: None,
            next_token: 1,
            storing: std::collections::BTreeMap::new(),
            effects: Vec::new(),
            told: None,
            timers: Timers::default(),
            #[cfg(feature = "testkit")]
            effort: Effort::default(),
        }
    }

    /// Takes an input and returns what is to be done, in order.
    pub fn handle(&mut self, now: Now, input: Input) -> Vec<Effect> {
        self.now = now;
        // A page that looks elsewhere asks nothing of what is being written.
        let bears = matches!(
            &input,
            Input::Call {
                call: Call::Unsubscribe { .. },
                ..
            }
        );
        if self.is_writing() && !bears {
            if matches!(input, Input::Wake) {
                self.write_on();
            } else {
                self.finish_writing();
                // What comes now may lock, or settle nothing: it goes to the disk and the page first.
                self.flush_writes();
                self.flush_views();
            }
            if self.is_writing() {
                self.pause_writing();
                return std::mem::take(&mut self.effects);
            }
        }
        // A piece of a pull changes nothing that is told or asked for before the pull has ended,
        // nor does that it is on the disk.
        let settles = match &input {
            Input::HttpPiece { .. } => false,
            Input::Written { .. } => !self.is_pulling(),
            _ => true,
        };
        match input {
            Input::Started { vault, files } => self.started(vault, files),
            Input::Handover { local_key } => self.handover(local_key),
            Input::Call {
                id,
                call,
                attachment,
            } => self.call(id, call, attachment),
            Input::Http { token, result } => self.answered(token, result),
            Input::HttpPiece { token, bytes } => self.piece(token, &bytes),
            Input::TailOpen => self.tail_opened(),
            Input::TailMessage(bytes) => self.notice(&bytes),
            Input::TailClosed => self.tail_closed(),
            Input::Written { token, result } => self.written(token, result),
            Input::Read { token, files } => self.read(token, files),
            Input::ReadPart { token, bytes } => self.read_part(token, bytes),
            Input::Wake => self.woken(),
            Input::Online => {
                self.timers.hasten(now.monotonic_ms);
                self.woken();
            }
        }
        if self.is_writing() {
            if !bears {
                self.pause_writing();
            }
        } else if settles {
            self.settle();
        } else {
            self.flush_writes();
        }
        std::mem::take(&mut self.effects)
    }

    /// The local key, for another worker of this device (same origin, by message port).
    #[must_use]
    pub fn local_key(&self) -> Option<[u8; 32]> {
        match &self.state {
            State::Open(open) => Some(*open.local_key.expose()),
            State::Opening { local_key, .. } => Some(*local_key.expose()),
            _ => None,
        }
    }

    /// The present status.
    #[must_use]
    pub fn status(&self) -> Status {
        let is_frozen = matches!(&self.state, State::Open(open) if open.engine.is_frozen());
        let mut status = Status {
            phase: self.phase(),
            sync: self.link.sync_state(is_frozen),
            waiting: 0,
            quarantined: 0,
            needs_newer: 0,
            can_undo: false,
            can_redo: false,
            alarms: Vec::new(),
            box_alarms: Vec::new(),
            rekeying: false,
            stepped_up_until_ms: self
                .link
                .stepped_up_until_ms
                .filter(|until| *until > self.now.wall_ms)
                .map(|until| until as f64),
            device: self.vault.as_ref().map(|vault| vault.device.to_hex()),
            idle_lock_minutes: 15,
            to_erase: 0,
            forks: 0,
        };
        if let State::Open(open) = &self.state {
            open.tell(&mut status, self.now.wall_ms);
        }
        status
    }

    fn phase(&self) -> Phase {
        match &self.state {
            State::Starting => Phase::Starting,
            State::Empty => match (&self.box_state, self.link.asked_box) {
                (Some(known), _) if known.claimed => Phase::Fresh,
                (Some(_), _) => Phase::Unclaimed,
                (None, true) => Phase::Unreachable,
                (None, false) => Phase::Starting,
            },
            State::Claiming(_) => Phase::Claiming,
            State::Joining(joining) => Phase::Joining {
                step: joining.step(),
            },
            State::Locked => Phase::Locked {
                ways: self
                    .vault
                    .as_ref()
                    .map(Vault::unlock_ways)
                    .unwrap_or_default(),
            },
            State::Opening { .. } => Phase::Opening,
            // A device that joined has nothing to show before its first space is here.
            // Nor has one that took the place of another before it has what that one had.
            State::Open(open) if open.personal().is_none() || self.is_taking_over() => {
                Phase::Joining {
                    step: JoinStep::Fetching,
                }
            }
            State::Open(_) => Phase::Open,
            State::Revoked => Phase::Revoked,
        }
    }

    fn started(&mut self, vault: Option<Vec<u8>>, files: Vec<FileName>) {
        if !matches!(self.state, State::Starting) {
            return;
        }
        self.files = files;
        match vault.map(|bytes| Vault::from_bytes(&bytes)) {
            Some(Ok(vault)) => {
                self.vault = Some(vault);
                self.state = State::Locked;
            }
            // A damaged vault never leads to a fresh start by itself: the files stay, and the
            // person joins again by another way.
            Some(Err(_)) | None => self.state = State::Empty,
        }
        self.ask_box();
    }

    /// Does after each input what the new state asks for: sync, views, status.
    fn settle(&mut self) {
        self.tend();
        self.sync();
        self.flush_writes();
        self.flush_views();
        #[cfg(feature = "testkit")]
        {
            self.effort.statuses += 1;
        }
        let status = self.status();
        if self.told.as_ref() != Some(&status) {
            self.told = Some(status.clone());
            self.effects.push(Effect::Push(Push::Status { status }));
        }
        if let Some(ms) = self.timers.ask(self.now.monotonic_ms) {
            self.effects.push(Effect::WakeAfter { ms });
        }
    }

    /// How often this client did what costs.
    #[cfg(feature = "testkit")]
    #[must_use]
    pub fn effort(&self) -> Effort {
        self.effort
    }

    /// What an open engine needs from time to time: names that wait for a key, changes whose
    /// time has come, records to be folded again, a snapshot.
    fn tend(&mut self) {
        let now_ms = self.now.wall_ms;
        let State::Open(open) = &mut self.state else {
            return;
        };
        let mut out = Outside {
            now_ms,
            rng: &mut self.rng,
        };
        open.write_names(&mut out);
        self.write_people();
        let State::Open(open) = &mut self.state else {
            return;
        };
        let mut out = Outside {
            now_ms,
            rng: &mut self.rng,
        };
        if !self.timers.waits(Timer::Tick) {
            open.maintaining = None;
            open.look_after = true;
            open.engine.tick(&mut out);
            if open.engine.journal_bytes() > SNAPSHOT_BYTES {
                open.engine.snapshot(&mut out);
            }
            self.wake_after(Timer::Tick, TICK_MS);
        }
        self.maintain();
        self.follow_methods();
        self.succeed();
    }

    fn answer(&mut self, id: u64, result: Result<Reply, Problem>) {
        self.effects.push(Effect::Answer {
            id,
            result: Box::new(result),
        });
    }

    fn refuse(&mut self, id: u64, problem: impl Into<Problem>) {
        self.answer(id, Err(problem.into()));
    }

    fn token(&mut self) -> u64 {
        let token = self.next_token;
        self.next_token += 1;
        token
    }

    fn open_mut(&mut self) -> Result<&mut Open, Problem> {
        match &mut self.state {
            State::Open(open) => Ok(open),
            _ => Err(ProblemCode::WrongPhase.into()),
        }
    }

    /// What is open, with the present and randomness for its engine.
    fn open_with_outside(&mut self) -> Result<(&mut Open, Outside<'_>), Problem> {
        let State::Open(open) = &mut self.state else {
            return Err(ProblemCode::WrongPhase.into());
        };
        let outside = Outside {
            now_ms: self.now.wall_ms,
            rng: &mut self.rng,
        };
        Ok((open, outside))
    }

    fn wake_after(&mut self, timer: Timer, ms: u64) {
        self.timers.set(timer, self.now.monotonic_ms + ms);
    }

    /// A wait that doubles, with a little chance in it so that devices do not come in step.
    fn backoff_ms(&mut self, failures: u32) -> u64 {
        let ceiling = 1_000_u64 << failures.min(6);
        ceiling / 2 + u64::from(self.rng.next_u32()) % (ceiling / 2 + 1)
    }

    fn lock(&mut self) {
        self.approving = None;
        self.link = Link::default();
        self.timers = Timers::default();
        self.state = if self.vault.is_some() {
            State::Locked
        } else {
            State::Empty
        };
        self.effects.push(Effect::TailClose);
        self.effects.push(Effect::Push(Push::Locked));
        self.effects.push(Effect::Ended);
    }

    fn erase(&mut self) {
        self.vault = None;
        self.files.clear();
        self.lock();
        self.effects.push(Effect::EraseAll);
    }
}
