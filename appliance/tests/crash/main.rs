//! The binary under load, ended at any moment: by SIGKILL, and by a disk whose plug is pulled.
//!
//! `LIFEOS_CRASH_COUNT=n` ends it that often in each test, 24 times unless told; `just crash` does it
//! 300 times, CI 60. `LIFEOS_CRASH_SEED=n` begins from another seed. Each test writes what it did into
//! `target/crash`.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "../../../crates/server/tests/server/authenticator.rs"]
mod authenticator;
#[path = "../../../crates/server/tests/server/client.rs"]
#[expect(dead_code, reason = "the server's own tests use the rest")]
mod client;
#[path = "../serve/harness.rs"]
#[expect(dead_code, reason = "the tests of serving use the rest")]
mod harness;
mod load;
#[path = "../../../crates/server/tests/server/person.rs"]
#[expect(dead_code, reason = "the server's own tests use the rest")]
mod person;
mod report;

use std::process::Stdio;
use std::time::Duration;

use lifeos_plug::{Disk, Mounted, can_mount};
use lifeos_testkit::Chance;
use tempfile::TempDir;

use crate::harness::TestBox;
use crate::load::Load;
use crate::report::Report;

/// A number from the environment; empty is as good as absent.
fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok().filter(|text| !text.is_empty())?;
    Some(text.parse().expect("a number"))
}

fn count() -> u64 {
    number("LIFEOS_CRASH_COUNT").unwrap_or(24)
}

fn chance() -> Chance {
    Chance::new(number("LIFEOS_CRASH_SEED").unwrap_or(1))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whenever_it_is_killed_every_change_that_it_acknowledged_is_served_once() {
    let mut chance = chance();
    let mut report = Report::new("killed");
    let mut at = TestBox::start();
    let mut load = Load::claim(&at).await;
    for _ in 0..count() {
        let ready = load.ready(&at).await;
        let process = at.process();
        // Any moment: from the first push to deep in the load.
        let moment = Duration::from_micros(chance.draw() % 150_000);
        let killing = tokio::task::spawn_blocking(move || {
            std::thread::sleep(moment);
            kill(process);
        });
        load.press_until_it_ends(ready).await;
        killing.await.unwrap();
        at.kill();
        // Now and then it ends again while it starts.
        if chance.percent(25) {
            let mut starting = harness::serve(&at.folder)
                .stdout(Stdio::null())
                .spawn()
                .unwrap();
            std::thread::sleep(Duration::from_micros(chance.draw() % 60_000));
            starting.kill().unwrap();
            starting.wait().unwrap();
        }
        report.restart(|| at.start_again());
        report.found(load.verify(&at).await);
    }
    report.found(load.verify_all(&at).await);
    report.write();
}

/// SIGKILL, from beside the load.
fn kill(process: u32) {
    let mut killing = std::process::Command::new("kill");
    drop(killing.args(["-9", &process.to_string()]).status());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whenever_the_power_goes_every_change_that_it_acknowledged_is_served_once() {
    if !can_mount() {
        return;
    }
    let mut chance = chance();
    let mut report = Report::new("power");
    let folder = TempDir::new().unwrap();
    let mut disk = Disk::default();
    let mut load = None;
    for round in 0..count() {
        let mounted = Mounted::over(folder.path(), disk).unwrap();
        let mut at = report.restart(|| TestBox::start_over(folder.path().to_owned(), |_| {}));
        let load = match &mut load {
            None => load.insert(Load::claim(&at).await),
            Some(load) => {
                report.found(load.verify(&at).await);
                load
            }
        };
        if round % 8 == 7 {
            report.found(load.verify_all(&at).await);
        }
        let ready = load.ready(&at).await;
        // Any deed: a push is a few of them, an erasure some more.
        mounted.with(|disk| disk.pull_after(1 + chance.draw() % 400));
        load.press_until_it_ends(ready).await;
        at.kill();
        report.deeds(mounted.with(|disk| (disk.deeds(), disk.flushes())));
        disk = mounted.unmount().unwrap().after_the_cut(&mut chance);
        // Now and then the power goes again while it starts.
        if chance.percent(25) {
            disk = start_in_the_dark(&folder, disk, &mut chance);
        }
    }
    let _mounted = Mounted::over(folder.path(), disk).unwrap();
    let at = report.restart(|| TestBox::start_over(folder.path().to_owned(), |_| {}));
    report.found(load.unwrap().verify_all(&at).await);
    report.write();
}

/// Starts the box, and pulls the plug again before it serves, or soon after.
fn start_in_the_dark(folder: &TempDir, disk: Disk, chance: &mut Chance) -> Disk {
    let mounted = Mounted::over(folder.path(), disk).unwrap();
    mounted.with(|disk| disk.pull_after(1 + chance.draw() % 20));
    let mut starting = harness::serve(folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // A start that needs fewer deeds is over by then.
    let _ = mounted.wait_dead(Duration::from_millis(500));
    starting.kill().unwrap();
    starting.wait().unwrap();
    mounted.unmount().unwrap().after_the_cut(chance)
}
