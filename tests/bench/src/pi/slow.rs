//! A slower machine, out of this one. A process is held to a quarter of one processor by a control
//! group's quota, where the system lets this program make a group; else it is stopped and let go on
//! by turns. A group of processes is always held by turns: each of its threads is then four times as
//! slow, while a quota would be shared by all of them.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// The first argument that makes this program hold what others started.
pub(crate) const ROLE: &str = "slow";

/// How many times as slow.
pub(super) const TIMES: u32 = 4;
/// The span in which a quota counts.
const PERIOD: Duration = Duration::from_millis(10);
/// A turn of one process, and of many: each signal goes to each of their threads.
const TURN: Duration = Duration::from_millis(4);
const TURN_OF_MANY: Duration = Duration::from_millis(16);

/// Holds a process (`process`) or a group (`group`) until the input ends, and says by which means.
pub(crate) fn hold_until_end(what: &str, id: u32) {
    let held = match what {
        "process" => Held::process(id),
        "group" => Held::by_turns(Whom::Group(pid(id)), TURN_OF_MANY),
        _ => unreachable!("a process or a group is held"),
    };
    println!("{}", held.means());
    // Whoever started this ends its input.
    drop(std::io::stdin().read_to_end(&mut Vec::new()));
    drop(held);
}

/// What is slowed until this is dropped.
pub(super) enum Held {
    Quota(Quota),
    Turns(Turns),
}

impl Held {
    /// Slows a process.
    pub(super) fn process(id: u32) -> Self {
        match Quota::set(id) {
            Ok(quota) => Self::Quota(quota),
            Err(_) => Self::by_turns(Whom::Process(pid(id)), TURN),
        }
    }

    fn by_turns(whom: Whom, turn: Duration) -> Self {
        Self::Turns(Turns::begin(whom, turn))
    }

    /// By which means, in words.
    pub(super) fn means(&self) -> String {
        match self {
            Self::Quota(quota) => format!(
                "a control group's quota of {} ms in {} of one processor",
                (quota.period / TIMES).as_secs_f64() * 1000.0,
                quota.period.as_millis()
            ),
            Self::Turns(turns) => format!(
                "stopped and let go on by turns, {} ms of {}",
                (turns.turn / TIMES).as_millis(),
                turns.turn.as_millis()
            ),
        }
    }
}

/// A control group of one process.
pub(super) struct Quota {
    group: PathBuf,
    parent: PathBuf,
    period: Duration,
    id: u32,
}

impl Quota {
    fn set(id: u32) -> std::io::Result<Self> {
        let unified = Path::new("/sys/fs/cgroup");
        let is_unified = unified.join("cgroup.controllers").exists();
        let parent = if is_unified {
            // Refused where it is given already, or to nobody.
            drop(std::fs::write(
                unified.join("cgroup.subtree_control"),
                "+cpu",
            ));
            unified.to_owned()
        } else {
            unified.join("cpu")
        };
        let group = parent.join(format!("lifeos-bench-{id}"));
        std::fs::create_dir(&group)?;
        let period = PERIOD;
        let quota = Self {
            group,
            parent,
            period,
            id,
        };
        let (period, share) = (period.as_micros(), (period / TIMES).as_micros());
        if is_unified {
            quota.write("cpu.max", &format!("{share} {period}"))?;
        } else {
            quota.write("cpu.cfs_period_us", &period.to_string())?;
            quota.write("cpu.cfs_quota_us", &share.to_string())?;
        }
        quota.write("cgroup.procs", &id.to_string())?;
        Ok(quota)
    }

    /// A file that is not there is no control file: nothing is made.
    fn write(&self, name: &str, text: &str) -> std::io::Result<()> {
        use std::io::Write as _;
        let file = self.group.join(name);
        let mut opened = std::fs::OpenOptions::new().write(true).open(file)?;
        opened.write_all(text.as_bytes())
    }
}

impl Drop for Quota {
    fn drop(&mut self) {
        // The process may have ended; a group that is empty can go.
        let procs = self.parent.join("cgroup.procs");
        drop(std::fs::write(procs, self.id.to_string()));
        for _ in 0..50 {
            if std::fs::remove_dir(&self.group).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Who is held by turns.
#[derive(Clone, Copy)]
enum Whom {
    Process(Pid),
    Group(Pid),
}

impl Whom {
    /// Nothing is to be done for who has ended.
    fn signal(self, signal: Signal) {
        let _ended = match self {
            Self::Process(pid) => kill_process(pid, signal),
            Self::Group(pid) => kill_process_group(pid, signal),
        };
    }
}

/// A thread that stops and lets go on.
pub(super) struct Turns {
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    turn: Duration,
}

impl Turns {
    fn begin(whom: Whom, turn: Duration) -> Self {
        let ended = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&ended);
        let thread = std::thread::spawn(move || {
            // By the clock, and not by how long it slept: a late wake does not add up.
            let mut begin = Instant::now();
            while !seen.load(Ordering::Relaxed) {
                whom.signal(Signal::CONT);
                sleep_until(begin + turn / TIMES);
                whom.signal(Signal::STOP);
                begin = (begin + turn).max(Instant::now());
                sleep_until(begin);
            }
            whom.signal(Signal::CONT);
        });
        Self {
            ended,
            thread: Some(thread),
            turn,
        }
    }
}

impl Drop for Turns {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn sleep_until(at: Instant) {
    std::thread::sleep(at.saturating_duration_since(Instant::now()));
}

fn pid(id: u32) -> Pid {
    Pid::from_raw(i32::try_from(id).unwrap()).unwrap()
}
