//! A device that has not heard of its account's newest statements.

use lifeos_replica::api::{Call, Reply};
use lifeos_testkit::Way;

use crate::person::{asked_groups, empty_out, step_up};
use crate::world::{CHANGES, LOG, World};

#[test]
fn a_spaces_statement_signed_from_behind_is_made_anew_with_what_was_missing() {
    let mut world = World::claimed();
    world.first.add_task("To be erased");
    world.first.wait_live();
    let second = world.joined();
    empty_out(&world.first, "To be erased");
    world
        .first
        .wait(|status| status.to_erase == 1 && status.waiting == 0);
    world.step_up();
    step_up(&second, &mut world.passkey);
    let before = world.kept(&world.first).engine().account_end();

    // From now on nobody hears of anything.
    world.hop.on_asked(|asked| {
        let hears = [LOG, CHANGES, "/api/v1/tail"];
        match hears.iter().any(|path| asked.is("GET", path)) {
            true => Way::Nowhere,
            false => Way::On,
        }
    });
    world.hop.cut_tails();
    let Reply::Kits { sheets } = second.call(Call::AddKitBegin) else {
        panic!("a kit was asked for")
    };
    second.call(Call::AddKitProve {
        groups: asked_groups(&sheets[0]),
    });
    let account = world.kept(&second).engine().account_end();
    let still = world.kept(&world.first).engine().account_end();
    assert_eq!(still, before);
    assert!(before.sequence < account.sequence);

    let Reply::Erased { changes } = world.first.call(Call::Erase) else {
        panic!("an erasure is answered with what it named")
    };
    assert_eq!(changes, 2);
    let after = world.kept(&world.first).engine().account_end();
    assert_eq!(after, account);
}
