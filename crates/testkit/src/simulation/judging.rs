//! Afterwards: everything heals, and everybody must have folded the same.

use std::collections::BTreeSet;

use lifeos_kernel::{RecordId, Stamp};
use lifeos_protocol::DeviceId;
use lifeos_replica::{Cause, ClockState};

use super::{CLOCK_SPREAD_MS, Summary, World};
use crate::Device;

impl World {
    pub(super) fn heal(&mut self) -> Result<Summary, String> {
        // Nothing that was stamped by a clock that jumped is of the future any more.
        self.house.now_ms += CLOCK_SPREAD_MS;
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
        let cut = &self.cut;
        let mut present: Vec<&mut Device> = self
            .devices
            .iter_mut()
            .filter(|device| !cut.contains_key(&device.id()))
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

    pub(super) fn judge(&self) -> Result<Summary, String> {
        let present: Vec<&Device> = self
            .devices
            .iter()
            .filter(|device| !self.cut.contains_key(&device.id()))
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
        self.judge_content(present[0])?;
        let people: BTreeSet<_> = present
            .iter()
            .map(|device| device.engine().account())
            .collect();
        Ok(Summary {
            devices: present.len(),
            people: people.len(),
            removed: usize::from(self.removed),
            acknowledged: self.acknowledged.len(),
            changes: self.house.relay.count(),
            crashes: self.crashes,
        })
    }

    pub(super) fn judge_content(&self, device: &Device) -> Result<(), String> {
        let mut folded = BTreeSet::new();
        for record in &self.records {
            for stamp in device.life().record_stamps(*record) {
                if !folded.insert((*record, stamp)) {
                    return Err(format!("{stamp:?} is folded twice"));
                }
            }
        }
        let of = |stamp: &Stamp| DeviceId::new(stamp.device().0);
        for (record, stamp) in &self.acknowledged {
            if !self.cut.contains_key(&of(stamp)) && !folded.contains(&(*record, *stamp)) {
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
        for (device, covered) in &self.cut {
            let theirs: BTreeSet<(RecordId, Stamp)> = folded
                .iter()
                .filter(|(_, stamp)| of(stamp) == *device)
                .copied()
                .collect();
            if theirs != *covered {
                return Err("what a device wrote does not end at its cut".to_owned());
            }
        }
        Ok(())
    }
}
