//! The ground that every area of life stands on: identity, time order, merging, and the shape of
//! a domain with its laws.
//!
//! Architecture invariant: nothing here reads a clock, draws randomness or touches a disk or a
//! socket. Time, randomness and ids come in as arguments; what should happen goes out as values.
//! The crate depends on no other crate of this project.
#![forbid(unsafe_code)]

pub mod cbor;
mod change;
mod civil;
mod context;
mod domain;
mod event;
mod fields;
mod id;
#[cfg(feature = "laws")]
pub mod laws;
mod merge;
mod order;
mod pack;
mod rejected;
pub mod search;
mod shelf;
mod stamp;

pub use change::{Change, ChangeMeta, Source};
pub use civil::{Day, Minute, When, ZoneName};
pub use context::{Context, IdSource};
pub use domain::{Domain, Draft, Reverted, Stamped};
pub use event::{Decoded, EVENT_LIMIT_BYTES, EventError, RawEvent, decode_body, encode_event};
pub use fields::{Field, FieldName, FieldUndo, Fields, sort_fields};
pub use id::{BatchId, DeviceId, FlowId, IntentId, RecordId, derive_import_id};
pub use merge::{AddWinsSet, AppendList, Counter, OrderKey, Register};
pub use order::{newest_first, order_by_number};
pub use pack::{OwnBytes, OwnPacked, PAGE_BYTES, Pack, PackError, Packer, Pages, Unpacker};
pub use rejected::{Reason, Rejected};
pub use shelf::Shelf;
pub use stamp::{AHEAD_LIMIT_MS, Hlc, HlcError, Stamp};

// What the macros of this crate name in the crates that use them.
#[doc(hidden)]
pub mod macro_support {
    pub use serde;
    #[cfg(feature = "ts")]
    pub use ts_rs;
}
