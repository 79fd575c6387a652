//! One intent on its way to the disk: stamped, then sealed, folded and journalled. A large one is
//! many parts, and whoever writes it may look up between two of them; it is on the disk as a whole
//! or not at all.

use std::collections::BTreeSet;

use lifeos_crypto::envelope::{NewChange, Provenance, SealedChange, seal_change};
use lifeos_kernel::{Change as LifeChange, Draft, Reason, RecordId, Rejected, Stamp, Stamped};
use lifeos_life::{Event, Life};
use lifeos_protocol::seen::{ChainPoint, Frontier, Seen};
use lifeos_protocol::{SpaceId, Wire, Writer};

use super::execute::{Committed, Meant};
use super::fold::meta_of;
use super::{Core, Engine, EngineError, Outside};
use crate::record::{Record, write_parts};
use crate::space::{Act, Space};

/// An intent that is being written. Cut off before its end, nothing of it was written.
pub(crate) struct Writing {
    space: SpaceId,
    meant: Meant,
    parts: Vec<Part>,
    /// Where the chain ends with what is sealed so far.
    before: ChainPoint,
    /// How far the chains of others are: the first part tells it, the rest have nothing to add.
    now: Frontier,
    sealed: Vec<SealedChange>,
    reversals: Vec<Vec<u8>>,
    records: Vec<RecordId>,
    touched: BTreeSet<RecordId>,
}

impl Writing {
    /// How many steps are done, and of how many: each part is sealed, each is folded, and all of it
    /// goes to the disk at once.
    pub(crate) fn measure(&self) -> (usize, usize) {
        let done = self.sealed.len() + self.reversals.len();
        (done, 2 * self.parts.len() + 1)
    }
}

impl Engine {
    pub(crate) fn begin(
        &mut self,
        space: SpaceId,
        drafts: Vec<Draft<Event>>,
        meant: Meant,
        out: &Outside<'_>,
    ) -> Result<Writing, EngineError> {
        let (core, held) = self.split(space)?;
        held.writable(core)?;
        Ok(Writing {
            space,
            meant,
            parts: encode_parts(core, drafts, out)?,
            before: held.end_of_chain(core.device),
            now: held.frontier_without(core.device),
            sealed: Vec::new(),
            reversals: Vec::new(),
            records: Vec::new(),
            touched: BTreeSet::new(),
        })
    }

    /// Does one step of what is being written, and says whether only its end is left.
    pub(crate) fn write_on(
        &mut self,
        writing: &mut Writing,
        out: &mut Outside<'_>,
    ) -> Result<bool, EngineError> {
        let (core, held) = self.split(writing.space)?;
        // All is sealed before anything is folded: sealing may refuse, and then nothing was done.
        if writing.sealed.len() < writing.parts.len() {
            held.seal_next(core, writing, out)?;
        } else if writing.reversals.len() < writing.parts.len() {
            held.fold_next(writing);
        }
        Ok(writing.reversals.len() == writing.parts.len())
    }

    /// Hands what was written to the disk, as one.
    pub(crate) fn end(
        &mut self,
        writing: Writing,
        out: &mut Outside<'_>,
    ) -> Result<Committed, EngineError> {
        let (core, held) = self.split(writing.space)?;
        let committed = held.end(core, writing, out);
        self.refresh_views(true, out);
        Ok(committed)
    }
}

impl Space {
    fn seal_next(
        &self,
        core: &Core,
        writing: &mut Writing,
        out: &mut Outside<'_>,
    ) -> Result<(), EngineError> {
        let key = self.keys.get(&self.log.epoch()).ok_or(EngineError::NoKey)?;
        let number = writing.sealed.len();
        let told = if number == 0 {
            &self.told
        } else {
            &writing.now
        };
        let provenance = provenance(&writing.meant, number, writing.parts.len());
        let new = NewChange {
            space_position: self.log.sequence(),
            account_position: core.log.sequence(),
            seen: Seen::for_counter(writing.before.counter + 1, told, &writing.now),
            provenance: &provenance,
            events: &writing.parts[number].events,
        };
        let change = seal_change(key, core.device, writing.before, &new, &mut out.rng)
            .map_err(|_| EngineError::TooLarge)?;
        writing.before = change.point;
        writing.sealed.push(change);
        Ok(())
    }

    fn fold_next(&mut self, writing: &mut Writing) {
        let number = writing.reversals.len();
        // They are sealed, and nothing asks for them again.
        let events = std::mem::take(&mut writing.parts[number].events);
        let part = &writing.parts[number];
        writing
            .reversals
            .push(self.life.capture(&part.stamped).encode());
        let change = LifeChange {
            meta: meta_of(&provenance(&writing.meant, number, writing.parts.len())),
            events,
        };
        self.life
            .fold(&change)
            .expect("what this version wrote, it can read");
        for event in &part.stamped {
            if writing.touched.insert(event.record) {
                writing.records.push(event.record);
            }
        }
    }

    fn end(&mut self, core: &mut Core, writing: Writing, out: &mut Outside<'_>) -> Committed {
        let Writing {
            meant,
            parts,
            sealed,
            reversals,
            records,
            ..
        } = writing;
        let mut reversal = Writer::new();
        write_parts(&mut reversal, &reversals);
        let reversal = reversal.finish();
        let record = Record::Wrote {
            space: self.id,
            stack: meant.stack,
            reversal: reversal.clone(),
            changes: sealed
                .iter()
                .map(|sealed| sealed.change.to_bytes())
                .collect(),
        };
        let place = core.note(&record, out);
        for (number, (sealed, part)) in sealed.into_iter().zip(&parts).enumerate() {
            let place = place.with_part(number);
            let counter = self.append_own(core, sealed.change, place, core.next_token);
            self.chain_mut(core.device).note_mark(counter, &part.stamp);
        }
        self.told = self.frontier_without(core.device);
        self.move_stack(
            meant.stack,
            Act {
                intent: meant.intent,
                batch: meant.batch,
                reversal,
            },
        );
        core.changed = true;
        core.note_written(&records);
        Committed {
            intent: meant.intent,
            batch: meant.batch,
            records,
            left_alone: Vec::new(),
            token: core.next_token,
        }
    }
}

fn provenance(meant: &Meant, part: usize, of: usize) -> Provenance {
    Provenance {
        intent: meant.intent.0,
        part: u16::try_from(part).expect("an intent has far fewer than 65,536 parts"),
        source: meant.source,
        flow: None,
        batch: meant.batch.map(|batch| batch.0),
        last_of_batch: meant.last_of_batch && part + 1 == of,
    }
}

/// One change of an intent before it is sealed.
struct Part {
    stamp: Stamp,
    stamped: Vec<Stamped<Event>>,
    events: Vec<Vec<u8>>,
}

/// The most bytes of leaves in one change, so that its padding stays within 64 KiB.
const PART_BYTES: usize = 56 << 10;
/// What a leaf adds to its event: opening and length.
const LEAF_BYTES: usize = 20;

/// Stamps and encodes drafts; a large intent becomes several parts, each with a stamp of its own.
fn encode_parts(
    core: &mut Core,
    drafts: Vec<Draft<Event>>,
    out: &Outside<'_>,
) -> Result<Vec<Part>, EngineError> {
    if drafts.is_empty() {
        return Err(EngineError::Rejected(Rejected::new(Reason::Unchanged)));
    }
    let split =
        lifeos_life::parts(drafts, PART_BYTES, LEAF_BYTES).map_err(|_| EngineError::TooLarge)?;
    if split.len() > usize::from(u16::MAX) {
        return Err(EngineError::TooLarge);
    }
    let mut parts = Vec::with_capacity(split.len());
    for drafts in split {
        let stamp = core
            .clock
            .tick(out.now_ms)
            .ok_or(EngineError::ClockUnsure)?;
        let stamped = lifeos_life::stamp_all(drafts, stamp).map_err(|_| EngineError::TooLarge)?;
        let events: Result<Vec<_>, _> = stamped.iter().map(Life::encode).collect();
        let events = events.map_err(|_| EngineError::TooLarge)?;
        parts.push(Part {
            stamp,
            stamped,
            events,
        });
    }
    Ok(parts)
}
