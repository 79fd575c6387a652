//! Erasing: what a verified statement of the space log names goes out of the state at once, out of
//! the files here as soon as they can be rewritten, and out of the box once the bodies without it
//! were handed over by the device that signed.
//!
//! A journal is rewritten frame by frame at equal lengths, so that every place in it stays true
//! whether the old bytes or the new are found after a crash.

mod files;

use std::collections::{BTreeMap, BTreeSet};

use lifeos_crypto::envelope::Source;
use lifeos_protocol::change::Change;
use lifeos_protocol::log::Erased;
use lifeos_protocol::{DeviceId, SpaceId, Wire};

use super::undo::ReadBytes;
use super::{Engine, EngineError, Outside};
use crate::acts::Act;
use crate::files::{FileName, ReadNeeded};
use crate::journal::Place;
use crate::record::Record;
use crate::space::Space;

/// The most changes that one statement names, well within what a body holds.
const MAX_CHANGES: usize = 2_048;
/// The most leaves that it names in all.
const MAX_LEAVES: usize = 32_768;

/// A change and where it lies.
type Placed = (DeviceId, u64, Place);
/// Changes by the frame and part of a journal in which they lie.
type Due = BTreeMap<(u32, u16), (DeviceId, u64)>;

/// What is under way of erasing in a space.
#[derive(Debug, Clone, Default)]
pub(crate) struct Erasing {
    /// Up to which statement of the space log erasures were followed.
    pub(crate) followed: u32,
    /// Changes that files here may still hold with what was erased, and the journals concerned.
    pub(crate) rewrite: BTreeMap<(DeviceId, u64), BTreeSet<u32>>,
    /// Own erasures, by their place in the space log, with the changes whose bodies without what
    /// was erased the box has not taken.
    pub(crate) unsent: BTreeMap<u32, BTreeSet<(DeviceId, u64)>>,
    /// Where earlier seals of own changes lie.
    pub(crate) older: BTreeMap<(DeviceId, u64), Vec<Place>>,
}

/// What is left to erase in a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ErasureDue {
    /// Records that were taken out of the trash for good and whose content is still in the log.
    pub records: usize,
    /// Whether files here still hold something that was erased.
    pub scrubbing: bool,
    /// Changes whose bodies without it are still to be handed to the box.
    pub unsent: usize,
}

/// Bodies to hand to the box in place of those that it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBodies {
    /// The erasure that allows it: its sequence in the space log.
    pub sequence: u32,
    /// The changes.
    pub changes: Vec<(DeviceId, u64, Change)>,
}

impl Engine {
    /// What is left to erase in a space.
    #[must_use]
    pub fn erasure_due(&self, space: SpaceId) -> ErasureDue {
        self.spaces
            .get(&space)
            .map_or_else(ErasureDue::default, |held| ErasureDue {
                records: held.life.records_to_erase(),
                scrubbing: held.must_scrub(),
                unsent: held.erasing.unsent.values().map(BTreeSet::len).sum(),
            })
    }

    /// Whether anything is left that a statement can erase.
    #[must_use]
    pub fn has_to_erase(&self, space: SpaceId) -> bool {
        let held = self.spaces.get(&space);
        held.is_some_and(|held| held.life.has_to_erase())
    }

    /// How much waits to be erased: records that were taken out of the trash for good or lie in it
    /// for longer than it keeps anything, and changes of which the box still has what was erased.
    #[must_use]
    pub fn left_to_erase(&self, space: SpaceId, now_ms: u64) -> usize {
        let expired = self
            .life(space)
            .map_or(0, |life| life.purge_expired(now_ms).len());
        let due = self.erasure_due(space);
        expired + due.records + due.unsent
    }

    /// Takes what lay in the trash for 30 days out of it for good.
    ///
    /// # Errors
    /// Why it could not be written.
    pub fn purge_expired(
        &mut self,
        space: SpaceId,
        out: &mut Outside<'_>,
    ) -> Result<(), EngineError> {
        let (_, held) = self.split(space)?;
        let drafts = held.life.purge_expired(out.now_ms);
        if drafts.is_empty() {
            return Ok(());
        }
        let mut meant = super::execute::Meant::new(Source::Ui, out);
        // There is no way back from it, so it is no act to take back.
        meant.stack = crate::record::StackMove::None;
        self.commit(space, drafts, &meant, out).map(|_| ())
    }

    /// The statement that erases what was taken out of the trash for good, as much as one
    /// statement names; none where nothing is left to erase.
    #[must_use]
    pub fn make_erasure(&self, space: SpaceId, out: &Outside<'_>) -> Option<Act> {
        let held = self.spaces.get(&space)?;
        let mut leaves: BTreeMap<(DeviceId, u64), Vec<u16>> = BTreeMap::new();
        let mut count = 0;
        for stamp in held.life.to_erase().stamps {
            let Some(at) = held.change_of(&stamp) else {
                continue;
            };
            if count == MAX_LEAVES || (leaves.len() == MAX_CHANGES && !leaves.contains_key(&at)) {
                break;
            }
            count += 1;
            leaves.entry(at).or_default().push(stamp.index() + 1);
        }
        if leaves.is_empty() {
            return None;
        }
        let erased = leaves.into_iter().map(|((device, counter), mut leaves)| {
            leaves.sort_unstable();
            Erased {
                device,
                counter,
                leaves,
            }
        });
        Some(self.in_space(&held.log, out).erase(erased.collect()))
    }

    /// Ends the present journal where it holds what has to be rewritten: call it before asking
    /// for [`Self::maintenance_reads`].
    pub fn prepare_maintenance(&mut self, out: &mut Outside<'_>) {
        let present = self.core.journal.file();
        let in_present = |space: &Space| {
            let files = space.erasing.rewrite.values();
            files.flatten().any(|file| *file == present)
        };
        if self.spaces.values().any(in_present) {
            self.snapshot(out);
        }
    }

    /// What to read so that [`Self::new_bodies`] can be formed; none where nothing is to be
    /// handed over, or the files here come first.
    #[must_use]
    pub fn new_bodies_reads(&self, space: SpaceId) -> Option<Vec<ReadNeeded>> {
        let held = self.spaces.get(&space)?;
        let places = held.next_unsent()?.1;
        let reads: BTreeSet<ReadNeeded> = places
            .into_iter()
            .map(|(_, _, place)| place.read_needed())
            .collect();
        Some(reads.into_iter().collect())
    }

    /// The next bodies to hand to the box.
    ///
    /// # Errors
    /// [`EngineError::Damaged`] where bytes are missing or not what was stored,
    /// [`EngineError::NotFound`] where nothing is to be handed over.
    pub fn new_bodies(
        &mut self,
        space: SpaceId,
        bytes: &[ReadBytes],
    ) -> Result<NewBodies, EngineError> {
        let (core, held) = self.split(space)?;
        let (sequence, places) = held.next_unsent().ok_or(EngineError::NotFound)?;
        let mut new = NewBodies {
            sequence,
            changes: Vec::new(),
        };
        let mut size_bytes = 0;
        for (device, counter, place) in places {
            let change = held
                .change_at(&mut core.journal, device, counter, place, bytes)
                .ok_or(EngineError::Damaged)?;
            size_bytes += change.to_bytes().len() + 24;
            if size_bytes > lifeos_protocol::batch::MAX_BYTES - 64 {
                break;
            }
            new.changes.push((device, counter, *change));
        }
        Ok(new)
    }

    /// The box has taken bodies.
    ///
    /// # Errors
    /// [`EngineError::NoSuchSpace`].
    pub fn bodies_taken(
        &mut self,
        space: SpaceId,
        taken: &NewBodies,
        out: &mut Outside<'_>,
    ) -> Result<(), EngineError> {
        let (core, held) = self.split(space)?;
        let sequence = taken.sequence;
        if let Some(unsent) = held.erasing.unsent.get_mut(&sequence) {
            for (device, counter, _) in &taken.changes {
                unsent.remove(&(*device, *counter));
            }
        }
        if held
            .erasing
            .unsent
            .get(&sequence)
            .is_some_and(BTreeSet::is_empty)
        {
            held.erasing.unsent.remove(&sequence);
            core.note(&Record::BodiesTaken { space, sequence }, out);
        }
        Ok(())
    }

    /// Rewrites one journal without what was erased; with the last, the snapshot follows.
    pub(crate) fn scrub(
        &mut self,
        space: SpaceId,
        bytes: &[ReadBytes],
        out: &mut Outside<'_>,
    ) -> Result<(), EngineError> {
        let (core, held) = self.split(space)?;
        if let Some(file) = held.file_to_rewrite() {
            let name = FileName::journal(file.into());
            let (_, bytes) = bytes
                .iter()
                .find(|(read, _)| read.file == name)
                .ok_or(EngineError::Damaged)?;
            held.rewrite(core, file, bytes, out)?;
        }
        if held.erasing.rewrite.is_empty() {
            core.note(&Record::Scrubbed { space }, out);
            held.scrubbed();
            self.snapshot(out);
        }
        Ok(())
    }
}
