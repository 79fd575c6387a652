//! What the engine tells about itself: where it stands, its alarms, what it set aside, and what
//! happened to keys.

use lifeos_life::Life;
use lifeos_protocol::{DeviceId, SpaceId};

use super::{Core, Engine, Outside};
use crate::alarm::Alarm;
use crate::conflict::Conflict;
use crate::record::Record;
use crate::space::{Reason, RefusedAt};

/// Where a space stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Own changes that the box has not acknowledged.
    pub waiting: usize,
    /// Own changes that this device has written.
    pub written: u64,
    /// Changes set aside.
    pub quarantined: usize,
    /// Changes held until their stamps are reached.
    pub held: usize,
    /// Events of a newer version, kept.
    pub needs_newer: usize,
    /// What the box refused.
    pub refused: Option<RefusedAt>,
    /// Whether the space must be re-keyed before anything is pushed.
    pub rekeying: bool,
    /// Whether a log is frozen by a fork.
    pub frozen: bool,
    /// Whether the own chain at the box is not the one here: retire the id and enrol anew.
    pub diverged: bool,
    /// The sequence of the last complete pull.
    pub completed: u64,
    /// Changes known, of all devices.
    pub changes: u64,
    /// Whether maintenance reads wait (see [`Engine::maintenance_reads`]).
    pub rebuilding: bool,
}

/// A change that was set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuarantinedChange {
    /// Its author.
    pub device: DeviceId,
    /// Its counter.
    pub counter: u64,
    /// Why.
    pub reason: Reason,
}

impl Engine {
    /// Where a space stands.
    #[must_use]
    pub fn standing(&self, space: SpaceId) -> Option<Standing> {
        let held = self.spaces.get(&space)?;
        Some(Standing {
            waiting: held.outbox.len(),
            written: held
                .chains
                .get(&self.core.device)
                .map_or(0, crate::chain::Chain::last),
            quarantined: held.quarantine.len(),
            held: held.held.len(),
            needs_newer: held.life.needs_newer_version(),
            refused: held.refused.clone(),
            rekeying: held.rekey_due(&self.core),
            frozen: held.is_frozen(&self.core),
            diverged: held.diverged.is_some(),
            completed: held.completed,
            changes: held.chains.values().map(crate::chain::Chain::last).sum(),
            rebuilding: held.is_stale() || held.life.rebuilding().next().is_some(),
        })
    }

    /// Every alarm, oldest first.
    #[must_use]
    pub fn alarms(&self) -> &[Alarm] {
        &self.core.alarms
    }

    /// The person read an alarm.
    pub fn alarm_seen(&mut self, number: u32, out: &mut Outside<'_>) {
        self.core.mark_seen(number);
        self.core.note(&Record::AlarmSeen(number), out);
    }

    /// What was set aside in a space, and why.
    #[must_use]
    pub fn quarantine(&self, space: SpaceId) -> Vec<QuarantinedChange> {
        let Some(held) = self.spaces.get(&space) else {
            return Vec::new();
        };
        let told = held
            .quarantine
            .iter()
            .map(|((device, counter), quarantined)| QuarantinedChange {
                device: *device,
                counter: *counter,
                reason: quarantined.reason,
            });
        told.collect()
    }

    /// Conflicts that were settled in a space, oldest first.
    #[must_use]
    pub fn conflicts(&self, space: SpaceId) -> &[Conflict] {
        self.spaces.get(&space).map_or(&[], |held| &held.conflicts)
    }

    /// The folded state of a space, for reading.
    #[must_use]
    pub fn life(&self, space: SpaceId) -> Option<&Life> {
        self.spaces.get(&space).map(|held| &held.life)
    }

    /// The time has moved on: folds what was held and is now reached. Returns whether anything
    /// was.
    pub fn tick(&mut self, out: &mut Outside<'_>) -> bool {
        let mut any = false;
        for space in self.spaces.values_mut() {
            any |= space.release_held(&mut self.core, out);
        }
        if any {
            self.refresh_views(false, out);
        }
        any
    }

    /// Raises an alarm for what only a host can notice.
    pub fn raise(&mut self, cause: crate::alarm::Cause, space: SpaceId, out: &mut Outside<'_>) {
        self.core.alarm(super::Raise::new(cause, space), out);
    }
}

impl Core {
    pub(crate) fn mark_seen(&mut self, number: u32) {
        if let Some(alarm) = self.alarms.iter_mut().find(|alarm| alarm.number == number) {
            alarm.seen = true;
        }
    }
}
