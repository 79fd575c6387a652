//! Whole schedules: devices of one person or several that write, push, pull, crash, sleep and
//! drift, whose disks fill up in the midst of a write and whose keys turn while some of them are
//! away, who come, are given other roles and are removed, over a network that loses, repeats,
//! delays and cuts, with a box that is honest or, now and then, not. Afterwards everything heals,
//! and everybody must have folded the same: every acknowledged change once, none that nobody
//! wrote.

mod judging;
mod lying;
mod meeting;
mod people;
mod writing;

use std::collections::{BTreeMap, BTreeSet};

use lifeos_kernel::{RecordId, Stamp};
use lifeos_protocol::DeviceId;
use lifeos_replica::Sabotage;

use crate::{Chance, Device, Household};

/// Between which times a clock that jumps may stand: two days before and after the true one.
const CLOCK_SPREAD_MS: u64 = 4 * 86_400_000;

/// What to simulate.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// From which everything follows.
    pub seed: u64,
    /// How many steps are taken before healing.
    pub steps: usize,
    /// Rules that are broken on purpose.
    pub sabotage: Sabotage,
}

/// What a schedule came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Devices at the end, those not counted that were revoked or whose person was removed.
    pub devices: usize,
    /// People at the end.
    pub people: usize,
    /// People who were removed.
    pub removed: usize,
    /// Events that were acknowledged to a person.
    pub acknowledged: usize,
    /// Changes at the box.
    pub changes: usize,
    /// Times that the power went.
    pub crashes: usize,
}

/// A schedule that ended wrong. Its seed replays it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The seed.
    pub seed: u64,
    /// What was wrong.
    pub what: String,
}

/// Runs one schedule.
///
/// # Errors
/// [`Failure`] with the seed that replays it.
pub fn simulate(plan: &Plan) -> Result<Summary, Failure> {
    let mut world = World::new(plan);
    let ended = (0..plan.steps)
        .try_for_each(|_| world.step())
        .and_then(|()| world.heal());
    ended.map_err(|what| Failure {
        seed: plan.seed,
        what,
    })
}

struct World {
    house: Household,
    devices: Vec<Device>,
    chance: Chance,
    sabotage: Sabotage,
    /// What each device acknowledged, and what it wrote without acknowledging it yet.
    acknowledged: BTreeSet<(RecordId, Stamp)>,
    unacknowledged: BTreeMap<DeviceId, Vec<(RecordId, Stamp)>>,
    maybe: BTreeSet<(RecordId, Stamp)>,
    records: Vec<RecordId>,
    /// Pushes that the network still holds.
    delayed: Vec<Vec<u8>>,
    /// Devices that were cut off, and what of each was known to whoever cut.
    cut: BTreeMap<DeviceId, BTreeSet<(RecordId, Stamp)>>,
    revoked: bool,
    removed: bool,
    /// Devices that cannot reach the box, and for how many steps more.
    away: BTreeMap<usize, usize>,
    lied: bool,
    crashes: usize,
}

impl World {
    fn new(plan: &Plan) -> Self {
        let mut chance = Chance::new(plan.seed ^ 0x51AD);
        let (mut house, mut first) = Household::found(plan.seed);
        first.break_rules(plan.sabotage);
        let mut devices = vec![first];
        for _ in 0..1 + chance.below(2) {
            let mut device = house.enrol(&mut devices[0]);
            device.break_rules(plan.sabotage);
            devices.push(device);
        }
        for device in &mut devices {
            device.store(false);
        }
        Self {
            house,
            devices,
            chance,
            sabotage: plan.sabotage,
            acknowledged: BTreeSet::new(),
            unacknowledged: BTreeMap::new(),
            maybe: BTreeSet::new(),
            records: Vec::new(),
            delayed: Vec::new(),
            cut: BTreeMap::new(),
            revoked: false,
            removed: false,
            away: BTreeMap::new(),
            lied: false,
            crashes: 0,
        }
    }

    fn step(&mut self) -> Result<(), String> {
        self.house.now_ms += self.chance.draw() % 30_000;
        self.away.retain(|_, steps| {
            *steps -= 1;
            *steps > 0
        });
        let at = self.chance.below(self.devices.len());
        match self.chance.below(208) {
            0..58 => self.write(at)?,
            58..70 => self.take_back(at)?,
            70..80 => self.store(at, true),
            80..100 => self.store(at, false),
            100..127 => self.push(at),
            127..162 => self.pull(at),
            162..170 => self.settle(at),
            170..178 => self.crash(at)?,
            178..184 => self.fail_while_storing(at)?,
            184..187 => self.snapshot(at),
            187..192 => self.turn_clock(at),
            192..194 => self.cut_off(at),
            194..196 => self.rekey(at),
            196..198 => self.enrol(),
            198..200 => self.revoke(at)?,
            200..202 => self.lie(at),
            202..204 => self.let_in(at),
            204..206 => self.give_role(at),
            _ => self.remove(at)?,
        }
        Ok(())
    }
}
