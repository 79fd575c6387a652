//! A hop between real clients and a real box: TCP on loopback, HTTP/1.1, and the tail's WebSocket.
//! What passes is whole until a test says otherwise; then a closure sees each request and each
//! answer, and may alter, drop, repeat, replace, cut or never end it.
//!
//! The box is to be configured with the hop's origin, so that clients take the hop for the box:
//! that is what a hostile box is to them.

mod carry;
mod travel;

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::sync::watch;

pub use travel::{Answer, Asked, Ending, Gate, Seen, Way};

type OnAsked = Box<dyn FnMut(&mut Asked) -> Way + Send>;
type OnAnswer = Box<dyn FnMut(&Asked, &mut Answer) -> bool + Send>;

/// What the hop does, and what it saw.
#[derive(Default)]
struct Rules {
    upstream: Option<SocketAddr>,
    asked: Option<OnAsked>,
    answer: Option<OnAnswer>,
    altered: usize,
    seen: Vec<Seen>,
}

struct Shared {
    rules: Mutex<Rules>,
    moved: Condvar,
    /// Counts up each time that the open tails are to be cut.
    cuts: watch::Sender<u64>,
}

impl Shared {
    fn rules(&self) -> MutexGuard<'_, Rules> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The hop. It ends when it is dropped.
pub struct Hop {
    port: u16,
    shared: Arc<Shared>,
    runtime: Option<Runtime>,
}

impl Hop {
    /// Listens on a loopback port and leads nowhere yet.
    ///
    /// # Panics
    /// Where the system gives no socket or no threads.
    #[must_use]
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a loopback port is free");
        let port = listener.local_addr().expect("it is bound").port();
        listener
            .set_nonblocking(true)
            .expect("a socket can wait without blocking");
        let shared = Arc::new(Shared {
            rules: Mutex::default(),
            moved: Condvar::new(),
            cuts: watch::Sender::new(0),
        });
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("the system gives threads");
        runtime.spawn(carry::listen(listener, Arc::clone(&shared)));
        Self {
            port,
            shared,
            runtime: Some(runtime),
        }
    }

    /// The port at which clients find it.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Leads to a box from now on.
    pub fn lead_to(&self, upstream: SocketAddr) {
        self.shared.rules().upstream = Some(upstream);
    }

    /// Shows each request to a closure before it goes on.
    pub fn on_asked(&self, rule: impl FnMut(&mut Asked) -> Way + Send + 'static) {
        self.shared.rules().asked = Some(Box::new(rule));
    }

    /// Shows each answer to a closure before it goes back. It returns whether it altered it, which
    /// is counted ([`Self::wait_altered`]).
    pub fn on_answer(&self, rule: impl FnMut(&Asked, &mut Answer) -> bool + Send + 'static) {
        self.shared.rules().answer = Some(Box::new(rule));
    }

    /// Passes everything as it is from now on.
    pub fn be_honest(&self) {
        let mut rules = self.shared.rules();
        (rules.asked, rules.answer) = (None, None);
    }

    /// Cuts every tail that is open, as a network does; clients open them again and look at
    /// everything anew.
    pub fn cut_tails(&self) {
        self.shared.cuts.send_modify(|cuts| *cuts += 1);
    }

    /// How many requests and answers were altered so far.
    #[must_use]
    pub fn altered(&self) -> usize {
        self.shared.rules().altered
    }

    /// Waits until so many requests and answers were altered.
    ///
    /// # Panics
    /// Where that does not come about within the time.
    pub fn wait_altered(&self, count: usize, patience: Duration) {
        self.wait(|rules| rules.altered >= count, patience);
    }

    /// Waits until what was seen is as wanted.
    ///
    /// # Panics
    /// Where that does not come about within the time.
    pub fn wait_seen(&self, is: impl Fn(&[Seen]) -> bool, patience: Duration) {
        self.wait(|rules| is(&rules.seen), patience);
    }

    fn wait(&self, is: impl Fn(&Rules) -> bool, patience: Duration) {
        let end = Instant::now() + patience;
        let mut rules = self.shared.rules();
        while !is(&rules) {
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "not in time; seen: {:#?}", rules.seen);
            rules = self
                .shared
                .moved
                .wait_timeout(rules, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    /// Everything that was asked so far, in order of its answers, as it came from the clients.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        self.shared.rules().seen.clone()
    }

    /// Forgets what was seen so far.
    pub fn forget(&self) {
        self.shared.rules().seen.clear();
    }
}

impl Drop for Hop {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
