//! The last five minutes of requests: how many, how many of them slow or failed, and at which
//! addresses. Counts and times only.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::{Method, StatusCode};
use serde::Serialize;

/// From which time on a request was slow.
pub(crate) const SLOW: Duration = Duration::from_millis(500);
/// How many turns are looked back upon: five minutes of ten seconds each.
const TURNS: usize = 30;
/// Addresses that let their caller wait: a request there is not slow.
const WAITING: &[&str] = &["/api/v1/approvals/{ceremony}", "/api/v1/tail"];

/// What requests of one address took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Timing {
    pub(crate) count: u64,
    pub(crate) slow: u64,
    pub(crate) failed: u64,
    pub(crate) took_us: u64,
    pub(crate) longest_us: u64,
}

impl Timing {
    fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.slow += other.slow;
        self.failed += other.failed;
        self.took_us = self.took_us.saturating_add(other.took_us);
        self.longest_us = self.longest_us.max(other.longest_us);
    }
}

/// Timings by method and address, as routed.
pub(crate) type Timings = BTreeMap<String, Timing>;

#[derive(Default)]
pub(crate) struct Recent(Mutex<Turns>);

#[derive(Default)]
struct Turns {
    now: Timings,
    before: VecDeque<Timings>,
}

impl Recent {
    pub(crate) fn request(&self, method: &Method, route: &str, status: StatusCode, took: Duration) {
        if WAITING.contains(&route) {
            return;
        }
        let us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let one = Timing {
            count: 1,
            slow: u64::from(took > SLOW),
            failed: u64::from(status.is_server_error()),
            took_us: us,
            longest_us: us,
        };
        let key = format!("{method} {route}");
        self.lock().now.entry(key).or_default().add(&one);
    }

    /// Ends a turn and returns what the last five minutes were.
    pub(crate) fn turn(&self) -> Timings {
        let mut turns = self.lock();
        let now = std::mem::take(&mut turns.now);
        turns.before.push_back(now);
        if turns.before.len() > TURNS {
            turns.before.pop_front();
        }
        let mut all = Timings::new();
        for (route, timing) in turns.before.iter().flatten() {
            all.entry(route.clone()).or_default().add(timing);
        }
        all
    }

    fn lock(&self) -> MutexGuard<'_, Turns> {
        // Counts that a panic left half added are wrong for five minutes.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the sum over all addresses.
pub(crate) fn sum(timings: &Timings) -> Timing {
    let mut sum = Timing::default();
    timings.values().for_each(|timing| sum.add(timing));
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_minutes_are_looked_back_upon_and_who_waits_is_not_slow() {
        let recent = Recent::default();
        let second = Duration::from_secs(1);
        let ask = |route| recent.request(&Method::GET, route, StatusCode::OK, second);
        ask("/api/v1/box");
        ask("/api/v1/tail");
        ask("/api/v1/approvals/{ceremony}");
        for turn in 0..TURNS {
            let timing = sum(&recent.turn());
            assert_eq!((timing.count, timing.slow), (1, 1), "turn {turn}");
        }
        assert_eq!(sum(&recent.turn()), Timing::default());
    }
}
