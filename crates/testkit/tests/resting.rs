//! Records that rest packed in a device's own snapshot.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use lifeos_crypto::LocalKey;
use lifeos_crypto::local::{FRAME_OVERHEAD_BYTES, Split, seal_of_frame, split_frame};
use lifeos_protocol::hash;
use lifeos_replica::FileName;
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

/// Alters what is packed in a snapshot, and seals it as the device does.
fn alter(device: &mut Device, what: &[u8], into: &[u8]) {
    let name = snapshot_of(device);
    let local = LocalKey::from_bytes(&device.local_key());
    let key = local.file_key(name.kind.sealed_as(), name.number);
    let mut chance = Chance::new(1);
    let bytes = device.disk.file_mut(name).unwrap();
    let mut rest = bytes.as_slice();
    let mut frames = Vec::new();
    let mut altered = 0;
    for index in 0.. {
        let Split::Frame { frame, rest: after } = split_frame(rest) else {
            break;
        };
        let mut plain = key.open_frame(index, frame).unwrap();
        let mut at = 0;
        while let Some(found) = plain[at..].windows(what.len()).position(|w| w == what) {
            plain[at + found..][..into.len()].copy_from_slice(into);
            at += found + into.len();
            altered += 1;
        }
        frames.push((index, plain));
        rest = after;
    }
    assert!(altered > 0, "it was there");
    let sealed: Vec<Vec<u8>> = frames[1..]
        .iter()
        .map(|(index, plain)| key.seal_frame(*index, plain, &mut chance))
        .collect();
    let seals: Vec<u8> = sealed
        .iter()
        .flat_map(|frame| {
            let (head, tag) = seal_of_frame(frame);
            [head, tag].concat()
        })
        .collect();
    let mut header = frames[0].1.to_vec();
    let digest = header.len() - 32;
    header[digest..].copy_from_slice(hash::sha256(&seals).as_bytes());
    let header = key.seal_frame(0, &header, &mut chance);
    assert_eq!(header.len(), frames[0].1.len() + FRAME_OVERHEAD_BYTES);
    *bytes = [header, sealed.concat()].concat();
}

#[test]
fn a_record_that_rests_and_cannot_be_read_is_folded_anew_from_the_journals() {
    let (house, mut one) = started(70);
    let before = one.life().to_snapshot();
    one.crash();
    alter(&mut one, b"second", b"\xffecond");
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
    alter(&mut one, b"second", b"\xffecond");
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
