//! What the machine says of itself, as its owner's device is told it.

use std::fs;
use std::path::Path;
use std::time::Duration;

use lifeos_protocol::api::{BoxLogPage, SpaceList};
use lifeos_protocol::box_log::{BoxAlarm, BoxEvent};
use lifeos_protocol::tail::NoticeKind;
use reqwest::Client;
use tempfile::TempDir;

use crate::client::{Session, claim, read};
use crate::harness::TestBox;
use crate::tail::{Socket, notice, open};

/// Lays an eMMC out, and what it says of its wear.
fn say(machine: &Path, life_time: &str) {
    let disk = machine.join("sys/dev/block/179:0/device");
    fs::create_dir_all(&disk).unwrap();
    fs::create_dir_all(machine.join("proc/self")).unwrap();
    let mount = "22 1 179:0 / / rw,noatime shared:1 - ext4 /dev/root rw\n";
    fs::write(machine.join("proc/self/mountinfo"), mount).unwrap();
    // In one step, as the kernel does: half a value would be none, which is an end of the alarm.
    let next = machine.join("next");
    fs::write(&next, life_time).unwrap();
    fs::rename(next, disk.join("life_time")).unwrap();
}

async fn stands(session: &mut Session) -> bool {
    let spaces: SpaceList = read(session.get("/api/v1/spaces").await).await;
    let mut alarms = spaces.alarms.iter();
    alarms.any(|row| row.alarm == BoxAlarm::DiskHealth.code())
}

/// Waits for what the tail tells until the alarm stands or does not; other alarms may come between.
async fn told(tail: &mut Socket, session: &mut Session, account: &[u8; 16], is_to_stand: bool) {
    loop {
        let told = notice(tail).await;
        assert_eq!((told.kind, &told.id), (NoticeKind::Log, account));
        if stands(session).await == is_to_stand {
            return;
        }
    }
}

async fn figures(at: &TestBox) -> String {
    let token = fs::read_to_string(at.home.folder.path().join("metrics-token")).unwrap();
    let asked = Client::new()
        .get(at.url("/metrics"))
        .header("authorization", format!("Bearer {}", token.trim()));
    asked.send().await.unwrap().text().await.unwrap()
}

#[tokio::test]
async fn a_disk_beyond_its_life_is_told_to_an_owners_device_and_so_is_that_it_was_replaced() {
    let machine = TempDir::new().unwrap();
    say(machine.path(), "0x01 0x0a\n");
    let at = TestBox::start_on_machine(machine.path()).await;
    let (person, _) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    let mut tail = open(&at, &mut session).await;
    assert!(!stands(&mut session).await);

    say(machine.path(), "0x01 0x0b\n");
    let account = person.account.as_bytes();
    told(&mut tail, &mut session, account, true).await;
    let page = figures(&at).await;
    for line in [
        "lifeos_alarm{name=\"disk_health\"} 1",
        "lifeos_disk_life_used_ratio 1.1",
        "lifeos_disk_read_only 0",
    ] {
        assert!(page.contains(line), "{line}: {page}");
    }

    say(machine.path(), "0x01 0x01\n");
    told(&mut tail, &mut session, account, false).await;
    assert_eq!(
        turned(&mut session).await,
        [BoxEvent::AlarmBegan, BoxEvent::AlarmEnded]
    );
}

/// What the box log says of the disk's alarm, once it says that it is over.
async fn turned(session: &mut Session) -> Vec<BoxEvent> {
    loop {
        let log: BoxLogPage = read(session.get("/api/v1/box/log").await).await;
        let of_disk = log.entries.iter().rev().filter(|row| {
            let is_alarm = matches!(row.event, BoxEvent::AlarmBegan | BoxEvent::AlarmEnded);
            is_alarm && row.detail == u32::from(BoxAlarm::DiskHealth.code())
        });
        let turned: Vec<BoxEvent> = of_disk.map(|row| row.event).collect();
        if turned.contains(&BoxEvent::AlarmEnded) {
            return turned;
        }
        // It is written after it is told.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
