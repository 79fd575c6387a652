//! Local intent: what is asked of a space, decided and written under a name of its own.

use lifeos_crypto::envelope::{NewChange, Provenance, Source, seal_change};
use lifeos_kernel::{BatchId, Change as LifeChange, Context, Draft, IntentId, RecordId, Stamp};
use lifeos_life::{Command, Event, Kept};
use lifeos_protocol::change::Change;
use lifeos_protocol::seen::{ChainPoint, Seen};
use lifeos_protocol::statement::chain_start;
use lifeos_protocol::{DeviceId, SpaceId, Wire};

use super::fold::{kernel_source, meta_of};
use super::writing::Writing;
use super::{Core, Engine, EngineError, Outside};
use crate::chain::Chain;
use crate::journal::Place;
use crate::record::{Record, StackMove};
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

impl From<WriteAs> for Meant {
    fn from(written: WriteAs) -> Self {
        Self {
            intent: written.intent,
            source: written.source,
            batch: written.batch,
            last_of_batch: written.batch.is_some(),
            stack: StackMove::None,
        }
    }
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
        self.commit(space, drafts, &written.into(), out)
    }

    /// Begins what [`Self::write_drafts`] does in one: [`Self::write_on`] goes on until it says
    /// that nothing is left, then [`Self::end`] hands it to the disk. Until then nothing else is
    /// asked of the engine.
    ///
    /// # Errors
    /// Why nothing is written.
    pub(crate) fn begin_drafts(
        &mut self,
        space: SpaceId,
        drafts: Vec<Draft<Event>>,
        written: WriteAs,
        out: &mut Outside<'_>,
    ) -> Result<Writing, EngineError> {
        self.begin(space, drafts, written.into(), out)
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
        let mut writing = self.begin(space, drafts, meant.clone(), out)?;
        while !self.write_on(&mut writing, out)? {}
        self.end(writing, out)
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
    pub(crate) fn writable(&self, core: &Core) -> Result<(), EngineError> {
        if core.is_revoked() {
            return Err(EngineError::Revoked);
        }
        if self.diverged.is_some() {
            return Err(EngineError::Diverged);
        }
        if !self.writes(core) {
            return Err(EngineError::ReadOnly);
        }
        Ok(())
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

    pub(crate) fn end_of_chain(&self, device: DeviceId) -> ChainPoint {
        self.chains
            .get(&device)
            .map_or_else(|| chain_start(self.id, device), Chain::last_point)
    }

    /// Appends a change to the own chain and to the outbox.
    pub(crate) fn append_own(
        &mut self,
        core: &Core,
        change: Change,
        place: Place,
        token: u64,
    ) -> u64 {
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

    pub(crate) fn move_stack(&mut self, stack: StackMove, act: Act) {
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
