//! The account log and the space log: signed, hash-linked statements, and the one judgement of
//! them that the box and every client share.
//!
//! A log is never shortened and never silently mended: a second valid successor of a statement is
//! a fork, kept as evidence, and freezes the log until a `resolve`.

mod account;
mod body;
mod chain;
mod refusal;
mod space;
mod statement;

pub use account::{
    AccountEpoch, AccountLog, AccountState, Accounts, Device, Limit, LogLimit, MAX_LIFETIME,
    MAX_LIVE, Method, Signer,
};
pub use body::{
    AccountBody, AccountGenesis, AddDevice, AddMember, AddMethod, Cut, EpochPart, Erased, History,
    LogCut, MAX_BODY, NamedWrap, RemoveMember, Resolve, ResolveAccount, Revoke, Role, SetRole,
    SpaceBody, SpaceGenesis,
};
pub use chain::{Applied, Branch, Fork, Judge, Log};
pub use refusal::LogRefusal;
pub use space::{SpaceEpoch, SpaceLog, SpaceState};
pub use statement::{Draft, LogKind, LogStatement};
