//! Keys, envelopes, unlock methods. Safe to call; hazardous parts hidden.
//!
//! The formats are those of `docs/formats.md`; their layouts, labels and hashes are
//! `lifeos-protocol`'s, which the server shares. What is here needs a secret, and so the server
//! never depends on it.
//!
//! - Randomness is passed in: nothing here asks the system for any.
//! - Secrets are types of their own, wiped when dropped, compared in constant time, mute in `Debug`.
//! - What fails to open says nothing about why ([`OpenError`]).
//! - Deliberately absent: verification of signatures (one function in `lifeos-protocol`), clocks,
//!   storage, and any choice of algorithm by who calls.
#![forbid(unsafe_code)]

mod committed;
mod error;
mod primitive;

pub mod approval;
pub mod envelope;
pub mod invite;
pub mod keys;
pub mod local;
pub mod method;
pub mod secret;
pub mod session;
pub mod wrap;

pub use error::{OpenError, SealError};
pub use keys::{AccountKeys, DeviceKeys, MethodKeys, Opens, Signs};
pub use rand_core;
pub use secret::{AccountSecret, LocalKey, SpaceKey, SpaceSecret, VaultHalf};
