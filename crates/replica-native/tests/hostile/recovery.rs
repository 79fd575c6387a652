//! When keys do not fit or the box has nothing left (attacks 47, 64): nothing begins anew over
//! what is there, and what a device has outlives the box.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use lifeos_protocol::api::{BoxState, MethodMaterial, VaultHalf};
use lifeos_replica::Cause;
use lifeos_replica::api::{AlarmKind, Call, Phase, ProblemCode, Reply, SyncState};
use lifeos_testkit::{Seen, Way};

use crate::house::House;
use crate::person::{PATIENCE, join_by_kit, secret, unlock};
use crate::world::{CHANGES, KIT, World, keeps_nothing, unchanged, wait_alarm};

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap();
    entries
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read(entry.path()).unwrap())
        })
        .collect()
}

#[test]
fn attack_47_a_key_that_does_not_open_makes_no_fresh_account() {
    let world = World::claimed();
    world.first.add_task("kept");
    world.first.wait_live();
    world.hop.on_answer(|asked, answer| {
        asked.is("POST", KIT)
            && answer.alter_json::<MethodMaterial>(|material| {
                let last = material.sealed.0.len() - 1;
                material.sealed.0[last] ^= 1;
            })
    });
    world.hop.forget();
    let (problem, device) = world.joining_fails();
    assert_eq!(problem.code, ProblemCode::Tampered);
    device.wait(|status| status.phase == Phase::Fresh);
    keeps_nothing(&device);
    let wrote = |method: &str| method != "GET" && method != "POST";
    for seen in world.hop.seen() {
        let begins = seen.asked.path.contains("/claim") || seen.asked.path.contains("/logs");
        assert!(!begins && !wrote(&seen.asked.method), "{:?}", seen.asked);
    }
    world.hop.be_honest();
    join_by_kit(&device, &world.sheets[0]);
    assert_eq!(device.titles(), ["kept"]);
}

#[test]
fn attack_47_a_wrong_half_of_the_box_opens_nothing_and_spoils_nothing() {
    let mut world = World::claimed_with(false);
    world.first.add_task("kept");
    world.first.wait_live();
    world
        .hop
        .on_answer(|_, answer| answer.alter_json::<VaultHalf>(|told| told.half.0[0] ^= 1));
    world.first.off();
    let before = files(world.first.folder());
    world.first.reload();
    world.first.wait_locked();
    let Reply::Unlock {
        options: Some(options),
        ..
    } = world.first.call(Call::UnlockBegin)
    else {
        panic!("a passkey is asked for")
    };
    let answer = world.passkey.get(&options, None);
    let problem = world.first.refused(Call::UnlockHalf {
        credential: answer.credential,
    });
    assert_eq!(problem.code, ProblemCode::Storage);
    world.first.wait_locked();
    assert_eq!(files(world.first.folder()), before);
    world.hop.be_honest();
    unlock(&world.first, &mut world.passkey);
    assert_eq!(world.first.titles(), ["kept"]);
}

#[test]
fn attack_47_a_box_that_says_it_is_nobodys_offers_no_claim_over_what_is_here() {
    let mut world = World::claimed();
    world.first.add_task("kept");
    world.first.wait_live();
    world.first.off();
    world
        .hop
        .on_answer(|_, answer| answer.alter_json::<BoxState>(|told| told.claimed = false));
    world.first.reload();
    world.hop.wait_altered(1, PATIENCE);
    world.first.wait_locked();
    let claim = || Call::ClaimBegin {
        code: secret("22222-22222"),
        name: "Eve".into(),
        device_name: "Laptop".into(),
    };
    let problem = world.first.refused(claim());
    assert_eq!(problem.code, ProblemCode::WrongPhase);
    world.first.call(Call::UnlockKit {
        code: secret(&world.sheets[0].payload),
    });
    world.first.wait(|status| status.phase == Phase::Open);
    // By now it has heard what the box says of itself, if it had not before.
    world.first.wait_live();
    let problem = world.first.refused(claim());
    assert_eq!(problem.code, ProblemCode::WrongPhase);
    assert_eq!(world.first.titles(), ["kept"]);
}

#[test]
fn attack_64_a_box_whose_changes_were_deleted_is_seeded_again_by_a_device() {
    let mut world = World::claimed();
    let bare = world.house.back_up();
    for title in ["one", "two", "three"] {
        world.first.add_task(title);
    }
    world.first.wait_live();
    let before = world.kept(&world.first);
    // In silence first: everything is kept, and it is said.
    world.house.restore(bare.path(), None);
    wait_alarm(&world.first, AlarmKind::Rollback);
    unchanged(&world.kept(&world.first), &before, Cause::CursorBehind);
    // Then as the honest box says it.
    world.house.restore(bare.path(), Some([64; 16]));
    wait_alarm(&world.first, AlarmKind::NewIncarnation);
    unchanged(&world.kept(&world.first), &before, Cause::NewIncarnation);
    world.step_up();
    world.first.call(Call::AdmitIncarnation);
    world.first.wait_live();
    let device = world.joined();
    assert_eq!(device.titles(), ["one", "two", "three"]);
}

#[test]
fn attack_64_what_was_acknowledged_and_lost_before_it_came_back_is_noticed() {
    let mut world = World::claimed();
    world.first.add_task("older");
    world.first.wait_live();
    let copy = world.house.back_up();
    // Once something was pushed, nothing is served any more.
    let taken = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&taken);
    world.hop.on_answer(move |asked, answer| {
        if asked.is("POST", CHANGES) && answer.status == 200 {
            told.store(true, Ordering::SeqCst);
        }
        false
    });
    world.hop.on_asked(move |asked| {
        if asked.is("GET", CHANGES) && taken.load(Ordering::SeqCst) {
            Way::Nowhere
        } else {
            Way::On
        }
    });
    world.hop.forget();
    world.first.add_task("acknowledged");
    let acknowledged = |seen: &[Seen]| {
        let mut pushes = seen.iter().filter(|one| one.asked.is("POST", CHANGES));
        pushes.any(|push| push.status == 200)
    };
    world.hop.wait_seen(acknowledged, PATIENCE);
    world.first.wait(|status| status.waiting == 0);
    let before = world.kept(&world.first);
    // The box has what this device had pulled, and not what it had pushed.
    world.house.restore(copy.path(), None);
    world.hop.be_honest();
    wait_alarm(&world.first, AlarmKind::Rollback);
    unchanged(&world.kept(&world.first), &before, Cause::CursorBehind);
    assert_eq!(world.first.titles(), ["older", "acknowledged"]);
}

#[test]
fn attack_64_an_empty_box_in_the_place_of_the_old_takes_nothing_from_a_device() {
    let world = World::claimed();
    world.first.add_task("kept");
    world.first.wait_live();
    let before = world.kept(&world.first);
    let (empty, _) = House::start_at(Some(world.hop.port()));
    world.hop.forget();
    world.hop.lead_to(empty.address());
    world.hop.cut_tails();
    world.first.wait(|status| status.sync != SyncState::Live);
    world.first.add_task("goes on");
    // Asked again, it has judged the first challenge of the other box.
    let challenged = |seen: &[Seen]| {
        let begun = |one: &&Seen| one.asked.is("POST", "/api/v1/sessions/challenge");
        seen.iter().filter(begun).count() >= 2
    };
    world.hop.wait_seen(challenged, PATIENCE);
    assert_eq!(world.first.titles(), ["kept", "goes on"]);
    let log = before.engine().account_log().head();
    let kept = world.kept(&world.first);
    assert_eq!(kept.engine().account_log().head(), log);
    assert_eq!(world.first.client().status().unwrap().phase, Phase::Open);
    // The old box again: what was written meanwhile arrives.
    world.hop.lead_to(world.house.address());
    world.first.wait_live();
    let device = world.joined();
    assert_eq!(device.titles(), ["kept", "goes on"]);
}
