//! A part of an intent folds once per space; of two tellings, the one with the smaller stamp.

use std::collections::{BTreeMap, BTreeSet};

use lifeos_kernel::{IntentId, Pack, PackError, Packer, Shelf, Stamp, Unpacker};

/// Which change told which part of which intent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Intents(Shelf<IntentId, BTreeMap<u16, Stamp>>);

/// Stands in place of the change that told a part where every event of it was erased. It is
/// smaller than every stamp, so that no other telling counts.
const ERASED: Stamp = Stamp::from_bytes([0; 26]);

/// What to do with a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Telling {
    /// The first telling of this part.
    First,
    /// The very change that was folded.
    Same,
    /// Another change told it with a smaller stamp: leave this one.
    Later,
    /// Another change told it with a greater stamp, and has to go.
    Earlier {
        /// The change that has to go.
        other: Stamp,
    },
}

impl Intents {
    /// Whether any part of an intent was told.
    pub(crate) fn knows(&self, intent: IntentId) -> bool {
        self.0.contains_key(&intent)
    }

    /// Files a change, of which the stamp with index 0 is given.
    pub(crate) fn tell(&mut self, intent: IntentId, part: u16, stamp: Stamp) -> Telling {
        let parts = self.0.or_default(intent);
        match parts.get_mut(&part) {
            None => {
                parts.insert(part, stamp);
                Telling::First
            }
            Some(told) if *told == stamp => Telling::Same,
            Some(told) if *told < stamp => Telling::Later,
            Some(told) => Telling::Earlier {
                other: core::mem::replace(told, stamp),
            },
        }
    }

    /// Files a change of which nothing is left. Returns the other change that had told the part
    /// and has to go.
    pub(crate) fn tell_erased(&mut self, intent: IntentId, part: u16) -> Option<Stamp> {
        let told = self.0.or_default(intent).insert(part, ERASED);
        told.filter(|told| *told != ERASED)
    }

    /// Nothing is left of these changes.
    pub(crate) fn erase(&mut self, changes: &BTreeSet<Stamp>) {
        let told_by = |parts: &BTreeMap<u16, Stamp>| parts.values().any(|by| changes.contains(by));
        let walked = self.0.iter().filter(|(_, parts)| told_by(parts));
        let concerned: Vec<IntentId> = walked.map(|(intent, _)| intent).collect();
        for intent in concerned {
            for told in self.0.or_default(intent).values_mut() {
                if changes.contains(told) {
                    *told = ERASED;
                }
            }
        }
    }
}

impl Pack for Intents {
    fn pack(&self, out: &mut Packer) {
        self.0.pack(out);
    }
    fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackError> {
        Pack::unpack(from).map(Self)
    }
}
