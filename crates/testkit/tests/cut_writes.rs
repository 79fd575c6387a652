//! Writes that end in their midst: at every place a device starts again, knows what it had
//! acknowledged, and goes on. Found by the simulation, and kept here where they fail by name.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use lifeos_replica::{FileKind, FileName, OpenProblem};
use lifeos_testkit::{Device, Household};

const NOW_MS: u64 = 1_795_000_000_000;
/// Between two cuts; with the bytes that a frame has beyond its text, every record is cut.
const STEP_BYTES: usize = 40;

/// Tells what happens when a write is cut after so many bytes, for a cut every few bytes of it.
fn at_every_cut(mut told: impl FnMut(&mut dyn FnMut(&mut Device))) {
    let mut at = 0;
    loop {
        let mut size = 0;
        told(&mut |device: &mut Device| {
            device.fail_after(false, |whole| {
                size = whole;
                at.min(whole)
            });
            device.start(NOW_MS).unwrap();
        });
        if at >= size {
            break;
        }
        at += STEP_BYTES;
    }
    assert!(at > STEP_BYTES, "there was something to cut");
}

#[test]
fn a_key_that_turned_while_the_power_went_leaves_nothing_unsent() {
    at_every_cut(|cut| {
        let (mut house, mut device) = Household::found(3);
        device.add_task(NOW_MS, "before the key turned").unwrap();
        device.store(false);
        device.rekey(NOW_MS, &mut house.relay);
        cut(&mut device);
        device.add_task(NOW_MS, "afterwards").ok();
        house.meet(&mut [&mut device]);
        let standing = device.engine().standing(house.space).unwrap();
        assert_eq!((standing.waiting, standing.refused), (0, None));
        assert!(house.relay.count() >= 1);
    });
}

#[test]
fn a_snapshot_that_was_cut_keeps_no_device_from_starting() {
    at_every_cut(|cut| {
        let (_, mut device) = Household::found(4);
        let snapshot = |device: &mut Device| {
            device.with(NOW_MS, |engine, _, out| engine.snapshot(out));
        };
        let first = device.add_task(NOW_MS, "first").unwrap().records[0];
        // Twice in a row: the second time there is nothing between.
        for _ in 0..2 {
            snapshot(&mut device);
            device.store(false);
        }
        let second = device.add_task(NOW_MS, "second").unwrap().records[0];
        device.store(false);
        snapshot(&mut device);
        cut(&mut device);
        for record in [first, second] {
            assert_eq!(device.life().record_stamps(record).len(), 1);
        }
    });
}

/// The newest journal and its bytes.
fn journal(device: &mut Device) -> (FileName, &mut Vec<u8>) {
    let names = device.disk.names().into_iter();
    let newest = names.filter(|name| name.kind == FileKind::Journal).max();
    let name = newest.unwrap();
    (name, device.disk.file_mut(name).unwrap())
}

#[test]
fn a_gap_in_the_last_write_is_cut_off_and_the_device_goes_on() {
    let (mut house, mut device) = Household::found(5);
    device.add_task(NOW_MS, "kept").unwrap();
    device.store(false);
    let before = journal(&mut device).1.len();
    // One write of two frames, of which the first sector was lost and the rest was not.
    device.add_task(NOW_MS, "one").unwrap();
    device.add_task(NOW_MS, "two").unwrap();
    device.store(false);
    device.crash();
    journal(&mut device).1[before..before + 64].fill(0);
    assert!(device.start(NOW_MS).unwrap() > 64);
    assert_eq!(device.life().record_count(), 1);
    assert_eq!(journal(&mut device).1.len(), before);
    device.add_task(NOW_MS, "afterwards").unwrap();
    house.meet(&mut [&mut device]);
    device.crash();
    device.start(NOW_MS).unwrap();
    assert_eq!(device.life().record_count(), 2);
    assert_eq!(device.causes(), []);
}

#[test]
fn a_gap_before_a_later_write_is_damage_and_nothing_is_cut_off() {
    let (_, mut device) = Household::found(6);
    let before = journal(&mut device).1.len();
    for title in ["acknowledged", "and this"] {
        device.add_task(NOW_MS, title).unwrap();
        device.store(false);
    }
    device.crash();
    // The length too: nobody knows where the next frame begins.
    journal(&mut device).1[before..before + 64].fill(0);
    let (name, bytes) = journal(&mut device);
    let bytes = bytes.clone();
    assert_eq!(device.start(NOW_MS), Err(OpenProblem::Damaged(name)));
    assert_eq!(*journal(&mut device).1, bytes);
}
