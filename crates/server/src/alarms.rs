//! When the box is not well: what is found is judged here, purely; each alarm begins once and ends
//! once, and not at every turn.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lifeos_protocol::box_log::BoxAlarm;

use crate::machine::DiskHealth;
use crate::recent::Timing;

/// Requests below which nothing is said of their times.
const REQUESTS_LEAST: u64 = 20;
/// Failures below which nothing is said of them.
const FAILURES_LEAST: u64 = 3;
/// Jobs that wait for the disk from which on they are too many: a full transaction of them.
const QUEUE_MOST: usize = 256;
/// What is left of the disk below which it is said.
const DISK_LEAST_BYTES: u64 = 1 << 30;
const DISK_LEAST_PERCENT: u64 = 10;
/// How far the wall clock may go from the steady one between two turns.
const JUMP_MOST_MS: u64 = 60_000;
/// How far behind what was written already the clock may be.
const BEHIND_MOST_MS: u64 = 10 * 60_000;
/// For how many turns of ten seconds the machine may be hot: what comes by and goes is no alarm.
const HOT_TURNS: u32 = 12;
/// For how long it is said that the voltage was too low: it is for a moment, and comes again.
const LOW_POWER: Duration = Duration::from_secs(24 * 3_600);
/// How many turns of ten seconds an alarm stands after the last sign of it.
const QUIET: u32 = 6;

/// What was found in one turn.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Found {
    /// Requests of the last five minutes.
    pub(crate) recent: Timing,
    /// Jobs that wait for the store.
    pub(crate) queue: usize,
    /// How often in the last five minutes the database was busy with somebody else.
    pub(crate) busy: u64,
    /// Free and all bytes of the disk.
    pub(crate) disk: Option<(u64, u64)>,
    /// How far the wall clock went from the steady one since the turn before.
    pub(crate) jumped_ms: u64,
    /// How far the clock is behind the newest thing that was written by it.
    pub(crate) behind_ms: u64,
    /// Whether the system says that nobody sets its clock.
    pub(crate) is_clock_unset: bool,
    /// For how many turns in a row a part of the machine is hot.
    pub(crate) hot_turns: u32,
    /// How the disk is.
    pub(crate) disk_health: DiskHealth,
    /// How long ago the voltage was too low.
    pub(crate) low_power_ago: Option<Duration>,
}

/// Returns what is wrong.
pub(crate) fn judge(found: &Found) -> BTreeSet<BoxAlarm> {
    let recent = found.recent;
    let is_enough = recent.count >= REQUESTS_LEAST;
    let disk =
        |(free, all): (u64, u64)| free < DISK_LEAST_BYTES || free < all / 100 * DISK_LEAST_PERCENT;
    [
        (
            BoxAlarm::Slow,
            // More than one in a hundred over half a second: so is the 99th percentile.
            is_enough && recent.slow * 100 > recent.count,
        ),
        (
            BoxAlarm::Failing,
            is_enough && recent.failed >= FAILURES_LEAST && recent.failed * 100 > recent.count,
        ),
        (BoxAlarm::Queue, found.queue >= QUEUE_MOST),
        (BoxAlarm::Busy, found.busy > 0),
        (BoxAlarm::Disk, found.disk.is_some_and(disk)),
        (
            BoxAlarm::Clock,
            found.jumped_ms > JUMP_MOST_MS
                || found.behind_ms > BEHIND_MOST_MS
                || found.is_clock_unset,
        ),
        (BoxAlarm::Heat, found.hot_turns >= HOT_TURNS),
        (BoxAlarm::DiskHealth, found.disk_health.is_ill()),
        (
            BoxAlarm::Power,
            found.low_power_ago.is_some_and(|ago| ago < LOW_POWER),
        ),
    ]
    .into_iter()
    .filter_map(|(alarm, is_wrong)| is_wrong.then_some(alarm))
    .collect()
}

/// What changed in a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turned {
    Began(BoxAlarm),
    Ended(BoxAlarm),
}

#[derive(Debug, Clone, Copy)]
struct Standing {
    since_ms: u64,
    quiet: u32,
}

/// The alarms that stand.
#[derive(Default)]
pub(crate) struct Alarms(Mutex<BTreeMap<BoxAlarm, Standing>>);

impl Alarms {
    /// Takes in what is wrong now.
    pub(crate) fn turn(&self, wrong: &BTreeSet<BoxAlarm>, now_ms: u64) -> Vec<Turned> {
        let mut standing = self.lock();
        let mut turned = Vec::new();
        for alarm in wrong {
            let fresh = Standing {
                since_ms: now_ms,
                quiet: 0,
            };
            match standing.insert(*alarm, fresh) {
                Some(before) => {
                    standing.insert(*alarm, Standing { quiet: 0, ..before });
                }
                None => turned.push(Turned::Began(*alarm)),
            }
        }
        standing.retain(|alarm, stands| {
            if !wrong.contains(alarm) {
                stands.quiet += 1;
            }
            let stays = stands.quiet < QUIET;
            if !stays {
                turned.push(Turned::Ended(*alarm));
            }
            stays
        });
        turned
    }

    /// Returns the alarms that stand, and since when each does.
    pub(crate) fn standing(&self) -> Vec<(BoxAlarm, u64)> {
        let standing = self.lock();
        let one = |(alarm, stands): (&BoxAlarm, &Standing)| (*alarm, stands.since_ms);
        standing.iter().map(one).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<BoxAlarm, Standing>> {
        // Each row stands for itself.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timing(count: u64, slow: u64, failed: u64) -> Timing {
        Timing {
            count,
            slow,
            failed,
            ..Timing::default()
        }
    }

    fn wrong(found: Found) -> Vec<BoxAlarm> {
        judge(&found).into_iter().collect()
    }

    #[test]
    fn each_thing_that_is_wrong_is_its_own_alarm_and_begins_at_its_bound() {
        let well = Found::default();
        assert_eq!(wrong(well), []);
        let recent = |recent| Found { recent, ..well };
        assert_eq!(wrong(recent(timing(200, 2, 2))), []);
        assert_eq!(wrong(recent(timing(200, 3, 0))), [BoxAlarm::Slow]);
        assert_eq!(wrong(recent(timing(200, 0, 3))), [BoxAlarm::Failing]);
        assert_eq!(wrong(recent(timing(19, 19, 19))), []);
        let queue = |queue| Found { queue, ..well };
        assert_eq!(wrong(queue(QUEUE_MOST - 1)), []);
        assert_eq!(wrong(queue(QUEUE_MOST)), [BoxAlarm::Queue]);
        assert_eq!(wrong(Found { busy: 1, ..well }), [BoxAlarm::Busy]);
        let disk = |free: u64, all: u64| Found {
            disk: Some((free << 20, all << 20)),
            ..well
        };
        assert_eq!(wrong(disk(1024, 10_000)), []);
        assert_eq!(wrong(disk(1023, 2000)), [BoxAlarm::Disk]);
        assert_eq!(wrong(disk(9_999, 100_000)), [BoxAlarm::Disk]);
        assert_eq!(wrong(disk(10_001, 100_000)), []);
        let clock = |jumped_ms, behind_ms, is_clock_unset| Found {
            jumped_ms,
            behind_ms,
            is_clock_unset,
            ..well
        };
        assert_eq!(wrong(clock(JUMP_MOST_MS, BEHIND_MOST_MS, false)), []);
        for wrongly in [
            clock(JUMP_MOST_MS + 1, 0, false),
            clock(0, BEHIND_MOST_MS + 1, false),
            clock(0, 0, true),
        ] {
            assert_eq!(wrong(wrongly), [BoxAlarm::Clock]);
        }
        let hot = |hot_turns| Found { hot_turns, ..well };
        assert_eq!(wrong(hot(HOT_TURNS - 1)), []);
        assert_eq!(wrong(hot(HOT_TURNS)), [BoxAlarm::Heat]);
        let low = |low_power_ago| Found {
            low_power_ago: Some(low_power_ago),
            ..well
        };
        assert_eq!(wrong(low(LOW_POWER)), []);
        assert_eq!(wrong(low(Duration::ZERO)), [BoxAlarm::Power]);
        assert_eq!(
            wrong(low(LOW_POWER - Duration::from_secs(1))),
            [BoxAlarm::Power]
        );
    }

    #[test]
    fn a_disk_is_ill_once_it_is_beyond_its_life_has_errors_or_takes_nothing() {
        let known = DiskHealth {
            life_percent: Some(100),
            pre_eol: Some(1),
            errors: Some(0),
            missing: Some(0),
            is_read_only: Some(false),
        };
        let wrong = |disk_health| {
            wrong(Found {
                disk_health,
                ..Found::default()
            })
        };
        assert_eq!(wrong(DiskHealth::default()), []);
        assert_eq!(wrong(known), []);
        for ill in [
            DiskHealth {
                life_percent: Some(110),
                ..known
            },
            DiskHealth {
                pre_eol: Some(2),
                ..known
            },
            DiskHealth {
                errors: Some(1),
                ..known
            },
            DiskHealth {
                missing: Some(1),
                ..known
            },
            DiskHealth {
                is_read_only: Some(true),
                ..known
            },
        ] {
            assert_eq!(wrong(ill), [BoxAlarm::DiskHealth], "{ill:?}");
        }
    }

    #[test]
    fn an_alarm_begins_once_and_ends_a_minute_after_its_last_sign() {
        let alarms = Alarms::default();
        let full = BTreeSet::from([BoxAlarm::Disk]);
        let nothing = BTreeSet::new();
        assert_eq!(alarms.turn(&full, 1), [Turned::Began(BoxAlarm::Disk)]);
        assert_eq!(alarms.turn(&full, 2), []);
        for _ in 1..QUIET {
            assert_eq!(alarms.turn(&nothing, 3), []);
        }
        assert_eq!(alarms.turn(&full, 4), []);
        assert_eq!(alarms.standing(), [(BoxAlarm::Disk, 1)]);
        for _ in 1..QUIET {
            assert_eq!(alarms.turn(&nothing, 5), []);
        }
        assert_eq!(alarms.turn(&nothing, 6), [Turned::Ended(BoxAlarm::Disk)]);
        assert_eq!(alarms.standing(), []);
        assert_eq!(alarms.turn(&full, 7), [Turned::Began(BoxAlarm::Disk)]);
    }
}
