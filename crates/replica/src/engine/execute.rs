//! Local intent: decided, stamped, sealed, chained, folded and journalled in one step.

use lifeos_crypto::envelope::{NewChange, Provenance, SealedChange, Source, seal_change};
use lifeos_kernel::{
    BatchId, Change as LifeChange, Context, Draft, IntentId, Reason, RecordId, Rejected, Stamp,
    Stamped,
};
use lifeos_life::{Command, Event, Kept, Life};
use lifeos_protocol::change::Change;
use lifeos_protocol::seen::{ChainPoint, Seen};
use lifeos_protocol::statement::chain_start;
use lifeos_protocol::{DeviceId, SpaceId, Wire, Writer};

use super::fold::{kernel_source, meta_of};
use super::{Core, Engine, EngineError, Outside};
use crate::chain::Chain;
use crate::journal::Place;
use crate::record::{Record, StackMove, write_parts};
use crate::space::{Act, Quarantined, Reason as SetAside, Space, UNDO_LIMIT, Waiting};

/// Where the person is, as far as deciding and asking need it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Locale {
    /// Local time minus UTC, in minutes, as it is now.
    pub utc_offset_minutes: i16,
    /// The IANA name of the local zone, where it is known.
    pub zone: Option<String>,
}

/// What an intent came to. It is folded and on the screen; it is acknowledged once the writes
/// that hold it are durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// What was meant.
    pub intent: IntentId,
    /// The batch that it belongs to.
    pub batch: Option<BatchId>,
    /// The records that it made or touched.
    pub records: Vec<RecordId>,
    /// For an undo: fields that were changed since, by another device or a later act, and stay.
    pub left_alone: Vec<Kept>,
    /// The token of the writes that hold it: the next that [`Engine::take_writes`] gives.
    pub token: u64,
}

/// Under what planned events are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WriteAs {
    /// The intent: derived from the source where two devices may write the same.
    pub intent: IntentId,
    /// What writes.
    pub source: Source,
    /// The batch, so that all of it can be taken back at once.
    pub batch: Option<BatchId>,
}

/// Under what an intent is written.
#[derive(Debug, Clone)]
pub(crate) struct Meant {
    pub(crate) intent: IntentId,
    pub(crate) source: Source,
    pub(crate) batch: Option<BatchId>,
    pub(crate) last_of_batch: bool,
    pub(crate) stack: StackMove,
}

impl Meant {
    pub(crate) fn new(source: Source, out: &mut Outside<'_>) -> Self {
        let mut intent = [0; 16];
        out.rng.fill_bytes(&mut intent);
        Self {
            intent: IntentId(intent),
            source,
            batch: None,
            last_of_batch: false,
            stack: StackMove::Push,
        }
    }
}

impl Engine {
    /// Tells where the person is.
    pub fn set_locale(&mut self, locale: Locale) {
        self.locale = locale;
    }

    /// Does what a command says.
    ///
    /// # Errors
    /// Why nothing was done.
    pub fn execute(
        &mut self,
        space: SpaceId,
        command: Command,
        source: Source,
        out: &mut Outside<'_>,
    ) -> Result<Committed, EngineError> {
        let meant = Meant::new(source, out);
        self.execute_as(space, command, meant, out)
    }

    /// Does what a command says under an intent that whoever asks chose: asked again under the
    /// same intent, nothing is done twice.
    ///
    /// # Errors
    /// Why nothing was done.
    pub fn execute_intent(
        &mut self,
        space: SpaceId,
        command: Command,
        intent: IntentId,
        source: Source,
        out: &mut Outside<'_>,
    ) -> Result<Option<Committed>, EngineError> {
        if self
            .life(space)
            .is_some_and(|life| life.knows_intent(intent))
        {
            return Ok(None);
        }
        let meant = Meant {
            intent,
            ..Meant::new(source, out)
        };
        self.execute_as(space, command, meant, out).map(Some)
    }

    /// Does what a command says as part of a batch (an import, a set of sample data), which can
    /// be undone as a whole; `last` closes the batch.
    ///
    /// # Errors
    /// Why nothing was done.
    pub fn execute_in_batch(
        &mut self,
        space: SpaceId,
        command: Command,
        source: Source,
        batch: BatchId,
        last: bool,
        out: &mut Outside<'_>,
    ) -> Result<Committed, EngineError> {
        let mut meant = Meant::new(source, out);
        meant.batch = Some(batch);
        meant.last_of_batch = last;
        meant.stack = StackMove::None;
        self.execute_as(space, command, meant, out)
    }

    /// Writes events that were planned elsewhere (an import, sample data) as one intent in as many
    /// parts as it needs. It stays off the undo stack: a batch is undone by [`Self::undo_batch`].
    ///
    /// # Errors
    /// Why nothing was written.
    pub fn write_drafts(
        &mut self,
        space: SpaceId,
        drafts: Vec<Draft<Event>>,
        written: WriteAs,
        out: &mut Outside<'_>,
    ) -> Result<Committed, EngineError> {
        let meant = Meant {
            intent: written.intent,
            source: written.source,
            batch: written.batch,
            last_of_batch: written.batch.is_some(),
            stack: StackMove::None,
        };
        self.commit(space, drafts, &meant, out)
    }

    fn execute_as(
        &mut self,
        space: SpaceId,
        command: Command,
        meant: Meant,
        out: &mut Outside<'_>,
    ) -> Result<Committed, EngineError> {
        let context = self.context(space, meant.source, out)?;
        let (_, held) = self.split(space)?;
        let drafts = held
            .life
            .decide(command, &context)
            .map_err(EngineError::Rejected)?;
        self.commit(space, drafts, &meant, out)
    }

    /// Writes drafts as one intent.
    pub(crate) fn commit(
        &mut self,
        space: SpaceId,
        drafts: Vec<Draft<Event>>,
        meant: &Meant,
        out: &mut Outside<'_>,
    ) -> Result<Committed, EngineError> {
        let (core, held) = self.split(space)?;
        let committed = held.commit(core, drafts, meant, out)?;
        self.refresh_views(true, out);
        Ok(committed)
    }

    /// The world as a command or query of a space sees it.
    ///
    /// # Errors
    /// [`EngineError::NoSuchSpace`].
    pub fn context(
        &self,
        space: SpaceId,
        source: Source,
        out: &mut Outside<'_>,
    ) -> Result<Context, EngineError> {
        let held = self.spaces.get(&space).ok_or(EngineError::NoSuchSpace)?;
        let mut entropy = [0; 32];
        out.rng.fill_bytes(&mut entropy);
        Ok(Context {
            now_ms: out.now_ms,
            utc_offset_minutes: self.locale.utc_offset_minutes,
            zone: held.life.zone().or_else(|| self.locale.zone.clone()),
            start_of_day_minutes: held.life.start_of_day_minutes(),
            device: lifeos_kernel::DeviceId(*self.core.device.as_bytes()),
            space: *space.as_bytes(),
            source: kernel_source(source),
            entropy,
        })
    }
}

impl Space {
    fn writable(&self, core: &Core) -> Result<(), EngineError> {
        if core.is_revoked() {
            return Err(EngineError::Revoked);
        }
        if self.diverged.is_some() {
            return Err(EngineError::Diverged);
        }
        Ok(())
    }

    pub(crate) fn commit(
        &mut self,
        core: &mut Core,
        drafts: Vec<Draft<Event>>,
        meant: &Meant,
        out: &mut Outside<'_>,
    ) -> Result<Committed, EngineError> {
        self.writable(core)?;
        let parts = encode_parts(core, drafts, out)?;
        let sealed = self.seal_parts(core, &parts, meant, out)?;
        let mut reversals = Vec::with_capacity(parts.len());
        let mut records = Vec::new();
        for (number, part) in parts.iter().enumerate() {
            reversals.push(self.life.capture(&part.stamped).encode());
            let meta = meta_of(&provenance(meant, number, parts.len()));
            let change = LifeChange {
                meta,
                events: part.events.clone(),
            };
            self.life
                .fold(&change)
                .expect("what this version wrote, it can read");
            for event in &part.stamped {
                if !records.contains(&event.record) {
                    records.push(event.record);
                }
            }
        }
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
        Ok(Committed {
            intent: meant.intent,
            batch: meant.batch,
            records,
            left_alone: Vec::new(),
            token: core.next_token,
        })
    }

    fn seal_parts(
        &self,
        core: &Core,
        parts: &[Part],
        meant: &Meant,
        out: &mut Outside<'_>,
    ) -> Result<Vec<SealedChange>, EngineError> {
        let key = self.keys.get(&self.log.epoch()).ok_or(EngineError::NoKey)?;
        let now = self.frontier_without(core.device);
        let mut before = self.end_of_chain(core.device);
        let mut told = &self.told;
        let mut sealed = Vec::with_capacity(parts.len());
        for (number, part) in parts.iter().enumerate() {
            let provenance = provenance(meant, number, parts.len());
            let new = NewChange {
                space_position: self.log.sequence(),
                account_position: core.log.sequence(),
                seen: Seen::for_counter(before.counter + 1, told, &now),
                provenance: &provenance,
                events: &part.events,
            };
            let change = seal_change(key, core.device, before, &new, &mut out.rng)
                .map_err(|_| EngineError::TooLarge)?;
            before = change.point;
            told = &now;
            sealed.push(change);
        }
        Ok(sealed)
    }

    /// Writes events that have their stamps already, off the stacks.
    pub(crate) fn commit_encoded(
        &mut self,
        core: &mut Core,
        provenance: &Provenance,
        stamp: &Stamp,
        events: Vec<Vec<u8>>,
        out: &mut Outside<'_>,
    ) -> Result<(), EngineError> {
        self.writable(core)?;
        let key = self.keys.get(&self.log.epoch()).ok_or(EngineError::NoKey)?;
        let now = self.frontier_without(core.device);
        let before = self.end_of_chain(core.device);
        let new = NewChange {
            space_position: self.log.sequence(),
            account_position: core.log.sequence(),
            seen: Seen::for_counter(before.counter + 1, &self.told, &now),
            provenance,
            events: &events,
        };
        let sealed = seal_change(key, core.device, before, &new, &mut out.rng)
            .map_err(|_| EngineError::TooLarge)?;
        let record = Record::Wrote {
            space: self.id,
            stack: StackMove::None,
            reversal: Vec::new(),
            changes: vec![sealed.change.to_bytes()],
        };
        let place = core.note(&record, out);
        let counter = self.append_own(core, sealed.change, place, core.next_token);
        self.chain_mut(core.device).note_mark(counter, stamp);
        self.told = now;
        let change = LifeChange {
            meta: meta_of(provenance),
            events,
        };
        let folded = self.life.fold(&change).map_err(|_| EngineError::Damaged)?;
        core.note_touched(&folded);
        core.changed = true;
        Ok(())
    }

    fn end_of_chain(&self, device: DeviceId) -> ChainPoint {
        self.chains
            .get(&device)
            .map_or_else(|| chain_start(self.id, device), Chain::last_point)
    }

    /// Appends a change to the own chain and to the outbox.
    fn append_own(&mut self, core: &Core, change: Change, place: Place, token: u64) -> u64 {
        let id = self.id;
        let chain = self.chain_mut(core.device);
        let point = chain.push(id, core.device, &change.statement, place);
        chain.cover_next();
        chain.note_seen(&change.statement);
        self.outbox.push_back(Waiting {
            counter: point.counter,
            change,
            token,
        });
        point.counter
    }

    /// Takes what was written here back from the journal.
    pub(crate) fn replay_wrote(
        &mut self,
        core: &mut Core,
        place: Place,
        stack: StackMove,
        reversal: Vec<u8>,
        changes: &[Vec<u8>],
    ) -> Option<()> {
        let mut act = None;
        for (part, bytes) in changes.iter().enumerate() {
            let change = Change::from_bytes(bytes).ok()?;
            let told = change.statement.seen.clone();
            let counter = self.append_own(core, change.clone(), place.with_part(part), 0);
            self.recall_told(&told);
            let Ok(readable) = self.read_change(core.device, counter, &change) else {
                // Something of it was erased since: the statement that says so comes later.
                let set_aside = Quarantined {
                    reason: SetAside::Unopenable,
                    change: Some(Box::new(change)),
                };
                self.quarantine.insert((core.device, counter), set_aside);
                continue;
            };
            if let Some(stamp) = &readable.first {
                self.chain_mut(core.device).note_mark(counter, stamp);
            }
            let meta = &readable.change.meta;
            act = act.or(Some((meta.intent, meta.batch)));
            let at = (core.device, counter);
            self.fold(core, at, &readable).ok()?;
        }
        if let Some((intent, batch)) = act {
            self.move_stack(
                stack,
                Act {
                    intent,
                    batch,
                    reversal,
                },
            );
        }
        Some(())
    }

    /// What the own statement told as seen, so that the next tells the difference.
    fn recall_told(&mut self, seen: &Seen) {
        for entry in seen.entries() {
            let point = self
                .chains
                .get(&entry.device)
                .and_then(|chain| chain.point(entry.counter));
            if let Some(point) = point {
                self.told.observe(entry.device, point);
            }
        }
    }

    fn move_stack(&mut self, stack: StackMove, act: Act) {
        match stack {
            StackMove::None => {}
            StackMove::Push => {
                self.undo.push(act);
                self.redo.clear();
            }
            StackMove::Undo => {
                self.undo.pop();
                self.redo.push(act);
            }
            StackMove::Redo => {
                self.redo.pop();
                self.undo.push(act);
            }
        }
        if self.undo.len() > UNDO_LIMIT {
            self.undo.remove(0);
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
