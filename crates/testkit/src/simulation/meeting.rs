//! What passes between a device and the box: pushes, pulls, enrolments, revocations.

use std::collections::BTreeSet;

use lifeos_kernel::{RecordId, Stamp};

use super::World;

impl World {
    /// From now on a device cannot reach the box, for a while.
    pub(super) fn cut_off(&mut self, at: usize) {
        let steps = 10 + self.chance.below(60);
        self.away.insert(at, steps);
    }

    /// Fetches keys and does what is due. A device that is away does what it can alone.
    pub(super) fn settle(&mut self, at: usize) {
        let now_ms = self.house.now_ms;
        if self.away.contains_key(&at) {
            self.devices[at].maintain(now_ms);
        } else {
            self.devices[at].settle(now_ms, &mut self.house.relay);
        }
    }

    /// A member turns the space's key without a reason, as far as it knows the log.
    pub(super) fn rekey(&mut self, at: usize) {
        let now_ms = self.house.now_ms;
        if self.is_here(at) {
            self.devices[at].rekey(now_ms, &mut self.house.relay);
        }
    }

    pub(super) fn push(&mut self, at: usize) {
        if self.away.contains_key(&at) {
            return;
        }
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

    pub(super) fn pull(&mut self, at: usize) {
        if self.away.contains_key(&at) {
            return;
        }
        let cut = if self.chance.percent(40) {
            self.chance.below(30_000)
        } else {
            usize::MAX
        };
        self.devices[at].pull(self.house.now_ms, &self.house.relay, cut);
    }

    pub(super) fn enrol(&mut self) {
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

    pub(super) fn revoke(&mut self, target: usize) -> Result<(), String> {
        let by = (target + 1) % self.devices.len();
        if self.revoked.is_some() || self.devices.len() < 3 || !self.is_here(by) {
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
        if !self.away.contains_key(&target) {
            self.devices[target].push(now_ms, &mut self.house.relay, true);
        }
        let other = (target + 2) % self.devices.len();
        if other != by && !self.away.contains_key(&other) {
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

    pub(super) fn trusted(&self) -> Option<usize> {
        (0..self.devices.len()).find(|at| self.is_here(*at))
    }

    /// Whether a device is in order and reaches the box.
    fn is_here(&self, at: usize) -> bool {
        self.is_in_order(at) && !self.away.contains_key(&at)
    }

    pub(super) fn is_in_order(&self, at: usize) -> bool {
        let engine = self.devices[at].engine();
        !engine.is_revoked()
            && engine.account_secret().is_some()
            && self
                .revoked
                .as_ref()
                .is_none_or(|(id, _)| *id != self.devices[at].id())
    }
}
