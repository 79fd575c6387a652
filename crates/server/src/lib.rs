//! The box's face to browsers and devices: signing in, the sealed log, the live tail, and the files
//! of the web app.
//!
//! The server compares, keeps and hands out bytes that it cannot read. It judges pushes and logs by
//! the functions that the clients use, and is the source of nothing that a client trusts.
//!
//! Architecture invariant: nothing here depends on the kernel, a domain, cryptography or a replica.
#![forbid(unsafe_code)]

mod acts;
mod alarms;
mod asked;
mod assets;
mod authorise;
mod body;
mod config;
mod fetch_site;
mod guard;
mod headers;
mod hub;
mod limits;
mod listen;
mod live;
mod machine;
mod metrics;
mod names;
mod notes;
mod origin;
mod problem;
mod random;
mod recent;
mod routes;
mod session;
mod stall;
mod start;
mod state;
mod tls;
mod trace;
mod version;
mod watch;
mod webauthn;

#[doc(hidden)]
pub use asked::Asked;
pub use assets::{Asset, Assets, NoAssets};
pub use config::{Config, Watching};
pub use headers::{POLICY, READER_POLICY};
pub use limits::{Limits, Rate};
pub use metrics::Metrics;
pub use origin::{BadOrigin, Origin};
pub use routes::openapi;
pub use start::{ClaimCode, Server, StartError, new_claim_code, new_metrics_token};
pub use tls::{TlsError, TlsFiles};
