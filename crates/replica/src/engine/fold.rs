//! From a covered change to folded state: opened, checked, held or set aside, folded.

use lifeos_crypto::envelope::{Leaf, Opened, Provenance, Source, open_change};
use lifeos_kernel::{BatchId, Change as LifeChange, ChangeMeta, FlowId, IntentId, RawEvent, Stamp};
use lifeos_life::{Folded, Settled};
use lifeos_protocol::change::Change;
use lifeos_protocol::{DeviceId, Wire};

use super::{Core, Outside, Raise};
use crate::alarm::Cause;
use crate::chain::Body;
use crate::conflict::Conflict;
use crate::space::{Held, Quarantined, Reason, Space};

/// An opened change whose events bear their author's stamps.
pub(crate) struct Readable {
    pub(crate) change: LifeChange,
    /// The stamp of the first event that is left; none where all are erased.
    pub(crate) first: Option<Stamp>,
    /// How many of its events were erased.
    pub(crate) erased: u32,
}

impl Space {
    /// Takes a covered change in: folds it, holds it, or sets it aside.
    pub(crate) fn admit(
        &mut self,
        core: &mut Core,
        device: DeviceId,
        counter: u64,
        body: Body,
        out: &mut Outside<'_>,
    ) {
        if !self.counts(core, device, counter, body.statement()) {
            return;
        }
        match body {
            Body::Here(change) => self.admit_change(core, device, counter, change, out),
            Body::Gone(_, why) => {
                // What a verified erasure names may be gone; else the box says so by itself.
                if why != 1 && !self.log.names_erased(device, counter) {
                    let raise = Raise::new(Cause::BareLeaf, self.id).about(device, counter);
                    core.alarm(raise, out);
                }
                let reason = if why == 1 {
                    Reason::InSegment
                } else {
                    Reason::Erased
                };
                self.set_aside(
                    core,
                    device,
                    counter,
                    Quarantined {
                        reason,
                        change: None,
                    },
                    out,
                );
            }
        }
    }

    fn admit_change(
        &mut self,
        core: &mut Core,
        device: DeviceId,
        counter: u64,
        change: Box<Change>,
        out: &mut Outside<'_>,
    ) {
        let readable = match self.read_change(device, counter, &change) {
            Ok(readable) => readable,
            Err(reason) => {
                let change = Some(change);
                return self.set_aside(core, device, counter, Quarantined { reason, change }, out);
            }
        };
        if let Some(stamp) = readable.first {
            self.chain_mut(device).note_mark(counter, &stamp);
            if stamp.is_ahead_of(out.now_ms) {
                return self.hold(core, device, counter, change, &stamp, out);
            }
        }
        if let Err(reason) = self.fold(core, (device, counter), &readable) {
            let change = Some(change);
            self.set_aside(core, device, counter, Quarantined { reason, change }, out);
        }
    }

    /// Opens a change and reads its events.
    pub(crate) fn read_change(
        &self,
        device: DeviceId,
        counter: u64,
        change: &Change,
    ) -> Result<Readable, Reason> {
        let key = self.keys.get(&change.seal.epoch);
        if key.is_none() && self.former.is_empty() {
            return Err(Reason::NoKey);
        }
        let h = self.chains.get(&device).and_then(|chain| chain.h(counter));
        let h = h.ok_or(Reason::Unopenable)?;
        let erased = |leaf| self.log.is_erased(device, counter, leaf);
        let opened = key
            .into_iter()
            .chain(&self.former)
            .find_map(|key| open_change(key, change, &h, erased).ok())
            .ok_or(Reason::Unopenable)?;
        read_events(device, &opened, erased)
    }

    /// Folds what was read, and notes where it met a write that neither author knew of.
    pub(crate) fn fold(
        &mut self,
        core: &mut Core,
        at: (DeviceId, u64),
        readable: &Readable,
    ) -> Result<(), Reason> {
        let folded = self
            .life
            .fold(&readable.change)
            .map_err(|_| Reason::Unreadable)?;
        core.note_touched(&folded);
        if let Folded::Applied { settled, .. } | Folded::Rebuild { settled, .. } = folded {
            for settled in settled {
                self.note_conflict(at, settled);
            }
        }
        if let Some(stamp) = &readable.first {
            core.clock.observe(stamp);
        }
        core.changed = true;
        Ok(())
    }

    /// Two devices wrote one field. Where one had seen the other's write, it was replaced on
    /// purpose; else it is a conflict, which is kept for the person to see.
    fn note_conflict(&mut self, at: (DeviceId, u64), settled: Settled) {
        let author = lifeos_kernel::DeviceId(*at.0.as_bytes());
        let other = if settled.won.device() == author {
            settled.lost
        } else {
            settled.won
        };
        let device = DeviceId::new(other.device().0);
        let counter = self
            .chains
            .get(&device)
            .and_then(|chain| chain.counter_of(&other));
        let Some(met) = counter.map(|counter| (device, counter)) else {
            return;
        };
        if self.saw(at, met) || self.saw(met, at) {
            return;
        }
        let conflict = Conflict {
            record: settled.record,
            field: settled.field,
            won: settled.won,
            lost: settled.lost,
        };
        if !self.conflicts.contains(&conflict) {
            self.conflicts.push(conflict);
        }
    }

    /// Whether the author of a change had another when it wrote it.
    fn saw(&self, author: (DeviceId, u64), other: (DeviceId, u64)) -> bool {
        let sight = self.chains.get(&author.0).map(|chain| &chain.seen);
        sight.is_some_and(|sight| sight.at(author.1, other.0) >= other.1)
    }

    /// What the switch `fold_beyond_head` does.
    pub(crate) fn fold_uncovered(&mut self, core: &mut Core, device: DeviceId) {
        let Some(chain) = self.chains.get(&device) else {
            return;
        };
        let first = chain.covered + 1;
        let changes: Vec<Change> = chain
            .uncovered
            .iter()
            .filter_map(|waiting| waiting.body.change().cloned())
            .collect();
        for (counter, change) in (first..).zip(&changes) {
            if let Ok(readable) = self.read_change(device, counter, change) {
                // Whatever comes of it: this is the fault that the simulation must see.
                let _ = self.fold(core, (device, counter), &readable);
            }
        }
    }

    fn hold(
        &mut self,
        core: &mut Core,
        device: DeviceId,
        counter: u64,
        change: Box<Change>,
        stamp: &Stamp,
        out: &mut Outside<'_>,
    ) {
        let blamed = core.clock.heard_ahead(stamp, out.now_ms);
        let raise = if blamed {
            Raise::new(Cause::OwnClock, self.id)
        } else {
            Raise::new(Cause::OthersClock, self.id).about(device, 0)
        };
        core.alarm(raise, out);
        self.held.push(Held {
            wall_ms: stamp.wall_ms(),
            device,
            counter,
            change,
        });
    }

    /// Folds what was held and is now reached. Returns whether anything was.
    pub(crate) fn release_held(&mut self, core: &mut Core, out: &mut Outside<'_>) -> bool {
        let limit = out.now_ms.saturating_add(lifeos_kernel::AHEAD_LIMIT_MS);
        let (due, rest) = self.held.drain(..).partition(|held| held.wall_ms <= limit);
        self.held = rest;
        let due: Vec<Held> = due;
        let any = !due.is_empty();
        for held in due {
            self.admit_change(core, held.device, held.counter, held.change, out);
        }
        any
    }

    fn set_aside(
        &mut self,
        core: &mut Core,
        device: DeviceId,
        counter: u64,
        quarantined: Quarantined,
        out: &mut Outside<'_>,
    ) {
        if core.drops_unopenable() {
            return;
        }
        let reason = quarantined.reason;
        let known = self.quarantine.insert((device, counter), quarantined);
        if known.is_none_or(|known| known.reason != reason) {
            let cause = match reason {
                Reason::NoKey => return,
                Reason::Erased => return,
                _ => Cause::Quarantined,
            };
            core.alarm(Raise::new(cause, self.id).about(device, counter), out);
        }
    }

    /// Tries what was set aside again: after a new key, a new erasure, or an update.
    pub(crate) fn retry_quarantined(&mut self, core: &mut Core, out: &mut Outside<'_>) {
        let retried: Vec<(DeviceId, u64)> = self
            .quarantine
            .iter()
            .filter(|(_, quarantined)| quarantined.change.is_some())
            .map(|(at, _)| *at)
            .collect();
        for (device, counter) in retried {
            let Some(change) = self
                .quarantine
                .get(&(device, counter))
                .and_then(|q| q.change.clone())
            else {
                continue;
            };
            match self.read_change(device, counter, &change) {
                Ok(_) => {
                    self.quarantine.remove(&(device, counter));
                    self.note_erased(device, counter);
                    self.admit_change(core, device, counter, change, out);
                }
                Err(reason) => {
                    if let Some(quarantined) = self.quarantine.get_mut(&(device, counter)) {
                        quarantined.reason = reason;
                    }
                }
            }
        }
    }
}

/// Reads the events of an opened change that are not erased; each must bear its author's stamp at its own place.
fn read_events(
    device: DeviceId,
    opened: &Opened,
    erased: impl Fn(u16) -> bool,
) -> Result<Readable, Reason> {
    let leaves = opened.leaves();
    let provenance = Provenance::from_bytes(leaves.provenance()).map_err(|_| Reason::Unreadable)?;
    let mut events = Vec::new();
    let mut first: Option<Stamp> = None;
    let mut gone = 0;
    for (index, leaf) in leaves.events() {
        // What was erased counts no more, though the box may still serve it.
        let (Leaf::Open { bytes, .. }, false) = (leaf, erased(index)) else {
            gone += 1;
            continue;
        };
        let event = RawEvent::read(bytes).map_err(|_| Reason::Unreadable)?;
        let author = event.stamp.device().0 == *device.as_bytes();
        let in_place = event.stamp.index() == index - 1
            && first.is_none_or(|first| first.same_change(&event.stamp));
        if !author || !in_place {
            return Err(Reason::ForeignStamp);
        }
        first = first.or(Some(event.stamp));
        events.push(bytes.to_vec());
    }
    Ok(Readable {
        change: LifeChange {
            meta: meta_of(&provenance),
            events,
        },
        first,
        erased: gone,
    })
}

/// What leaf 0 says, as the fold knows it.
pub(crate) fn meta_of(provenance: &Provenance) -> ChangeMeta {
    ChangeMeta {
        intent: IntentId(provenance.intent),
        part: provenance.part,
        source: kernel_source(provenance.source),
        flow: FlowId(provenance.flow.unwrap_or(provenance.intent)),
        batch: provenance.batch.map(BatchId),
        last_of_batch: provenance.last_of_batch,
    }
}

/// The source, as the fold knows it.
pub(crate) fn kernel_source(source: Source) -> lifeos_kernel::Source {
    match source {
        Source::Ui => lifeos_kernel::Source::Ui,
        Source::Import => lifeos_kernel::Source::Import,
        Source::Integration => lifeos_kernel::Source::Integration,
        Source::Schedule => lifeos_kernel::Source::Schedule,
        Source::Automation => lifeos_kernel::Source::Automation,
        Source::Ai => lifeos_kernel::Source::Ai,
        Source::Migration => lifeos_kernel::Source::Migration,
    }
}

/// The source, as leaf 0 knows it.
pub(crate) fn crypto_source(source: lifeos_kernel::Source) -> Source {
    match source {
        lifeos_kernel::Source::Ui => Source::Ui,
        lifeos_kernel::Source::Import => Source::Import,
        lifeos_kernel::Source::Integration => Source::Integration,
        lifeos_kernel::Source::Schedule => Source::Schedule,
        lifeos_kernel::Source::Automation => Source::Automation,
        lifeos_kernel::Source::Ai => Source::Ai,
        lifeos_kernel::Source::Migration => Source::Migration,
    }
}
