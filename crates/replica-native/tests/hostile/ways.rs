//! Ways to unlock a device and a box that hides what it has of them (attack 5): what the signed log
//! revoked opens nothing, and what it carries is not lost by an answer that leaves it out.

use std::time::Instant;

use lifeos_protocol::MethodId;
use lifeos_protocol::api::{LogAppend, LogPage, MethodList, PasskeyStored};
use lifeos_replica::api::{Call, ProblemCode, Reply};
use lifeos_testkit::{Asked, Gate, Kept, Way};

use crate::person::{Device, PATIENCE, add_passkey, secret, unlock};
use crate::world::{LOG, METHODS, World, add_kit, turn_on};

/// Where a passkey is stored.
const PASSKEYS: &str = "/api/v1/passkeys";

/// Waits until what a device keeps is as looked for. No status tells of it: its files do.
fn wait_kept<T>(world: &World, device: &Device, look: impl Fn(&Kept) -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        let kept = world.kept(device);
        if let Some(found) = look(&kept) {
            return found;
        }
        assert!(Instant::now() < end, "opened by {:?}", kept.opened_by);
    }
}

/// Waits until a device keeps so many ways to unlock.
pub(crate) fn wait_ways(world: &World, device: &Device, count: usize) {
    wait_kept(world, device, |kept| {
        (kept.opened_by.len() == count).then_some(())
    });
}

/// The box tells nobody of the methods.
fn without_methods(asked: &Asked) -> Way {
    if asked.is("GET", METHODS) {
        Way::Nowhere
    } else {
        Way::On
    }
}

#[test]
fn attack_05_a_kit_whose_revocation_came_with_a_pull_opens_this_device_no_more() {
    // The box tells of the revocation where it cannot hide it, and of the methods nothing at all.
    let mut world = World::claimed();
    let mut second = world.joined();
    wait_ways(&world, &second, 2);
    second.off();
    world.step_up();
    let Reply::Methods { methods } = world.first.call(Call::Methods) else {
        panic!("a list")
    };
    let kit = methods.iter().find(|method| method.kind == "kit").unwrap();
    world.first.call(Call::Revoke {
        targets: vec![kit.id.clone()],
    });
    world.first.wait(|status| !status.rekeying);
    world.first.add_task("since then");
    world.first.wait_live();
    world.hop.on_asked(|asked| without_methods(asked));
    world.hop.on_answer(|asked, answer| {
        asked.is("GET", LOG)
            && answer.alter_json::<LogPage>(|page| {
                page.statements.clear();
                page.more = false;
            })
    });
    // It has not heard of it yet.
    world.on(&mut second);
    second.wait_titles(&["since then"]);
    second.reload();
    second.wait_locked();
    let problem = second.refused(Call::UnlockKit {
        code: secret(&world.sheets[0].payload),
    });
    assert_eq!(problem.code, ProblemCode::KitUnknown);
    // What is left opens it.
    unlock(&second, &mut world.passkey);
    assert_eq!(second.titles(), ["since then"]);
}

#[test]
fn a_kit_opens_the_device_that_added_it_though_the_box_shows_no_methods() {
    let mut world = World::claimed();
    world.step_up();
    world.hop.on_asked(|asked| without_methods(asked));
    let sheet = add_kit(&world.first);
    turn_on(&mut world.first, &sheet);
}

#[test]
fn attack_05_a_kit_that_was_revoked_before_its_addition_was_answered_opens_nothing() {
    let mut world = World::claimed();
    let second = world.joined();
    world.settle(&world.first);
    world.step_up();
    second.call(Call::StepUpKit {
        code: secret(&world.sheets[0].payload),
    });
    let gate = Gate::default();
    let held = gate.clone();
    world.hop.on_asked(move |asked| {
        let appends = asked.json::<LogAppend>();
        if appends.is_some_and(|append| append.method.is_some()) {
            Way::Late(held.clone())
        } else {
            without_methods(asked)
        }
    });
    let before = world.kept(&world.first).opened_by;
    std::thread::scope(|threads| {
        let adding = threads.spawn(|| add_kit(&world.first));
        let added = wait_kept(&world, &second, |kept| {
            let log = kept.engine().account_log();
            let mut methods = log.active_methods().map(|method| method.id);
            methods.find(|method| !before.contains(method))
        });
        second.call(Call::Revoke {
            targets: vec![added.to_hex()],
        });
        wait_kept(&world, &world.first, |kept| {
            let log = kept.engine().account_log();
            log.method(added)?.revoked.as_ref().map(|_| ())
        });
        gate.open();
        adding.join().unwrap();
    });
    assert_eq!(world.kept(&world.first).opened_by, before);
}

#[test]
fn attack_02_a_passkey_that_the_box_calls_by_another_id_is_not_added() {
    let mut world = World::claimed();
    world.step_up();
    let before = world.kept(&world.first);
    world.hop.on_answer(|asked, answer| {
        asked.is("POST", PASSKEYS)
            && answer.alter_json::<PasskeyStored>(|stored| stored.credential.0[0] ^= 1)
    });
    let problem = add_passkey(&world.first, 2).err().unwrap();
    assert_eq!(problem.code, ProblemCode::Tampered);
    let after = world.kept(&world.first);
    assert_eq!(after.opened_by, before.opened_by);
    let head = |kept: &Kept| kept.engine().account_log().head();
    assert_eq!(head(&after), head(&before));
}

#[test]
fn a_method_that_the_box_leaves_out_of_its_list_opens_a_device_as_before() {
    let mut world = World::claimed();
    let second = world.joined();
    wait_ways(&world, &second, 2);
    let before: Vec<MethodId> = world.kept(&second).opened_by;
    world.settle(&world.first);
    world.step_up();
    let hidden = before.clone();
    world.hop.on_answer(move |asked, answer| {
        asked.is("GET", METHODS)
            && answer.alter_json::<MethodList>(|list| {
                list.methods.retain(|row| !hidden.contains(&row.method));
            })
    });
    add_kit(&world.first);
    wait_ways(&world, &second, 3);
    let after = world.kept(&second).opened_by;
    assert!(before.iter().all(|method| after.contains(method)));
}
