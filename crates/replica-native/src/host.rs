//! The thread that drives a client: carries its effects out and tells it what came of them.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use lifeos_replica::api::{Call, Phase, Problem, ProblemCode, Push, Reply};
use lifeos_replica::client::{Client, Config, Effect, HttpFailure, HttpResponse, Input, Now};
use rustls::{ClientConfig, RootCertStore};

use crate::client::{Options, StartError, Told, lock};
use crate::http::Http;
use crate::store::DirectoryStore;
use crate::tail::{Place, Tail};

type Answer = Sender<Result<Reply, Problem>>;

/// What comes to the thread. `round` and `number` say for which client or tail it is meant.
pub(crate) enum Event {
    Call {
        call: Call,
        attachment: Option<Vec<u8>>,
        answer: Answer,
    },
    Http {
        round: u64,
        token: u64,
        result: Result<HttpResponse, HttpFailure>,
    },
    Piece {
        round: u64,
        token: u64,
        bytes: Vec<u8>,
        /// Told, once the piece was taken, whether more is wanted; dropped where it is not.
        more: Sender<bool>,
    },
    TailOpen {
        number: u64,
    },
    TailMessage {
        number: u64,
        bytes: Vec<u8>,
    },
    TailClosed {
        number: u64,
    },
    Stop,
}

/// How long the thread sleeps when nothing is due.
const IDLE: Duration = Duration::from_secs(3600);

pub(crate) struct Host {
    origin: String,
    store: DirectoryStore,
    http: Http,
    tls: Arc<ClientConfig>,
    events: Sender<Event>,
    inbox: Receiver<Event>,
    told: Arc<Told>,
    began: Instant,
    client: Client,
    /// Which client this is: one that ended is followed by a new one over the same files.
    round: u64,
    waiting: BTreeMap<u64, Answer>,
    next_call: u64,
    tail: Option<Tail>,
    tail_number: u64,
    wake_at: Option<Instant>,
    inputs: VecDeque<Input>,
}

impl Host {
    pub(crate) fn new(
        options: &Options,
        store: DirectoryStore,
        events: Sender<Event>,
        inbox: Receiver<Event>,
        told: Arc<Told>,
    ) -> Result<Self, StartError> {
        let origin = options.origin.trim_end_matches('/').to_owned();
        if !origin.starts_with("http://") && !origin.starts_with("https://") {
            return Err(StartError::Origin);
        }
        let mut roots = RootCertStore::empty();
        if options.roots.is_empty() {
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        }
        for der in &options.roots {
            roots
                .add(der.clone().into())
                .map_err(|_| StartError::Roots)?;
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(|_| StartError::Origin)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = new_client(&origin)?;
        Ok(Self {
            http: Http::new(&origin, &options.roots),
            origin,
            store,
            tls: Arc::new(tls),
            events,
            inbox,
            told,
            began: Instant::now(),
            client,
            round: 0,
            waiting: BTreeMap::new(),
            next_call: 1,
            tail: None,
            tail_number: 0,
            wake_at: None,
            inputs: VecDeque::new(),
        })
    }

    /// Runs until it is told to stop.
    pub(crate) fn run(mut self) {
        self.begin();
        loop {
            self.work();
            let now = Instant::now();
            let left = self
                .wake_at
                .map_or(IDLE, |at| at.saturating_duration_since(now));
            match self.inbox.recv_timeout(left) {
                Ok(Event::Stop) | Err(RecvTimeoutError::Disconnected) => return,
                Ok(event) => self.take(event),
                Err(RecvTimeoutError::Timeout) => {
                    if self.wake_at.take().is_some() {
                        self.inputs.push_back(Input::Wake);
                    }
                }
            }
        }
    }

    /// Tells the client what is stored.
    fn begin(&mut self) {
        let (vault, files) = (self.store.vault(), self.store.names());
        self.inputs.push_back(Input::Started { vault, files });
    }

    fn take(&mut self, event: Event) {
        let input = match event {
            Event::Call {
                call,
                attachment,
                answer,
            } => {
                let id = self.next_call;
                self.next_call += 1;
                self.waiting.insert(id, answer);
                Input::Call {
                    id,
                    call,
                    attachment,
                }
            }
            Event::Http {
                round,
                token,
                result,
            } if round == self.round => Input::Http { token, result },
            Event::Piece {
                round,
                token,
                bytes,
                more,
            } if round == self.round => {
                self.inputs.push_back(Input::HttpPiece { token, bytes });
                self.work();
                // The request may have ended by itself.
                let _ended = more.send(self.client.wants_more(token));
                return;
            }
            Event::TailOpen { number } if self.follows(number) => Input::TailOpen,
            Event::TailMessage { number, bytes } if self.follows(number) => {
                Input::TailMessage(bytes)
            }
            Event::TailClosed { number } if self.follows(number) => {
                self.tail = None;
                Input::TailClosed
            }
            _ => return, // of a client or tail that has ended
        };
        self.inputs.push_back(input);
    }

    fn follows(&self, number: u64) -> bool {
        self.tail.is_some() && number == self.tail_number
    }

    /// Tells the client everything that is due, until nothing more comes of it.
    fn work(&mut self) {
        while let Some(input) = self.inputs.pop_front() {
            let effects = self.client.handle(self.now(), input);
            let mut ends = false;
            for effect in effects {
                if matches!(effect, Effect::Ended) {
                    ends = true;
                } else {
                    self.carry_out(effect);
                }
            }
            if ends {
                self.renew();
            }
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Http(request) => self.http.send(request, self.round, self.events.clone()),
            Effect::TailConnect { path, first } => {
                let place = Place {
                    origin: self.origin.clone(),
                    path,
                    cookie: self.http.cookie(),
                    tls: Arc::clone(&self.tls),
                };
                self.tail_number += 1;
                self.tail = Some(Tail::open(
                    place,
                    first,
                    self.tail_number,
                    self.events.clone(),
                ));
            }
            Effect::TailClose => self.tail = None,
            Effect::Write { token, writes } => {
                let result = self.store.write(&writes);
                self.inputs.push_back(Input::Written { token, result });
            }
            Effect::WriteVault { token, bytes } => {
                let result = self.store.write_vault(&bytes);
                self.inputs.push_back(Input::Written { token, result });
            }
            Effect::Read { token, files } => {
                let files = self.store.read(&files);
                self.inputs.push_back(Input::Read { token, files });
            }
            Effect::ReadPart {
                token,
                file,
                offset,
                length,
            } => {
                let bytes = self.store.read_part(file, offset, length);
                self.inputs.push_back(Input::ReadPart { token, bytes });
            }
            Effect::EraseAll => {
                // What could not be removed stays sealed, and no key to it is left.
                let _left = self.store.erase_all();
            }
            Effect::WakeAfter { ms } => {
                self.wake_at = Some(Instant::now() + Duration::from_millis(ms));
            }
            Effect::Answer { id, result } => {
                if let Some(answer) = self.waiting.remove(&id) {
                    // Whoever asked may have gone.
                    drop(answer.send(*result));
                }
            }
            Effect::Push(push) => self.push(&push),
            Effect::Ended => {}
        }
    }

    fn push(&mut self, push: &Push) {
        if let Push::Status { status } = push {
            *lock(&self.told.status) = Some(status.clone());
            self.told.changed.notify_all();
        }
        lock(&self.told.listeners).retain(|listener| listener.send(push.clone()).is_ok());
    }

    /// Drops a client that ended, keys and all, and begins a new one over the same files. A device
    /// that was revoked stays as it is.
    fn renew(&mut self) {
        let revoked = self.client.status().phase == Phase::Revoked;
        self.tail = None;
        self.wake_at = None;
        self.inputs.clear();
        for (_, answer) in std::mem::take(&mut self.waiting) {
            drop(answer.send(Err(Problem::with(ProblemCode::WrongPhase, "ended"))));
        }
        if revoked {
            return;
        }
        self.round += 1;
        if let Ok(client) = new_client(&self.origin) {
            self.client = client;
            self.begin();
        }
    }

    fn now(&self) -> Now {
        let wall = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Now {
            wall_ms: u64::try_from(wall.as_millis()).unwrap_or(u64::MAX),
            monotonic_ms: u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX),
            utc_offset_minutes: 0,
        }
    }
}

fn new_client(origin: &str) -> Result<Client, StartError> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| StartError::System(std::io::Error::other(error)))?;
    Ok(Client::new(
        Config {
            origin: origin.to_owned(),
        },
        seed,
    ))
}
