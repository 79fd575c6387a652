//! Taking in another product's data in one batch that can be repeated and undone.

use std::collections::HashSet;

use lifeos_kernel::{BatchId, Context, Draft, FlowId, IntentId, RecordId, Source};
use lifeos_tasks::{ImportConflict, ImportDispute, ImportItem, ImportOutcome};
use sha2::{Digest, Sha256};

use crate::batch::BatchEvent;
use crate::domains::{Event, lift};
use crate::state::Life;

/// What was read from another product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The token of the product (`superProductivity`).
    pub origin: String,
    /// The SHA-256 of the file: two devices that take in the same file have the same intents.
    pub content: [u8; 32],
    /// What it holds, under derived ids ([`lifeos_kernel::derive_import_id`]).
    pub items: Vec<ImportItem>,
}

/// What an import would do; with no drafts, it would do nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportDecided {
    /// The events, the opening of the batch first and its completion last. They are written in
    /// parts ([`crate::parts`]) under one intent and batch.
    pub drafts: Vec<Draft<Event>>,
    /// The batch.
    pub batch: BatchId,
    /// The intent: derived from the batch, so that a part folds once though two devices wrote it.
    pub intent: IntentId,
    /// The flow.
    pub flow: FlowId,
    /// What becomes of each item, in their order.
    pub outcomes: Vec<(RecordId, ImportOutcome)>,
    /// The fields that changed both there and here.
    pub conflicts: Vec<ImportConflict>,
}

/// Plans an import against the state. `take` names the conflicts that a person decided for the
/// source. For a dry run, the plan is the report.
#[must_use]
pub fn plan_import(
    life: &Life,
    import: &Import,
    take: &[ImportConflict],
    context: &Context,
) -> ImportDecided {
    let plan = lifeos_tasks::plan_import(&life.states.tasks, &import.items, take);
    let drafts = lift(plan.drafts, Event::Tasks);
    let mut hash = Sha256::new();
    hash.update(b"lifeos/import-batch/1");
    hash.update(context.space);
    hash.update((import.origin.len() as u64).to_be_bytes());
    hash.update(import.origin.as_bytes());
    hash.update(import.content);
    // The same file against another state is another intent: what it writes is another thing.
    for draft in &drafts {
        hash.update(draft.record.0);
    }
    // So is what a person chose for the source.
    let take: HashSet<&ImportConflict> = take.iter().collect();
    for chosen in plan.conflicts.iter().filter(|each| take.contains(each)) {
        hash.update(chosen.record.0);
        hash.update((chosen.field.len() as u64).to_be_bytes());
        hash.update(chosen.field.as_bytes());
    }
    let digest: [u8; 32] = hash.finalize().into();
    let half = |from: usize| {
        let mut id = [0; 16];
        id.copy_from_slice(&digest[from..from + 16]);
        id
    };
    let batch = BatchId(half(0));
    ImportDecided {
        drafts: batched(batch, &import.origin, Source::Import, drafts, context),
        batch,
        intent: IntentId(half(16)),
        flow: FlowId(half(0)),
        outcomes: plan.outcomes,
        conflicts: plan.conflicts,
    }
}

/// Returns both values of each conflict of a plan, for a person to choose between.
#[must_use]
pub fn import_disputes(
    life: &Life,
    import: &Import,
    conflicts: &[ImportConflict],
) -> Vec<ImportDispute> {
    lifeos_tasks::disputes(&life.states.tasks, &import.items, conflicts)
}

/// Puts the opening before drafts and the completion behind them; nothing stays nothing.
pub(crate) fn batched(
    batch: BatchId,
    origin: &str,
    source: Source,
    drafts: Vec<Draft<Event>>,
    context: &Context,
) -> Vec<Draft<Event>> {
    if drafts.is_empty() {
        return drafts;
    }
    let mut records: Vec<RecordId> = drafts.iter().map(|draft| draft.record).collect();
    records.sort();
    records.dedup();
    let records = u32::try_from(records.len()).unwrap_or(u32::MAX);
    let at_ms = i64::try_from(context.now_ms).unwrap_or(i64::MAX);
    let record = RecordId(batch.0);
    let mark = |event| Draft {
        record,
        at_ms,
        event: Event::Batch(event),
    };
    let opened = mark(BatchEvent::BatchOpened {
        origin: origin.to_owned(),
        source,
    });
    let completed = mark(BatchEvent::BatchCompleted { records });
    core::iter::once(opened)
        .chain(drafts)
        .chain([completed])
        .collect()
}
