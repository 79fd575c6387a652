//! The sealed log, accounts and sessions of the box, in SQLite or in PostgreSQL.
//!
//! The store keeps bytes that it cannot read and judges them with the same functions as the
//! clients (`lifeos_protocol::judge`, `lifeos_protocol::log`). What it acknowledges is on the disk.
//! Statements are append-only; a body goes only by a signed authorisation.
//!
//! Architecture invariant: nothing here depends on the kernel, a domain, cryptography or a replica.
//! That the box cannot read a life is a fact of the build.
#![forbid(unsafe_code)]

mod columns;
mod committer;
mod connection;
mod error;
mod migrate;
mod open;
mod postgres;
mod sql;
mod sqlite;

mod accounts;
mod append;
mod bodies;
mod box_log;
mod ceremonies;
mod changes;
mod claim;
mod evidence;
mod examine;
mod farewell;
mod instance;
mod invites;
mod log_cache;
mod logs;
mod named;
mod page;
mod passkeys;
mod pull;
mod request;
mod residue;
mod sessions;
mod stages;
mod standing;
mod usage;
mod vault;

pub use accounts::{Material, MethodKey, Status};
pub use box_log::BoxNote;
pub use ceremonies::Ceremony;
pub use changes::{PushRefusal, Pushed, Pusher};
pub use claim::{ClaimRefusal, NewAccount, StoredEntry};
pub use error::StoreError;
pub use evidence::Equivocation;
pub use examine::{Examined, Invariant};
pub use instance::Instance;
pub use invites::{Brought, Invite, InviteRefusal, NewInvite};
pub use logs::{AppendRefusal, Appended, NewMethod, NewStatement, Wraps};
pub use migrate::{MIGRATIONS, Migration};
pub use open::Store;
pub use page::Page;
pub use passkeys::StoredPasskey;
pub use postgres::address::DatabaseUrl;
pub use pull::{Pull, PullRefusal};
pub use request::Request;
pub use sessions::{NewSession, Session, SignerKind};
pub use stages::StoreFigures;
pub use standing::{Reach, Standing};
pub use usage::DayQuota;
