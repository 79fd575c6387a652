//! What the person who runs the box decides.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::limits::Limits;
use crate::origin::Origin;
use crate::tls::TlsFiles;

/// The settings of a server.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Under which name browsers reach the box.
    pub origin: Origin,
    /// Under which names browsers knew it before. They still answer, so that devices can move; one
    /// of plain loopback has a socket of its own, unless it is the one that the box listens at.
    pub former: Vec<Origin>,
    /// Certificate and key; without them the server speaks plain HTTP, for loopback or behind a
    /// proxy of one's own.
    pub tls: Option<TlsFiles>,
    /// What one client may ask for.
    pub limits: Limits,
    /// How it looks after itself and its machine.
    pub watching: Watching,
}

/// How a server looks after itself and the machine that it is on.
#[derive(Debug, Clone)]
pub struct Watching {
    /// Beneath which folder the files are in which the kernel tells of the machine.
    pub root: PathBuf,
    /// How often it looks.
    pub turn: Duration,
}

impl Default for Watching {
    /// At its own machine, every ten seconds.
    fn default() -> Self {
        Self {
            root: PathBuf::from("/"),
            turn: Duration::from_secs(10),
        }
    }
}
