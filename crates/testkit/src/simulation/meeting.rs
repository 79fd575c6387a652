//! What passes between a device and the box: pushes, pulls, enrolments, revocations.

use std::collections::BTreeSet;

use lifeos_kernel::Stamp;

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
        let account = |at: usize| self.devices[at].engine().account();
        if self.revoked
            || self.devices.len() < 3
            || !self.is_here(by)
            || account(by) != account(target)
            || self.is_cut(target)
        {
            return Ok(());
        }
        if !self.write_before_the_cut(by, &[target])? {
            return Ok(());
        }
        self.note_cut(by, &[target]);
        let id = self.devices[target].id();
        self.house.revoke_while(&mut self.devices[by], id);
        self.revoked = true;
        Ok(())
    }

    /// Brings `by` up to date; then those who are about to be cut off still write and push, and
    /// somebody else pulls that: what is not with `by` when the cut is made is beyond it, whatever
    /// the box takes. Tells whether `by` can make the cut.
    pub(super) fn write_before_the_cut(
        &mut self,
        by: usize,
        targets: &[usize],
    ) -> Result<bool, String> {
        let now_ms = self.house.now_ms;
        self.devices[by].pull(now_ms, &self.house.relay, usize::MAX);
        self.devices[by].settle(now_ms, &mut self.house.relay);
        if !self.is_in_order(by) {
            return Ok(false);
        }
        for target in targets {
            for _ in 0..1 + self.chance.below(3) {
                self.write(*target)?;
            }
            self.store(*target, false);
            if !self.away.contains_key(target) {
                self.devices[*target].push(now_ms, &mut self.house.relay, true);
            }
        }
        let other = (by + 1) % self.devices.len();
        if !self.away.contains_key(&other) {
            self.devices[other].pull(now_ms, &self.house.relay, usize::MAX);
        }
        let standing = self.devices[by].engine().standing(self.house.space);
        Ok(standing.is_none_or(|standing| standing.held == 0))
    }

    /// Notes what `by` knows of those whom it is about to cut off.
    pub(super) fn note_cut(&mut self, by: usize, targets: &[usize]) {
        for target in targets {
            let id = self.devices[*target].id();
            let life = self.devices[by].life();
            let mut covered = BTreeSet::new();
            for record in &self.records {
                let stamps = life.record_stamps(*record).into_iter();
                let theirs = stamps.filter(|stamp: &Stamp| stamp.device().0 == *id.as_bytes());
                covered.extend(theirs.map(|stamp| (*record, stamp)));
            }
            self.cut.insert(id, covered);
        }
    }

    pub(super) fn trusted(&self) -> Option<usize> {
        (0..self.devices.len()).find(|at| self.is_here(*at))
    }

    /// Whether a device is in order and reaches the box.
    pub(super) fn is_here(&self, at: usize) -> bool {
        self.is_in_order(at) && !self.away.contains_key(&at)
    }

    pub(super) fn is_in_order(&self, at: usize) -> bool {
        let engine = self.devices[at].engine();
        !engine.is_revoked() && engine.account_secret().is_some() && !self.is_cut(at)
    }

    pub(super) fn is_cut(&self, at: usize) -> bool {
        self.cut.contains_key(&self.devices[at].id())
    }
}
