//! Trusted, sans-I/O: what a device does with a life. Seals, opens, folds, verifies, remembers.
//!
//! [`Engine`] is one account on one device. It touches no disk, no network, no clock and no
//! system randomness: the present and randomness are lent for each call ([`Outside`]), bytes come
//! in by `receive…`, and what is to be stored goes out by [`Engine::take_writes`].
//!
//! Rules that hold here and nowhere above:
//! - counter and change are one durable write; nothing is pushed or acknowledged before
//!   ([`Engine::durable`]);
//! - nothing is folded that a verified head does not cover, nor beyond a cut;
//! - floors (log heads, epochs) move by verified signed objects only;
//! - what cannot be opened or applied is set aside with a reason, and the rest goes on;
//! - what contradicts what was verified raises an [`Alarm`] with its evidence, and is never healed
//!   in silence;
//! - nothing leaves this crate unsealed but views for the screen.
//!
//! Deliberately absent: sockets, files, HTTP, and any rule about what an event means (that is
//! `lifeos-life`'s).
#![forbid(unsafe_code)]

pub mod acts;
mod alarm;
pub mod api;
mod chain;
pub mod client;
mod clock;
mod conflict;
mod engine;
mod files;
mod journal;
mod pull;
mod record;
#[cfg(feature = "testkit")]
mod sabotage;
mod sight;
mod space;

pub use alarm::{Alarm, Cause};
pub use clock::ClockState;
pub use conflict::Conflict;
pub use engine::{
    BranchSecret, Committed, Engine, EngineError, ErasureDue, Identity, Locale, LogOutcome,
    NewBodies, OpenProblem, Opened, Outside, Push, QuarantinedChange, ReadBytes, Repush,
    Resolution, Standing, ViewChanged, WrapWanted, WriteAs,
};
pub use files::{FileKind, FileName, ReadNeeded, StoredFile, Write, Writes, files_to_open};
pub use lifeos_crypto::envelope::Source;
pub use pull::Received;
#[cfg(feature = "testkit")]
pub use sabotage::Sabotage;
pub use space::{Reason, RefusedAt};
