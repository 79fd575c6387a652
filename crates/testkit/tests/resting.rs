//! Records that rest packed in a device's own snapshot.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use lifeos_crypto::LocalKey;
use lifeos_crypto::local::{Split, split_frame, tag_of_frame};
use lifeos_protocol::hash;
use lifeos_replica::{FileName, OpenProblem};
use lifeos_tasks::TasksCommand;
use lifeos_testkit::{Chance, Device, Household};

/// A device with three tasks that starts from a snapshot of them.
fn started(seed: u64) -> (Household, Device) {
    let (mut house, mut one) = Household::found(seed);
    for title in ["first", "second", "third"] {
        one.add_task(house.now_ms, title).unwrap();
        one.store(false);
    }
    house.meet(&mut [&mut one]);
    one.with(house.now_ms, |engine, _, out| engine.snapshot(out));
    one.store(false);
    (house, one)
}

fn snapshot_of(device: &Device) -> FileName {
    let names = device.disk.names();
    let is_snapshot = |name: &&FileName| name.to_string().starts_with("snapshot");
    *names.iter().find(is_snapshot).unwrap()
}

/// Alters the frames of a snapshot, the header first, and seals them as the device does.
fn alter(device: &mut Device, change: impl Fn(&mut [Vec<u8>])) {
    let name = snapshot_of(device);
    let local = LocalKey::from_bytes(&device.local_key());
    let key = local.file_key(name.kind.sealed_as(), name.number);
    let mut chance = Chance::new(1);
    let bytes = device.disk.file_mut(name).unwrap();
    let mut rest = bytes.as_slice();
    let mut frames = Vec::new();
    for index in 0.. {
        let Split::Frame { frame, rest: after } = split_frame(rest) else {
            break;
        };
        frames.push(key.open_frame(index, frame).unwrap().to_vec());
        rest = after;
    }
    change(&mut frames);
    let sealed: Vec<Vec<u8>> = (1..)
        .zip(&frames[1..])
        .map(|(index, plain)| key.seal_frame(index, plain, &mut chance))
        .collect();
    let tags: Vec<&[u8]> = sealed.iter().map(|frame| tag_of_frame(frame)).collect();
    let header = &mut frames[0];
    let digest = header.len() - 32;
    header[digest..].copy_from_slice(hash::sha256(&tags.concat()).as_bytes());
    let header = key.seal_frame(0, header, &mut chance);
    *bytes = [header, sealed.concat()].concat();
}

/// Makes the title of the second task what no text can be.
fn damage(frames: &mut [Vec<u8>]) {
    let mut altered = 0;
    for frame in &mut frames[1..] {
        while let Some(at) = frame.windows(6).position(|window| window == b"second") {
            frame[at] = 0xff;
            altered += 1;
        }
    }
    assert!(altered > 0, "it was there");
}

#[test]
fn a_record_that_rests_and_cannot_be_read_is_folded_anew_from_the_journals() {
    let (house, mut one) = started(70);
    let before = one.life().to_snapshot();
    one.crash();
    alter(&mut one, damage);
    one.start(house.now_ms + 1).unwrap();
    assert!(!one.life().is_damaged(), "nobody asked for it");
    assert_ne!(one.life().to_snapshot(), before);
    assert!(one.life().is_damaged());
    assert!(one.engine().standing(house.space).unwrap().rebuilding);
    one.maintain(house.now_ms + 1);
    assert!(!one.life().is_damaged());
    assert_eq!(one.life().to_snapshot(), before);
    assert_eq!(one.causes(), []);
}

#[test]
fn a_damaged_life_is_not_written_into_the_next_snapshot() {
    let (house, mut one) = started(71);
    one.crash();
    alter(&mut one, damage);
    one.start(house.now_ms + 1).unwrap();
    one.add_task(house.now_ms + 2, "fourth").unwrap();
    one.with(house.now_ms + 2, |engine, _, out| engine.snapshot(out));
    one.store(false);
    one.crash();
    one.start(house.now_ms + 3).unwrap();
    one.maintain(house.now_ms + 3);
    let healed = one.life().to_snapshot();
    one.crash();
    one.start_without_snapshots(house.now_ms + 4).unwrap();
    assert_eq!(one.life().to_snapshot(), healed);
    assert_eq!(one.causes(), []);
}

#[test]
fn after_an_erasure_nothing_in_memory_holds_what_was_erased() {
    let (mut house, mut one) = started(72);
    one.crash();
    one.start(house.now_ms + 1).unwrap();
    let task = one.add_task(house.now_ms + 1, "secret").unwrap().records[0];
    one.edit_task(house.now_ms + 2, task, lifeos_tasks::BulkEdit::Trash)
        .unwrap();
    let empty = TasksCommand::EmptyTrash { records: None };
    one.execute(house.now_ms + 3, empty).unwrap();
    one.store(false);
    house.meet(&mut [&mut one]);
    assert!(one.erase(house.now_ms + 4, &mut house.relay));
    assert!(one.life().rests_on_erased());
    one.maintain(house.now_ms + 4);
    assert!(!one.life().rests_on_erased());
    assert_eq!(one.engine().erasure_due(house.space).records, 0);
    let before = one.life().to_snapshot();
    one.crash();
    one.start(house.now_ms + 5).unwrap();
    assert_eq!(one.life().to_snapshot(), before);
}

#[test]
fn a_snapshot_of_an_earlier_version_is_left_aside_and_one_of_a_newer_is_not() {
    let (house, mut one) = started(73);
    let before = one.life().to_snapshot();
    let name = snapshot_of(&one);
    one.crash();
    alter(&mut one, |frames| frames[0][1] -= 1);
    one.start(house.now_ms + 1).unwrap();
    assert_eq!(one.life().to_snapshot(), before);
    one.crash();
    alter(&mut one, |frames| frames[0][1] += 2);
    let refused = one.start(house.now_ms + 2);
    assert_eq!(refused, Err(OpenProblem::Newer(name)));
}
