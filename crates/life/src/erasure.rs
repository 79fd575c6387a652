//! Erasing: what a verified statement of the space log names is no part of the state any more.
//!
//! What stays of a record is the write that took it out of the trash for good, so that every device
//! knows it as gone: one that saw what was erased, one that never did, and one whose late edit
//! comes after.

use std::collections::BTreeSet;

use lifeos_kernel::{Draft, RawEvent, RecordId, Stamp};

use crate::domains::Event;
use crate::state::Life;
use crate::undo::Undo;

/// What the space log is to erase.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ToErase {
    /// How many records it concerns.
    pub records: usize,
    /// The stamps of the events that go, in order.
    pub stamps: BTreeSet<Stamp>,
}

impl Life {
    /// Returns the events that take out of the trash for good what lay there for 30 days.
    #[must_use]
    pub fn purge_expired(&self, now_ms: u64) -> Vec<Draft<Event>> {
        self.states.expired(now_ms)
    }

    /// Returns what of the records that were taken out of the trash for good is left to erase.
    #[must_use]
    pub fn to_erase(&self) -> ToErase {
        let mut stamps: BTreeSet<Stamp> = self.newer_of_purged().collect();
        for record in &self.erasable {
            stamps.extend(self.going(*record));
        }
        ToErase {
            records: self.erasable.len(),
            stamps,
        }
    }

    /// Returns how many records [`Self::to_erase`] concerns, which is known at every time.
    #[must_use]
    pub fn records_to_erase(&self) -> usize {
        self.erasable.len()
    }

    /// Tells whether there is anything to erase.
    #[must_use]
    pub fn has_to_erase(&self) -> bool {
        !self.erasable.is_empty() || self.newer_of_purged().next().is_some()
    }

    /// Walks the events of a record that was taken out of the trash for good, but the one that
    /// says so; none of any other record.
    pub(crate) fn going(&self, record: RecordId) -> impl Iterator<Item = Stamp> + '_ {
        let stays = self.states.purged_by(record);
        let references = stays.and_then(|_| self.history.get(&record));
        let stamps = references.into_iter().flatten().map(|one| one.stamp);
        stamps.filter(move |stamp| Some(*stamp) != stays)
    }

    /// Walks the events of such records that only a newer version understands.
    fn newer_of_purged(&self) -> impl Iterator<Item = Stamp> + '_ {
        let is_of_purged = |bytes: &[u8]| {
            RawEvent::read(bytes).is_ok_and(|event| self.states.purged_by(event.record).is_some())
        };
        let newer = self.unknown.iter();
        newer
            .filter(move |(_, bytes)| is_of_purged(bytes))
            .map(|(stamp, _)| *stamp)
    }

    /// Takes erased events out of the state and returns the records that they were about. What is
    /// left of these is folded again ([`Life::rebuilding`]).
    pub fn erase(&mut self, stamps: &BTreeSet<Stamp>) -> BTreeSet<RecordId> {
        let mut concerned = BTreeSet::new();
        let mut emptied: BTreeSet<Stamp> = stamps.iter().map(|stamp| stamp.with_index(0)).collect();
        for (record, references) in self.history.iter() {
            for reference in references.iter() {
                if stamps.contains(&reference.stamp) {
                    concerned.insert(record);
                } else {
                    emptied.remove(&reference.stamp.with_index(0));
                }
            }
        }
        for record in &concerned {
            let references = self.history.or_default(*record);
            references.retain(|reference| !stamps.contains(&reference.stamp));
            if references.is_empty() {
                self.history.remove(record);
            }
        }
        self.unknown.retain(|stamp, _| !stamps.contains(stamp));
        for stamp in self.unknown.keys() {
            emptied.remove(&stamp.with_index(0));
        }
        self.intents.erase(&emptied);
        self.rests_on_erased |= !concerned.is_empty();
        for record in &concerned {
            self.states.forget(*record);
            if self.history.contains_key(record) {
                self.rebuilding.insert(*record);
            } else {
                self.rebuilding.remove(record);
            }
            self.touched(*record);
        }
        concerned
    }
}

impl Undo {
    /// Forgets how to bring records back. Returns whether anything is left to take back.
    pub fn forget(&mut self, records: &BTreeSet<RecordId>) -> bool {
        self.steps.retain(|step| !records.contains(&step.record));
        !self.steps.is_empty()
    }
}
