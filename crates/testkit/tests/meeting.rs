//! Two or three honest devices and an honest box.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use lifeos_replica::{EngineError, Source};
use lifeos_tasks::{BulkEdit, TaskField};
use lifeos_testkit::{Device, Household};

fn agree(left: &Device, right: &Device) {
    assert!(
        left.life() == right.life(),
        "both devices have folded the same"
    );
    assert_eq!(left.life().to_snapshot(), right.life().to_snapshot());
}

#[test]
fn what_one_device_writes_the_other_has() {
    let (mut house, mut one) = Household::found(1);
    let mut two = house.enrol(&mut one);
    let task = one
        .add_task(house.now_ms, "water the plants")
        .unwrap()
        .records[0];
    one.store(false);
    house.meet(&mut [&mut one, &mut two]);
    two.edit_task(house.now_ms + 5, task, BulkEdit::Complete)
        .unwrap();
    house.meet(&mut [&mut one, &mut two]);
    agree(&one, &two);
    assert_eq!(one.life().record_stamps(task).len(), 2);
    assert_eq!(one.causes(), []);
    assert_eq!(two.causes(), []);
    let standing = one.engine().standing(house.space).unwrap();
    assert_eq!((standing.waiting, standing.quarantined), (0, 0));
}

#[test]
fn nothing_is_pushed_before_it_is_durable() {
    let (mut house, mut one) = Household::found(2);
    one.add_task(house.now_ms, "not yet on the disk").unwrap();
    assert!(!one.push(house.now_ms, &mut house.relay, true));
    one.store(false);
    assert!(one.push(house.now_ms, &mut house.relay, true));
    assert_eq!(house.relay.count(), 1);
}

#[test]
fn a_resend_is_byte_identical_and_taken_once() {
    let (mut house, mut one) = Household::found(3);
    for title in ["a", "b", "c"] {
        one.add_task(house.now_ms, title).unwrap();
    }
    one.store(false);
    let first = one
        .with(house.now_ms, |engine, space, _| engine.next_push(space))
        .unwrap()
        .unwrap();
    assert!(one.push(house.now_ms, &mut house.relay, false));
    let again = one
        .with(house.now_ms, |engine, space, _| engine.next_push(space))
        .unwrap()
        .unwrap();
    assert_eq!(first.bytes, again.bytes);
    assert!(one.push(house.now_ms, &mut house.relay, true));
    assert_eq!(house.relay.count(), 3);
    assert_eq!(one.engine().standing(house.space).unwrap().waiting, 0);
}

#[test]
fn a_restart_loses_nothing_and_repeats_nothing() {
    let (mut house, mut one) = Household::found(4);
    let mut two = house.enrol(&mut one);
    for number in 0..20 {
        one.add_task(house.now_ms + number, &format!("task {number}"))
            .unwrap();
        one.store(false);
        if number == 7 {
            one.with(house.now_ms, |engine, _, out| engine.snapshot(out));
            one.store(false);
        }
    }
    house.meet(&mut [&mut one, &mut two]);
    let before = one.life().to_snapshot();
    one.crash();
    one.start(house.now_ms).unwrap();
    assert_eq!(one.life().to_snapshot(), before);
    assert_eq!(one.engine().standing(house.space).unwrap().waiting, 0);
    one.add_task(house.now_ms + 100, "after the restart")
        .unwrap();
    one.store(false);
    house.meet(&mut [&mut one, &mut two]);
    agree(&one, &two);
    assert_eq!((one.causes(), two.causes()), (vec![], vec![]));
}

#[test]
fn a_torn_last_write_is_cut_off_and_was_never_acknowledged() {
    let (mut house, mut one) = Household::found(5);
    one.add_task(house.now_ms, "kept").unwrap();
    one.store(false);
    let kept = one.life().to_snapshot();
    for _ in 0..20 {
        one.add_task(house.now_ms, "torn").unwrap();
        one.store(true);
        one.crash();
        one.start(house.now_ms).unwrap();
        if one.life().to_snapshot() != kept {
            // The whole write happened to reach the disk: it counts, and is pushed.
            break;
        }
    }
    let mut two = house.enrol(&mut one);
    house.meet(&mut [&mut one, &mut two]);
    agree(&one, &two);
    assert_eq!(two.causes(), []);
}

#[test]
fn undo_and_redo_survive_a_restart_and_leave_others_alone() {
    let (mut house, mut one) = Household::found(6);
    let mut two = house.enrol(&mut one);
    let task = one.add_task(house.now_ms, "draft").unwrap().records[0];
    let renamed = BulkEdit::Set {
        set: vec![TaskField::Title("letter".to_owned())],
    };
    one.edit_task(house.now_ms + 1, task, renamed).unwrap();
    one.store(false);
    let edited = one.life().to_snapshot();
    one.crash();
    one.start(house.now_ms).unwrap();
    let undone = one
        .with(house.now_ms + 2, |engine, space, out| {
            engine.undo(space, out)
        })
        .unwrap();
    assert_eq!((undone.records.len(), undone.left_alone.len()), (1, 0));
    assert_ne!(one.life().to_snapshot(), edited);
    one.store(false);
    one.crash();
    one.start(house.now_ms).unwrap();
    one.with(house.now_ms + 3, |engine, space, out| {
        engine.redo(space, out)
    })
    .unwrap();
    one.store(false);
    house.meet(&mut [&mut one, &mut two]);
    let renamed = BulkEdit::Set {
        set: vec![TaskField::Title("invoice".to_owned())],
    };
    two.edit_task(house.now_ms + 4, task, renamed).unwrap();
    two.store(false);
    house.meet(&mut [&mut one, &mut two]);
    let undone = one
        .with(house.now_ms + 5, |engine, space, out| {
            engine.undo(space, out)
        })
        .unwrap();
    assert_eq!(undone.records, [], "the other device's title stays");
    assert_eq!(undone.left_alone.len(), 1, "and is named");
}

#[test]
fn a_history_is_told_and_an_earlier_state_comes_back() {
    let (mut house, mut one) = Household::found(7);
    let task = one.add_task(house.now_ms, "first").unwrap().records[0];
    for (after, title) in [(1, "second"), (2, "third")] {
        let edit = BulkEdit::Set {
            set: vec![TaskField::Title(title.to_owned())],
        };
        one.edit_task(house.now_ms + after, task, edit).unwrap();
    }
    one.store(false);
    let space = house.space;
    let reads = one.engine().history_reads(space, task).unwrap();
    let bytes = one.disk.read(&reads);
    let entries = one
        .with(house.now_ms, |engine, space, _| {
            engine.history(space, task, &bytes)
        })
        .unwrap();
    assert_eq!(entries.len(), 3);
    assert!(entries.is_sorted_by(|newer, older| newer.stamp > older.stamp));
    let oldest = entries.last().unwrap().stamp;
    one.with(house.now_ms + 9, |engine, space, out| {
        engine.restore_to(space, task, oldest, &bytes, out)
    })
    .unwrap();
    house.now_ms += 20;
    one.store(false);
    let reads = one.engine().history_reads(space, task).unwrap();
    let bytes = one.disk.read(&reads);
    let entries = one
        .with(house.now_ms, |engine, space, _| {
            engine.history(space, task, &bytes)
        })
        .unwrap();
    assert_eq!(entries.len(), 4);
    assert!(
        serde_json::to_string(&entries[0])
            .unwrap()
            .contains("first")
    );
}

#[test]
fn a_revocation_turns_the_epoch_and_reseals_what_waits() {
    let (mut house, mut one) = Household::found(8);
    let mut two = house.enrol(&mut one);
    let mut three = house.enrol(&mut one);
    house.meet(&mut [&mut one, &mut two, &mut three]);
    two.add_task(house.now_ms, "written unaware").unwrap();
    two.store(false);
    let target = three.id();
    house.revoke(&mut one, target);
    house.meet(&mut [&mut one, &mut two]);
    agree(&one, &two);
    assert_eq!(house.relay.count(), 1);
    let newest = house.relay.space.epoch();
    assert_eq!(newest, 2);
    assert!(
        house
            .relay
            .changes()
            .all(|(_, _, change)| change.seal.epoch == newest)
    );
    assert!(
        house
            .relay
            .changes()
            .all(|(_, _, change)| change.statement.epoch == 1)
    );
    three.pull(house.now_ms, &house.relay, usize::MAX);
    assert!(three.engine().is_revoked());
    let refused = three.add_task(house.now_ms, "too late");
    assert_eq!(refused.unwrap_err(), EngineError::Revoked);
}

#[test]
fn what_lies_beyond_a_cut_is_unfolded_wherever_it_was() {
    let (mut house, mut one) = Household::found(9);
    let mut two = house.enrol(&mut one);
    let mut thief = house.enrol(&mut one);
    thief.add_task(house.now_ms, "before").unwrap();
    thief.store(false);
    house.meet(&mut [&mut one, &mut two, &mut thief]);
    let before = two.life().to_snapshot();
    thief.add_task(house.now_ms + 1, "beyond").unwrap();
    thief.store(false);
    // The one who revokes has not seen the change; the box and the second device have.
    let target = thief.id();
    let cuts = one.engine().cuts_for(&[target]);
    assert!(thief.push(house.now_ms, &mut house.relay, true));
    two.pull(house.now_ms, &house.relay, usize::MAX);
    two.store(false);
    assert_ne!(two.life().to_snapshot(), before);
    let now_ms = house.now_ms;
    let mut chance = lifeos_testkit::Chance::new(99);
    let (act, secret) = one.with(now_ms, |engine, _, out| {
        let stay: Vec<_> = engine
            .account_log()
            .active_devices()
            .filter(|device| device.id != target)
            .map(|device| lifeos_crypto::wrap::Recipient::device(&device.keys))
            .collect();
        lifeos_replica::acts::revoke(
            &engine.account_end(),
            engine.device_keys(),
            engine.account_secret().unwrap(),
            vec![target.into()],
            cuts,
            engine.log_cuts(engine.account_log()),
            &stay,
            out.now_ms,
            &mut chance,
        )
        .unwrap()
    });
    assert!(house.relay.append(&act));
    one.with(now_ms, |engine, _, out| {
        engine
            .apply_statement(act.kind, &act.statement, out)
            .unwrap();
        engine.take_account_secret(secret, out).unwrap();
    });
    house.meet(&mut [&mut one, &mut two]);
    agree(&one, &two);
    assert_eq!(
        two.life().to_snapshot(),
        before,
        "the change beyond the cut is folded nowhere"
    );
    two.crash();
    two.start(now_ms).unwrap();
    two.maintain(now_ms);
    assert_eq!(two.life().to_snapshot(), before);
}

#[test]
fn a_cut_stream_goes_on_where_it_stopped() {
    let (mut house, mut one) = Household::found(10);
    let mut two = house.enrol(&mut one);
    for number in 0..200 {
        one.add_task(house.now_ms + number, "one of many").unwrap();
    }
    one.store(false);
    house.meet(&mut [&mut one]);
    two.pull(house.now_ms, &house.relay, usize::MAX);
    for number in 0..300 {
        one.add_task(house.now_ms + 1_000 + number, "one of many more")
            .unwrap();
    }
    one.store(false);
    house.meet(&mut [&mut one]);
    let mut cut_at = 1;
    let mut pulls = 0;
    while !two.pull(house.now_ms, &house.relay, cut_at).complete {
        cut_at += 9_973;
        pulls += 1;
        if pulls % 5 == 0 {
            two.store(false);
            two.crash();
            two.start(house.now_ms).unwrap();
        }
    }
    assert!(pulls > 5, "it was really cut");
    agree(&one, &two);
    assert_eq!(two.causes(), []);
}

#[test]
fn a_live_query_is_answered_again_only_where_its_answer_changed() {
    let (house, mut one) = Household::found(11);
    let now_ms = house.now_ms;
    one.with(now_ms, |engine, space, out| {
        engine
            .subscribe(7, space, lifeos_life::Query::Today, out)
            .unwrap();
        engine
            .subscribe(8, space, lifeos_life::Query::Batches, out)
            .unwrap();
    });
    let task = one.add_task(now_ms, "begin").unwrap().records[0];
    one.edit_task(now_ms, task, BulkEdit::Start).unwrap();
    let views = one.with(now_ms, |engine, _, _| engine.take_views());
    assert_eq!(
        views
            .iter()
            .map(|view| view.subscription)
            .collect::<Vec<_>>(),
        [7]
    );
    assert!(views[0].local);
    let _ = Source::Ui;
}
