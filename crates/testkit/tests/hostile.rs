//! A hostile box, attack by attack (the numbers are those of the list of attacks). Each test looks
//! at the folded state and the alarms of the devices, not at any screen.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use lifeos_crypto::DeviceKeys;
use lifeos_protocol::batch::Batch;
use lifeos_protocol::change::Change;
use lifeos_protocol::log::{Applied, LogKind, Role};
use lifeos_protocol::stream::{Frame, Run};
use lifeos_protocol::{Class, IncarnationId, Wire};
use lifeos_replica::{Cause, ClockState, EngineError, Reason, acts};
use lifeos_testkit::tamper::{self, complete_of, with_runs};
use lifeos_testkit::{Chance, Device, Household, craft};

/// Two devices that have met, and some tasks of the first.
fn pair(seed: u64, tasks: u64) -> (Household, Device, Device) {
    let (mut house, mut one) = Household::found(seed);
    let mut two = house.enrol(&mut one);
    house.meet(&mut [&mut one, &mut two]);
    for number in 0..tasks {
        one.add_task(house.now_ms + number, &format!("task {number}"))
            .unwrap();
    }
    one.store(false);
    house.now_ms += 1_000;
    while one.push(house.now_ms, &mut house.relay, true) {}
    (house, one, two)
}

fn pull(device: &mut Device, house: &Household, alter: impl FnOnce(Vec<Frame>) -> Vec<Frame>) {
    device.pull_altered(house.now_ms, &house.relay, usize::MAX, alter);
    device.store(false);
}

/// The device keeps its last good state and says exactly this; an honest pull heals the rest.
fn unchanged(device: &Device, before: &[u8], cause: Cause) {
    assert_eq!(
        device.life().to_snapshot(),
        before,
        "the last good state stands"
    );
    assert!(
        device.causes().contains(&cause),
        "{cause:?} is not among {:?}",
        device.causes()
    );
}

#[test]
fn attack_16_a_body_moved_to_another_counter_is_set_aside() {
    let (house, _, mut two) = pair(16, 2);
    let before = two.life().to_snapshot();
    pull(&mut two, &house, tamper::swap_bodies);
    unchanged(&two, &before, Cause::Quarantined);
    let reasons: Vec<Reason> = two
        .engine()
        .quarantine(house.space)
        .iter()
        .map(|change| change.reason)
        .collect();
    assert_eq!(reasons, [Reason::Unopenable, Reason::Unopenable]);
}

#[test]
fn attack_17_a_statement_of_another_counter_breaks_the_chain() {
    let (house, _, mut two) = pair(17, 3);
    let before = two.life().to_snapshot();
    pull(&mut two, &house, tamper::mix_statements);
    unchanged(&two, &before, Cause::ChainBroken);
    pull(&mut two, &house, |frames| frames);
    assert_eq!(
        two.engine().standing(house.space).unwrap().changes,
        3,
        "an honest pull goes on"
    );
}

#[test]
fn attack_19_no_bit_of_a_body_can_be_exchanged() {
    for at in [0, 1, 100, 255] {
        let (house, _, mut two) = pair(19, 1);
        let before = two.life().to_snapshot();
        pull(&mut two, &house, |frames| {
            with_runs(frames, |run| {
                let change = &run.changes[0];
                let mut ciphertext = change.ciphertext().to_vec();
                ciphertext[at] ^= 1;
                run.changes[0] =
                    Change::new(change.statement.clone(), change.seal.clone(), ciphertext).unwrap();
            })
        });
        unchanged(&two, &before, Cause::Quarantined);
        assert_eq!(
            two.engine().quarantine(house.space)[0].reason,
            Reason::Unopenable
        );
    }
}

#[test]
fn attack_21_reordered_repeated_and_shortened_runs_are_noticed() {
    let (house, _, mut two) = pair(21, 3);
    let before = two.life().to_snapshot();
    pull(&mut two, &house, tamper::reorder);
    unchanged(&two, &before, Cause::ChainBroken);
    let (house, _, mut two) = pair(210, 3);
    let before = two.life().to_snapshot();
    pull(&mut two, &house, tamper::repeat);
    unchanged(&two, &before, Cause::ChainBroken);
    let (house, _, mut two) = pair(211, 3);
    let before = two.life().to_snapshot();
    pull(&mut two, &house, tamper::shorten);
    unchanged(&two, &before, Cause::HeadBeyond);
}

#[test]
fn attack_63_what_is_true_and_known_is_not_listened_to_for_ever() {
    /// Every frame but the end, so often, and the end.
    fn again(frames: Vec<Frame>, times: u64) -> Vec<Frame> {
        let mut sequence = None;
        let mut all = Vec::new();
        for _ in 0..times {
            for mut frame in frames.iter().cloned() {
                match &mut frame {
                    Frame::Complete(_) => continue,
                    Frame::Run(run) => {
                        run.sequence = *sequence.get_or_insert(run.sequence);
                        sequence = Some(run.sequence + run.changes.len() as u64);
                    }
                    _ => {}
                }
                all.push(frame);
            }
        }
        all
    }
    let (house, _, mut honest) = pair(63, 3);
    honest.pull(house.now_ms, &house.relay, usize::MAX);
    for (times, stopped) in [(20, None), (2_000, Some(Cause::Replayed))] {
        let (house, _, mut two) = pair(63, 3);
        let alter = |frames| again(frames, times);
        let received = two.pull_altered(house.now_ms, &house.relay, usize::MAX, alter);
        assert_eq!(received.stopped, stopped, "{times} times");
        two.store(false);
        assert!(two.life() == honest.life(), "what was true stands");
        assert!(two.causes().contains(&Cause::Replayed), "{times} times");
    }
}

#[test]
fn attack_26_an_older_state_is_no_news() {
    let (mut house, mut one, mut two) = pair(26, 1);
    let old = house.relay.clone();
    one.add_task(house.now_ms, "newer").unwrap();
    one.store(false);
    house.meet(&mut [&mut one, &mut two]);
    let before = two.life().to_snapshot();
    two.pull(house.now_ms, &old, usize::MAX);
    unchanged(&two, &before, Cause::CursorBehind);
}

#[test]
fn attack_27_a_withheld_device_is_named_by_another() {
    let (mut house, mut one, mut two) = pair(27, 2);
    let mut three = house.enrol(&mut one);
    house.meet(&mut [&mut one, &mut two]);
    two.add_task(house.now_ms, "has seen the first device")
        .unwrap();
    two.store(false);
    two.push(house.now_ms, &mut house.relay, true);
    let hidden = one.id();
    three.pull_altered(house.now_ms, &house.relay, usize::MAX, |frames| {
        tamper::withhold(frames, hidden)
    });
    assert!(three.causes().contains(&Cause::NamedMissing));
    let alarms = three.engine().alarms();
    let alarm = alarms
        .iter()
        .find(|alarm| alarm.cause == Cause::NamedMissing)
        .unwrap();
    assert_eq!((alarm.device, alarm.counter), (hidden, 2));
}

#[test]
fn attack_27_a_withheld_revocation_is_noticed_with_the_next_change() {
    let (mut house, mut one, mut two) = pair(270, 1);
    let three = house.enrol(&mut one);
    house.meet(&mut [&mut one, &mut two]);
    let account = house.relay.account(one.engine().account());
    let known = account.sequence();
    let (old_account, old_space) = (account.head(), house.relay.space.head());
    house.revoke(&mut one, three.id());
    one.add_task(house.now_ms, "after the revocation").unwrap();
    one.store(false);
    house.meet(&mut [&mut one]);
    let before = two.life().to_snapshot();
    pull(&mut two, &house, |mut frames| {
        let complete = complete_of(&mut frames);
        complete.accounts[0].head = old_account;
        complete.space_log_head = old_space;
        let told = |frame: &Frame| match frame {
            Frame::Log(LogKind::Account, statement) => statement.sequence <= known,
            Frame::Log(LogKind::Space, statement) => statement.sequence == 0,
            _ => true,
        };
        frames.into_iter().filter(told).collect()
    });
    unchanged(&two, &before, Cause::LogWithheld);
}

#[test]
fn attack_28_two_histories_of_one_device_are_a_fork_at_first_contact() {
    let (mut house, mut one, mut two) = pair(28, 1);
    house.meet(&mut [&mut one, &mut two]);
    let before_disk = one.disk.clone();
    let mut other_box = house.relay.clone();
    one.add_task(house.now_ms, "told to the first box").unwrap();
    one.store(false);
    one.push(house.now_ms, &mut house.relay, true);
    two.pull(house.now_ms, &house.relay, usize::MAX);
    two.store(false);
    // The same profile, put back to before, writes something else to another box.
    one.disk = before_disk;
    one.start(house.now_ms).unwrap();
    one.add_task(house.now_ms, "told to the second box")
        .unwrap();
    one.store(false);
    one.push(house.now_ms, &mut other_box, true);
    let before = two.life().to_snapshot();
    let told = other_box.heads_of(one.id());
    two.pull_altered(house.now_ms, &house.relay, usize::MAX, |mut frames| {
        let end = frames.len() - 1;
        frames.insert(end, Frame::Head(*told.last().unwrap()));
        frames
    });
    unchanged(&two, &before, Cause::ForkedChain);
    let alarms = two.engine().alarms();
    let alarm = alarms
        .iter()
        .find(|alarm| alarm.cause == Cause::ForkedChain)
        .unwrap();
    assert_eq!(
        alarm.evidence.len(),
        2 * told[0].to_bytes().len(),
        "both signed heads are kept"
    );
    // And the clone itself learns from the first box that its id is to be retired.
    one.pull(house.now_ms, &house.relay, usize::MAX);
    assert!(one.causes().contains(&Cause::Diverged));
    assert_eq!(
        one.add_task(house.now_ms, "no more").unwrap_err(),
        EngineError::Diverged
    );
    one.maintain(house.now_ms);
    assert_eq!(
        one.engine().export_outbox_intents(house.space).len(),
        1,
        "what the second box had taken is not lost"
    );
}

#[test]
fn attack_28_a_retired_profile_writes_its_outbox_again_once() {
    let (mut house, mut one, mut two) = pair(281, 1);
    house.meet(&mut [&mut one, &mut two]);
    let old_disk = one.disk.clone();
    one.add_task(house.now_ms, "pushed before the profile was put back")
        .unwrap();
    one.store(false);
    one.push(house.now_ms, &mut house.relay, true);
    one.disk = old_disk;
    one.start(house.now_ms).unwrap();
    let kept = one
        .add_task(house.now_ms, "written offline afterwards")
        .unwrap()
        .records[0];
    one.store(false);
    one.pull(house.now_ms, &house.relay, usize::MAX);
    let intents = one.engine().export_outbox_intents(house.space);
    let mut again = house.enrol(&mut two);
    house.meet(&mut [&mut two, &mut again]);
    again
        .with(house.now_ms, |engine, space, out| {
            engine.write_again(space, &intents, out)
        })
        .unwrap();
    again
        .with(house.now_ms, |engine, space, out| {
            engine.write_again(space, &intents, out)
        })
        .unwrap();
    again.store(false);
    house.meet(&mut [&mut two, &mut again]);
    assert_eq!(
        two.life().record_stamps(kept).len(),
        1,
        "told twice, folded once"
    );
    assert!(two.life() == again.life());
}

#[test]
fn attack_29_a_change_served_again_as_new_changes_nothing() {
    let (mut house, mut one, mut two) = pair(29, 2);
    house.meet(&mut [&mut one, &mut two]);
    let before = two.life().to_snapshot();
    let first = house
        .relay
        .changes()
        .next()
        .map(|(_, _, change)| change.clone())
        .unwrap();
    let device = one.id();
    pull(&mut two, &house, |mut frames| {
        let end = frames.len() - 1;
        let sequence = complete_of(&mut frames).sequence + 1;
        complete_of(&mut frames).sequence = sequence;
        frames.insert(
            end,
            Frame::Run(Run {
                sequence,
                device,
                first: 1,
                changes: vec![first],
            }),
        );
        frames
    });
    unchanged(&two, &before, Cause::Replayed);
}

#[test]
fn attack_30_cursor_games_are_refused() {
    for (seed, cause) in [
        (30, Cause::CursorAhead),
        (31, Cause::SequenceGap),
        (32, Cause::CounterGap),
    ] {
        let (house, _, mut two) = pair(seed, 3);
        let before = two.life().to_snapshot();
        pull(&mut two, &house, |mut frames| {
            match cause {
                Cause::CursorAhead => complete_of(&mut frames).sequence += 5,
                Cause::SequenceGap => frames = with_runs(frames, |run| run.sequence += 1),
                _ => frames = with_runs(frames, |run| run.first += 1),
            }
            frames
        });
        if cause == Cause::CursorAhead {
            assert!(two.causes().contains(&cause));
        } else {
            unchanged(&two, &before, cause);
        }
        pull(&mut two, &house, |frames| frames);
        assert_eq!(two.engine().standing(house.space).unwrap().changes, 3);
    }
}

#[test]
fn attack_31_a_box_years_off_stops_the_stamping_until_it_is_confirmed() {
    let (mut house, _, mut two) = pair(310, 1);
    house.relay.clock_offset_ms = 5 * 365 * 86_400_000;
    two.pull(house.now_ms, &house.relay, usize::MAX);
    assert!(matches!(two.engine().clock(), ClockState::Unsure { .. }));
    assert_eq!(
        two.add_task(house.now_ms, "when?").unwrap_err(),
        EngineError::ClockUnsure
    );
    two.with(house.now_ms, |engine, _, _| engine.confirm_clock());
    assert!(two.add_task(house.now_ms, "now").is_ok());
}

#[test]
fn attack_31_a_change_from_the_future_is_held_until_it_is_reached() {
    let (mut house, mut one, mut two) = pair(311, 0);
    one.clock_offset_ms = 3_600_000;
    one.add_task(house.now_ms, "from the future").unwrap();
    one.store(false);
    one.push(house.now_ms, &mut house.relay, true);
    let before = two.life().to_snapshot();
    two.pull(house.now_ms, &house.relay, usize::MAX);
    two.store(false);
    unchanged(&two, &before, Cause::OthersClock);
    two.crash();
    two.start(house.now_ms).unwrap();
    assert_eq!(two.life().to_snapshot(), before, "held across a restart");
    assert_eq!(two.engine().standing(house.space).unwrap().held, 1);
    house.now_ms += 3_600_000;
    assert!(two.with(house.now_ms, |engine, _, out| engine.tick(out)));
    assert_ne!(two.life().to_snapshot(), before);
}

#[test]
fn attack_32_a_restored_box_is_taken_only_when_an_owner_admits_it() {
    let (mut house, mut one, mut two) = pair(320, 2);
    house.meet(&mut [&mut one, &mut two]);
    let backup = house.relay.clone();
    for number in 0..3 {
        one.add_task(house.now_ms + number, "after the backup")
            .unwrap();
    }
    one.store(false);
    house.meet(&mut [&mut one, &mut two]);
    let before = one.life().to_snapshot();
    house.relay = backup;
    house.relay.incarnation = IncarnationId::new([2; 16]);
    one.pull(house.now_ms, &house.relay, usize::MAX);
    unchanged(&one, &before, Cause::NewIncarnation);
    let now_ms = house.now_ms;
    let act = one.with(now_ms, |engine, _, out| {
        engine.make_admit_incarnation(IncarnationId::new([2; 16]), out)
    });
    assert!(house.relay.append(&act));
    for device in [&mut one, &mut two] {
        device.with(now_ms, |engine, _, out| {
            engine
                .apply_statement(act.kind, &act.statement, out)
                .unwrap();
        });
    }
    for _ in 0..2 {
        for device in [&mut one, &mut two] {
            device.pull(now_ms, &house.relay, usize::MAX);
            device.maintain(now_ms);
            while device.push(now_ms, &mut house.relay, true) {}
            device.store(false);
        }
    }
    assert_eq!(
        house.relay.count(),
        5,
        "what the box had lost is there again"
    );
    assert_eq!(one.life().to_snapshot(), before);
    assert!(one.life() == two.life());
}

#[test]
fn attack_33_a_device_that_the_box_enrols_is_no_device() {
    let (house, mut one, mut two) = pair(33, 1);
    let mut chance = Chance::new(33);
    let attacker = DeviceKeys::make(&mut chance);
    let secret = lifeos_crypto::AccountSecret::make(1, &mut chance);
    let end = one.engine().account_end();
    let forged = acts::add_device(
        &end,
        &attacker,
        &secret,
        attacker.public(),
        Class::Full,
        1,
        &mut chance,
    )
    .unwrap();
    let before = two.life().to_snapshot();
    let devices = two.engine().account_log().devices().count();
    pull(&mut two, &house, |mut frames| {
        frames.insert(0, Frame::Log(LogKind::Account, forged.statement.clone()));
        frames
    });
    unchanged(&two, &before, Cause::StatementForged);
    assert_eq!(two.engine().account_log().devices().count(), devices);
    let refused = one.with(house.now_ms, |engine, _, out| {
        engine.apply_statement(LogKind::Account, &forged.statement, out)
    });
    assert!(refused.is_err());
    let wrap = one.with(house.now_ms, |engine, _, out| {
        engine.receive_wrap(&forged.wraps[0], out)
    });
    assert_eq!(wrap.unwrap_err(), EngineError::Sealed);
}

#[test]
fn attack_34_a_removed_device_writes_nothing_more_even_with_the_box() {
    let (mut house, mut one, mut two) = pair(34, 1);
    let mut thief = house.enrol(&mut one);
    house.meet(&mut [&mut one, &mut two, &mut thief]);
    thief.add_task(house.now_ms, "back-dated").unwrap();
    thief.store(false);
    let push = thief
        .with(house.now_ms, |engine, space, _| engine.next_push(space))
        .unwrap()
        .unwrap();
    house.revoke(&mut one, thief.id());
    house.meet(&mut [&mut one, &mut two]);
    assert!(
        house.relay.push(&push.bytes).is_err(),
        "an honest box refuses it"
    );
    let before = two.life().to_snapshot();
    let batch = Batch::from_bytes(&push.bytes).unwrap();
    let (device, first) = (batch.device(), batch.first());
    let (changes, head) = batch.into_parts();
    pull(&mut two, &house, |mut frames| {
        let end = frames.len() - 1;
        let sequence = complete_of(&mut frames).sequence + 1;
        complete_of(&mut frames).sequence = sequence;
        frames.insert(end, Frame::Head(head));
        frames.insert(
            end,
            Frame::Run(Run {
                sequence,
                device,
                first,
                changes,
            }),
        );
        frames
    });
    assert_eq!(two.life().to_snapshot(), before, "kept, and never folded");
    assert_eq!(two.engine().standing(house.space).unwrap().changes, 2);
}

#[test]
fn attack_34_a_revoked_device_lets_nobody_in_with_the_boxs_help() {
    let (mut house, mut one, mut two) = pair(340, 1);
    let mut thief = house.enrol(&mut one);
    house.meet(&mut [&mut one, &mut two, &mut thief]);
    let friend = house.found_stranger();
    let statements = house.relay.account(friend).statements().to_vec();
    let adds = thief.with(house.now_ms, |engine, space, out| {
        engine.meet(friend, &statements, out).unwrap();
        engine.make_add_member(space, friend, Role::Admin, out)
    });
    let adds = adds.unwrap();
    // The box takes the revocation, and afterwards what the thief signs from the head before.
    let mut bad_box = house.relay.clone();
    house.revoke(&mut one, thief.id());
    bad_box.accounts.clone_from(&house.relay.accounts);
    let taken = bad_box
        .space
        .apply(adds.statement.clone(), &bad_box.accounts);
    assert_eq!(taken, Ok(Applied::Added), "each log by itself is in order");
    assert!(!house.relay.append(&adds), "an honest box refuses it");

    two.pull(house.now_ms, &bad_box, usize::MAX);
    two.store(false);
    assert!(two.causes().contains(&Cause::BeyondCut));
    let standing = two.engine().standing(house.space).unwrap();
    assert!(standing.frozen && standing.rekeying);
    assert_eq!(
        two.engine().rekeys_due(),
        [],
        "no key is sealed to the friend"
    );
    two.add_task(house.now_ms, "not for the friend").unwrap();
    two.store(false);
    assert!(!two.push(house.now_ms, &mut bad_box, true));
    assert_eq!(two.engine().standing(house.space).unwrap().waiting, 1);
    let told = two.causes().len();
    two.crash();
    two.start(house.now_ms).unwrap();
    assert!(two.engine().standing(house.space).unwrap().frozen);
    let engine = two.engine();
    assert!(engine.is_frozen(), "and says so in its status");
    assert_eq!(engine.frozen_logs(), [], "where there is nothing to choose");
    assert_eq!(two.causes().len(), told, "told once");
}

#[test]
fn attack_62_a_poisoned_change_is_set_aside_and_the_rest_goes_on() {
    let (mut house, mut one, mut two) = pair(62, 1);
    let mut bad = house.enrol(&mut one);
    house.meet(&mut [&mut one, &mut two, &mut bad]);
    let poison = craft(&bad, &house.relay, house.space, &[vec![0xFF; 300]]);
    house.relay.push(&poison).unwrap();
    one.add_task(house.now_ms, "the rest").unwrap();
    one.store(false);
    one.push(house.now_ms, &mut house.relay, true);
    let before = two.life().to_snapshot();
    assert!(two.pull(house.now_ms, &house.relay, usize::MAX).complete);
    two.store(false);
    assert_ne!(two.life().to_snapshot(), before, "the rest is folded");
    let aside = two.engine().quarantine(house.space);
    assert_eq!(
        (aside.len(), aside[0].device, aside[0].reason),
        (1, bad.id(), Reason::Unreadable)
    );
    assert!(two.causes().contains(&Cause::Quarantined));
    two.with(house.now_ms, |engine, _, out| engine.snapshot(out));
    two.store(false);
    two.crash();
    two.start(house.now_ms).unwrap();
    assert_eq!(
        two.engine().quarantine(house.space).len(),
        1,
        "kept across a restart"
    );
}

#[test]
fn attack_63_a_damaged_disk_is_named_and_no_fresh_start_is_made() {
    let (house, _, mut two) = pair(63, 1);
    two.pull(house.now_ms, &house.relay, usize::MAX);
    two.store(false);
    let names = two.disk.names();
    let journal = names
        .into_iter()
        .find(|name| name.to_string().starts_with("journal"))
        .unwrap();
    let bytes = two.disk.file_mut(journal).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let clean = lifeos_testkit::Disk::clone(&two.disk);
    assert_eq!(
        two.start(house.now_ms).unwrap_err(),
        lifeos_replica::OpenProblem::Damaged(journal)
    );
    assert_eq!(two.disk.names(), clean.names(), "nothing was written over");
}
