//! Writes that end in their midst: at every place a device starts again, knows what it had
//! acknowledged, and goes on. Found by the simulation, and kept here where they fail by name.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

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
