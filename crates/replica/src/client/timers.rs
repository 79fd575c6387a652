//! Every wait of a client in one list: a host is asked for one wake at a time, the next that is due,
//! and no wait is lost because another one was shorter.

use std::collections::BTreeMap;

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Timer {
    /// Held changes and stored state are looked at.
    Tick,
    /// The next step of catching up is tried.
    Retry,
    /// The box is asked what it is.
    Box,
    /// A device's approval is looked at.
    Approval,
}

/// The list. Times are of the monotonic clock.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    due: BTreeMap<Timer, u64>,
    /// For when the host was asked last.
    asked: Option<u64>,
}

impl Timers {
    /// Waits until a time; an earlier wait for the same is replaced.
    pub(crate) fn set(&mut self, timer: Timer, at_ms: u64) {
        self.due.insert(timer, at_ms);
    }

    /// Whether it is waited for.
    pub(crate) fn waits(&self, timer: Timer) -> bool {
        self.due.contains_key(&timer)
    }

    /// Takes what is due.
    pub(crate) fn take_due(&mut self, now_ms: u64) -> Vec<Timer> {
        self.asked = None;
        let due: Vec<Timer> = self
            .due
            .iter()
            .filter(|(_, at)| **at <= now_ms)
            .map(|(timer, _)| *timer)
            .collect();
        self.due.retain(|_, at| *at > now_ms);
        due
    }

    /// What waits for the network is due now.
    pub(crate) fn hasten(&mut self, now_ms: u64) {
        for (timer, at) in &mut self.due {
            if *timer != Timer::Tick {
                *at = now_ms;
            }
        }
    }

    /// For how long the host is to be asked to wait, where that is news.
    pub(crate) fn ask(&mut self, now_ms: u64) -> Option<u64> {
        let next = self.due.values().min().copied()?;
        if self.asked == Some(next) {
            return None;
        }
        self.asked = Some(next);
        Some(next.saturating_sub(now_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shorter_wait_does_not_lose_a_longer_one() {
        let mut timers = Timers::default();
        timers.set(Timer::Tick, 60_000);
        assert_eq!(timers.ask(0), Some(60_000));
        assert_eq!(timers.ask(10), None, "the host knows");
        timers.set(Timer::Retry, 1_000);
        assert_eq!(timers.ask(10), Some(990));
        assert_eq!(timers.take_due(900), [], "the host woke too early");
        assert_eq!(timers.ask(900), Some(100), "and is asked again");
        assert_eq!(timers.take_due(1_000), [Timer::Retry]);
        assert_eq!(timers.ask(1_000), Some(59_000));
        assert_eq!(timers.take_due(60_000), [Timer::Tick]);
        assert_eq!(timers.ask(60_000), None);
    }

    #[test]
    fn a_network_that_is_back_hastens_what_waits_for_it_alone() {
        let mut timers = Timers::default();
        timers.set(Timer::Tick, 60_000);
        timers.set(Timer::Retry, 30_000);
        timers.set(Timer::Approval, 10_000);
        timers.hasten(5);
        assert_eq!(timers.take_due(5), [Timer::Retry, Timer::Approval]);
        assert!(timers.waits(Timer::Tick) && !timers.waits(Timer::Retry));
    }
}
