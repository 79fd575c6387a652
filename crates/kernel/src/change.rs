//! What a change says about itself: leaf 0, sealed with the events that one intent produced. Its
//! bytes are those of the envelope's crate.

use serde::{Deserialize, Serialize};

use crate::id::{BatchId, FlowId, IntentId};
use crate::pack_choice;

/// Who or what caused a change.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "kernel.ts"))]
#[serde(rename_all = "camelCase")]
pub enum Source {
    /// A person at a screen or the command line.
    #[default]
    Ui,
    /// An import of another product's data.
    Import,
    /// An outside service.
    Integration,
    /// A time that came.
    Schedule,
    /// A rule that the household set.
    Automation,
    /// A suggestion that was accepted.
    Ai,
    /// A new release that rewrote old data.
    Migration,
}

pack_choice!(Source { Ui = 0, Import = 1, Integration = 2, Schedule = 3, Automation = 4, Ai = 5, Migration = 6 });

/// The facts of a change that are not about a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeMeta {
    /// What was meant; a part of it folds once per space.
    pub intent: IntentId,
    /// Which part of a large intent this change is, from 0.
    pub part: u16,
    /// Who or what caused it.
    pub source: Source,
    /// The flow that it belongs to.
    pub flow: FlowId,
    /// The batch that it belongs to, if any.
    pub batch: Option<BatchId>,
    /// Whether it is the last change of its batch.
    pub last_of_batch: bool,
}

/// A change opened: leaf 0 and the events that are still there, each as first written. An erased
/// event is absent; the others keep their stamps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Leaf 0.
    pub meta: ChangeMeta,
    /// The encoded events.
    pub events: Vec<Vec<u8>>,
}
