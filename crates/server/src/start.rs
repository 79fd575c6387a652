//! Putting a server together, and the two secrets that whoever runs the box holds: the claim code
//! and the token of the metrics.

use std::fs;
use std::future::Future;
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use lifeos_protocol::box_log::BoxEvent;
use lifeos_protocol::code;
use lifeos_protocol::hash::sha256;
use lifeos_protocol::ids::Hash;
use lifeos_protocol::session::cookie_name;
use lifeos_store::{BoxNote, Instance, Store, StoreError};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use crate::alarms::Alarms;
use crate::assets::Assets;
use crate::config::Config;
use crate::hub::Hub;
use crate::limits::Quotas;
use crate::listen::{self, Door, Listen};
use crate::live::LiveSessions;
use crate::machine::Machine;
use crate::names::Names;
use crate::notes::{self, Notes};
use crate::origin::Origin;
use crate::recent::Recent;
use crate::routes;
use crate::state::{App, now_ms};
use crate::tls::{self, TlsError};

/// How long a claim code lives.
const CLAIM_CODE_MS: u64 = 30 * 60 * 1000;
const METRICS_TOKEN: &str = "metrics-token";
const SWEEP: Duration = Duration::from_secs(60);

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder could not be opened.
    #[error("data folder could not be opened")]
    Store(#[from] StoreError),
    /// The certificate or key does not serve.
    #[error("TLS could not be set up")]
    Tls(#[from] TlsError),
    /// The address is taken, or may not be used.
    #[error("could not listen on {address}")]
    Listen {
        /// Where it was to listen.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The origin's name is no name for passkeys.
    #[error("origin does not serve for passkeys")]
    Origin,
    /// The token of the metrics could not be read or written.
    #[error("token of the metrics could not be read or written")]
    Token(#[source] io::Error),
}

/// A code that lets one person claim the box. Shown on the terminal, kept only as a hash.
pub struct ClaimCode(String);

impl ClaimCode {
    /// Returns the ten characters in two groups, as they are shown.
    #[must_use]
    pub fn shown(&self) -> String {
        format!("{}-{}", &self.0[..5], &self.0[5..])
    }
}

impl std::fmt::Debug for ClaimCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClaimCode")
    }
}

/// A server that listens and does not serve yet.
pub struct Server {
    app: Arc<App>,
    doors: Vec<Door>,
    ending: watch::Sender<bool>,
}

impl Server {
    /// Binds the socket and prepares everything that a request needs.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn bind(
        config: Config,
        store: Store,
        assets: impl Assets,
    ) -> Result<Self, StartError> {
        let tls = config.tls.as_ref().map(tls::acceptor).transpose()?;
        let names = Names::new(&config.origin, &config.former).map_err(|_| StartError::Origin)?;
        let fresh = Instance {
            instance: crate::random::bytes().into(),
            incarnation: crate::random::bytes().into(),
        };
        let instance = store.instance(fresh, now_ms()).await?;
        let metrics_token_hash = metrics_token(store.folder()).map_err(StartError::Token)?;
        let mut doors = vec![door(config.listen, tls).await?];
        let plain = config.former.iter().filter_map(Origin::plain_port);
        for port in plain.filter(|port| config.tls.is_some() || *port != config.listen.port()) {
            doors.push(door((Ipv4Addr::LOCALHOST, port).into(), None).await?);
        }
        let (ending, observe) = watch::channel(false);
        let app = Arc::new(App {
            cookie_name: cookie_name(instance.instance),
            quotas: Quotas::new(&config.limits),
            machine: Machine::new(config.watching.root.clone(), store.folder()),
            config,
            store,
            instance,
            assets: Arc::new(assets),
            names,
            sessions: LiveSessions::default(),
            hub: Hub::new(),
            metrics: Arc::default(),
            notes: Notes::default(),
            recent: Recent::default(),
            alarms: Alarms::default(),
            metrics_token_hash,
            ending: observe,
        });
        Ok(Self { app, doors, ending })
    }

    /// Returns where it listens: the port that the system chose, where 0 was asked for.
    ///
    /// # Errors
    /// What the system says.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.doors[0].listener.local_addr()
    }

    pub(crate) fn into_app(self) -> Arc<App> {
        self.app
    }

    /// Serves until `end` is ready, lets those under way finish, and closes the store.
    pub async fn run(self, end: impl Future<Output = ()>) {
        let Self { app, doors, ending } = self;
        let (router, address_limits) = routes::router(&app);
        let sweeper = tokio::spawn({
            let app = Arc::clone(&app);
            async move {
                let mut ticks = tokio::time::interval(SWEEP);
                loop {
                    ticks.tick().await;
                    app.quotas.sweep();
                    address_limits
                        .iter()
                        .for_each(crate::limits::AddressLimit::sweep);
                }
            }
        });
        let watcher = tokio::spawn(crate::watch::run(Arc::clone(&app)));
        tell(&app, BoxEvent::Started).await;
        let end = async move {
            end.await;
            // Tails are told first: a drain would wait for them for ever.
            ending.send_replace(true);
        };
        let metrics = Arc::clone(&app.metrics);
        let limits = app.config.limits;
        listen::run(
            Listen {
                doors,
                router,
                limits,
                metrics,
            },
            end,
        )
        .await;
        sweeper.abort();
        watcher.abort();
        tell(&app, BoxEvent::Stopped).await;
        app.store.clone().close().await;
    }
}

async fn door(address: SocketAddr, tls: Option<TlsAcceptor>) -> Result<Door, StartError> {
    let bound = TcpListener::bind(address).await;
    let listener = bound.map_err(|source| StartError::Listen { address, source })?;
    Ok(Door { listener, tls })
}

/// Tells the box log that it begins or ends; a store that takes nothing keeps nobody from serving.
async fn tell(app: &App, event: BoxEvent) {
    let noted = notes::note(app, BoxNote::of(event)).await;
    if noted.is_err() {
        tracing::error!("start or end is not in the box log");
    }
}

/// Makes a new claim code, which ends the one before. Nothing if the box is claimed.
///
/// # Errors
/// Those of the store.
pub async fn new_claim_code(store: &Store) -> Result<Option<ClaimCode>, StoreError> {
    let code = code::from_random(&crate::random::bytes());
    let hash = claim_code_hash(&code).expect("the alphabet is the code's own");
    let now = now_ms();
    let kept = store
        .set_claim_code(hash, now.saturating_add(CLAIM_CODE_MS))
        .await?;
    Ok(kept.then_some(ClaimCode(code)))
}

/// Returns the hash of a claim code as typed. Nothing if it cannot be one.
pub(crate) fn claim_code_hash(typed: &str) -> Option<Hash> {
    code::read(typed).map(|code| sha256(code.as_bytes()))
}

/// Replaces the token of the metrics and returns it.
///
/// # Errors
/// What the system says.
pub fn new_metrics_token(folder: &Path) -> io::Result<String> {
    let token = Hash::new(crate::random::bytes()).to_hex();
    write_private(&folder.join(METRICS_TOKEN), &token)?;
    Ok(token)
}

fn metrics_token(folder: &Path) -> io::Result<Hash> {
    let token = match fs::read_to_string(folder.join(METRICS_TOKEN)) {
        Ok(token) => token.trim().to_owned(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => new_metrics_token(folder)?,
        Err(error) => return Err(error),
    };
    if token.is_empty() {
        return Err(io::ErrorKind::InvalidData.into());
    }
    Ok(sha256(token.as_bytes()))
}

fn write_private(file: &Path, text: &str) -> io::Result<()> {
    let fresh = file.with_extension("new");
    match fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut opened = options.open(&fresh)?;
    opened.write_all(text.as_bytes())?;
    opened.write_all(b"\n")?;
    opened.sync_all()?;
    fs::rename(&fresh, file)
}
