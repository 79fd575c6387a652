//! Several people in one space: who may write, who is cut off, and what nobody can pass off as
//! somebody else's.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use lifeos_protocol::change::Change;
use lifeos_protocol::log::{Cut, Role};
use lifeos_protocol::stream::Frame;
use lifeos_replica::{Cause, EngineError, Reason};
use lifeos_testkit::{Device, Household, craft};

/// Anna, who owns the space, and Ben.
fn two_people(seed: u64, role: Role) -> (Household, Device, Device) {
    let (mut house, mut anna) = Household::found(seed);
    let ben = house.invite(&mut anna, role);
    (house, anna, ben)
}

fn agree(left: &Device, right: &Device) {
    assert!(left.life() == right.life(), "both have folded the same");
}

fn write(house: &Household, by: &mut Device, title: &str) {
    by.add_task(house.now_ms, title).unwrap();
    by.store(false);
}

/// How many tasks a device has in all.
fn tasks(device: &Device) -> usize {
    device.life().record_count()
}

#[test]
fn what_one_person_writes_the_other_has_and_what_was_written_before_too() {
    let (mut house, mut anna) = Household::found(700);
    write(&house, &mut anna, "from before");
    house.meet(&mut [&mut anna]);
    let mut ben = house.invite(&mut anna, Role::Member);
    write(&house, &mut ben, "from Ben");
    house.meet(&mut [&mut anna, &mut ben]);
    agree(&anna, &ben);
    assert_eq!(tasks(&ben), 2);
    assert_eq!((anna.causes(), ben.causes()), (vec![], vec![]));
}

#[test]
fn a_second_person_is_there_after_a_restart_from_journals_and_from_a_snapshot() {
    let (mut house, mut anna, mut ben) = two_people(701, Role::Member);
    write(&house, &mut ben, "kept");
    house.meet(&mut [&mut anna, &mut ben]);
    for device in [&mut anna, &mut ben] {
        let before = device.life().to_snapshot();
        device.crash();
        device.start_without_snapshots(house.now_ms).unwrap();
        assert_eq!(device.life().to_snapshot(), before);
        device.with(house.now_ms, |engine, _, out| engine.snapshot(out));
        device.store(false);
        device.crash();
        device.start_with_snapshot(house.now_ms).unwrap();
        assert_eq!(device.life().to_snapshot(), before);
    }
    write(&house, &mut anna, "after");
    house.meet(&mut [&mut anna, &mut ben]);
    agree(&anna, &ben);
    assert_eq!((anna.causes(), ben.causes()), (vec![], vec![]));
}

#[test]
fn attack_39_a_viewer_reads_and_does_not_write() {
    let (mut house, mut anna, mut ben) = two_people(702, Role::Viewer);
    write(&house, &mut anna, "to be read");
    house.meet(&mut [&mut anna, &mut ben]);
    assert_eq!(tasks(&ben), 1);
    let refused = ben.add_task(house.now_ms, "not mine to write");
    assert_eq!(refused.unwrap_err(), EngineError::ReadOnly);
    assert!(house.set_role(&mut anna, ben.engine().account(), Role::Member));
    house.meet(&mut [&mut anna, &mut ben]);
    write(&house, &mut ben, "now it is");
    house.meet(&mut [&mut anna, &mut ben]);
    agree(&anna, &ben);
    assert_eq!(tasks(&anna), 2);
}

#[test]
fn who_is_removed_is_cut_off_and_has_no_later_key() {
    let (mut house, mut anna, mut ben) = two_people(703, Role::Member);
    write(&house, &mut ben, "in time");
    house.meet(&mut [&mut anna, &mut ben]);
    // Written without knowing of the removal, and never taken.
    write(&house, &mut ben, "too late");
    let epoch = house.relay.space.epoch();
    assert!(house.remove(&mut anna, ben.engine().account()));
    assert_eq!(house.relay.space.epoch(), epoch + 1);
    write(&house, &mut anna, "without Ben");
    house.meet(&mut [&mut anna]);
    assert_eq!(tasks(&anna), 2);
    // The box, on his side, serves him everything all the same.
    ben.pull(house.now_ms, &house.relay, usize::MAX);
    ben.settle(house.now_ms, &mut house.relay);
    assert!(!ben.push(house.now_ms, &mut house.relay, true));
    let refused = ben.add_task(house.now_ms, "nor this").unwrap_err();
    assert_eq!(refused, EngineError::ReadOnly);
    let standing = ben.engine().standing(house.space).unwrap();
    assert_eq!((standing.waiting, standing.quarantined), (1, 1));
    assert_eq!(anna.causes(), []);
}

#[test]
fn attack_34_what_a_removed_person_and_the_box_date_back_is_folded_by_nobody() {
    let (mut house, mut anna, mut ben) = two_people(704, Role::Member);
    let mut cleo = house.invite(&mut anna, Role::Member);
    write(&house, &mut ben, "in time");
    house.meet(&mut [&mut anna, &mut ben, &mut cleo]);
    write(&house, &mut ben, "dated back");
    // A box that lies takes it before the removal, and shows it to nobody until after.
    let mut lying = house.relay.clone();
    assert!(ben.push(house.now_ms, &mut lying, true));
    assert!(house.remove(&mut anna, ben.engine().account()));
    for act in house.relay.space.statements().to_vec() {
        let known = lying
            .space
            .position(&act.hash(lifeos_protocol::log::LogKind::Space));
        if known.is_none() {
            let accounts = lying.accounts.clone();
            lying.space.apply(act, &accounts).unwrap();
        }
    }
    for device in [&mut anna, &mut cleo] {
        let received = device.pull(house.now_ms, &lying, usize::MAX);
        assert!(received.complete);
        device.settle(house.now_ms, &mut house.relay);
        assert_eq!(tasks(device), 1, "beyond the cut, so it does not count");
    }
}

#[test]
fn what_was_folded_before_its_removal_came_is_folded_no_more() {
    let (mut house, mut anna, mut ben) = two_people(705, Role::Member);
    let mut cleo = house.invite(&mut anna, Role::Member);
    house.meet(&mut [&mut anna, &mut ben, &mut cleo]);
    // Anna is away while Ben writes and Cleo reads it; her removal cuts what she never saw.
    write(&house, &mut ben, "seen by Cleo alone");
    assert!(ben.push(house.now_ms, &mut house.relay, true));
    cleo.pull(house.now_ms, &house.relay, usize::MAX);
    cleo.store(false);
    assert_eq!(tasks(&cleo), 1);
    assert!(house.remove(&mut anna, ben.engine().account()));
    house.meet(&mut [&mut anna, &mut cleo]);
    assert_eq!((tasks(&anna), tasks(&cleo)), (0, 0));
    agree(&anna, &cleo);
    write(&house, &mut cleo, "goes on");
    house.meet(&mut [&mut anna, &mut cleo]);
    agree(&anna, &cleo);
    assert_eq!(tasks(&anna), 1);
}

#[test]
fn who_comes_back_writes_on_and_what_was_cut_stays_cut() {
    let (mut house, mut anna, mut ben) = two_people(706, Role::Member);
    write(&house, &mut ben, "in time");
    house.meet(&mut [&mut anna, &mut ben]);
    write(&house, &mut ben, "cut");
    assert!(ben.push(house.now_ms, &mut house.relay, true));
    assert!(house.remove(&mut anna, ben.engine().account()));
    let account = ben.engine().account();
    house.add(&mut anna, account, Role::Member);
    house.meet(&mut [&mut anna, &mut ben]);
    write(&house, &mut ben, "back");
    house.meet(&mut [&mut anna, &mut ben]);
    agree(&anna, &ben);
    assert_eq!(tasks(&anna), 2);
    assert_eq!(anna.causes(), []);
}

#[test]
fn a_member_who_revokes_a_device_makes_the_space_be_re_keyed_by_whoever_sees_it_first() {
    let (mut house, mut anna, mut ben) = two_people(707, Role::Member);
    let phone = house.enrol(&mut ben);
    house.meet(&mut [&mut anna, &mut ben]);
    let epoch = house.relay.space.epoch();
    house.revoke_while(&mut ben, phone.id());
    let after_ben = house.relay.space.epoch();
    assert_eq!(after_ben, epoch + 1, "Ben's own device sees it first");
    house.meet(&mut [&mut anna, &mut ben]);
    assert_eq!(
        house.relay.space.epoch(),
        after_ben,
        "and nobody does it again"
    );
    write(&house, &mut anna, "under the new key");
    house.meet(&mut [&mut anna, &mut ben]);
    agree(&anna, &ben);
    assert_eq!((anna.causes(), ben.causes()), (vec![], vec![]));
}

#[test]
fn attack_35_of_two_who_remove_each_other_at_once_the_first_at_the_box_stays() {
    let (mut house, mut anna, mut ben) = two_people(708, Role::Owner);
    house.meet(&mut [&mut anna, &mut ben]);
    let (of_anna, of_ben) = (anna.engine().account(), ben.engine().account());
    // Ben came later: he does not outrank her, whoever is first.
    assert!(!house.remove(&mut ben, of_anna));
    assert!(house.remove(&mut anna, of_ben));
    house.meet(&mut [&mut anna]);
    assert_eq!(house.relay.space.role(of_anna), Some(Role::Owner));
    assert_eq!(house.relay.space.role(of_ben), None);
}

#[test]
fn attack_37_a_device_that_another_account_lists_as_its_own_stays_who_it_is() {
    let (mut house, mut anna, mut ben) = two_people(709, Role::Member);
    write(&house, &mut anna, "by Anna");
    house.meet(&mut [&mut anna, &mut ben]);
    // Ben enrols the keys of Anna's device in his own account, and revokes it there: its changes in
    // the space are to be cut by that.
    let stolen = anna.engine().device_keys().public().clone();
    house.enrol_keys(&mut ben, &stolen);
    let target = anna.id();
    let forged = Cut {
        device: target,
        space: house.space,
        counter: 99,
        h: lifeos_protocol::Hash::ZERO,
    };
    house.revoke_by(&mut ben, target, vec![forged]);
    write(&house, &mut anna, "goes on");
    house.meet(&mut [&mut anna, &mut ben]);
    agree(&anna, &ben);
    assert_eq!(tasks(&ben), 2);
    assert_eq!(anna.causes(), []);
    let mut fresh = house.enrol(&mut ben);
    house.meet(&mut [&mut fresh]);
    agree(&anna, &fresh);
    assert_eq!(fresh.causes(), []);
}

#[test]
fn attack_33_a_member_whom_nobody_added_is_given_nothing() {
    let (mut house, mut anna, mut ben) = two_people(710, Role::Member);
    house.meet(&mut [&mut anna, &mut ben]);
    let stranger = house.found_stranger();
    // A member may not add; the box would take it, and nobody else does.
    let statements = house.relay.account(stranger).statements().to_vec();
    let act = ben.with(house.now_ms, |engine, space, out| {
        engine.meet(stranger, &statements, out).unwrap();
        engine.make_add_member(space, stranger, Role::Member, out)
    });
    let act = act.unwrap();
    assert!(!house.relay.append(&act), "an honest box refuses it");
    let mut frames = house.relay.frames(None, house.now_ms);
    let at = frames.len() - 1;
    frames.insert(
        at,
        lifeos_protocol::stream::Frame::Log(act.kind, act.statement.clone()),
    );
    for statement in statements.iter().rev() {
        let kind = lifeos_protocol::log::LogKind::Account;
        let frame = lifeos_protocol::stream::Frame::Log(kind, statement.clone());
        frames.insert(0, frame);
    }
    let received = anna.pull_altered(house.now_ms, &house.relay, usize::MAX, |_| frames);
    assert_eq!(received.stopped, Some(Cause::StatementForged));
    assert_eq!(
        anna.engine().space_log(house.space).unwrap().role(stranger),
        None
    );
    assert!(
        anna.engine().account_log_of(stranger).is_none(),
        "whom no space names is not kept"
    );
}

#[test]
fn attack_02_a_wrap_for_another_member_opens_nothing() {
    let (mut house, mut anna, mut ben) = two_people(711, Role::Member);
    house.meet(&mut [&mut anna, &mut ben]);
    assert!(house.set_role(&mut anna, ben.engine().account(), Role::Admin));
    // A new key, sealed to each of them: the box hands Ben the one for Anna.
    anna.rekey(house.now_ms, &mut house.relay);
    ben.pull(house.now_ms, &house.relay, usize::MAX);
    let (own, epoch) = (ben.engine().account(), house.relay.space.epoch());
    let wraps = house.relay.wraps(house.relay.space.id(), epoch);
    assert_eq!(wraps.len(), 2);
    for wrap in wraps {
        let is_own = wrap.header.recipient == own.into();
        let taken = ben.with(house.now_ms, |engine, _, out| {
            engine.receive_wrap(&wrap, out)
        });
        assert_eq!(taken.is_ok(), is_own);
        // Told to be for Ben, it is named by no statement.
        let mut told = wrap.clone();
        told.header.recipient = own.into();
        let taken = ben.with(house.now_ms, |engine, _, out| {
            engine.receive_wrap(&told, out)
        });
        assert_eq!(taken.is_ok(), is_own);
    }
    assert_eq!(ben.causes(), [Cause::WrapForged]);
    write(&house, &mut ben, "under the new key");
    house.meet(&mut [&mut anna, &mut ben]);
    agree(&anna, &ben);
}

#[test]
fn attack_16_what_one_member_wrote_is_not_shown_as_anothers() {
    let (mut house, mut anna, mut ben) = two_people(716, Role::Member);
    let mut cleo = house.invite(&mut anna, Role::Member);
    write(&house, &mut anna, "by Anna");
    write(&house, &mut ben, "by Ben");
    house.meet(&mut [&mut anna, &mut ben]);
    let (annas, bens) = (anna.id(), ben.id());
    // Ben's change in Anna's chain.
    let received = cleo.pull_altered(house.now_ms, &house.relay, usize::MAX, |mut frames| {
        for frame in &mut frames {
            if let Frame::Run(run) = frame
                && run.device == bens
            {
                run.device = annas;
            }
        }
        frames
    });
    assert!(received.stopped.is_some(), "it does not fit her chain");
    // Ben's ciphertext behind Anna's statement.
    let received = cleo.pull_altered(house.now_ms, &house.relay, usize::MAX, |mut frames| {
        let of = |frames: &[Frame], device| {
            let run = frames.iter().find_map(|frame| match frame {
                Frame::Run(run) if run.device == device => Some(run.changes[0].clone()),
                _ => None,
            });
            run.unwrap()
        };
        let theirs = of(&frames, bens);
        for frame in &mut frames {
            if let Frame::Run(run) = frame
                && run.device == annas
            {
                let statement = run.changes[0].statement.clone();
                let ciphertext = theirs.ciphertext().to_vec();
                run.changes[0] = Change::new(statement, theirs.seal.clone(), ciphertext).unwrap();
            }
        }
        frames
    });
    assert!(received.complete);
    cleo.settle(house.now_ms, &mut house.relay);
    let standing = cleo.engine().standing(house.space).unwrap();
    assert_eq!((tasks(&cleo), standing.quarantined), (1, 1));
}

#[test]
fn attack_50_what_a_member_signs_is_shown_as_nobody_elses() {
    let (mut house, mut anna, mut ben) = two_people(750, Role::Member);
    let written = anna.add_task(house.now_ms, "by Anna").unwrap();
    anna.store(false);
    house.meet(&mut [&mut anna, &mut ben]);
    // Ben takes one of Anna's events, stamp and all, and signs it into the space once more.
    let record = written.records[0];
    let stamp = anna.life().record_stamps(record)[0];
    let event = ben.event_bytes(house.now_ms, record, stamp).unwrap();
    let before = anna.life().to_snapshot();
    let forged = craft(&ben, &house.relay, house.space, &[event]);
    house.relay.push(&forged).unwrap();
    let received = anna.pull(house.now_ms, &house.relay, usize::MAX);
    assert!(received.complete);
    assert_eq!(anna.life().to_snapshot(), before);
    let aside = anna.engine().quarantine(house.space);
    assert_eq!(aside.len(), 1);
    assert_eq!(
        (aside[0].device, aside[0].reason),
        (ben.id(), Reason::ForeignStamp)
    );
}
