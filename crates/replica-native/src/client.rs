//! The handle of a client that runs on a thread of its own.

use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use lifeos_replica::api::{Call, Problem, ProblemCode, Push, Reply, Status};

use crate::host::{self, Event};
use crate::store::DirectoryStore;

/// Where a client lives and whom it speaks to.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder that holds the sealed files; made if it is missing.
    pub folder: PathBuf,
    /// The box's origin, as a browser writes it: `https://home.example` or `http://localhost:8420`.
    pub origin: String,
    /// Certificates (DER) of who vouches for the box; the public authorities if there are none.
    pub roots: Vec<Vec<u8>>,
}

/// Why a client does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The folder cannot be used.
    #[error("folder could not be opened")]
    Folder(#[source] io::Error),
    /// Another client works in the folder.
    #[error("folder is in use")]
    InUse,
    /// The origin is no `http` or `https` address.
    #[error("origin is not an address of the web")]
    Origin,
    /// A certificate of [`Options::roots`] cannot be read.
    #[error("certificate could not be read")]
    Roots,
    /// The system gave no randomness or no thread.
    #[error("system refused what a client needs")]
    System(#[source] io::Error),
}

/// What was waited for did not come in time.
#[derive(Debug, Clone, thiserror::Error)]
#[error("what was waited for did not come in time")]
pub struct TimedOut(
    /// The status at the end.
    pub Box<Status>,
);

/// What the host tells whoever waits.
#[derive(Default)]
pub(crate) struct Told {
    pub(crate) status: Mutex<Option<Status>>,
    pub(crate) changed: Condvar,
    pub(crate) listeners: Mutex<Vec<Sender<Push>>>,
}

/// A client of one device. Dropping it ends its thread; what was acknowledged is on the disk.
pub struct NativeClient {
    events: Sender<Event>,
    told: Arc<Told>,
    thread: Option<JoinHandle<()>>,
}

impl NativeClient {
    /// Starts a client with the public certificate authorities.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn start(
        folder: impl Into<PathBuf>,
        origin: impl Into<String>,
    ) -> Result<Self, StartError> {
        Self::start_with(Options {
            folder: folder.into(),
            origin: origin.into(),
            roots: Vec::new(),
        })
    }

    /// Starts a client.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn start_with(options: Options) -> Result<Self, StartError> {
        let store = DirectoryStore::open(&options.folder)?;
        let (events, inbox) = channel();
        let told = Arc::new(Told::default());
        let host = host::Host::new(&options, store, events.clone(), inbox, Arc::clone(&told))?;
        let thread = std::thread::Builder::new()
            .name("lifeos-client".into())
            .spawn(move || host.run())
            .map_err(StartError::System)?;
        Ok(Self {
            events,
            told,
            thread: Some(thread),
        })
    }

    /// Makes a call and waits for its answer.
    ///
    /// # Errors
    /// The client's problem.
    pub fn call(&self, call: Call) -> Result<Reply, Problem> {
        self.call_with(call, None)
    }

    /// Makes a call with bytes beside it (a file to import) and waits for its answer.
    ///
    /// # Errors
    /// The client's problem.
    pub fn call_with(&self, call: Call, attachment: Option<Vec<u8>>) -> Result<Reply, Problem> {
        let (answer, answered) = channel();
        let ended = |_| Problem::with(ProblemCode::WrongPhase, "ended");
        self.events
            .send(Event::Call {
                call,
                attachment,
                answer,
            })
            .map_err(|_| ended(()))?;
        answered.recv().map_err(|_| ended(()))?
    }

    /// Returns every push from now on.
    #[must_use]
    pub fn pushes(&self) -> Receiver<Push> {
        let (sender, receiver) = channel();
        lock(&self.told.listeners).push(sender);
        receiver
    }

    /// The status as last told; nothing before the first.
    #[must_use]
    pub fn status(&self) -> Option<Status> {
        lock(&self.told.status).clone()
    }

    /// Waits until the status is as wanted. `is` may look at nothing else: it is asked while no
    /// status can be told, so that a call of the client from within it never returns.
    ///
    /// # Errors
    /// [`TimedOut`] with the status at the end.
    ///
    /// # Panics
    /// If no status came at all within the time.
    pub fn wait_until(
        &self,
        is: impl Fn(&Status) -> bool,
        timeout: Duration,
    ) -> Result<Status, TimedOut> {
        let end = Instant::now() + timeout;
        let mut status = lock(&self.told.status);
        loop {
            if let Some(known) = status.as_ref().filter(|known| is(known)) {
                return Ok(known.clone());
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let last = status.clone().expect("a client tells its status at once");
                return Err(TimedOut(Box::new(last)));
            }
            status = self
                .told
                .changed
                .wait_timeout(status, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }
}

impl Drop for NativeClient {
    fn drop(&mut self) {
        // The thread may have ended before; then nobody listens.
        drop(self.events.send(Event::Stop));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
