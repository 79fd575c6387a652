//! What erasures ask of the files of a space, frame by frame.

use std::collections::BTreeSet;

use lifeos_crypto::envelope::{Leaf, open_change, reseal};
use lifeos_crypto::local::FRAME_OVERHEAD_BYTES;
use lifeos_kernel::{RawEvent, RecordId, Stamp};
use lifeos_life::Undo;
use lifeos_protocol::change::Change;
use lifeos_protocol::log::SpaceBody;
use lifeos_protocol::{DeviceId, Reader, Wire, Writer};

use super::{Due, Placed};
use crate::engine::{Core, EngineError, Outside};
use crate::files::{FileName, ReadNeeded, Write};
use crate::journal::{End, Place, read_back};
use crate::record::{Record, read_parts, write_parts};
use crate::space::Space;

impl Space {
    /// Whether files here are to be rewritten.
    pub(crate) fn must_scrub(&self) -> bool {
        !self.erasing.rewrite.is_empty()
    }

    /// What must be read to rewrite the next journal.
    pub(crate) fn scrub_reads(&self, core: &Core) -> Vec<ReadNeeded> {
        let whole = |file: u32| {
            let length = core.journal.ended().get(&file)?;
            Some(ReadNeeded {
                file: FileName::journal(file.into()),
                offset: 0,
                length: *length,
            })
        };
        self.file_to_rewrite().and_then(whole).into_iter().collect()
    }

    pub(super) fn file_to_rewrite(&self) -> Option<u32> {
        self.erasing.rewrite.values().flatten().min().copied()
    }

    /// The files hold nothing any more that was erased.
    pub(crate) fn scrubbed(&mut self) {
        self.erasing.rewrite.clear();
    }

    /// Draws the consequences of erasures that the log has and that were not followed yet.
    pub(crate) fn follow_erasures(&mut self, core: &mut Core) {
        let from = self.erasing.followed;
        self.erasing.followed = self.log.sequence();
        let mut stamps = BTreeSet::new();
        let mut concerned = Vec::new();
        let new = self.log.statements().iter();
        for statement in new.filter(|statement| statement.sequence > from) {
            let Ok(SpaceBody::Erasure { erased, .. }) = SpaceBody::from_bytes(&statement.body)
            else {
                continue;
            };
            for change in &erased {
                let of_leaf = |leaf: &u16| self.stamp_of(change.device, change.counter, *leaf);
                stamps.extend(change.leaves.iter().filter_map(of_leaf));
            }
            let changes = erased.iter().map(|change| (change.device, change.counter));
            let changes: BTreeSet<(DeviceId, u64)> = changes.collect();
            concerned.extend(changes.iter().copied());
            if statement.signer == core.device.into() {
                self.erasing.unsent.insert(statement.sequence, changes);
            }
        }
        if concerned.is_empty() {
            return;
        }
        let records = self.life.erase(&stamps);
        self.forget_on_stacks(&records);
        core.note_everything();
        for (device, counter) in concerned {
            self.note_erased(device, counter);
        }
    }

    /// Notes a covered change of which an erasure names something: its bytes are to be rewritten.
    pub(crate) fn note_erased(&mut self, device: DeviceId, counter: u64) {
        let chain = self.chains.get(&device);
        let Some(chain) = chain.filter(|chain| counter <= chain.covered) else {
            return;
        };
        if !self.log.names_erased(device, counter) {
            return;
        }
        let older = self.erasing.older.get(&(device, counter));
        let places = older.into_iter().flatten().copied();
        let files = places.chain(chain.place(counter)).map(|place| place.file);
        let files = files.collect();
        self.erasing.rewrite.insert((device, counter), files);
    }

    /// The bytes of an own change lie elsewhere now; where they lay is remembered.
    pub(crate) fn move_place(&mut self, own: DeviceId, counter: u64, place: Place) {
        let chain = self.chain_mut(own);
        let before = chain.place(counter);
        chain.set_place(counter, place);
        if let Some(before) = before {
            let older = self.erasing.older.entry((own, counter)).or_default();
            older.push(before);
        }
    }

    /// The stamp of the event in a leaf of a change that was opened here.
    fn stamp_of(&self, device: DeviceId, counter: u64, leaf: u16) -> Option<Stamp> {
        let chain = self.chains.get(&device)?;
        let first = chain.stamp_at(device, counter)?;
        (chain.counter_of(&first) == Some(counter)).then(|| first.with_index(leaf - 1))
    }

    /// The change that an event with a stamp is in.
    pub(super) fn change_of(&self, stamp: &Stamp) -> Option<(DeviceId, u64)> {
        let device = DeviceId::new(stamp.device().0);
        let counter = self.chains.get(&device)?.counter_of(stamp)?;
        Some((device, counter))
    }

    /// Acts on a stack forget how records were that are erased.
    fn forget_on_stacks(&mut self, records: &BTreeSet<RecordId>) {
        if records.is_empty() {
            return;
        }
        for stack in [&mut self.undo, &mut self.redo] {
            stack.retain_mut(|act| match without(&act.reversal, records) {
                Some((reversal, left)) => {
                    act.reversal = reversal;
                    left
                }
                None => true,
            });
        }
    }

    pub(super) fn next_unsent(&self) -> Option<(u32, Vec<Placed>)> {
        if self.must_scrub() {
            return None;
        }
        let (sequence, unsent) = self.erasing.unsent.first_key_value()?;
        let placed = unsent.iter().filter_map(|(device, counter)| {
            let place = self.chains.get(device)?.place(*counter)?;
            Some((*device, *counter, place))
        });
        let limit = lifeos_protocol::batch::MAX_CHANGES;
        Some((*sequence, placed.take(limit).collect()))
    }

    /// Rewrites a journal that was ended.
    pub(super) fn rewrite(
        &mut self,
        core: &mut Core,
        file: u32,
        bytes: &[u8],
        out: &mut Outside<'_>,
    ) -> Result<(), EngineError> {
        let back = read_back(core.journal.local(), file, bytes);
        if back.end != End::Clean {
            return Err(EngineError::Damaged);
        }
        let key = core.journal.key_of(file);
        let due = self.due_in(file);
        let mut whole = Vec::with_capacity(bytes.len());
        let mut changed = false;
        for (place, mut record) in back.records {
            let from = place.offset as usize;
            let frame = &bytes[from..from + place.length as usize];
            if !self.take_out(core, place, &due, &mut record, out)? {
                whole.extend_from_slice(frame);
                continue;
            }
            changed = true;
            let plain = record
                .to_bytes_of(frame.len() - FRAME_OVERHEAD_BYTES)
                .ok_or(EngineError::TooLarge)?;
            let plain = zeroize::Zeroizing::new(plain);
            whole.extend_from_slice(&key.seal_frame(place.frame.into(), &plain, &mut out.rng));
        }
        if changed {
            let file = FileName::journal(file.into());
            core.journal
                .push_write(Write::Replace { file, bytes: whole });
        }
        self.erasing.rewrite.retain(|_, files| {
            files.remove(&file);
            !files.is_empty()
        });
        Ok(())
    }

    /// The changes to rewrite that lie in a journal, by frame and part.
    fn due_in(&self, file: u32) -> Due {
        let mut due = Due::new();
        for at in self.erasing.rewrite.keys() {
            let (device, counter) = *at;
            let newest = self
                .chains
                .get(&device)
                .and_then(|chain| chain.place(counter));
            let older = self.erasing.older.get(at).into_iter().flatten().copied();
            for place in older.chain(newest).filter(|place| place.file == file) {
                due.insert((place.frame, place.part), *at);
            }
        }
        due
    }

    /// Takes what was erased out of the record at a place; tells whether there was something.
    fn take_out(
        &mut self,
        core: &Core,
        place: Place,
        due: &Due,
        record: &mut Record,
        out: &mut Outside<'_>,
    ) -> Result<bool, EngineError> {
        let mut records = BTreeSet::new();
        let mut any = false;
        let changes = match record {
            Record::Run { space, changes, .. }
            | Record::Wrote { space, changes, .. }
            | Record::Resealed { space, changes, .. }
                if *space == self.id =>
            {
                changes
            }
            _ => return Ok(false),
        };
        for (part, bytes) in changes.iter_mut().enumerate() {
            let at = place.with_part(part);
            let Some((device, counter)) = due.get(&(at.frame, at.part)).copied() else {
                continue;
            };
            let change = Change::from_bytes(bytes).map_err(|_| EngineError::Damaged)?;
            if let Some(without) =
                self.without_erased(device, counter, &change, &mut records, out)?
            {
                *bytes = without.to_bytes();
                self.exchange(core, (device, counter), without);
                any = true;
            }
        }
        if let (true, Record::Wrote { reversal, .. }) = (any, record)
            && let Some((left, _)) = without(reversal, &records)
        {
            *reversal = left;
        }
        Ok(any)
    }

    /// A change sealed anew without what was erased of it; nothing where that is gone already.
    fn without_erased(
        &self,
        device: DeviceId,
        counter: u64,
        change: &Change,
        records: &mut BTreeSet<RecordId>,
        out: &mut Outside<'_>,
    ) -> Result<Option<Change>, EngineError> {
        let Some(key) = self.keys.get(&change.seal.epoch) else {
            // Its turn comes with the key.
            return Ok(None);
        };
        let newest = self.keys.values().next_back().ok_or(EngineError::NoKey)?;
        let h = self.chains.get(&device).and_then(|chain| chain.h(counter));
        let h = h.ok_or(EngineError::Damaged)?;
        let erased = |leaf| self.log.is_erased(device, counter, leaf);
        let Ok(opened) = open_change(key, change, &h, erased) else {
            // It never opened, so that nothing of it is known that could be erased.
            return Ok(None);
        };
        let mut bare = Vec::new();
        for (index, leaf) in opened.leaves().events() {
            if let (true, Leaf::Open { bytes, .. }) = (erased(index), leaf) {
                bare.push(index);
                records.extend(RawEvent::read(bytes).map(|event| event.record));
            }
        }
        if bare.is_empty() {
            return Ok(None);
        }
        reseal(
            newest,
            &change.statement,
            &h,
            opened.leaves(),
            &bare,
            &mut out.rng,
        )
        .map(Some)
        .map_err(|_| EngineError::TooLarge)
    }

    /// Puts a change sealed anew wherever the old one is held in memory.
    fn exchange(&mut self, core: &Core, at: (DeviceId, u64), change: Change) {
        let (device, counter) = at;
        if let Some(set_aside) = self.quarantine.get_mut(&(device, counter))
            && set_aside.change.is_some()
        {
            set_aside.change = Some(Box::new(change.clone()));
        }
        let mut held = self.held.iter_mut();
        if let Some(held) = held.find(|held| (held.device, held.counter) == (device, counter)) {
            *held.change = change.clone();
        }
        let mut waiting = self.outbox.iter_mut().filter(|_| device == core.device);
        if let Some(waiting) = waiting.find(|waiting| waiting.counter == counter) {
            waiting.change = change;
        }
    }
}

/// A reversal without what it says of some records, and whether anything is left of it; nothing
/// where it cannot be read.
fn without(reversal: &[u8], records: &BTreeSet<RecordId>) -> Option<(Vec<u8>, bool)> {
    let parts = read_parts(&mut Reader::new(reversal)).ok()?;
    let mut left = false;
    let mut kept = Vec::with_capacity(parts.len());
    for part in parts {
        let mut undo = Undo::decode(&part).ok()?;
        left |= undo.forget(records);
        kept.push(undo.encode());
    }
    let mut writer = Writer::new();
    write_parts(&mut writer, &kept);
    Some((writer.finish(), left))
}
