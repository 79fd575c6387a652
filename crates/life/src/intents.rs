//! A part of an intent folds once per space; of two tellings, the one with the smaller stamp.

use std::collections::{BTreeMap, BTreeSet};

use lifeos_kernel::{IntentId, Pack, PackError, Packer, Stamp, Unpacker};

/// Which change told which part of which intent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Intents(BTreeMap<(IntentId, u16), Stamp>);

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
        let parts = (intent, 0)..=(intent, u16::MAX);
        self.0.range(parts).next().is_some()
    }

    /// Files a change, of which the stamp with index 0 is given.
    pub(crate) fn tell(&mut self, intent: IntentId, part: u16, stamp: Stamp) -> Telling {
        match self.0.get_mut(&(intent, part)) {
            None => {
                self.0.insert((intent, part), stamp);
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
        let told = self.0.insert((intent, part), ERASED);
        told.filter(|told| *told != ERASED)
    }

    /// Nothing is left of these changes.
    pub(crate) fn erase(&mut self, changes: &BTreeSet<Stamp>) {
        let erased = |told: &&mut Stamp| changes.contains(told);
        self.0
            .values_mut()
            .filter(erased)
            .for_each(|told| *told = ERASED);
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
