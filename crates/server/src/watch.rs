//! Looks every ten seconds at how the box and its machine are doing, begins and ends its alarms, and
//! keeps a profile of what was slow. A profile holds addresses as routed, counts and times: nothing of a request.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use lifeos_protocol::api::BoxAlarmRow;
use lifeos_protocol::box_log::{BoxAlarm, BoxEvent};
use lifeos_protocol::log::Role;
use lifeos_protocol::tail::{Notice, NoticeKind};
use lifeos_store::{BoxNote, StoreFigures};
use serde::Serialize;

use crate::alarms::{Found, Turned, judge};
use crate::authorise::{Who, runs_the_box};
use crate::hub::Audience;
use crate::machine::{Course, Reading, Trend};
use crate::notes;
use crate::recent::{Timings, sum};
use crate::session::Authenticated;
use crate::state::{App, now_ms};

/// Turns of five minutes, where a turn is the ten seconds of every box but those of tests.
const TURNS: usize = 30;
const PROFILES: &str = "profiles";
const PROFILES_KEPT: usize = 5;
/// Where a system that sets its clock by itself says whether it has.
const CLOCK_SERVICE: &str = "run/systemd/timesync";

/// What an alarm is called in the figures.
const NAMES: &[(BoxAlarm, &str)] = &[
    (BoxAlarm::Slow, "slow"),
    (BoxAlarm::Failing, "failing"),
    (BoxAlarm::Queue, "queue"),
    (BoxAlarm::Disk, "disk"),
    (BoxAlarm::Busy, "busy"),
    (BoxAlarm::Clock, "clock"),
    (BoxAlarm::Heat, "heat"),
    (BoxAlarm::DiskHealth, "disk_health"),
    (BoxAlarm::Power, "power"),
];

/// Looks, until the server ends.
pub(crate) async fn run(app: Arc<App>) {
    let mut turns = tokio::time::interval(app.config.watching.turn);
    turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut watch = Watch::begin(&app).await;
    loop {
        turns.tick().await;
        watch.turn(&app).await;
    }
}

struct Watch {
    steady: Instant,
    wall_ms: u64,
    /// The newest time that was written into the box log before this start.
    written_ms: u64,
    busy: VecDeque<u64>,
    machine: Course,
}

impl Watch {
    async fn begin(app: &App) -> Self {
        let newest = app.store.box_log_page(None, 1).await;
        let newest = newest.ok().and_then(|page| page.rows.first().copied());
        Self {
            steady: Instant::now(),
            wall_ms: now_ms(),
            written_ms: newest.map_or(0, |(entry, _)| entry.at_ms),
            busy: VecDeque::new(),
            machine: Course::default(),
        }
    }

    async fn turn(&mut self, app: &App) {
        let figures = app.store.figures();
        let recent = app.recent.turn();
        let machine = self.machine.turn(&app.machine).await;
        let found = self.look(app, figures, &recent, machine);
        let all = app.alarms.turn(&judge(&found), now_ms());
        if !all.is_empty() {
            tell_owners(app);
        }
        for turned in all {
            let (event, alarm) = match turned {
                Turned::Began(alarm) => (BoxEvent::AlarmBegan, alarm),
                Turned::Ended(alarm) => (BoxEvent::AlarmEnded, alarm),
            };
            tracing::warn!(?alarm, began = event == BoxEvent::AlarmBegan, "alarm");
            let note = BoxNote::of(event).detail(alarm.code().into());
            // A full disk takes no entry; the alarm stands all the same.
            if notes::note(app, note).await.is_err() {
                tracing::error!("alarm is not in the box log");
            }
            if turned == Turned::Began(BoxAlarm::Slow)
                && let Err(error) = keep_profile(app.store.folder(), &recent, figures, now_ms())
            {
                tracing::error!(kind = ?error.kind(), "profile was not kept");
            }
        }
    }

    fn look(
        &mut self,
        app: &App,
        figures: StoreFigures,
        recent: &Timings,
        (reading, trend): (Reading, Trend),
    ) -> Found {
        let (steady, wall_ms) = (Instant::now(), now_ms());
        let passed = steady.duration_since(self.steady).as_millis();
        let expected = self
            .wall_ms
            .saturating_add(u64::try_from(passed).unwrap_or(u64::MAX));
        self.steady = steady;
        self.wall_ms = wall_ms;
        self.busy.push_back(figures.busy);
        if self.busy.len() > TURNS {
            self.busy.pop_front();
        }
        let busy_before = self.busy.front().copied().unwrap_or_default();
        Found {
            recent: sum(recent),
            queue: figures.queue,
            busy: figures.busy.saturating_sub(busy_before),
            disk: disk(app.store.folder()),
            jumped_ms: wall_ms.abs_diff(expected),
            behind_ms: self.written_ms.saturating_sub(wall_ms),
            is_clock_unset: is_clock_unset(&app.machine.root().join(CLOCK_SERVICE)),
            hot_turns: trend.hot_turns,
            disk_health: reading.disk,
            low_power_ago: trend.low_power.map(|at| steady.duration_since(at)),
        }
    }
}

/// Has the owners' devices ask anew: that something came to their account's log is reason enough to.
fn tell_owners(app: &App) {
    for account in app
        .sessions
        .accounts(|session| session.household == Role::Owner)
    {
        let notice = Notice {
            kind: NoticeKind::Log,
            id: *account.as_bytes(),
            sequence: 0,
        };
        app.hub.tell(Audience::Account(account), notice);
    }
}

/// Returns the alarms that stand, if the session is of somebody who runs the box.
pub(crate) fn alarms_for(app: &App, session: &Authenticated) -> Vec<BoxAlarmRow> {
    match session.who() {
        Who::Session(caller) if runs_the_box(&caller).is_ok() => {
            let row = |(alarm, since_ms): (BoxAlarm, u64)| BoxAlarmRow {
                alarm: alarm.code(),
                since_ms,
            };
            app.alarms.standing().into_iter().map(row).collect()
        }
        _ => Vec::new(),
    }
}

/// Returns what Prometheus reads of the alarms and of what they are judged by.
pub(crate) fn page(app: &App) -> String {
    let mut page = String::from("# TYPE lifeos_alarm gauge\n");
    let standing = app.alarms.standing();
    for (alarm, name) in NAMES {
        let stands = u8::from(standing.iter().any(|(other, _)| other == alarm));
        // Writing to a String never fails.
        writeln!(page, "lifeos_alarm{{name=\"{name}\"}} {stands}").ok();
    }
    let figures = app.store.figures();
    for (name, kind, value) in [
        ("lifeos_store_queue", "gauge", figures.queue as u64),
        (
            "lifeos_store_transactions_total",
            "counter",
            figures.transactions,
        ),
        ("lifeos_store_jobs_total", "counter", figures.jobs),
        ("lifeos_store_busy_total", "counter", figures.busy),
        (
            "lifeos_disk_free_bytes",
            "gauge",
            disk(app.store.folder()).map_or(0, |(free, _)| free),
        ),
    ] {
        writeln!(page, "# TYPE {name} {kind}\n{name} {value}").ok();
    }
    page.push_str(&app.machine.last().page());
    page
}

/// Returns the free and all bytes of the disk on which a folder is.
#[cfg(unix)]
fn disk(folder: &Path) -> Option<(u64, u64)> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    let bytes = |blocks: u64| blocks.saturating_mul(disk.f_frsize);
    Some((bytes(disk.f_bavail), bytes(disk.f_blocks)))
}

#[cfg(not(unix))]
fn disk(_folder: &Path) -> Option<(u64, u64)> {
    None
}

/// Whether the service that sets the clock runs and has not done so.
fn is_clock_unset(service: &Path) -> bool {
    service.is_dir() && !service.join("synchronized").exists()
}

/// What was slow, and how the store kept up meanwhile.
#[derive(Serialize)]
struct Profile<'a> {
    at_ms: u64,
    /// The last five minutes, by address as routed.
    addresses: &'a Timings,
    store: StoreStages,
}

/// Of the store since its start.
#[derive(Serialize)]
struct StoreStages {
    waiting: usize,
    transactions: u64,
    jobs: u64,
    took_us: u64,
    longest_us: u64,
}

/// Keeps a profile, and of all profiles the newest few.
fn keep_profile(
    folder: &Path,
    addresses: &Timings,
    figures: StoreFigures,
    at_ms: u64,
) -> io::Result<()> {
    let profile = Profile {
        at_ms,
        addresses,
        store: StoreStages {
            waiting: figures.queue,
            transactions: figures.transactions,
            jobs: figures.jobs,
            took_us: figures.took_us,
            longest_us: figures.longest_us,
        },
    };
    let profiles = folder.join(PROFILES);
    fs::create_dir_all(&profiles)?;
    let text = serde_json::to_string_pretty(&profile)?;
    fs::write(profiles.join(format!("slow-{at_ms:015}.json")), text)?;
    let mut kept: Vec<_> = fs::read_dir(&profiles)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    kept.sort();
    for old in kept.iter().rev().skip(PROFILES_KEPT) {
        fs::remove_file(old)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;
    use crate::recent::Timing;

    #[test]
    fn of_all_profiles_the_newest_five_are_kept_and_they_name_addresses_as_routed() {
        let folder = tempfile::tempdir().unwrap();
        let slow = Timing {
            count: 3,
            slow: 2,
            failed: 0,
            took_us: 1_800_000,
            longest_us: 900_000,
        };
        let recent = Timings::from([("GET /api/v1/logs/{log}".to_owned(), slow)]);
        for at_ms in 1..=7 {
            keep_profile(folder.path(), &recent, StoreFigures::default(), at_ms).unwrap();
        }
        let profiles = folder.path().join(PROFILES);
        let mut names: Vec<String> = fs::read_dir(&profiles)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names.len(), PROFILES_KEPT);
        assert_eq!(names[0], "slow-000000000000003.json");
        let text = fs::read_to_string(profiles.join(&names[0])).unwrap();
        assert!(text.contains("GET /api/v1/logs/{log}"), "{text}");
    }

    #[test]
    fn a_clock_that_nobody_sets_is_seen_where_the_system_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let service = folder.path().join("timesync");
        assert!(!is_clock_unset(&service), "a system that says nothing");
        fs::create_dir(&service).unwrap();
        assert!(is_clock_unset(&service));
        fs::write(service.join("synchronized"), "").unwrap();
        assert!(!is_clock_unset(&service));
    }

    #[cfg(unix)]
    #[test]
    fn the_room_on_the_disk_is_read() {
        let (free, all) = disk(Path::new("/")).unwrap();
        assert!(all > 0 && free <= all);
    }

    #[test]
    fn every_alarm_has_a_name() {
        for code in 1..=u8::MAX {
            let Ok(alarm) = BoxAlarm::from_code(code) else {
                break;
            };
            assert!(NAMES.iter().any(|(named, _)| *named == alarm), "{alarm:?}");
        }
        assert_eq!(NAMES.len(), 9);
    }
}
