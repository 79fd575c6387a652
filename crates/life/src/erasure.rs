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
        let purged = self.states.purged();
        let mut found = ToErase::default();
        for (record, stays) in &purged {
            let stamps = self.record_stamps(*record);
            let going = stamps.into_iter().filter(|stamp| stamp != stays);
            let before = found.stamps.len();
            found.stamps.extend(going);
            found.records += usize::from(found.stamps.len() > before);
        }
        let gone: BTreeSet<RecordId> = purged.into_iter().map(|(record, _)| record).collect();
        let newer = self.unknown.iter().filter(|(_, bytes)| {
            RawEvent::read(bytes).is_ok_and(|event| gone.contains(&event.record))
        });
        found.stamps.extend(newer.map(|(stamp, _)| *stamp));
        found
    }

    /// Takes erased events out of the state and returns the records that they were about. What is
    /// left of these is folded again ([`Life::rebuilding`]).
    pub fn erase(&mut self, stamps: &BTreeSet<Stamp>) -> BTreeSet<RecordId> {
        let mut concerned = BTreeSet::new();
        self.history.retain(|record, references| {
            let before = references.len();
            references.retain(|reference| !stamps.contains(&reference.stamp));
            if references.len() < before {
                concerned.insert(*record);
            }
            !references.is_empty()
        });
        self.unknown.retain(|stamp, _| !stamps.contains(stamp));
        let mut emptied: BTreeSet<Stamp> = stamps.iter().map(|stamp| stamp.with_index(0)).collect();
        for references in self.history.values() {
            for reference in references {
                emptied.remove(&reference.stamp.with_index(0));
            }
        }
        for stamp in self.unknown.keys() {
            emptied.remove(&stamp.with_index(0));
        }
        self.intents.erase(&emptied);
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
