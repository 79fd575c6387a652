//! A start from a snapshot compares a few records with what the log says of them.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use lifeos_replica::Cause;
use lifeos_testkit::Household;

#[test]
fn a_snapshot_that_is_not_what_the_log_says_is_noticed_and_folded_anew() {
    let (mut house, mut device) = Household::found(7);
    let now_ms = house.now_ms;
    for number in 0..4 {
        device.add_task(now_ms + number, "kept").unwrap();
    }
    device.store(false);
    house.meet(&mut [&mut device]);
    let whole = device.life().clone();
    device.with(now_ms + 10, |engine, space, out| {
        engine.lose_a_record(space);
        engine.snapshot(out);
    });
    device.store(false);
    assert!(*device.life() != whole);

    device.start(now_ms + 20).unwrap();
    assert!(*device.life() != whole, "the snapshot was read as it is");
    device.maintain(now_ms + 21);
    assert!(*device.life() == whole);
    let damaged = |causes: Vec<Cause>| {
        causes
            .iter()
            .filter(|cause| **cause == Cause::Damaged)
            .count()
    };
    assert_eq!(damaged(device.causes()), 1);

    device.with(now_ms + 30, |engine, _, out| engine.snapshot(out));
    device.store(false);
    device.start(now_ms + 31).unwrap();
    let reads = device.with(now_ms + 32, |engine, space, _| {
        engine.maintenance_reads(space)
    });
    assert!(!reads.is_empty(), "every start compares");
    device.maintain(now_ms + 32);
    assert!(*device.life() == whole);
    assert_eq!(damaged(device.causes()), 1, "what is whole is not blamed");
    let reads = device.with(now_ms + 33, |engine, space, _| {
        engine.maintenance_reads(space)
    });
    assert!(reads.is_empty(), "once a start");
}
