//! The box's account of what happened: put back, left out, forked, replayed, out of its time
//! (attacks 26 to 33, 38).

use std::fs;

use lifeos_crypto::DeviceKeys;
use lifeos_protocol::api::{Binary, BoxState, LogPage, SessionOpened};
use lifeos_protocol::batch::Batch;
use lifeos_protocol::log::LogKind;
use lifeos_protocol::stream::{Frame, Run};
use lifeos_protocol::{Class, DeviceId, Wire};
use lifeos_replica::api::{AlarmKind, Call, Phase, ProblemCode, Reply};
use lifeos_replica::{Cause, acts};
use lifeos_testkit::{Answer, Asked, Chance, Way, tamper};
use serde_json::json;
use tempfile::TempDir;

use crate::house::{House, free_port};
use crate::person::{Device, PATIENCE, secret};
use crate::world::{CHANGES, World, id_of, now_ms, unchanged, wait_alarm};

#[test]
fn attack_26_a_box_put_back_in_silence_is_noticed_and_nothing_is_taken_back() {
    let mut world = World::claimed();
    world.first.add_task("older");
    world.first.wait_live();
    let mut second = world.joined();
    let copy = world.house.back_up();
    world.first.add_task("newer");
    second.wait_titles(&["older", "newer"]);
    second.wait_live();
    let before = world.kept(&second);
    second.off();
    world.first.off();
    world.house.restore(copy.path(), None);
    world.on(&mut second);
    wait_alarm(&second, AlarmKind::Rollback);
    unchanged(&world.kept(&second), &before, Cause::CursorBehind);
    second.add_task("written meanwhile");
    assert_eq!(second.titles(), ["older", "newer", "written meanwhile"]);
}

#[test]
fn attack_27_a_withheld_device_is_named_by_another() {
    let world = World::claimed();
    world.first.add_task("hidden");
    world.first.wait_live();
    let second = world.joined();
    second.add_task("by who had seen the first");
    second.wait_live();
    let hidden = id_of(&world.first);
    world.alter_frames(move |frames| tamper::withhold(frames, hidden));
    // What is asked for later counts on from a number that the box made up.
    world.hop.on_asked(|asked| {
        let later = asked.is("GET", CHANGES) && asked.path.contains("after=");
        if later { Way::Nowhere } else { Way::On }
    });
    let third = world.fresh();
    third.wait(|status| status.phase == Phase::Fresh);
    third.call(Call::JoinKit {
        device_name: "Tablet".into(),
        code: secret(&world.sheets[0].payload),
        account: None,
    });
    let status = third.wait(|status| {
        let omission = |alarm: &lifeos_replica::api::Alarm| alarm.kind == AlarmKind::Omission;
        status.alarms.iter().any(omission)
    });
    let named: Vec<&str> = status
        .alarms
        .iter()
        .filter_map(|alarm| alarm.device.as_deref())
        .collect();
    assert_eq!(named, [hidden.to_hex()]);
    let kept = world.kept(&third);
    assert_eq!(kept.causes(), [Cause::NamedMissing]);
    assert_eq!(third.titles(), ["by who had seen the first"]);
}

/// Leaves every statement out of what is served after a revocation, and names the heads of before.
fn hide_statements(world: &World, known: &lifeos_testkit::Kept) {
    let account = known.engine().account_log().head();
    let space = known.engine().space_log(known.space()).unwrap().head();
    world
        .hop
        .on_answer(move |asked: &Asked, answer: &mut Answer| {
            if asked.is("GET", "/api/v1/logs/*") {
                return answer.alter_json::<LogPage>(|page| page.statements.clear());
            }
            asked.is("GET", CHANGES)
                && answer.alter_frames(|mut frames| {
                    let complete = tamper::complete_of(&mut frames);
                    complete.accounts[0].head = account;
                    complete.space_log_head = space;
                    frames.retain(|frame| !matches!(frame, Frame::Log(..)));
                    frames
                })
        });
}

#[test]
fn attack_27_a_withheld_revocation_is_noticed_with_the_next_change() {
    let mut world = World::claimed();
    let third = world.joined();
    let mut second = world.joined();
    let before = world.kept(&second);
    let target = id_of(&third);
    second.off();
    world.settle(&world.first);
    world.step_up();
    world.first.call(Call::Revoke {
        targets: vec![target.to_hex()],
    });
    third.wait(|status| status.phase == Phase::Revoked);
    world.first.wait(|status| !status.rekeying);
    world.first.add_task("after the revocation");
    world.first.wait_live();
    world.first.off();
    hide_statements(&world, &before);
    world.on(&mut second);
    wait_alarm(&second, AlarmKind::Omission);
    unchanged(&world.kept(&second), &before, Cause::LogWithheld);
    world.hop.be_honest();
    second.wait_live();
    assert_eq!(second.titles(), ["after the revocation"]);
    let log = world.kept(&second).engine().account_log().clone();
    assert!(log.device(target).unwrap().revoked.is_some());
}

#[test]
fn attack_38_a_shortened_log_takes_no_device_off_the_list() {
    let mut world = World::claimed();
    let second = world.joined();
    world.settle(&world.first);
    let before = world.kept(&world.first);
    assert_eq!(before.engine().account_log().devices().count(), 2);
    world.first.off();
    world.hop.on_answer(|asked, answer| {
        asked.is("GET", "/api/v1/logs/*")
            && answer.alter_json::<LogPage>(|page| {
                page.statements.clear();
                page.more = false;
            })
    });
    world.first_on();
    world.first.wait_live();
    let Reply::Devices { devices } = world.first.call(Call::Devices) else {
        panic!("a list")
    };
    let shown: Vec<&str> = devices.iter().map(|device| device.id.as_str()).collect();
    assert!(
        shown.contains(&id_of(&second).to_hex().as_str()),
        "{shown:?}"
    );
    assert_eq!(shown.len(), 2);
}

#[test]
fn attack_28_two_histories_of_one_device_are_a_fork_at_first_contact() {
    let mut world = World::claimed();
    world.first.add_task("before");
    world.first.wait_live();
    let mut second = world.joined();
    world.settle(&second);
    second.off();
    world.settle(&world.first);
    world.first.off();
    // The profile of the first and the box, both copied.
    let mut clone = world.first.copied();
    let copy = world.house.back_up();
    let mut other = House::beside(&world.house, copy);
    other.run();

    world.first_on();
    world.first.add_task("told to the first box");
    world.first.wait_live();
    world.first.off();
    world.on(&mut second);
    second.wait_live();
    assert_eq!(second.titles(), ["before", "told to the first box"]);
    let before = world.kept(&second);
    second.off();

    world.hop.lead_to(other.address());
    world.hop.forget();
    world.on(&mut clone);
    clone.add_task("told to the second box");
    clone.wait_live();
    clone.off();
    let pushed = world
        .hop
        .seen()
        .into_iter()
        .rev()
        .find(|seen| seen.asked.is("POST", CHANGES) && seen.status == 200);
    let batch = Batch::from_bytes(&pushed.unwrap().asked.body).unwrap();
    let head = *batch.head();

    world.hop.lead_to(world.house.address());
    world.alter_frames(move |frames| tamper::insert(frames, vec![Frame::Head(head)], 0));
    world.on(&mut second);
    wait_alarm(&second, AlarmKind::Fork);
    let kept = world.kept(&second);
    unchanged(&kept, &before, Cause::ForkedChain);
    let mut alarms = kept.engine().alarms().iter();
    let alarm = alarms
        .rfind(|alarm| alarm.cause == Cause::ForkedChain)
        .unwrap();
    assert_eq!(alarm.device, head.body.device);
    assert_eq!(
        alarm.evidence.len(),
        2 * head.to_bytes().len(),
        "both signed heads are kept"
    );
}

#[test]
fn attack_29_a_change_served_again_as_new_changes_nothing() {
    let (world, mut second) = World::with_second(&["one", "two"]);
    second.wait_live();
    let before = world.kept(&second);
    let first = id_of_author(&world);
    let change = pushed_by(&world, first);
    second.off();
    world.alter_frames(move |frames| {
        let mut frames = frames;
        let sequence = tamper::complete_of(&mut frames).sequence + 1;
        let run = Run {
            sequence,
            device: first,
            first: 1,
            changes: vec![change.clone()],
        };
        tamper::insert(frames, vec![Frame::Run(run)], 1)
    });
    world.on(&mut second);
    wait_alarm(&second, AlarmKind::Tampered);
    unchanged(&world.kept(&second), &before, Cause::Replayed);
}

fn id_of_author(world: &World) -> DeviceId {
    let seen = world.hop.seen();
    let push = seen.iter().find(|seen| seen.asked.is("POST", CHANGES));
    Batch::from_bytes(&push.unwrap().asked.body)
        .unwrap()
        .device()
}

/// The first change of a device, as it was pushed.
fn pushed_by(world: &World, device: DeviceId) -> lifeos_protocol::change::Change {
    let batches = world.hop.seen().into_iter().filter_map(|seen| {
        (seen.asked.is("POST", CHANGES) && seen.status == 200)
            .then(|| Batch::from_bytes(&seen.asked.body).unwrap())
    });
    let mut first = batches.filter(|batch| batch.device() == device && batch.first() == 1);
    first.next().unwrap().changes()[0].clone()
}

#[test]
fn attack_30_cursor_games_are_refused() {
    for (kind, cause) in [
        (AlarmKind::Omission, Cause::CursorAhead),
        (AlarmKind::Omission, Cause::SequenceGap),
        (AlarmKind::Omission, Cause::CounterGap),
    ] {
        let (world, mut second, before) = World::behind(&["one", "two"]);
        world.alter_frames(move |mut frames| match cause {
            Cause::CursorAhead => {
                tamper::complete_of(&mut frames).sequence += 5;
                frames
            }
            Cause::SequenceGap => tamper::with_runs(frames, |run| run.sequence += 1),
            _ => tamper::with_runs(frames, |run| run.first += 1),
        });
        world.on(&mut second);
        wait_alarm(&second, kind);
        let kept = world.kept(&second);
        assert!(kept.causes().contains(&cause), "{:?}", kept.causes());
        if cause != Cause::CursorAhead {
            unchanged(&kept, &before, cause);
        }
        world.hop.be_honest();
        second.wait_live();
        assert_eq!(second.titles(), ["known to both", "one", "two"]);
    }
}

#[test]
fn attack_31_a_box_years_off_stops_the_stamping_until_it_is_confirmed() {
    const YEARS_MS: u64 = 5 * 365 * 86_400_000;
    for ahead in [true, false] {
        let (mut world, mut second) = World::with_second(&["one"]);
        second.off();
        let off = move |ms: u64| if ahead { ms + YEARS_MS } else { ms - YEARS_MS };
        world.hop.on_answer(move |asked, answer| {
            answer.alter_json::<SessionOpened>(|told| told.server_ms = off(told.server_ms))
                || answer.alter_json::<BoxState>(|told| told.server_ms = off(told.server_ms))
                || (asked.is("GET", CHANGES)
                    && answer.alter_frames(|mut frames| {
                        let complete = tamper::complete_of(&mut frames);
                        complete.server_time_ms = off(complete.server_time_ms);
                        frames
                    }))
        });
        world.first_on();
        wait_alarm(&world.first, AlarmKind::Clock);
        let before = world.kept(&world.first);
        let create = || {
            serde_json::from_value(json!({ "type": "do", "command": { "type": "tasks",
                "command": { "type": "createTask", "title": "when?", "set": [], "labels": [],
                "place": null } } }))
            .unwrap()
        };
        assert_eq!(world.first.refused(create()).code, ProblemCode::ClockUnsure);
        let kept = world.kept(&world.first);
        unchanged(&kept, &before, Cause::OwnClock);
        world.first.call(Call::ClockConfirmed);
        world.first.call(create());
        assert_eq!(world.first.titles(), ["one", "when?"]);
    }
}

#[test]
fn attack_32_a_restored_box_is_taken_only_when_an_owner_admits_it() {
    let mut world = World::claimed();
    world.first.add_task("before the backup");
    world.first.wait_live();
    let copy = world.house.back_up();
    world.first.add_task("since the backup");
    world.first.wait_live();
    let before = world.kept(&world.first);
    world.house.restore(copy.path(), Some([9; 16]));
    wait_alarm(&world.first, AlarmKind::NewIncarnation);
    unchanged(&world.kept(&world.first), &before, Cause::NewIncarnation);
    assert_eq!(
        world.first.titles(),
        ["before the backup", "since the backup"]
    );
    world.step_up();
    world.first.call(Call::AdmitIncarnation);
    world.first.wait_live();
    let third = world.joined();
    assert_eq!(third.titles(), ["before the backup", "since the backup"]);
}

#[test]
fn attack_33_a_device_that_the_box_enrols_or_brings_back_is_no_device() {
    let mut world = World::claimed();
    let second = world.joined();
    let removed = world.kept(&second);
    world.settle(&world.first);
    world.step_up();
    let target = removed.device;
    world.first.call(Call::Revoke {
        targets: vec![target.to_hex()],
    });
    world.first.wait(|status| !status.rekeying);
    world.first.wait_live();
    let before = world.kept(&world.first);
    let mut chance = Chance::new(33);
    let attacker = DeviceKeys::make(&mut chance);
    let end = before.engine().account_end();
    let secret = lifeos_crypto::AccountSecret::make(2, &mut chance);
    let mut add = |signer: &DeviceKeys, keys: &DeviceKeys| {
        let full = Class::Full;
        let act = acts::add_device(
            &end,
            signer,
            &secret,
            keys.public(),
            full,
            now_ms(),
            &mut chance,
        );
        act.unwrap().statement
    };
    let former = removed.engine().device_keys();
    for forged in [
        add(&attacker, &attacker),
        add(former, &attacker),
        add(former, former),
    ] {
        let account = before.account;
        let (page, frame) = (Binary::of(&forged), Frame::Log(LogKind::Account, forged));
        let already = world.hop.altered();
        world.hop.on_answer(move |asked, answer| {
            if asked.is("GET", &format!("/api/v1/logs/{account}")) {
                return answer.alter_json::<LogPage>(|told| told.statements.push(page.clone()));
            }
            asked.is("GET", CHANGES)
                && answer.alter_frames(|mut frames| {
                    frames.insert(0, frame.clone());
                    frames
                })
        });
        world.hop.cut_tails();
        // One step at a time: what is asked next was asked when the answer before was judged.
        world.hop.wait_altered(already + 2, PATIENCE);
        wait_alarm(&world.first, AlarmKind::Tampered);
        let kept = world.kept(&world.first);
        unchanged(&kept, &before, Cause::StatementForged);
        world.hop.be_honest();
        world.first.wait_live();
    }
    let Reply::Devices { devices } = world.first.call(Call::Devices) else {
        panic!("a list")
    };
    let active: Vec<bool> = devices.iter().map(|device| !device.revoked).collect();
    assert_eq!(active.iter().filter(|active| **active).count(), 1);
    assert_eq!(devices.len(), 2);
}

impl House {
    /// Another box with the same name, over a copy.
    pub(crate) fn beside(known: &Self, folder: TempDir) -> Self {
        Self {
            folder,
            port: free_port(),
            seen_at: known.seen_at,
            former_port: None,
            running: None,
        }
    }
}

impl Device {
    /// A device with a copy of this one's folder, off as this one is.
    fn copied(&self) -> Self {
        let folder = TempDir::new().unwrap();
        for entry in fs::read_dir(self.folder()).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
        }
        Self {
            client: None,
            folder,
            origin: self.origin.clone(),
        }
    }
}
