//! A device whose power goes at any moment, and again while it starts.
//!
//! `LIFEOS_CRASH_COUNT=n` cuts it that often, 12 times unless told and never more than 100;
//! `LIFEOS_CRASH_SEED=n` begins from another seed.

use std::collections::BTreeSet;
use std::time::Duration;

use lifeos_plug::{Disk, Mounted, can_mount};
use lifeos_replica::api::{Call, Reply};
use lifeos_replica_native::NativeClient;
use lifeos_testkit::{Chance, Passkey};
use tempfile::TempDir;

use crate::house::House;
use crate::person::{Device, claim, create_task, join_by_kit, secret, unlock};

/// Tasks that one power allows, so that all of them are listed at once in the end.
const TASKS: usize = 4;

fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok().filter(|text| !text.is_empty())?;
    Some(text.parse().expect("a number"))
}

/// A device whose folder is a disk of its own.
struct Machine {
    device: Device,
    mounted: Mounted,
}

impl Machine {
    /// Gives it power.
    fn start(house: &House, disk: Disk) -> Self {
        let folder = TempDir::new().unwrap();
        let mounted = Mounted::over(folder.path(), disk).unwrap();
        let origin = house.origin();
        let client = NativeClient::start(folder.path(), origin.clone()).unwrap();
        Self {
            device: Device {
                client: Some(client),
                folder,
                origin,
            },
            mounted,
        }
    }

    /// Takes its power, if it still has any.
    fn cut(mut self, chance: &mut Chance) -> Disk {
        self.mounted.with(|disk| disk.pull_after(0));
        self.device.client = None;
        self.mounted.unmount().unwrap().after_the_cut(chance)
    }
}

/// What a person was told to be kept, and what they typed without being told.
#[derive(Default)]
struct Typed {
    kept: BTreeSet<String>,
    unanswered: BTreeSet<String>,
}

impl Typed {
    /// Types tasks until the device answers no more.
    fn press(&mut self, device: &Device, round: u64) {
        for task in 0..TASKS {
            let title = format!("Round {round}, task {task}");
            if device.client().call(create_task(&title)).is_err() {
                self.unanswered.insert(title);
                return;
            }
            self.kept.insert(title);
        }
    }

    /// Every task that was kept is there, once, and none that nobody typed.
    fn check(&mut self, found: &[String]) {
        let there: BTreeSet<String> = found.iter().cloned().collect();
        assert_eq!(there.len(), found.len(), "a task is there twice");
        let lost: Vec<_> = self.kept.difference(&there).collect();
        assert!(lost.is_empty(), "{lost:?}");
        for title in &there {
            assert!(
                self.kept.contains(title) || self.unanswered.contains(title),
                "nobody typed {title:?}"
            );
        }
        // What is there once is there for good.
        self.kept.extend(there);
    }
}

#[test]
fn whenever_the_power_of_a_device_goes_it_has_what_it_said_to_have_kept_and_forks_nothing() {
    if !can_mount() {
        return;
    }
    let rounds = number("LIFEOS_CRASH_COUNT").unwrap_or(12).min(100);
    let mut chance = Chance::new(number("LIFEOS_CRASH_SEED").unwrap_or(1));
    let (house, code) = House::start();
    let machine = Machine::start(&house, Disk::default());
    let (mut passkey, sheets) = claim(&machine.device, &code, true);
    let mut disk = machine.cut(&mut chance);
    let witness = Device::new(&house);
    join_by_kit(&witness, &sheets[0]);

    let mut typed = Typed::default();
    for round in 0..rounds {
        if chance.percent(25) {
            disk = start_in_the_dark(&house, disk, &mut chance, &mut passkey);
        }
        let machine = Machine::start(&house, disk);
        unlock(&machine.device, &mut passkey);
        typed.check(&machine.device.titles());
        if chance.percent(50) {
            machine.device.wait_live();
        }
        let deeds = 1 + chance.draw() % 24;
        machine.mounted.with(|disk| disk.pull_after(deeds));
        typed.press(&machine.device, round);
        disk = machine.cut(&mut chance);
    }

    let machine = Machine::start(&house, disk);
    unlock(&machine.device, &mut passkey);
    typed.check(&machine.device.titles());
    assert!(!typed.kept.is_empty() && !typed.unanswered.is_empty());
    let status = machine.device.wait_live();
    assert!(status.alarms.is_empty(), "{:?}", status.alarms);
    // Everybody else has the same.
    let mut seen = witness.watch();
    let mut titles = witness.titles();
    while titles.len() < typed.kept.len() {
        titles = seen(Duration::from_secs(20)).expect("what was kept reaches the other device");
    }
    let titles: BTreeSet<String> = titles.into_iter().collect();
    assert_eq!(titles, typed.kept);
    let status = witness.wait_live();
    assert!(status.alarms.is_empty(), "{:?}", status.alarms);
}

/// Starts and unlocks a device whose power goes again meanwhile.
fn start_in_the_dark(
    house: &House,
    disk: Disk,
    chance: &mut Chance,
    passkey: &mut Passkey,
) -> Disk {
    let folder = TempDir::new().unwrap();
    let mounted = Mounted::over(folder.path(), disk).unwrap();
    mounted.with(|disk| disk.pull_after(1 + chance.draw() % 12));
    if let Ok(client) = NativeClient::start(folder.path(), house.origin()) {
        try_to_unlock(&client, passkey);
    }
    mounted.unmount().unwrap().after_the_cut(chance)
}

/// Whatever comes of it: the power may go at any point.
fn try_to_unlock(client: &NativeClient, passkey: &mut Passkey) {
    let Ok(Reply::Unlock {
        options: Some(options),
        prf_salt,
        ..
    }) = client.call(Call::UnlockBegin)
    else {
        return;
    };
    let answer = passkey.get(&options, prf_salt.as_deref());
    drop(client.call(Call::UnlockPasskey {
        credential_id: answer.credential_id,
        prf: secret(&answer.prf.unwrap()),
    }));
}
