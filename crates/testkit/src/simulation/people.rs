//! People who come, are given other roles, and are removed.

use std::collections::BTreeSet;

use lifeos_protocol::AccountId;
use lifeos_protocol::log::Role;

use super::World;

/// People beside the first.
const OTHERS: usize = 2;

impl World {
    fn account(&self, at: usize) -> AccountId {
        self.devices[at].engine().account()
    }

    /// Everybody's devices, those who were removed too.
    fn people(&self) -> BTreeSet<AccountId> {
        (0..self.devices.len()).map(|at| self.account(at)).collect()
    }

    /// The role of a device's person, as the box has it.
    fn role(&self, at: usize) -> Option<Role> {
        self.house.relay.space.role(self.account(at))
    }

    /// Whether a device's person must not write: a viewer, as far as the box or the device knows,
    /// or somebody who was removed.
    pub(super) fn may_only_read(&self, at: usize) -> bool {
        let engine = self.devices[at].engine();
        let log = engine.space_log(self.house.space);
        let known = log.and_then(|log| log.role(engine.account()));
        !self.role(at).is_some_and(Role::writes) || !known.is_some_and(Role::writes)
    }

    /// Somebody brings one more person in.
    pub(super) fn let_in(&mut self, at: usize) {
        if self.people().len() > OTHERS || !self.is_here(at) {
            return;
        }
        let role = match self.chance.below(4) {
            0 => Role::Viewer,
            1 => Role::Admin,
            _ => Role::Member,
        };
        if let Some(mut device) = self.house.try_invite(&mut self.devices[at], role) {
            device.break_rules(self.sabotage);
            device.store(false);
            self.devices.push(device);
        }
    }

    /// Somebody gives somebody a role in which one writes.
    pub(super) fn give_role(&mut self, at: usize) {
        let to = self.chance.below(self.devices.len());
        if !self.is_here(at) || self.account(at) == self.account(to) || self.is_cut(to) {
            return;
        }
        let role = [Role::Member, Role::Admin, Role::Owner][self.chance.below(3)];
        let account = self.account(to);
        // Whether they may, and know enough to, is for the box to judge.
        self.house
            .try_set_role(&mut self.devices[at], account, role);
    }

    /// Somebody removes another person, who still writes meanwhile.
    pub(super) fn remove(&mut self, at: usize) -> Result<(), String> {
        let target = self.chance.below(self.devices.len());
        let account = self.account(target);
        let first = self.account(0);
        if self.removed
            || !self.is_here(at)
            || account == first
            || self.account(at) == account
            || self.role(at) != Some(Role::Owner)
            || self.is_cut(target)
        {
            return Ok(());
        }
        let theirs: Vec<usize> = (0..self.devices.len())
            .filter(|at| self.account(*at) == account && !self.is_cut(*at))
            .collect();
        if !self.write_before_the_cut(at, &theirs)? {
            return Ok(());
        }
        let before = self.cut.clone();
        self.note_cut(at, &theirs);
        if self.house.try_remove(&mut self.devices[at], account) {
            self.removed = true;
        } else {
            self.cut = before;
        }
        Ok(())
    }
}
