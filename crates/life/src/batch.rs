//! Batches: many changes that belong together, opened and closed by an event of their own.

use std::collections::BTreeMap;

use lifeos_kernel::search::SearchText;
use lifeos_kernel::{
    BatchId, Context, Domain, Draft, RecordId, Register, Rejected, Reverted, Source, Stamped,
};
use serde::{Deserialize, Serialize};

/// Batches as a domain: a batch's record has the id of the batch.
#[derive(Debug, Clone, Copy)]
pub struct Batches;

/// What can happen to a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum BatchEvent {
    /// A batch was begun.
    BatchOpened {
        /// The token of what it comes from (`superProductivity`, `demo`).
        origin: String,
        /// Who or what caused it.
        source: Source,
    },
    /// All changes of the batch are written.
    BatchCompleted {
        /// How many records it made or changed.
        records: u32,
    },
    /// The batch was undone, as far as its records were untouched.
    BatchUndone {},
}

/// The batches of a space.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BatchesState {
    batches: BTreeMap<RecordId, Batch>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Batch {
    opened: Register<(i64, (String, Source))>,
    completed: Register<u32>,
    undone: Register<bool>,
}

lifeos_kernel::pack_struct!(BatchesState { batches });
lifeos_kernel::pack_struct!(Batch {
    opened,
    completed,
    undone
});

/// A batch, as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "life.ts"))]
#[serde(rename_all = "camelCase")]
pub struct BatchView {
    /// The batch.
    pub id: BatchId,
    /// The token of what it comes from.
    pub origin: String,
    /// Who or what caused it.
    pub source: Source,
    /// When it was begun, in milliseconds since 1970.
    pub at_ms: i64,
    /// How many records it made or changed, once it is complete.
    pub records: Option<u32>,
    /// Whether it was undone.
    pub undone: bool,
}

/// One line of a batch's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "life.ts"))]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum BatchChange {
    /// It was begun.
    Opened,
    /// It was completed.
    Completed,
    /// It was undone.
    Undone,
}

impl BatchesState {
    /// Draws the batches, latest first.
    pub(crate) fn views(&self) -> Vec<BatchView> {
        let view = |(id, batch): (&RecordId, &Batch)| {
            let (at_ms, (origin, source)) = batch.opened.get()?.clone();
            Some(BatchView {
                id: BatchId(id.0),
                origin,
                source,
                at_ms,
                records: batch.completed.get().copied(),
                undone: batch.undone.get().copied().unwrap_or(false),
            })
        };
        let mut views: Vec<_> = self.batches.iter().filter_map(view).collect();
        views.sort_by(|a, b| b.at_ms.cmp(&a.at_ms).then(a.id.cmp(&b.id)));
        views
    }
}

impl Domain for Batches {
    const NAME: &'static str = "batch";
    const VERSION: u16 = 1;
    const KINDS: &'static [&'static str] = &["batchOpened", "batchCompleted", "batchUndone"];

    type Event = BatchEvent;
    type State = BatchesState;
    // Batches come with imports and their undoing; nothing about them is commanded by itself.
    type Command = core::convert::Infallible;
    type Query = ();
    type View = Vec<BatchView>;
    type Reversal = ();
    type Change = BatchChange;

    fn decide(
        _state: &BatchesState,
        command: core::convert::Infallible,
        _context: &Context,
    ) -> Result<Vec<Draft<BatchEvent>>, Rejected> {
        match command {}
    }

    fn apply(state: &mut BatchesState, event: Stamped<BatchEvent>) {
        let batch = state.batches.entry(event.record).or_default();
        match event.event {
            BatchEvent::BatchOpened { origin, source } => {
                batch
                    .opened
                    .set((event.at_ms, (origin, source)), event.stamp);
            }
            BatchEvent::BatchCompleted { records } => {
                batch.completed.set(records, event.stamp);
            }
            BatchEvent::BatchUndone {} => {
                batch.undone.set(true, event.stamp);
            }
        }
    }

    fn query(state: &BatchesState, (): (), _context: &Context) -> Vec<BatchView> {
        state.views()
    }

    fn forget(state: &mut BatchesState, record: RecordId) {
        state.batches.remove(&record);
    }

    fn extract(state: &BatchesState, record: RecordId) -> BatchesState {
        let batches = state
            .batches
            .get(&record)
            .map(|batch| (record, batch.clone()));
        BatchesState {
            batches: batches.into_iter().collect(),
        }
    }

    fn capture(_state: &BatchesState, _event: &Stamped<BatchEvent>) {}

    fn revert(
        _state: &BatchesState,
        _record: RecordId,
        (): &(),
        _context: &Context,
    ) -> Reverted<BatchEvent> {
        // That a batch was begun, completed or undone is a fact about the log and stays one.
        Reverted::default()
    }

    fn restore(
        _state: &BatchesState,
        _then: &BatchesState,
        _record: RecordId,
        _context: &Context,
    ) -> Vec<Draft<BatchEvent>> {
        Vec::new()
    }

    fn describe(before: &BatchesState, after: &BatchesState, record: RecordId) -> Vec<BatchChange> {
        let none = Batch::default();
        let was = before.batches.get(&record).unwrap_or(&none);
        let now = after.batches.get(&record).unwrap_or(&none);
        let mut changes = Vec::new();
        if was.opened.get().is_none() && now.opened.get().is_some() {
            changes.push(BatchChange::Opened);
        }
        if was.completed.get() != now.completed.get() {
            changes.push(BatchChange::Completed);
        }
        if was.undone.get() != now.undone.get() {
            changes.push(BatchChange::Undone);
        }
        changes
    }

    fn search_text(_state: &BatchesState, _record: RecordId) -> Option<SearchText> {
        None
    }

    fn records(state: &BatchesState) -> Vec<RecordId> {
        state.batches.keys().copied().collect()
    }
}
