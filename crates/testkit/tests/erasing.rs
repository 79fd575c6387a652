//! What was taken out of the trash for good goes out of the state, the files and the box.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use lifeos_kernel::RecordId;
use lifeos_protocol::Wire;
use lifeos_replica::ErasureDue;
use lifeos_tasks::{BulkEdit, TaskField, TasksCommand};
use lifeos_testkit::{Device, Household};

/// Two devices with a task that is kept and one that was renamed, trashed and emptied out.
fn purged(seed: u64) -> (Household, Device, Device, RecordId) {
    let (mut house, mut one) = Household::found(seed);
    let mut two = house.enrol(&mut one);
    let now_ms = house.now_ms;
    one.add_task(now_ms, "kept").unwrap();
    let task = one.add_task(now_ms + 1, "secret").unwrap().records[0];
    one.store(false);
    house.meet(&mut [&mut one, &mut two]);
    let set = vec![TaskField::Title("still secret".to_owned())];
    two.edit_task(now_ms + 2, task, BulkEdit::Set { set })
        .unwrap();
    two.store(false);
    house.meet(&mut [&mut one, &mut two]);
    one.edit_task(now_ms + 3, task, BulkEdit::Trash).unwrap();
    one.execute(
        now_ms + 4,
        TasksCommand::EmptyTrash {
            records: Some(vec![task]),
        },
    )
    .unwrap();
    one.store(false);
    house.meet(&mut [&mut one, &mut two]);
    (house, one, two, task)
}

/// The ciphertexts at the box of the changes that are about the record.
fn bodies(house: &Household, device: &Device, task: RecordId) -> Vec<Vec<u8>> {
    let stamps = device.life().record_stamps(task);
    assert_eq!(stamps.len(), 4);
    let written = house.relay.changes().map(|(_, _, change)| change);
    let all: Vec<Vec<u8>> = written.map(|change| change.to_bytes()).collect();
    // Created, renamed and trashed: the first change of all is the kept task's, the last the purge.
    all[1..4]
        .iter()
        .map(|bytes| bytes[bytes.len() - 64..].to_vec())
        .collect()
}

fn holds(frames: &[Vec<u8>], what: &[u8]) -> bool {
    frames
        .iter()
        .any(|plain| plain.windows(what.len()).any(|window| window == what))
}

#[test]
fn an_erased_record_is_gone_from_the_state_the_files_and_the_box() {
    let (mut house, mut one, mut two, task) = purged(50);
    let gone = bodies(&house, &one, task);
    for device in [&one, &two] {
        let frames = device.plain_frames();
        assert!(
            gone.iter().all(|body| holds(&frames, body)),
            "the search sees what is there"
        );
    }
    let due = one.engine().erasure_due(house.space);
    assert_eq!((due.records, due.scrubbing, due.unsent), (1, false, 0));
    assert!(one.erase(house.now_ms + 5, &mut house.relay));
    one.maintain(house.now_ms + 5);
    one.hand_over_bodies(house.now_ms + 5, &mut house.relay);
    assert_eq!(one.engine().erasure_due(house.space), ErasureDue::default());
    house.meet(&mut [&mut one, &mut two]);
    two.maintain(house.now_ms + 6);
    for device in [&one, &two] {
        let frames = device.plain_frames();
        assert!(!gone.iter().any(|body| holds(&frames, body)));
        assert!(!holds(
            &device
                .life()
                .to_snapshot()
                .chunks(usize::MAX)
                .map(<[u8]>::to_vec)
                .collect::<Vec<_>>(),
            b"secret"
        ));
        assert_eq!(
            device.life().record_stamps(task).len(),
            1,
            "the purge stays"
        );
        assert_eq!(device.causes(), []);
    }
    let at_the_box: Vec<Vec<u8>> = house
        .relay
        .changes()
        .map(|(_, _, change)| change.to_bytes())
        .collect();
    assert!(!gone.iter().any(|body| holds(&at_the_box, body)));
    assert!(one.life() == two.life());
    // Who comes later has the same, and the kept task among it.
    let mut late = house.enrol(&mut one);
    house.meet(&mut [&mut one, &mut two, &mut late]);
    late.maintain(house.now_ms + 7);
    assert!(late.life() == one.life());
    assert_eq!(late.causes(), []);
    assert_eq!(late.engine().quarantine(house.space), []);
}

#[test]
fn what_the_box_still_serves_after_an_erasure_is_not_folded_and_not_kept() {
    let (mut house, mut one, _, task) = purged(51);
    let gone = bodies(&house, &one, task);
    assert!(one.erase(house.now_ms + 5, &mut house.relay));
    one.maintain(house.now_ms + 5);
    let mut late = house.enrol(&mut one);
    house.meet(&mut [&mut one, &mut late]);
    late.maintain(house.now_ms + 6);
    assert!(late.life() == one.life());
    assert!(!gone.iter().any(|body| holds(&late.plain_frames(), body)));
    assert_eq!(late.causes(), []);
}

#[test]
fn a_power_cut_at_any_step_of_the_rewriting_leaves_it_due_or_done() {
    for cut in 0..6 {
        let (mut house, mut one, mut two, task) = purged(52);
        let gone = bodies(&house, &one, task);
        assert!(one.erase(house.now_ms + 5, &mut house.relay));
        for _ in 0..cut {
            one.maintain_once(house.now_ms + 5, true);
        }
        one.crash();
        one.start(house.now_ms + 6).unwrap();
        one.maintain(house.now_ms + 6);
        one.hand_over_bodies(house.now_ms + 6, &mut house.relay);
        assert!(
            !gone.iter().any(|body| holds(&one.plain_frames(), body)),
            "cut {cut}"
        );
        assert_eq!(one.engine().erasure_due(house.space), ErasureDue::default());
        house.meet(&mut [&mut one, &mut two]);
        two.maintain(house.now_ms + 7);
        assert!(one.life() == two.life());
        one.crash();
        one.start(house.now_ms + 8).unwrap();
        assert!(one.life() == two.life());
        assert_eq!(one.causes(), []);
    }
}

#[test]
fn the_journals_alone_give_the_same_life_after_a_rewriting() {
    let (mut house, mut one, mut two, task) = purged(53);
    assert!(one.erase(house.now_ms + 5, &mut house.relay));
    one.maintain(house.now_ms + 5);
    let before = one.life().to_snapshot();
    one.crash();
    one.start_without_snapshots(house.now_ms + 6).unwrap();
    assert_eq!(one.life().to_snapshot(), before);
    one.maintain(house.now_ms + 6);
    one.add_task(house.now_ms + 7, "goes on").unwrap();
    one.store(false);
    house.meet(&mut [&mut one, &mut two]);
    two.maintain(house.now_ms + 8);
    assert!(one.life() == two.life());
    assert_eq!(one.life().record_stamps(task).len(), 1);
}

#[test]
fn nothing_brings_an_erased_record_back_by_undo() {
    let (mut house, mut one, mut two, task) = purged(54);
    assert!(one.erase(house.now_ms + 5, &mut house.relay));
    one.maintain(house.now_ms + 5);
    let before = one.life().to_snapshot();
    for step in 0..8 {
        let now_ms = house.now_ms + 6 + step;
        let undone = one.with(now_ms, |engine, space, out| engine.undo(space, out));
        if undone.is_err() {
            break;
        }
    }
    one.store(false);
    assert_eq!(one.life().record_stamps(task).len(), 1);
    assert_ne!(
        one.life().to_snapshot(),
        before,
        "the kept task was taken back"
    );
    house.meet(&mut [&mut one, &mut two]);
    two.maintain(house.now_ms + 20);
    assert!(one.life() == two.life());
}

#[test]
fn a_bulk_act_keeps_the_way_back_for_what_was_not_erased() {
    let (mut house, mut one) = Household::found(55);
    let now_ms = house.now_ms;
    let secret = one.add_task(now_ms, "secret").unwrap().records[0];
    let kept = one.add_task(now_ms + 1, "kept").unwrap().records[0];
    one.execute(
        now_ms + 2,
        TasksCommand::EditTasks {
            tasks: vec![secret, kept],
            edit: BulkEdit::Start,
        },
    )
    .unwrap();
    let started = one.life().to_snapshot();
    one.execute(
        now_ms + 3,
        TasksCommand::EditTasks {
            tasks: vec![secret],
            edit: BulkEdit::Trash,
        },
    )
    .unwrap();
    one.execute(now_ms + 4, TasksCommand::EmptyTrash { records: None })
        .unwrap();
    one.store(false);
    house.meet(&mut [&mut one]);
    assert!(one.erase(now_ms + 5, &mut house.relay));
    one.maintain(now_ms + 5);
    one.hand_over_bodies(now_ms + 5, &mut house.relay);
    one.crash();
    one.start(now_ms + 6).unwrap();
    let undone = one
        .with(now_ms + 7, |engine, space, out| engine.undo(space, out))
        .unwrap();
    assert_eq!(undone.records, [kept]);
    assert_ne!(one.life().to_snapshot(), started);
    one.store(false);
    let mut late = house.enrol(&mut one);
    house.meet(&mut [&mut one, &mut late]);
    assert_eq!(late.life().record_stamps(kept).len(), 3);
    assert!(late.life() == one.life());
}
