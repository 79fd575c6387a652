//! What the machine says of itself in files of its kernel: how hot it is, whether its power holds,
//! how its disk is. Whatever is not there, or not of its form, is not known; nothing needs a right
//! that the box does not have.

mod disk;
mod files;
mod heat;
mod power;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;
use tokio::time::timeout;

pub(crate) use disk::DiskHealth;
pub(crate) use heat::Heat;
pub(crate) use power::Power;

/// How long a turn waits for a reading: a disk that hangs may hold it for minutes.
const PATIENCE: Duration = Duration::from_secs(3);
/// How far beneath its bound a part must come until it is hot no more, in thousandths of a degree.
const COOLED_MILLI: i32 = 5_000;

/// What was read in one turn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) heat: Heat,
    pub(crate) power: Option<Power>,
    pub(crate) disk: DiskHealth,
}

impl Reading {
    /// Reads what the files beneath `root` say, and of the disk that holds `folder`.
    fn of(root: &Path, folder: &Path) -> Self {
        let mut heat = Heat::read(root);
        let power = Power::read(root);
        if power.is_some_and(|power| power.is_throttled) {
            heat.held_back();
        }
        Self {
            heat,
            power,
            disk: DiskHealth::read(root, folder),
        }
    }

    /// Returns what Prometheus reads of it: a line for each thing that is known.
    pub(crate) fn page(&self) -> String {
        let mut page = String::new();
        let degrees = |milli: i32| f64::from(milli) / 1_000.0;
        let flag = |holds: bool| f64::from(u8::from(holds));
        let disk = &self.disk;
        for (name, value) in [
            (
                "lifeos_temperature_celsius",
                self.heat.highest_milli.map(degrees),
            ),
            (
                "lifeos_under_voltage",
                self.power.map(|power| flag(power.is_low)),
            ),
            (
                "lifeos_disk_life_used_ratio",
                disk.life_percent.map(|percent| f64::from(percent) / 100.0),
            ),
            ("lifeos_disk_pre_eol", disk.pre_eol.map(f64::from)),
            // A count that is beyond what a gauge holds is many.
            (
                "lifeos_disk_errors",
                disk.errors.map(|errors| errors as f64),
            ),
            (
                "lifeos_disk_missing_members",
                disk.missing.map(|missing| missing as f64),
            ),
            ("lifeos_disk_read_only", disk.is_read_only.map(flag)),
        ] {
            if let Some(value) = value {
                // Writing to a String never fails.
                writeln!(page, "# TYPE {name} gauge\n{name} {value}").ok();
            }
        }
        page
    }
}

/// The machine, and what it said last.
pub(crate) struct Machine {
    root: PathBuf,
    folder: PathBuf,
    last: Mutex<Reading>,
}

impl Machine {
    pub(crate) fn new(root: PathBuf, folder: &Path) -> Self {
        Self {
            root,
            folder: folder.to_path_buf(),
            last: Mutex::default(),
        }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn last(&self) -> Reading {
        *self.lock()
    }

    fn lock(&self) -> MutexGuard<'_, Reading> {
        // A reading is put in its place whole.
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads again and again, and keeps what only several readings say together.
#[derive(Default)]
pub(crate) struct Course {
    under_way: Option<JoinHandle<Reading>>,
    trend: Trend,
}

impl Course {
    /// Reads the machine, away from the threads that answer requests; where it does not answer, what
    /// it said last stands.
    pub(crate) async fn turn(&mut self, machine: &Machine) -> (Reading, Trend) {
        let reading = self.under_way.get_or_insert_with(|| {
            let (root, folder) = (machine.root.clone(), machine.folder.clone());
            tokio::task::spawn_blocking(move || Reading::of(&root, &folder))
        });
        let answered = timeout(PATIENCE, reading).await;
        if let Ok(done) = answered {
            self.under_way = None;
            let reading = done.unwrap_or_default();
            *machine.lock() = reading;
            self.trend = self.trend.after(&reading, Instant::now());
        }
        (machine.last(), self.trend)
    }
}

/// What several readings say together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Trend {
    /// For how many turns in a row a part is hot.
    pub(crate) hot_turns: u32,
    /// When the power was last too low.
    pub(crate) low_power: Option<Instant>,
    power: Option<Power>,
}

impl Trend {
    fn after(self, reading: &Reading, now: Instant) -> Self {
        let bound = if self.hot_turns == 0 {
            0
        } else {
            -COOLED_MILLI
        };
        let is_hot = reading.heat.over_milli.is_some_and(|over| over >= bound);
        let is_low = reading
            .power
            .is_some_and(|power| power.is_low_after(self.power));
        Self {
            hot_turns: if is_hot {
                self.hot_turns.saturating_add(1)
            } else {
                0
            },
            low_power: if is_low { Some(now) } else { self.low_power },
            power: reading.power.or(self.power),
        }
    }
}

#[cfg(test)]
mod tests;
