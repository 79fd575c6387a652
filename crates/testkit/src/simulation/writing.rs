//! What happens on one device: writes, stores, snapshots, crashes, full disks, clocks that turn.

use lifeos_kernel::Stamp;
use lifeos_replica::EngineError;
use lifeos_tasks::{BulkEdit, TaskField};

use super::{CLOCK_SPREAD_MS, World};

impl World {
    pub(super) fn write(&mut self, at: usize) -> Result<(), String> {
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

    pub(super) fn note_written(
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
            Err(EngineError::ReadOnly) if self.may_only_read(at) => Ok(()),
            Err(error) => Err(format!("a write failed: {error:?}")),
        }
    }

    pub(super) fn take_back(&mut self, at: usize) -> Result<(), String> {
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

    pub(super) fn store(&mut self, at: usize, lazy: bool) {
        let device = &mut self.devices[at];
        device.store(lazy);
        if !lazy {
            device.disk.flush();
            let written = self.unacknowledged.remove(&device.id()).unwrap_or_default();
            self.acknowledged.extend(written);
        }
    }

    pub(super) fn crash(&mut self, at: usize) -> Result<(), String> {
        let device = &mut self.devices[at];
        if self.chance.percent(50) {
            device.store(true);
        }
        device.crash();
        self.crashes += 1;
        self.start(at)
    }

    /// The disk is full in the midst of a write, or the power goes there; now and then the write
    /// is a snapshot. A full disk has room again when the device starts over the same files.
    pub(super) fn fail_while_storing(&mut self, at: usize) -> Result<(), String> {
        if self.chance.percent(40) {
            self.snapshot(at);
        }
        let power_goes = self.chance.percent(50);
        self.devices[at].fail_while_storing(power_goes);
        self.crashes += usize::from(power_goes);
        self.start(at)
    }

    /// Starts a device that went off. What it had not acknowledged may have reached the disk.
    fn start(&mut self, at: usize) -> Result<(), String> {
        let device = &mut self.devices[at];
        let started = device.start(self.house.now_ms);
        started.map_err(|problem| format!("start: {problem:?}"))?;
        let lost = self.unacknowledged.remove(&device.id());
        self.maybe.extend(lost.unwrap_or_default());
        Ok(())
    }

    pub(super) fn snapshot(&mut self, at: usize) {
        let now_ms = self.house.now_ms;
        self.devices[at].with(now_ms, |engine, _, out| engine.snapshot(out));
    }

    /// A clock drifts by minutes, is wrong by an hour, or jumps by days; and a person who is asked
    /// about it may say that it is right.
    pub(super) fn turn_clock(&mut self, at: usize) {
        let spread = match self.chance.below(100) {
            0..70 => 500_000,
            70..90 => 7_200_000,
            _ => CLOCK_SPREAD_MS,
        };
        let drift = self.chance.draw() % spread;
        let device = &mut self.devices[at];
        device.clock_offset_ms =
            i64::try_from(drift).unwrap_or(0) - i64::try_from(spread / 2).unwrap_or(0);
        if self.chance.percent(20) {
            device.with(self.house.now_ms, |engine, _, _| engine.confirm_clock());
        }
    }
}
