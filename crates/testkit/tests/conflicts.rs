//! Two devices write one field: a conflict only where neither had seen the other's write.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use lifeos_kernel::RecordId;
use lifeos_tasks::{BulkEdit, TaskField};
use lifeos_testkit::{Device, Household};

fn rename(device: &mut Device, now_ms: u64, task: RecordId, title: &str) {
    let set = vec![TaskField::Title(title.to_owned())];
    device
        .edit_task(now_ms, task, BulkEdit::Set { set })
        .unwrap();
    device.store(false);
}

/// The fields of the conflicts that a device knows, each with the device whose write gave way.
fn conflicts(house: &Household, device: &Device) -> Vec<(String, [u8; 16])> {
    let all = device.engine().conflicts(house.space);
    all.iter()
        .map(|conflict| (conflict.field.clone(), conflict.lost.device().0))
        .collect()
}

fn three(seed: u64) -> (Household, [Device; 3], RecordId) {
    let (mut house, mut one) = Household::found(seed);
    let mut two = house.enrol(&mut one);
    let mut three = house.enrol(&mut one);
    let task = one.add_task(house.now_ms, "draft").unwrap().records[0];
    one.store(false);
    house.meet(&mut [&mut one, &mut two, &mut three]);
    (house, [one, two, three], task)
}

#[test]
fn a_title_written_twice_unaware_is_a_conflict_on_every_device_and_after_a_restart() {
    let (mut house, [mut one, mut two, mut three], task) = three(40);
    rename(&mut one, house.now_ms + 1, task, "letter");
    rename(&mut two, house.now_ms + 2, task, "invoice");
    house.meet(&mut [&mut one, &mut two, &mut three]);
    let gave_way = *one.engine().device().as_bytes();
    let told = vec![("title".to_owned(), gave_way)];
    for device in [&one, &two, &three] {
        assert_eq!(conflicts(&house, device), told);
    }
    for device in [&mut one, &mut two] {
        device.crash();
        device.start(house.now_ms + 10).unwrap();
        assert_eq!(conflicts(&house, device), told);
    }
    two.with(house.now_ms + 11, |engine, _, out| engine.snapshot(out));
    two.store(false);
    two.crash();
    two.start(house.now_ms + 12).unwrap();
    assert_eq!(conflicts(&house, &two), told);
}

#[test]
fn a_title_replaced_by_who_had_seen_it_is_none() {
    let (mut house, [mut one, mut two, mut three], task) = three(41);
    rename(&mut one, house.now_ms + 1, task, "letter");
    house.meet(&mut [&mut one, &mut two]);
    rename(&mut two, house.now_ms + 2, task, "invoice");
    // The third hears of both at once, and of the second one's chain first or last.
    house.meet(&mut [&mut two, &mut one, &mut three]);
    rename(&mut three, house.now_ms + 3, task, "receipt");
    house.meet(&mut [&mut one, &mut two, &mut three]);
    for device in [&one, &two, &three] {
        assert_eq!(conflicts(&house, device), []);
    }
}

#[test]
fn the_same_title_from_two_devices_and_different_fields_are_none() {
    let (mut house, [mut one, mut two, mut three], task) = three(42);
    rename(&mut one, house.now_ms + 1, task, "letter");
    rename(&mut two, house.now_ms + 2, task, "letter");
    three
        .edit_task(house.now_ms + 2, task, BulkEdit::Start)
        .unwrap();
    three.store(false);
    house.meet(&mut [&mut one, &mut two, &mut three]);
    for device in [&one, &two, &three] {
        assert_eq!(conflicts(&house, device), []);
    }
}

#[test]
fn who_comes_later_tells_what_still_stands() {
    let (mut house, [mut one, mut two, mut three], task) = three(43);
    rename(&mut one, house.now_ms + 1, task, "letter");
    rename(&mut two, house.now_ms + 2, task, "invoice");
    house.meet(&mut [&mut one, &mut two, &mut three]);
    let mut late = house.enrol(&mut one);
    house.meet(&mut [&mut one, &mut late]);
    let told = conflicts(&house, &one);
    assert_eq!(told.len(), 1);
    assert_eq!(conflicts(&house, &late), told);
}
