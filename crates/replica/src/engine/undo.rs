//! Taking back: the last act of this device, a whole batch, or everything of a record since an
//! entry of its history. Each is a new change that reverts only what still stands.

use lifeos_crypto::envelope::Source;
use lifeos_kernel::{BatchId, RecordId, Stamp};
use lifeos_life::{HistoricEvent, HistoryEntry, Life, Undo, UndoOutcome};
use lifeos_protocol::{DeviceId, Reader, SpaceId};

use super::execute::Meant;
use super::{Committed, Engine, EngineError, Outside};
use crate::chain::Body;
use crate::files::ReadNeeded;
use crate::journal::Place;
use crate::record::{Record, StackMove, read_parts};
use crate::space::{Act, Space};

/// Bytes that the host read where it was asked to.
pub type ReadBytes = (ReadNeeded, Vec<u8>);

impl Engine {
    /// Whether there is something to undo, and to redo.
    #[must_use]
    pub fn stacks(&self, space: SpaceId) -> (bool, bool) {
        self.spaces.get(&space).map_or((false, false), |space| {
            (!space.undo.is_empty(), !space.redo.is_empty())
        })
    }

    /// Takes the last act of this device back, as far as it still stands. An act of which nothing
    /// stands any more leaves the stack, and `left_alone` names what stays.
    ///
    /// # Errors
    /// [`EngineError::NothingToUndo`], or why nothing could be written.
    pub fn undo(
        &mut self,
        space: SpaceId,
        out: &mut Outside<'_>,
    ) -> Result<Committed, EngineError> {
        self.take_back(space, StackMove::Undo, out)
    }

    /// Does again what was last taken back, as far as that still stands.
    ///
    /// # Errors
    /// [`EngineError::NothingToUndo`], or why nothing could be written.
    pub fn redo(
        &mut self,
        space: SpaceId,
        out: &mut Outside<'_>,
    ) -> Result<Committed, EngineError> {
        self.take_back(space, StackMove::Redo, out)
    }

    /// Takes a whole batch back: records that nothing else touched go to the trash, the others
    /// are named and stay. Itself an act that can be undone.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] where nothing of the batch is left, or why nothing was written.
    pub fn undo_batch(
        &mut self,
        space: SpaceId,
        batch: BatchId,
        out: &mut Outside<'_>,
    ) -> Result<Committed, EngineError> {
        let context = self.context(space, Source::Ui, out)?;
        let (_, held) = self.split(space)?;
        let outcome = held.life.undo_batch(batch, &context);
        if outcome.drafts.is_empty() && outcome.kept.is_empty() {
            return Err(EngineError::NotFound);
        }
        let meant = Meant::new(Source::Ui, out);
        self.commit_outcome(space, outcome, &meant, out)
    }

    /// What must be read to tell a record's history: give the bytes to [`Self::history`] or
    /// [`Self::restore_to`].
    ///
    /// # Errors
    /// [`EngineError::NotFound`] where nothing is known of the record.
    pub fn history_reads(
        &self,
        space: SpaceId,
        record: RecordId,
    ) -> Result<Vec<ReadNeeded>, EngineError> {
        let held = self.spaces.get(&space).ok_or(EngineError::NoSuchSpace)?;
        let places = held.places_of(record);
        if places.is_empty() {
            return Err(EngineError::NotFound);
        }
        let mut reads: Vec<ReadNeeded> = places
            .iter()
            .map(|(_, _, place)| place.read_needed())
            .collect();
        reads.sort_unstable();
        reads.dedup();
        Ok(reads)
    }

    /// Everything that happened to a record, newest first.
    ///
    /// # Errors
    /// [`EngineError::Damaged`] where the bytes are not what was stored.
    pub fn history(
        &mut self,
        space: SpaceId,
        record: RecordId,
        bytes: &[ReadBytes],
    ) -> Result<Vec<HistoryEntry>, EngineError> {
        let events = self.historic(space, record, bytes)?;
        let mut entries = Life::history(record, &events).map_err(|_| EngineError::Damaged)?;
        entries.reverse();
        Ok(entries)
    }

    /// Brings a record back to how it stood just after an entry of its history, as a new change.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] where there is no such entry, or why nothing was written.
    pub fn restore_to(
        &mut self,
        space: SpaceId,
        record: RecordId,
        until: Stamp,
        bytes: &[ReadBytes],
        out: &mut Outside<'_>,
    ) -> Result<Committed, EngineError> {
        let events = self.historic(space, record, bytes)?;
        let context = self.context(space, Source::Ui, out)?;
        let (_, held) = self.split(space)?;
        if !held.life.record_stamps(record).contains(&until) {
            return Err(EngineError::NotFound);
        }
        let drafts = held
            .life
            .restore(record, until, &events, &context)
            .map_err(|_| EngineError::Damaged)?;
        let meant = Meant::new(Source::Ui, out);
        self.commit(space, drafts, &meant, out)
    }

    fn take_back(
        &mut self,
        space: SpaceId,
        stack: StackMove,
        out: &mut Outside<'_>,
    ) -> Result<Committed, EngineError> {
        let context = self.context(space, Source::Ui, out)?;
        let (_, held) = self.split(space)?;
        let acts = if stack == StackMove::Undo {
            &held.undo
        } else {
            &held.redo
        };
        let act = acts.last().ok_or(EngineError::NothingToUndo)?;
        let undos = read_reversal(act).ok_or(EngineError::Damaged)?;
        let mut outcome = UndoOutcome::default();
        for undo in undos.iter().rev() {
            let part = held.life.revert(undo, &context);
            outcome.drafts.extend(part.drafts);
            outcome.kept.extend(part.kept);
        }
        let mut meant = Meant::new(Source::Ui, out);
        meant.stack = stack;
        self.commit_outcome(space, outcome, &meant, out)
    }

    fn commit_outcome(
        &mut self,
        space: SpaceId,
        outcome: UndoOutcome,
        meant: &Meant,
        out: &mut Outside<'_>,
    ) -> Result<Committed, EngineError> {
        if outcome.drafts.is_empty() {
            let (core, held) = self.split(space)?;
            held.drop_act(meant.stack);
            core.note(
                &Record::Passed {
                    space,
                    stack: meant.stack,
                },
                out,
            );
            return Ok(Committed {
                intent: meant.intent,
                batch: None,
                records: Vec::new(),
                left_alone: outcome.kept,
                token: self.core.next_token,
            });
        }
        let mut committed = self.commit(space, outcome.drafts, meant, out)?;
        committed.left_alone = outcome.kept;
        Ok(committed)
    }

    pub(super) fn historic(
        &mut self,
        space: SpaceId,
        record: RecordId,
        bytes: &[ReadBytes],
    ) -> Result<Vec<HistoricEvent>, EngineError> {
        let (core, held) = self.split(space)?;
        let mut events = Vec::new();
        for (device, counter, place) in held.places_of(record) {
            let change = held
                .change_at(&mut core.journal, device, counter, place, bytes)
                .ok_or(EngineError::Damaged)?;
            let Ok(readable) = held.read_change(device, counter, &change) else {
                continue;
            };
            let source = readable.change.meta.source;
            let of_change = readable.change.events.into_iter();
            events.extend(of_change.map(|bytes| HistoricEvent { source, bytes }));
        }
        Ok(events)
    }
}

impl Space {
    /// The changes that a record is made of, with where their bytes lie.
    pub(crate) fn places_of(&self, record: RecordId) -> Vec<(DeviceId, u64, Place)> {
        self.places_in(&self.life, record)
    }

    /// The same, of the record as another fold of this space has it.
    pub(crate) fn places_in(&self, life: &Life, record: RecordId) -> Vec<(DeviceId, u64, Place)> {
        let mut places: Vec<(DeviceId, u64, Place)> = Vec::new();
        for stamp in life.record_stamps(record) {
            let device = DeviceId::new(stamp.device().0);
            let found = self.chains.get(&device).and_then(|chain| {
                let counter = chain.counter_of(&stamp)?;
                Some((device, counter, chain.place(counter)?))
            });
            if let Some(found) = found.filter(|found| places.last() != Some(found)) {
                places.push(found);
            }
        }
        places
    }

    /// The change whose bytes were read at a place.
    pub(crate) fn change_at(
        &self,
        journal: &mut crate::journal::Journal,
        device: DeviceId,
        counter: u64,
        place: Place,
        bytes: &[ReadBytes],
    ) -> Option<Box<lifeos_protocol::change::Change>> {
        let wanted = place.read_needed();
        let (_, bytes) = bytes.iter().find(|(read, _)| *read == wanted)?;
        let bodies = bodies_of(journal.reopen(place, bytes)?)?;
        let Body::Here(change) = bodies.into_iter().nth(place.part.into())? else {
            return None;
        };
        // The chain, not the place, says whether it is the one that was meant.
        let chain = self.chains.get(&device)?;
        let before = chain.point(counter.checked_sub(1)?)?;
        let point = change.statement.chain(self.id, device, before);
        (chain.h(counter) == Some(point.h)).then_some(change)
    }

    /// Drops the act that a stack move would have taken back.
    pub(crate) fn drop_act(&mut self, stack: StackMove) {
        match stack {
            StackMove::Undo => self.undo.pop(),
            StackMove::Redo => self.redo.pop(),
            StackMove::None | StackMove::Push => None,
        };
    }
}

/// The changes that a record of the journal holds.
pub(crate) fn bodies_of(record: Record) -> Option<Vec<Body>> {
    use lifeos_protocol::Wire;
    use lifeos_protocol::change::Change;
    let changes = match record {
        Record::Wrote { changes, .. }
        | Record::Resealed { changes, .. }
        | Record::Run { changes, .. } => changes,
        Record::Gone { statement, why, .. } => {
            return Some(vec![Body::Gone(Wire::from_bytes(&statement).ok()?, why)]);
        }
        _ => return None,
    };
    changes
        .iter()
        .map(|bytes| {
            Change::from_bytes(bytes)
                .ok()
                .map(|change| Body::Here(Box::new(change)))
        })
        .collect()
}

fn read_reversal(act: &Act) -> Option<Vec<Undo>> {
    let mut reader = Reader::new(&act.reversal);
    let parts = read_parts(&mut reader).ok()?;
    parts.iter().map(|part| Undo::decode(part).ok()).collect()
}
