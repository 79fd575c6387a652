//! A life: the only list of its areas, and what spans them.
//!
//! Everything above this crate speaks of [`Command`], [`Query`], [`View`] and [`Event`] and knows
//! no area by name; everything below knows its own only.
#![forbid(unsafe_code)]

mod batch;
mod command;
pub mod demo;
mod domains;
mod erasure;
mod fold;
mod history;
mod import;
mod intents;
mod known;
mod outgoing;
mod query;
mod replay;
mod search;
mod snapshot;
mod state;
mod undo;

pub use batch::{BatchChange, BatchEvent, BatchView};
pub use command::Command;
pub use domains::{Change, Event, Reversal};
pub use erasure::ToErase;
pub use fold::{FoldError, Folded, RefoldError, Settled};
pub use history::{HistoricEvent, HistoryEntry};
pub use import::{Import, ImportDecided, import_disputes, plan_import};
pub use lifeos_tasks::{ImportConflict, ImportDispute, Outgoing, Portion};
pub use query::{Found, HitView, Query, SearchView, View};
pub use snapshot::{FOLD_VERSION, SnapshotError};
pub use state::{EncodeError, Life, parts, stamp_all};
pub use undo::{Kept, Undo, UndoOutcome};
