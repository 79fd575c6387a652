//! Whole schedules: devices that write, push, pull, crash, sleep and drift, over a network that
//! loses, repeats, delays and cuts, with a box that is honest or, now and then, not. Afterwards
//! everything heals, and everybody must have folded the same: every acknowledged change once,
//! none that nobody wrote.

use std::collections::{BTreeMap, BTreeSet};

use lifeos_crypto::envelope::{NewChange, Provenance, Source as LeafSource, seal_change};
use lifeos_kernel::{RecordId, Stamp};
use lifeos_protocol::stream::{Frame, Run};
use lifeos_protocol::{DeviceId, Wire};
use lifeos_replica::{Cause, ClockState, EngineError, Sabotage};
use lifeos_tasks::{BulkEdit, TaskField};

use crate::{Chance, Device, Household};

/// What to simulate.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// From which everything follows.
    pub seed: u64,
    /// How many steps are taken before healing.
    pub steps: usize,
    /// Rules that are broken on purpose.
    pub sabotage: Sabotage,
}

/// What a schedule came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Devices at the end, revoked ones not counted.
    pub devices: usize,
    /// Events that were acknowledged to a person.
    pub acknowledged: usize,
    /// Changes at the box.
    pub changes: usize,
    /// Times that the power went.
    pub crashes: usize,
}

/// A schedule that ended wrong. Its seed replays it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The seed.
    pub seed: u64,
    /// What was wrong.
    pub what: String,
}

/// Runs one schedule.
///
/// # Errors
/// [`Failure`] with the seed that replays it.
pub fn simulate(plan: &Plan) -> Result<Summary, Failure> {
    let mut world = World::new(plan);
    let ended = (0..plan.steps)
        .try_for_each(|_| world.step())
        .and_then(|()| world.heal());
    ended.map_err(|what| Failure {
        seed: plan.seed,
        what,
    })
}

struct World {
    house: Household,
    devices: Vec<Device>,
    chance: Chance,
    sabotage: Sabotage,
    /// What each device acknowledged, and what it wrote without acknowledging it yet.
    acknowledged: BTreeSet<(RecordId, Stamp)>,
    unacknowledged: BTreeMap<DeviceId, Vec<(RecordId, Stamp)>>,
    maybe: BTreeSet<(RecordId, Stamp)>,
    records: Vec<RecordId>,
    /// Pushes that the network still holds.
    delayed: Vec<Vec<u8>>,
    revoked: Option<(DeviceId, BTreeSet<(RecordId, Stamp)>)>,
    lied: bool,
    crashes: usize,
}

impl World {
    fn new(plan: &Plan) -> Self {
        let mut chance = Chance::new(plan.seed ^ 0x51AD);
        let (mut house, mut first) = Household::found(plan.seed);
        first.break_rules(plan.sabotage);
        let mut devices = vec![first];
        for _ in 0..1 + chance.below(2) {
            let mut device = house.enrol(&mut devices[0]);
            device.break_rules(plan.sabotage);
            devices.push(device);
        }
        for device in &mut devices {
            device.store(false);
        }
        Self {
            house,
            devices,
            chance,
            sabotage: plan.sabotage,
            acknowledged: BTreeSet::new(),
            unacknowledged: BTreeMap::new(),
            maybe: BTreeSet::new(),
            records: Vec::new(),
            delayed: Vec::new(),
            revoked: None,
            lied: false,
            crashes: 0,
        }
    }

    fn step(&mut self) -> Result<(), String> {
        self.house.now_ms += self.chance.draw() % 30_000;
        let at = self.chance.below(self.devices.len());
        match self.chance.below(100) {
            0..30 => self.write(at)?,
            30..36 => self.take_back(at)?,
            36..42 => self.store(at, true),
            42..52 => self.store(at, false),
            52..66 => self.push(at),
            66..84 => self.pull(at),
            84..88 => {
                let now_ms = self.house.now_ms;
                self.devices[at].settle(now_ms, &mut self.house.relay);
            }
            88..93 => self.crash(at)?,
            93..95 => {
                let now_ms = self.house.now_ms;
                self.devices[at].with(now_ms, |engine, _, out| engine.snapshot(out));
            }
            95..97 => {
                let spread = if self.chance.percent(20) {
                    7_200_000
                } else {
                    500_000
                };
                let drift = self.chance.draw() % spread;
                self.devices[at].clock_offset_ms =
                    i64::try_from(drift).unwrap_or(0) - i64::try_from(spread / 2).unwrap_or(0);
            }
            97 => self.enrol(),
            98 => self.revoke(at)?,
            _ => self.lie(at),
        }
        Ok(())
    }

    fn write(&mut self, at: usize) -> Result<(), String> {
        let now_ms = self.house.now_ms;
        let known = self.chance.below(self.records.len() + 1);
        let device = &mut self.devices[at];
        let before = self
            .records
            .get(known)
            .map(|record| device.life().record_stamps(*record));
        let written = match (self.records.get(known), before) {
            (Some(record), Some(before)) if !before.is_empty() => {
                let edit = match self.chance.below(3) {
                    0 => BulkEdit::Complete,
                    1 => BulkEdit::Start,
                    _ => BulkEdit::Set {
                        set: vec![TaskField::Title(format!("t{}", self.chance.below(1_000)))],
                    },
                };
                device
                    .edit_task(now_ms, *record, edit)
                    .map(|committed| (committed, before))
            }
            _ => device
                .add_task(now_ms, "new")
                .map(|committed| (committed, Vec::new())),
        };
        self.note_written(at, written)
    }

    fn note_written(
        &mut self,
        at: usize,
        written: Result<(lifeos_replica::Committed, Vec<Stamp>), EngineError>,
    ) -> Result<(), String> {
        match written {
            Ok((committed, before)) => {
                let device = &self.devices[at];
                let own = self.unacknowledged.entry(device.id()).or_default();
                for record in committed.records {
                    let stamps = device.life().record_stamps(record);
                    let new = stamps.into_iter().filter(|stamp| {
                        stamp.device().0 == *device.id().as_bytes() && !before.contains(stamp)
                    });
                    own.extend(new.map(|stamp| (record, stamp)));
                    if !self.records.contains(&record) {
                        self.records.push(record);
                    }
                }
                Ok(())
            }
            Err(
                EngineError::Rejected(_)
                | EngineError::ClockUnsure
                | EngineError::NoKey
                | EngineError::Revoked
                | EngineError::NothingToUndo,
            ) => Ok(()),
            Err(error) => Err(format!("a write failed: {error:?}")),
        }
    }

    fn take_back(&mut self, at: usize) -> Result<(), String> {
        let now_ms = self.house.now_ms;
        let redo = self.chance.percent(40);
        let device = &mut self.devices[at];
        let before: Vec<Stamp> = self
            .records
            .iter()
            .flat_map(|record| device.life().record_stamps(*record))
            .collect();
        let taken = device.with(now_ms, |engine, space, out| {
            if redo {
                engine.redo(space, out)
            } else {
                engine.undo(space, out)
            }
        });
        self.note_written(at, taken.map(|committed| (committed, before)))
    }

    fn store(&mut self, at: usize, lazy: bool) {
        let device = &mut self.devices[at];
        device.store(lazy);
        if !lazy {
            device.disk.flush();
            let written = self.unacknowledged.remove(&device.id()).unwrap_or_default();
            self.acknowledged.extend(written);
        }
    }

    fn push(&mut self, at: usize) {
        let now_ms = self.house.now_ms;
        match self.chance.below(4) {
            0 => {
                // The network holds the request back, perhaps for long, perhaps for ever.
                let device = &mut self.devices[at];
                if let Ok(Some(push)) =
                    device.with(now_ms, |engine, space, _| engine.next_push(space))
                {
                    self.delayed.push(push.bytes);
                    device.with(now_ms, |engine, space, _| engine.push_unanswered(space));
                }
            }
            1 if !self.delayed.is_empty() => {
                let late = self.chance.below(self.delayed.len());
                let keep = self.chance.percent(30);
                let bytes = if keep {
                    self.delayed[late].clone()
                } else {
                    self.delayed.swap_remove(late)
                };
                // Late, twice or in the wrong order: the box judges it.
                let _ = self.house.relay.push(&bytes);
            }
            _ => {
                let answered = self.chance.percent(80);
                self.devices[at].push(now_ms, &mut self.house.relay, answered);
            }
        }
    }

    fn pull(&mut self, at: usize) {
        let cut = if self.chance.percent(40) {
            self.chance.below(30_000)
        } else {
            usize::MAX
        };
        self.devices[at].pull(self.house.now_ms, &self.house.relay, cut);
    }

    fn crash(&mut self, at: usize) -> Result<(), String> {
        let device = &mut self.devices[at];
        let id = device.id();
        if self.chance.percent(50) {
            device.store(true);
        }
        device.crash();
        self.crashes += 1;
        // What was never acknowledged may or may not have reached the disk.
        self.maybe
            .extend(self.unacknowledged.remove(&id).unwrap_or_default());
        device
            .start(self.house.now_ms)
            .map(|_| ())
            .map_err(|problem| format!("start: {problem:?}"))
    }

    fn enrol(&mut self) {
        let Some(by) = self.trusted() else {
            return;
        };
        if self.devices.len() < 4 {
            let mut device = self.house.enrol(&mut self.devices[by]);
            device.break_rules(self.sabotage);
            device.store(false);
            self.devices.push(device);
        }
    }

    fn revoke(&mut self, target: usize) -> Result<(), String> {
        let by = (target + 1) % self.devices.len();
        if self.revoked.is_some() || self.devices.len() < 3 || !self.is_in_order(by) {
            return Ok(());
        }
        let id = self.devices[target].id();
        let now_ms = self.house.now_ms;
        self.devices[by].pull(now_ms, &self.house.relay, usize::MAX);
        self.devices[by].settle(now_ms, &mut self.house.relay);
        if !self.is_in_order(by) {
            return Ok(());
        }
        // Meanwhile the device that is about to be revoked still writes and pushes, and others
        // pull that: what was not here when the cut is made is beyond it, whatever the box takes.
        for _ in 0..1 + self.chance.below(3) {
            self.write(target)?;
        }
        self.store(target, false);
        self.devices[target].push(now_ms, &mut self.house.relay, true);
        let other = (target + 2) % self.devices.len();
        if other != by {
            self.devices[other].pull(now_ms, &self.house.relay, usize::MAX);
        }
        let (by_device, _) = if by < target {
            let (left, right) = self.devices.split_at_mut(target);
            (&mut left[by], &mut right[0])
        } else {
            let (left, right) = self.devices.split_at_mut(by);
            (&mut right[0], &mut left[target])
        };
        let stamp_is_targets = |stamp: &Stamp| stamp.device().0 == *id.as_bytes();
        let covered: BTreeSet<(RecordId, Stamp)> = self
            .records
            .iter()
            .flat_map(|record| {
                let stamps = by_device.life().record_stamps(*record);
                stamps
                    .into_iter()
                    .filter(stamp_is_targets)
                    .map(|stamp| (*record, stamp))
            })
            .collect();
        let held = by_device
            .engine()
            .standing(self.house.space)
            .map_or(0, |standing| standing.held);
        if held > 0 {
            return Ok(());
        }
        self.house.revoke_while(by_device, id);
        self.revoked = Some((id, covered));
        Ok(())
    }

    /// A holder of the space's key, together with the box, invents a change of another device.
    fn lie(&mut self, at: usize) {
        let victim = self.chance.below(self.devices.len());
        if victim == at || !self.is_in_order(at) {
            return;
        }
        let now_ms = self.house.now_ms;
        let Some(frame) = self.invent(at, victim) else {
            return;
        };
        self.lied = true;
        self.devices[at].pull_altered(now_ms, &self.house.relay, usize::MAX, |mut frames| {
            let end = frames.len() - 1;
            let served: u64 = frames
                .iter()
                .filter_map(|frame| match frame {
                    Frame::Run(run) => Some(run.sequence + run.changes.len() as u64 - 1),
                    _ => None,
                })
                .max()
                .unwrap_or(match frames.last() {
                    Some(Frame::Complete(complete)) => complete.sequence,
                    _ => 0,
                });
            if let Frame::Run(run) = &frame {
                let run = Run {
                    sequence: served + 1,
                    ..run.clone()
                };
                frames.insert(end, Frame::Run(run));
            }
            frames
        });
    }

    fn invent(&mut self, at: usize, victim: usize) -> Option<Frame> {
        let id = self.devices[victim].id();
        let space = self.house.space;
        let served: Vec<_> = self
            .house
            .relay
            .changes()
            .filter(|(of, _, _)| *of == id)
            .collect();
        let mut before = lifeos_protocol::statement::chain_start(space, id);
        let mut seen = None;
        for (_, _, change) in &served {
            before = change.statement.chain(space, id, before);
            seen = Some(change.statement.seen.clone());
        }
        let seen = match seen {
            Some(_) if !before.counter.is_multiple_of(256) => {
                let told = lifeos_protocol::seen::Frontier::new();
                lifeos_protocol::seen::Seen::since(&told, &told)
            }
            _ => lifeos_protocol::seen::Seen::in_full(&lifeos_protocol::seen::Frontier::new()),
        };
        let (own, other) = (self.devices[at].id(), id);
        let record = self.records.first().copied()?;
        // An event of one's own, its author's name exchanged.
        let own_stamp = self.devices[at]
            .life()
            .record_stamps(record)
            .into_iter()
            .rfind(|stamp| stamp.device().0 == *own.as_bytes())?;
        let bytes = self.devices[at].event_bytes(self.house.now_ms, record, own_stamp)?;
        let forged = Stamp::new(
            self.house.now_ms,
            7,
            lifeos_kernel::DeviceId(*other.as_bytes()),
            0,
        );
        let position = bytes
            .windows(26)
            .rposition(|window| window == own_stamp.as_bytes())?;
        let mut event = bytes.clone();
        event[position..position + 26].copy_from_slice(forged.as_bytes());
        let mut intent = [0; 16];
        intent[..8].copy_from_slice(&self.chance.draw().to_be_bytes());
        let provenance = Provenance {
            intent,
            part: 0,
            source: LeafSource::Ui,
            flow: None,
            batch: None,
            last_of_batch: false,
        };
        let (account_position, space_position) = (
            self.house.relay.account.sequence(),
            self.house.relay.space.sequence(),
        );
        let key = self.devices[at].engine().space_key(space)?;
        let new = NewChange {
            space_position,
            account_position,
            seen,
            provenance: &provenance,
            events: &[event],
        };
        let sealed = seal_change(key, id, before, &new, &mut self.chance).ok()?;
        debug_assert!(!sealed.change.to_bytes().is_empty());
        Some(Frame::Run(Run {
            sequence: 0,
            device: id,
            first: before.counter + 1,
            changes: vec![sealed.change],
        }))
    }

    fn trusted(&self) -> Option<usize> {
        (0..self.devices.len()).find(|at| self.is_in_order(*at))
    }

    fn is_in_order(&self, at: usize) -> bool {
        let engine = self.devices[at].engine();
        !engine.is_revoked()
            && engine.account_secret().is_some()
            && self
                .revoked
                .as_ref()
                .is_none_or(|(id, _)| *id != self.devices[at].id())
    }

    fn heal(&mut self) -> Result<Summary, String> {
        self.house.now_ms += 4 * 3_600_000;
        let now_ms = self.house.now_ms;
        for bytes in self.delayed.drain(..) {
            let _ = self.house.relay.push(&bytes);
        }
        for at in 0..self.devices.len() {
            self.devices[at].clock_offset_ms = 0;
            self.store(at, false);
            self.devices[at].with(now_ms, |engine, _, out| {
                engine.tick(out);
                if engine.clock() != ClockState::Sure {
                    engine.confirm_clock();
                }
            });
        }
        let revoked = self.revoked.as_ref().map(|(id, _)| *id);
        let mut present: Vec<&mut Device> = self
            .devices
            .iter_mut()
            .filter(|device| Some(device.id()) != revoked)
            .collect();
        for _ in 0..2 {
            self.house.meet(&mut present);
            for device in &mut present {
                device.crash();
                device
                    .start(now_ms)
                    .map_err(|problem| format!("last start: {problem:?}"))?;
            }
        }
        self.house.meet(&mut present);
        self.judge()
    }

    fn judge(&self) -> Result<Summary, String> {
        let revoked = self.revoked.as_ref().map(|(id, _)| *id);
        let present: Vec<&Device> = self
            .devices
            .iter()
            .filter(|device| Some(device.id()) != revoked)
            .collect();
        let first = present[0].life().to_snapshot();
        for (number, device) in present.iter().enumerate() {
            for cause in device.causes() {
                let excused = matches!(cause, Cause::OwnClock | Cause::OthersClock)
                    || self.lied
                        && matches!(
                            cause,
                            Cause::NotCovered | Cause::ChainBroken | Cause::CursorBehind
                        );
                if !excused {
                    return Err(format!(
                        "device {number} raised {cause:?} in an honest world"
                    ));
                }
            }
            let standing = device
                .engine()
                .standing(self.house.space)
                .ok_or("no space")?;
            if (standing.waiting, standing.quarantined, standing.held) != (0, 0, 0) {
                return Err(format!("device {number} is not done: {standing:?}"));
            }
            if device.life().to_snapshot() != first {
                return Err(format!("device {number} has folded something else"));
            }
        }
        self.judge_content(present[0], revoked)?;
        Ok(Summary {
            devices: present.len(),
            acknowledged: self.acknowledged.len(),
            changes: self.house.relay.count(),
            crashes: self.crashes,
        })
    }

    fn judge_content(&self, device: &Device, revoked: Option<DeviceId>) -> Result<(), String> {
        let mut folded = BTreeSet::new();
        for record in &self.records {
            for stamp in device.life().record_stamps(*record) {
                if !folded.insert((*record, stamp)) {
                    return Err(format!("{stamp:?} is folded twice"));
                }
            }
        }
        let by_revoked =
            |stamp: &Stamp| revoked.is_some_and(|id| stamp.device().0 == *id.as_bytes());
        for (record, stamp) in &self.acknowledged {
            if !by_revoked(stamp) && !folded.contains(&(*record, *stamp)) {
                return Err(format!("{stamp:?} was acknowledged and is lost"));
            }
        }
        for (record, stamp) in &folded {
            let written = self.acknowledged.contains(&(*record, *stamp))
                || self.maybe.contains(&(*record, *stamp))
                || self
                    .unacknowledged
                    .values()
                    .flatten()
                    .any(|known| *known == (*record, *stamp));
            if !written {
                return Err(format!("{stamp:?} was written by nobody"));
            }
        }
        if let Some((_, covered)) = &self.revoked {
            let theirs: BTreeSet<(RecordId, Stamp)> = folded
                .iter()
                .filter(|(_, stamp)| by_revoked(stamp))
                .copied()
                .collect();
            if theirs != *covered {
                return Err("what a revoked device wrote does not end at its cut".to_owned());
            }
        }
        Ok(())
    }
}
