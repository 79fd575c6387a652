//! Numbers, flags and formats that the box gives (attacks 12 to 15): floors move by signed objects
//! only, and there is no older or weaker way to fall back to.

use std::collections::BTreeSet;

use lifeos_protocol::api::{BoxState, MethodMaterial};
use lifeos_protocol::batch::Batch;
use lifeos_protocol::log::LogKind;
use lifeos_protocol::padme::padded_length;
use lifeos_protocol::session::VERSION_HEADER;
use lifeos_protocol::stream::{FRAME_HEADER, Frame};
use lifeos_protocol::{AccountId, Wire};
use lifeos_replica::Cause;
use lifeos_replica::api::{AlarmKind, ProblemCode};
use lifeos_testkit::{Answer, Way, tamper};
use serde_json::{Value, json};

use crate::world::{CHANGES, KIT, World, keeps_nothing, unchanged, wait_alarm};

/// A frame with one byte of its payload changed to what this version does not know.
fn of_a_newer_version(frame: &Frame, at: usize, value: u8) -> Frame {
    let bytes = frame.to_bytes();
    let mut payload = bytes[FRAME_HEADER..].to_vec();
    payload[at] = value;
    Frame::Newer {
        code: bytes[0],
        payload,
    }
}

#[test]
fn attack_12_numbers_that_the_box_tells_move_no_floor() {
    for (version, floor) in [(0, 0), (u16::MAX, u16::MAX)] {
        let mut world = World::claimed();
        world.first.off();
        world.hop.on_answer(move |asked, answer| {
            asked.is("GET", "/api/v1/box")
                && answer.alter_json::<BoxState>(|told| {
                    told.version = version;
                    told.floor = floor;
                })
        });
        world.hop.forget();
        world.first_on();
        world.first.add_task("as ever");
        world.first.wait_live();
        world.wait_altered(0);
        for seen in world.hop.seen() {
            let headers = &seen.asked.headers;
            let told = headers.iter().find(|(name, _)| name == VERSION_HEADER);
            assert_eq!(told.unwrap().1, "1", "{:?}", seen.asked);
        }
        assert_eq!(world.kept(&world.first).causes(), []);
    }
}

#[test]
fn attack_12_a_kit_refuses_a_log_that_is_older_than_itself_or_another() {
    let world = World::claimed();
    let cases: [fn(&mut MethodMaterial); 2] = [
        |material| drop(material.account_log.pop()),
        |material| material.account = AccountId::new([7; 16]),
    ];
    for alter in cases {
        world
            .hop
            .on_answer(move |asked, answer| asked.is("POST", KIT) && answer.alter_json(alter));
        let (problem, device) = world.joining_fails();
        assert_eq!(problem.code, ProblemCode::BelowFloor);
        keeps_nothing(&device);
    }
    world.hop.be_honest();
    world.joined();
}

#[test]
fn attack_12_a_statement_of_an_unknown_version_stops_the_pull_and_is_named() {
    let (world, mut second, before) = World::behind(&["unseen"]);
    let statement = before.engine().account_log().statements()[0].clone();
    world.alter_frames(move |mut frames| {
        let known = Frame::Log(LogKind::Account, statement.clone());
        frames.insert(0, of_a_newer_version(&known, 1, 9));
        frames
    });
    world.on(&mut second);
    wait_alarm(&second, AlarmKind::NeedsNewerVersion);
    unchanged(&world.kept(&second), &before, Cause::NeedsNewer);
    world.hop.be_honest();
    second.wait_live();
    assert_eq!(second.titles(), ["known to both", "unseen"]);
}

#[test]
fn attack_13_an_unknown_suite_kind_or_version_is_not_opened_and_not_passed() {
    // Where the first change of a run begins, and how long its statement's fixed fields are.
    let change = 8 + 16 + 8 + 2;
    for case in 0..3 {
        let (world, mut second, before) = World::behind(&["unseen"]);
        world.alter_frames(move |frames| {
            let newer = |frame: Frame| match &frame {
                Frame::Run(run) => {
                    let statement = run.changes[0].statement.to_bytes().len();
                    let at = [change, change + statement, change + statement + 1][case];
                    of_a_newer_version(&frame, at, 77)
                }
                _ => frame,
            };
            frames.into_iter().map(newer).collect()
        });
        world.on(&mut second);
        wait_alarm(&second, AlarmKind::NeedsNewerVersion);
        unchanged(&world.kept(&second), &before, Cause::NeedsNewer);
        world.hop.be_honest();
        second.wait_live();
        assert_eq!(second.titles(), ["known to both", "unseen"]);
    }
}

#[test]
fn attack_14_there_is_no_older_form_to_fall_back_to() {
    let (world, mut second, before) = World::behind(&["unseen"]);
    let legacy = json!({ "legacy": true, "encrypted": false, "version": 0,
        "records": [{ "title": "in plain" }], "rootKey": "AAAA" });
    world.hop.on_asked(move |asked| {
        if asked.is("GET", CHANGES) || asked.is("POST", KIT) {
            Way::Instead(Answer::of_json(200, &legacy))
        } else {
            Way::On
        }
    });
    world.on(&mut second);
    wait_alarm(&second, AlarmKind::Tampered);
    unchanged(&world.kept(&second), &before, Cause::Malformed);
    let (problem, device) = world.joining_fails();
    assert_eq!(problem.code, ProblemCode::Refused);
    keeps_nothing(&device);
    world.hop.be_honest();
    second.wait_live();
    assert_eq!(second.titles(), ["known to both", "unseen"]);
}

/// What the changes of a device that writes the same three tasks are like, as the box sees them.
fn sealed_sizes(world: &mut World) -> Vec<u32> {
    world.first_on();
    world.hop.forget();
    for title in ["a", "a longer title of a task", &"x".repeat(300)] {
        world.first.add_task(title);
    }
    world.first.wait_live();
    let kept = world.kept(&world.first);
    let key = kept.engine().device_keys().public().signing;
    let mut sizes = Vec::new();
    for seen in world.hop.seen() {
        if seen.asked.is("POST", CHANGES) && seen.status == 200 {
            let batch = Batch::from_bytes(&seen.asked.body).unwrap();
            batch.head().verify(&key).unwrap();
            sizes.extend(batch.changes().iter().map(|one| one.seal.padded_length));
        }
    }
    for size in &sizes {
        assert_eq!(padded_length(*size as usize), *size as usize);
    }
    sizes
}

#[test]
fn attack_15_no_flag_of_the_box_switches_padding_signing_or_checking_off() {
    let mut world = World::claimed();
    world.first.off();
    let honest = sealed_sizes(&mut world);
    world.first.off();
    world.hop.on_answer(|_, answer| {
        answer.alter_json::<Value>(|body| {
            if let Value::Object(fields) = body {
                for flag in ["encrypted", "padding", "sign", "verify", "checkHeads"] {
                    fields.insert(flag.into(), Value::Bool(false));
                }
                fields.insert("config".into(), json!({ "paddingFloor": 1, "suite": 0 }));
                fields.insert("legacy".into(), Value::Bool(true));
            }
        })
    });
    assert_eq!(sealed_sizes(&mut world), honest);
    let distinct: BTreeSet<&u32> = honest.iter().collect();
    assert_eq!((honest.len(), distinct.len()), (3, 2), "{honest:?}");
    // And a pull is judged as ever.
    let (altered, mut second, before) = World::behind(&["one", "two"]);
    altered.hop.on_answer(|asked, answer| {
        if asked.is("GET", CHANGES) {
            answer.headers.push(("x-verify".into(), "off".into()));
            return answer.alter_frames(tamper::reorder);
        }
        answer.alter_json::<Value>(|body| body["verify"] = Value::Bool(false))
    });
    altered.on(&mut second);
    wait_alarm(&second, AlarmKind::Tampered);
    unchanged(&altered.kept(&second), &before, Cause::ChainBroken);
}
