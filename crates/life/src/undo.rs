//! Taking back what one did, as far as it still stands.

use lifeos_kernel::{BatchId, Context, Draft, RecordId, Reverted, Stamped};
use serde::{Deserialize, Serialize};

use crate::batch::BatchEvent;
use crate::domains::{Event, Reversal};
use crate::state::Life;

/// How to take one change back: captured before it is applied, kept on the device's own stack. It
/// holds what stood before, and is sealed wherever it rests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Undo {
    pub(crate) steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Step {
    pub(crate) record: RecordId,
    reversal: Reversal,
}

/// Something that was changed since, and therefore stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "life.ts"))]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    /// The record.
    pub record: RecordId,
    /// The name of the field, or `record` for all of it.
    pub field: String,
}

/// What an undo does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UndoOutcome {
    /// The events to write as a change of their own; none where nothing still stands.
    pub drafts: Vec<Draft<Event>>,
    /// What was changed since, and therefore stays.
    pub kept: Vec<Kept>,
}

impl Undo {
    /// Encodes, for sealing.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        lifeos_kernel::cbor::encode(self)
            .expect("reversals are made of texts, numbers, lists and named fields")
    }

    /// Decodes.
    ///
    /// # Errors
    /// [`lifeos_kernel::cbor::CborError`] where the bytes are of another version or damaged: the
    /// stack is then dropped from there on.
    pub fn decode(bytes: &[u8]) -> Result<Self, lifeos_kernel::cbor::CborError> {
        lifeos_kernel::cbor::decode(bytes)
    }
}

impl Life {
    /// Returns how to take a change back, before it is folded. An undo is itself a change, so that
    /// what is captured from it is its redo.
    #[must_use]
    pub fn capture(&self, events: &[Stamped<Event>]) -> Undo {
        let step = |event: &Stamped<Event>| Step {
            record: event.record,
            reversal: self.states.capture(event),
        };
        Undo {
            steps: events.iter().map(step).collect(),
        }
    }

    /// Returns what takes a captured change back: the events for what still stands, and the names
    /// of what was changed since.
    #[must_use]
    pub fn revert(&self, undo: &Undo, context: &Context) -> UndoOutcome {
        let mut outcome = UndoOutcome::default();
        for step in undo.steps.iter().rev() {
            let Reverted { events, kept } =
                self.states.revert(step.record, &step.reversal, context);
            outcome.drafts.extend(events);
            outcome.kept.extend(
                kept.into_iter()
                    .map(|(record, field)| Kept { record, field }),
            );
        }
        outcome
    }

    /// Returns what undoes a batch: its records that nothing else touched go to the trash, the
    /// others are named and stay.
    #[must_use]
    pub fn undo_batch(&self, batch: BatchId, context: &Context) -> UndoOutcome {
        let mut outcome = UndoOutcome::default();
        let own = RecordId(batch.0);
        for (record, references) in self.history.iter() {
            if record == own
                || !references
                    .iter()
                    .any(|reference| reference.batch == Some(batch))
            {
                continue;
            }
            let Some(draft) = self.states.trash(record, context) else {
                continue;
            };
            if references
                .iter()
                .all(|reference| reference.batch == Some(batch))
            {
                outcome.drafts.push(draft);
            } else {
                outcome.kept.push(Kept {
                    record,
                    field: "record".to_owned(),
                });
            }
        }
        if self.history.contains_key(&own) {
            let at_ms = i64::try_from(context.now_ms).unwrap_or(i64::MAX);
            outcome.drafts.push(Draft {
                record: own,
                at_ms,
                event: Event::Batch(BatchEvent::BatchUndone {}),
            });
        }
        outcome
    }
}
