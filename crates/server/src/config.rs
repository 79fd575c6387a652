//! What the person who runs the box decides.

use std::net::SocketAddr;

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
    /// Certificate and key; without them the server speaks plain HTTP, for loopback or behind a
    /// proxy of one's own.
    pub tls: Option<TlsFiles>,
    /// What one client may ask for.
    pub limits: Limits,
}
