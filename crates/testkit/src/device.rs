//! One device: an engine on a disk, with a clock of its own.

use lifeos_crypto::LocalKey;
use lifeos_kernel::RecordId;
use lifeos_life::{Command, Life};
use lifeos_protocol::stream::Frame;
use lifeos_protocol::{DeviceId, SpaceId};
use lifeos_replica::{
    Cause, Committed, Engine, EngineError, FileKind, OpenProblem, Outside, Received, Sabotage,
    Source, StoredFile,
};
use lifeos_tasks::{BulkEdit, TasksCommand};

use crate::disk::size_of_writes;
use crate::{Chance, Disk, Relay, encode};

/// A device.
pub struct Device {
    engine: Option<Engine>,
    /// Its disk.
    pub disk: Disk,
    /// What its clock is ahead of true time, in milliseconds.
    pub clock_offset_ms: i64,
    /// Which rules are broken on purpose.
    pub sabotage: Sabotage,
    space: SpaceId,
    local: [u8; 32],
    chance: Chance,
}

impl Device {
    pub(crate) fn new(engine: Engine, space: SpaceId, local: [u8; 32], chance: Chance) -> Self {
        Self {
            engine: Some(engine),
            disk: Disk::default(),
            clock_offset_ms: 0,
            sabotage: Sabotage::default(),
            space,
            local,
            chance,
        }
    }

    /// Does something with the engine at a true time.
    ///
    /// # Panics
    /// While the device is off.
    pub fn with<T>(
        &mut self,
        now_ms: u64,
        act: impl FnOnce(&mut Engine, SpaceId, &mut Outside<'_>) -> T,
    ) -> T {
        let engine = self.engine.as_mut().expect("the device is on");
        let now_ms = now_ms.saturating_add_signed(self.clock_offset_ms);
        let mut out = Outside {
            now_ms,
            rng: &mut self.chance,
        };
        act(engine, self.space, &mut out)
    }

    /// The engine.
    ///
    /// # Panics
    /// While the device is off.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        self.engine.as_ref().expect("the device is on")
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> DeviceId {
        self.engine().device()
    }

    /// The folded state.
    ///
    /// # Panics
    /// While the device is off.
    #[must_use]
    pub fn life(&self) -> &Life {
        self.engine().life(self.space).expect("the space is there")
    }

    /// The causes of every alarm so far.
    #[must_use]
    pub fn causes(&self) -> Vec<Cause> {
        self.engine()
            .alarms()
            .iter()
            .map(|alarm| alarm.cause)
            .collect()
    }

    /// Writes what waits to be written; flushed unless `lazy`.
    pub fn store(&mut self, lazy: bool) {
        let engine = self.engine.as_mut().expect("the device is on");
        while let Some(writes) = engine.take_writes() {
            if let Some(token) = self.disk.carry_out(writes, lazy) {
                engine.durable(token);
            }
        }
    }

    /// Adds a task.
    ///
    /// # Errors
    /// Why it was not written.
    pub fn add_task(&mut self, now_ms: u64, title: &str) -> Result<Committed, EngineError> {
        let command = TasksCommand::CreateTask {
            title: title.to_owned(),
            set: Vec::new(),
            labels: Vec::new(),
            place: None,
        };
        self.execute(now_ms, command)
    }

    /// Does one thing to a task.
    ///
    /// # Errors
    /// Why it was not written.
    pub fn edit_task(
        &mut self,
        now_ms: u64,
        task: RecordId,
        edit: BulkEdit,
    ) -> Result<Committed, EngineError> {
        self.execute(
            now_ms,
            TasksCommand::EditTasks {
                tasks: vec![task],
                edit,
            },
        )
    }

    /// Does what a command says.
    ///
    /// # Errors
    /// Why it was not written.
    pub fn execute(
        &mut self,
        now_ms: u64,
        command: TasksCommand,
    ) -> Result<Committed, EngineError> {
        self.with(now_ms, |engine, space, out| {
            engine.execute(space, Command::Tasks { command }, Source::Ui, out)
        })
    }

    /// The power goes; what was not flushed is lost from some byte on.
    pub fn crash(&mut self) {
        self.engine = None;
        self.disk.cut_power(&mut self.chance);
    }

    /// Starts from the journals alone, as after a snapshot that turned out damaged.
    ///
    /// # Errors
    /// Why the files do not open.
    pub fn start_without_snapshots(&mut self, now_ms: u64) -> Result<u64, OpenProblem> {
        self.disk.flush();
        let files = self.disk.read_without_snapshots();
        self.open(now_ms, files)
    }

    /// The disk takes only a part of what waits to be written, cut at any byte, and the device
    /// goes off: see [`Self::fail_after`].
    pub fn fail_while_storing(&mut self, power_goes: bool) {
        let part = self.chance.draw();
        self.fail_after(power_goes, |size| {
            usize::try_from(part).unwrap_or(usize::MAX) % size
        });
    }

    /// The disk takes only so many bytes of what waits to be written, of a size that is told, and
    /// the device goes off: it is full, or the power goes in the midst of it. Only the power takes
    /// with it what had been written before and was not flushed.
    ///
    /// # Panics
    /// While the device is off.
    pub fn fail_after(&mut self, power_goes: bool, bytes: impl FnOnce(usize) -> usize) {
        let engine = self.engine.as_mut().expect("the device is on");
        if let Some(writes) = engine.take_writes() {
            let room = bytes(size_of_writes(&writes));
            self.disk.carry_out_within(writes, room);
        }
        self.engine = None;
        if power_goes {
            self.disk.cut_power(&mut self.chance);
        }
    }

    /// Starts from the disk.
    ///
    /// # Errors
    /// Why the files do not open.
    pub fn start(&mut self, now_ms: u64) -> Result<u64, OpenProblem> {
        // A host makes durable what it reads before a device builds on it.
        self.disk.flush();
        let files = self.disk.read_to_open();
        // As the client does: a snapshot is in the way, never the reason not to start. One of a
        // newer version says that the rest is too.
        match self.open(now_ms, files) {
            Err(OpenProblem::Damaged(name) | OpenProblem::Older(name))
                if name.kind == FileKind::Snapshot =>
            {
                self.start_without_snapshots(now_ms)
            }
            opened => opened,
        }
    }

    /// Starts from the disk, its snapshot included, and from nothing in its place.
    ///
    /// # Errors
    /// Why the files do not open.
    pub fn start_with_snapshot(&mut self, now_ms: u64) -> Result<u64, OpenProblem> {
        self.disk.flush();
        let files = self.disk.read_to_open();
        self.open(now_ms, files)
    }

    fn open(&mut self, now_ms: u64, files: Vec<StoredFile>) -> Result<u64, OpenProblem> {
        let mut out = Outside {
            now_ms: now_ms.saturating_add_signed(self.clock_offset_ms),
            rng: &mut self.chance,
        };
        let opened = Engine::open(LocalKey::from_bytes(&self.local), files, &mut out)?;
        let torn = opened.torn_bytes;
        let mut engine = opened.engine;
        engine.sabotage(self.sabotage);
        self.engine = Some(engine);
        self.store(false);
        Ok(torn)
    }

    /// Breaks rules on purpose, now and after each start.
    pub fn break_rules(&mut self, sabotage: Sabotage) {
        self.sabotage = sabotage;
        if let Some(engine) = self.engine.as_mut() {
            engine.sabotage(sabotage);
        }
    }

    /// Pushes one batch; `answered` tells whether the box's answer arrives.
    pub fn push(&mut self, now_ms: u64, relay: &mut Relay, answered: bool) -> bool {
        let batch = self.with(now_ms, |engine, space, _| engine.next_push(space));
        let Ok(Some(batch)) = batch else {
            return false;
        };
        let answer = relay.push(&batch.bytes);
        self.with(now_ms, |engine, space, out| match answer {
            _ if !answered => engine.push_unanswered(space),
            Ok(through) => {
                engine
                    .push_accepted(space, through, out)
                    .expect("the space is there");
            }
            Err(
                lifeos_protocol::Code::Epoch
                | lifeos_protocol::Code::PositionUnknown
                | lifeos_protocol::Code::Gap
                | lifeos_protocol::Code::Equivocation,
            ) => engine.push_unanswered(space),
            Err(code) => {
                engine
                    .push_refused(space, code.as_str(), out)
                    .expect("the space is there");
            }
        });
        answer.is_ok()
    }

    /// Pulls; the stream is cut after so many bytes, if it is that long.
    pub fn pull(&mut self, now_ms: u64, relay: &Relay, cut_at: usize) -> Received {
        self.pull_altered(now_ms, relay, cut_at, |frames| frames)
    }

    /// Pulls what a test makes of the frames on their way.
    pub fn pull_altered(
        &mut self,
        now_ms: u64,
        relay: &Relay,
        cut_at: usize,
        alter: impl FnOnce(Vec<Frame>) -> Vec<Frame>,
    ) -> Received {
        let cursor = self.with(now_ms, |engine, space, out| {
            engine.begin_pull(space, out).expect("the space is there")
        });
        let bytes = encode(&alter(relay.frames(cursor, now_ms)));
        self.take_stream(now_ms, &bytes[..cut_at.min(bytes.len())])
    }

    /// Takes the bytes of a pull that was begun, in uneven portions, and ends it.
    pub fn take_stream(&mut self, now_ms: u64, bytes: &[u8]) -> Received {
        let mut received = Received {
            complete: false,
            changed: false,
            stopped: None,
        };
        let mut rest = bytes;
        while !rest.is_empty() {
            let (now, later) = rest.split_at((1 + self.chance.below(4_000)).min(rest.len()));
            rest = later;
            let step = self.with(now_ms, |engine, space, out| {
                engine.receive(space, now, out).expect("a pull was begun")
            });
            received.changed |= step.changed;
            received.complete = step.complete;
            received.stopped = step.stopped;
        }
        self.with(now_ms, |engine, space, _| engine.end_pull(space));
        received
    }

    /// Fetches the keys that the logs name, re-keys where it is due, and does the maintenance that
    /// is due.
    pub fn settle(&mut self, now_ms: u64, relay: &mut Relay) {
        self.fetch_keys(now_ms, relay);
        let due = self.with(now_ms, |engine, _, _| engine.rekeys_due());
        if !due.is_empty() {
            self.rekey(now_ms, relay);
        }
        self.maintain(now_ms);
    }

    /// Gives the space a new key, due or not; whoever has seen more of the log than this device
    /// makes it fail, and the box tells.
    pub fn rekey(&mut self, now_ms: u64, relay: &mut Relay) {
        if self.engine().is_revoked() {
            return;
        }
        let made = self.with(now_ms, |engine, space, out| engine.make_rekey(space, out));
        if let Ok((act, secret)) = made
            && relay.append(&act)
        {
            self.with(now_ms, |engine, space, out| {
                engine
                    .apply_statement(act.kind, &act.statement, out)
                    .expect("own statement");
                engine
                    .take_space_secret(space, secret, out)
                    .expect("own secret");
            });
        }
    }

    /// Does the maintenance that is due.
    pub fn maintain(&mut self, now_ms: u64) {
        while self.maintain_once(now_ms, false) {}
    }

    /// Does one step of the maintenance that is due, `lazy` or flushed; tells whether there was
    /// one.
    pub fn maintain_once(&mut self, now_ms: u64, lazy: bool) -> bool {
        self.with(now_ms, |engine, _, out| engine.prepare_maintenance(out));
        self.store(false);
        let reads = self.with(now_ms, |engine, space, _| engine.maintenance_reads(space));
        if reads.is_empty() {
            return false;
        }
        let bytes = self.disk.read(&reads);
        self.with(now_ms, |engine, space, out| {
            engine
                .maintain(space, &bytes, out)
                .expect("what was stored reads back");
        });
        self.store(lazy);
        true
    }

    /// Signs the erasure of what was taken out of the trash for good; tells whether there was
    /// anything.
    pub fn erase(&mut self, now_ms: u64, relay: &mut Relay) -> bool {
        let act = self.with(now_ms, |engine, space, out| engine.make_erasure(space, out));
        let Some(act) = act else {
            return false;
        };
        assert!(relay.append(&act), "the box takes an owner's erasure");
        self.with(now_ms, |engine, _, out| {
            engine
                .apply_statement(act.kind, &act.statement, out)
                .expect("own statement");
        });
        self.store(false);
        true
    }

    /// Hands the box the bodies without what was erased.
    pub fn hand_over_bodies(&mut self, now_ms: u64, relay: &mut Relay) {
        let space = self.space;
        while let Some(reads) = self.engine().new_bodies_reads(space) {
            let bytes = self.disk.read(&reads);
            let new = self.with(now_ms, |engine, space, _| engine.new_bodies(space, &bytes));
            let new = new.expect("what was stored reads back");
            for (device, counter, change) in &new.changes {
                relay.replace_body(*device, *counter, change);
            }
            self.with(now_ms, |engine, space, out| {
                engine
                    .bodies_taken(space, &new, out)
                    .expect("the space is here");
            });
            self.store(false);
        }
    }

    /// The plain bytes of every sealed frame on the disk.
    ///
    /// # Panics
    /// Where a frame does not open.
    #[must_use]
    pub fn plain_frames(&self) -> Vec<Vec<u8>> {
        use lifeos_crypto::local::{Split, split_frame};
        let local = lifeos_crypto::LocalKey::from_bytes(&self.local);
        let mut plain = Vec::new();
        for (name, bytes) in self.disk.contents() {
            let key = local.file_key(name.kind.sealed_as(), name.number);
            let mut rest = bytes;
            for index in 0.. {
                let Split::Frame { frame, rest: after } = split_frame(rest) else {
                    break;
                };
                plain.push(
                    key.open_frame(index, frame)
                        .expect("a whole frame")
                        .to_vec(),
                );
                rest = after;
            }
        }
        plain
    }

    fn fetch_keys(&mut self, now_ms: u64, relay: &Relay) {
        for _ in 0..8 {
            let wanted = self.with(now_ms, |engine, _, _| engine.wraps_wanted());
            if wanted.is_empty() {
                return;
            }
            for want in wanted {
                self.with(now_ms, |engine, _, out| {
                    if want.as_previous {
                        if let Some(sealed) = relay.previous(want.log, want.epoch + 1) {
                            let _ = engine.receive_previous(want.log, want.epoch + 1, &sealed, out);
                        }
                        return;
                    }
                    let device = engine.device();
                    let account = engine.account();
                    for wrap in relay.wraps(want.log, want.epoch) {
                        let to = wrap.header.recipient;
                        if to == device.into() || to == account.into() {
                            let _ = engine.receive_wrap(&wrap, out);
                        }
                    }
                });
            }
        }
    }

    /// The bytes of one event of a record, from the local log.
    pub fn event_bytes(
        &mut self,
        now_ms: u64,
        record: RecordId,
        stamp: lifeos_kernel::Stamp,
    ) -> Option<Vec<u8>> {
        self.store(false);
        let space = self.space;
        let reads = self.engine().history_reads(space, record).ok()?;
        let bytes = self.disk.read(&reads);
        self.with(now_ms, |engine, space, _| {
            engine.event_bytes(space, record, stamp, &bytes)
        })
    }

    /// The key under which its files are sealed.
    #[must_use]
    pub fn local_key(&self) -> [u8; 32] {
        self.local
    }

    /// The space.
    #[must_use]
    pub fn space(&self) -> SpaceId {
        self.space
    }
}
