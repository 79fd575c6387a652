//! What a person and the power do to one device: writes, stores, crashes.

use lifeos_kernel::Stamp;
use lifeos_replica::EngineError;
use lifeos_tasks::{BulkEdit, TaskField};

use super::World;

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
}
