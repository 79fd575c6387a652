//! The clock that stamps: a hybrid logical clock that refuses to stamp while it is not to be
//! trusted. It reads no clock of its own; the present is passed in.

use std::collections::BTreeSet;

use lifeos_kernel::{AHEAD_LIMIT_MS, DeviceId, Hlc, Stamp};

/// Whether the device's wall clock may stamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockState {
    /// It agrees with what was last heard.
    Sure,
    /// It differs from the box's Date, or from two other devices, by more than ten minutes:
    /// nothing is stamped until the person confirms it or it agrees again.
    Unsure {
        /// How far the other side is ahead (positive) or behind, in milliseconds.
        offset_ms: i64,
    },
}

/// A device's stamping clock.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    hlc: Hlc,
    /// The greatest stamp given or observed.
    last: Stamp,
    state: ClockState,
    /// Offset that the person has confirmed as the other side's mistake.
    confirmed_offset_ms: Option<i64>,
    /// Devices whose changes are more than ten minutes ahead of this clock.
    ahead: BTreeSet<DeviceId>,
}

impl Clock {
    pub(crate) fn new(device: DeviceId) -> Self {
        Self {
            hlc: Hlc::new(device),
            last: Stamp::default(),
            state: ClockState::Sure,
            confirmed_offset_ms: None,
            ahead: BTreeSet::new(),
        }
    }

    pub(crate) fn state(&self) -> ClockState {
        self.state
    }

    /// Compares with the Date of the box at contact.
    pub(crate) fn heard_server(&mut self, server_ms: u64, now_ms: u64) {
        let offset_ms = difference(server_ms, now_ms);
        if offset_ms.unsigned_abs() <= AHEAD_LIMIT_MS {
            if self.ahead.len() < 2 {
                self.state = ClockState::Sure;
            }
            return;
        }
        self.doubt(offset_ms);
    }

    /// Notes that a device wrote more than ten minutes ahead. Returns whether the own clock is
    /// now blamed: two other devices agree against it.
    pub(crate) fn heard_ahead(&mut self, stamp: &Stamp, now_ms: u64) -> bool {
        self.ahead.insert(stamp.device());
        if self.ahead.len() < 2 {
            return false;
        }
        self.doubt(difference(stamp.wall_ms(), now_ms));
        matches!(self.state, ClockState::Unsure { .. })
    }

    /// The person says that the clock is right.
    pub(crate) fn confirm(&mut self) {
        if let ClockState::Unsure { offset_ms } = self.state {
            self.confirmed_offset_ms = Some(offset_ms);
        }
        self.state = ClockState::Sure;
        self.ahead.clear();
    }

    /// Takes notice of a folded stamp.
    pub(crate) fn observe(&mut self, stamp: &Stamp) {
        self.hlc.observe(stamp);
        self.last = self.last.max(*stamp);
    }

    /// The greatest stamp given or observed.
    pub(crate) fn last(&self) -> Stamp {
        self.last
    }

    /// The stamp of the next change, or none while the clock is unsure or used up.
    pub(crate) fn tick(&mut self, now_ms: u64) -> Option<Stamp> {
        match self.state {
            ClockState::Unsure { .. } => None,
            ClockState::Sure => {
                let stamp = self.hlc.tick(now_ms).ok()?;
                self.last = self.last.max(stamp);
                Some(stamp)
            }
        }
    }

    fn doubt(&mut self, offset_ms: i64) {
        let confirmed = self
            .confirmed_offset_ms
            .is_some_and(|confirmed| confirmed.abs_diff(offset_ms) <= AHEAD_LIMIT_MS);
        if !confirmed {
            self.state = ClockState::Unsure { offset_ms };
        }
    }
}

fn difference(other_ms: u64, now_ms: u64) -> i64 {
    let clamp = |ms: u64| i64::try_from(ms.min(1 << 48)).unwrap_or(i64::MAX);
    clamp(other_ms) - clamp(now_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: DeviceId = DeviceId([1; 16]);
    const B: DeviceId = DeviceId([2; 16]);
    const MINUTE: u64 = 60_000;

    #[test]
    fn a_clock_years_off_stamps_nothing_until_confirmed() {
        let mut clock = Clock::new(A);
        clock.heard_server(400_000_000_000, 1_000);
        assert!(clock.tick(1_000).is_none());
        clock.confirm();
        assert!(clock.tick(1_000).is_some());
        clock.heard_server(400_000_000_500, 1_500);
        assert!(
            clock.tick(1_500).is_some(),
            "the same difference is not asked about twice"
        );
        clock.heard_server(900_000_000_000, 1_500);
        assert!(clock.tick(1_500).is_none(), "another difference is");
    }

    #[test]
    fn nine_minutes_off_is_fine() {
        let mut clock = Clock::new(A);
        clock.heard_server(20 * MINUTE, 11 * MINUTE);
        assert!(clock.tick(11 * MINUTE).is_some());
    }

    #[test]
    fn one_device_ahead_is_its_own_fault_two_are_ours() {
        let mut clock = Clock::new(A);
        let far = 60 * MINUTE;
        assert!(!clock.heard_ahead(&Stamp::new(far, 0, B, 0), 0));
        assert!(!clock.heard_ahead(&Stamp::new(far, 1, B, 0), 0));
        assert!(clock.tick(0).is_some());
        assert!(clock.heard_ahead(&Stamp::new(far, 0, DeviceId([3; 16]), 0), 0));
        assert!(clock.tick(0).is_none());
    }
}
