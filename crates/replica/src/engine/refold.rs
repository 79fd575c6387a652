//! Maintenance from the local log: folding anew what a moved cut or a twice-told intent touched,
//! offering own changes again to a box that lost them, and rewriting the outbox of a retired id.

use std::collections::BTreeMap;

use lifeos_crypto::envelope::{Provenance, Source};
use lifeos_kernel::{Change as LifeChange, RawEvent, RecordId, Stamp};
use lifeos_life::{Life, RefoldError};
use lifeos_protocol::{DeviceId, IncarnationId, SpaceId};

use super::undo::ReadBytes;
use super::{Core, Engine, EngineError, Outside};
use crate::files::ReadNeeded;
use crate::journal::Place;
use crate::space::{Space, Waiting};

/// An intent of a retired device id, to be written again under a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repush {
    /// The change as it was folded: its intent and part stay, its stamps are made anew.
    pub change: LifeChange,
    /// What wrote it.
    pub source: Source,
}

impl Engine {
    /// What must be read so that a space is whole: after a cut moved below what was folded, after
    /// an intent was told twice, or after the box lost what it had; and, once after a start from a
    /// snapshot, the events of a few records, to compare. Carry pending writes out
    /// before reading, and give the bytes to [`Self::maintain`].
    #[must_use]
    pub fn maintenance_reads(&self, space: SpaceId) -> Vec<ReadNeeded> {
        let Some(held) = self.spaces.get(&space) else {
            return Vec::new();
        };
        let places: Vec<Place> = if held.is_stale() {
            held.chains
                .values()
                .flat_map(|chain| chain.raw().1.iter().copied())
                .collect()
        } else {
            let rebuild = held
                .life
                .rebuilding()
                .flat_map(|record| held.places_of(record));
            let lost = held.missing_from_outbox(&self.core);
            rebuild.chain(lost).map(|(_, _, place)| place).collect()
        };
        let places: Vec<Place> = if places.is_empty() {
            let sample = held
                .sample
                .iter()
                .flat_map(|record| held.places_of(*record));
            sample.map(|(_, _, place)| place).collect()
        } else {
            places
        };
        if places.is_empty() {
            return held.scrub_reads(&self.core);
        }
        let mut reads: Vec<ReadNeeded> = places.into_iter().map(Place::read_needed).collect();
        reads.sort_unstable();
        reads.dedup();
        reads
    }

    /// Does what [`Self::maintenance_reads`] asked the bytes for.
    ///
    /// # Errors
    /// [`EngineError::Damaged`] where bytes are missing or not what was stored.
    pub fn maintain(
        &mut self,
        space: SpaceId,
        bytes: &[ReadBytes],
        out: &mut Outside<'_>,
    ) -> Result<(), EngineError> {
        let (core, held) = self.split(space)?;
        if held.is_stale() {
            held.fold_anew(core, bytes, out)?;
        } else if !held.is_whole(core) {
            held.refill_outbox(core, bytes)?;
            held.rebuild_records(core, bytes)?;
        } else if !held.sample.is_empty() {
            held.judge_sample(core, bytes, out);
            return Ok(());
        } else {
            self.scrub(space, bytes, out)?;
        }
        self.core.note_everything();
        self.refresh_views(false, out);
        Ok(())
    }

    /// The intents of a retired id that the box does not have under it, in order. Do the
    /// maintenance first: it brings back what another box had taken. Give them to [`Self::write_again`] of
    /// the engine of the new id, once it has pulled.
    #[must_use]
    pub fn export_outbox_intents(&self, space: SpaceId) -> Vec<Repush> {
        let Some(held) = self.spaces.get(&space) else {
            return Vec::new();
        };
        let read = held.outbox.iter().filter_map(|waiting| {
            let readable = held
                .read_change(self.core.device, waiting.counter, &waiting.change)
                .ok()?;
            let source = super::fold::crypto_source(readable.change.meta.source);
            Some(Repush {
                change: readable.change,
                source,
            })
        });
        read.collect()
    }

    /// Writes intents of a retired id again: the same intent ids and parts, new stamps. What the
    /// box took under the old id after all folds once.
    ///
    /// # Errors
    /// Why it could not be written.
    pub fn write_again(
        &mut self,
        space: SpaceId,
        intents: &[Repush],
        out: &mut Outside<'_>,
    ) -> Result<(), EngineError> {
        let (core, held) = self.split(space)?;
        for repush in intents {
            held.write_again(core, repush, out)?;
        }
        self.refresh_views(true, out);
        Ok(())
    }
}

impl Space {
    /// Whether what was folded counts no more, or cannot be read.
    pub(crate) fn is_stale(&self) -> bool {
        self.stale || self.life.is_damaged()
    }

    /// Whether nothing has to be folded again or offered again.
    fn is_whole(&self, core: &Core) -> bool {
        self.life.rebuilding().next().is_none() && self.missing_from_outbox(core).is_empty()
    }

    /// Folds everything anew that counts now.
    fn fold_anew(
        &mut self,
        core: &mut Core,
        bytes: &[ReadBytes],
        out: &mut Outside<'_>,
    ) -> Result<(), EngineError> {
        let by_read: BTreeMap<ReadNeeded, &[u8]> = bytes
            .iter()
            .map(|(read, bytes)| (*read, bytes.as_slice()))
            .collect();
        let mut changes = Vec::new();
        for (device, chain) in &self.chains {
            let (_, places) = chain.raw();
            let covered = usize::try_from(chain.covered).expect("what was received fits memory");
            for (counter, place) in (1..).zip(places.iter().take(covered)) {
                let read = by_read
                    .get(&place.read_needed())
                    .ok_or(EngineError::Damaged)?;
                let record = core
                    .journal
                    .reopen(*place, read)
                    .ok_or(EngineError::Damaged)?;
                let body = super::undo::bodies_of(record)
                    .and_then(|bodies| bodies.into_iter().nth(place.part.into()))
                    .ok_or(EngineError::Damaged)?;
                changes.push((*device, counter, body));
            }
        }
        self.life = Life::default();
        self.held.clear();
        self.quarantine.clear();
        for (device, counter, body) in changes {
            self.admit(core, device, counter, body, out);
        }
        self.stale = false;
        Ok(())
    }

    fn rebuild_records(&mut self, core: &mut Core, bytes: &[ReadBytes]) -> Result<(), EngineError> {
        let records: Vec<RecordId> = self.life.rebuilding().collect();
        for record in records {
            let events = self.events_of(core, record, bytes)?;
            self.life
                .refold(record, &events)
                .map_err(|error| match error {
                    RefoldError::Missing { .. } | RefoldError::Event(_) => EngineError::Damaged,
                })?;
        }
        Ok(())
    }

    /// The events of the changes that a record was made by, from what was read.
    pub(crate) fn events_of(
        &self,
        core: &mut Core,
        record: RecordId,
        bytes: &[ReadBytes],
    ) -> Result<Vec<Vec<u8>>, EngineError> {
        self.events_at(core, &self.places_of(record), bytes)
    }

    /// The events of the changes at some places, from what was read.
    pub(crate) fn events_at(
        &self,
        core: &mut Core,
        places: &[(DeviceId, u64, Place)],
        bytes: &[ReadBytes],
    ) -> Result<Vec<Vec<u8>>, EngineError> {
        let mut events = Vec::new();
        for (device, counter, place) in places {
            let change = self
                .change_at(&mut core.journal, *device, *counter, *place, bytes)
                .ok_or(EngineError::Damaged)?;
            let readable = self
                .read_change(*device, *counter, &change)
                .map_err(|_| EngineError::Damaged)?;
            events.extend(readable.change.events);
        }
        Ok(events)
    }

    /// Own changes that the box has to be given again and that are not in the outbox.
    fn missing_from_outbox(&self, core: &Core) -> Vec<(DeviceId, u64, Place)> {
        let Some(chain) = self.chains.get(&core.device) else {
            return Vec::new();
        };
        let first_waiting = self
            .outbox
            .front()
            .map_or(chain.last() + 1, |first| first.counter);
        (self.accepted + 1..first_waiting)
            .filter_map(|counter| Some((core.device, counter, chain.place(counter)?)))
            .collect()
    }

    fn refill_outbox(&mut self, core: &mut Core, bytes: &[ReadBytes]) -> Result<(), EngineError> {
        for (device, counter, place) in self.missing_from_outbox(core).into_iter().rev() {
            let change = self
                .change_at(&mut core.journal, device, counter, place, bytes)
                .ok_or(EngineError::Damaged)?;
            self.outbox.push_front(Waiting {
                counter,
                change: *change,
                token: 0,
            });
        }
        Ok(())
    }

    /// The box began a new life that was admitted: everything is asked for and offered from the
    /// beginning.
    pub(crate) fn restart(&mut self, incarnation: IncarnationId) {
        self.incarnation = Some(incarnation);
        self.cursor = 0;
        self.completed = 0;
        self.high = 0;
        self.catching_up = true;
        self.accepted = 0;
        self.in_flight = None;
        self.refused = None;
    }
}

/// Gives an encoded event another stamp. The stamp stands behind the event's own content, so its
/// last occurrence is the one.
fn restamp(event: &[u8], stamp: &Stamp) -> Option<Vec<u8>> {
    let old = RawEvent::read(event).ok()?.stamp;
    let field = [&[0x58, 26], old.as_bytes().as_slice()].concat();
    let at = event
        .windows(field.len())
        .rposition(|window| window == field)?;
    let mut bytes = event.to_vec();
    bytes[at + 2..at + field.len()].copy_from_slice(stamp.with_index(old.index()).as_bytes());
    let read = RawEvent::read(&bytes).ok()?;
    (read.stamp == stamp.with_index(old.index())).then_some(bytes)
}

impl Space {
    /// Writes one change of a retired id again.
    fn write_again(
        &mut self,
        core: &mut Core,
        repush: &Repush,
        out: &mut Outside<'_>,
    ) -> Result<(), EngineError> {
        let stamp = core
            .clock
            .tick(out.now_ms)
            .ok_or(EngineError::ClockUnsure)?;
        let events: Option<Vec<Vec<u8>>> = repush
            .change
            .events
            .iter()
            .map(|event| restamp(event, &stamp))
            .collect();
        let events = events.ok_or(EngineError::Damaged)?;
        let meta = &repush.change.meta;
        let provenance = Provenance {
            intent: meta.intent.0,
            part: meta.part,
            source: repush.source,
            flow: (meta.flow.0 != meta.intent.0).then_some(meta.flow.0),
            batch: meta.batch.map(|batch| batch.0),
            last_of_batch: meta.last_of_batch,
        };
        self.commit_encoded(core, &provenance, &stamp, events, out)
    }
}
