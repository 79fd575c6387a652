use lifeos_replica::api::{Call, Phase, ProblemCode};

use crate::house::House;
use crate::person::{Device, asked_groups, claim, secret, unlock};

#[test]
fn a_box_is_claimed_a_task_is_done_and_is_there_after_a_reload() {
    let (house, code) = House::start();
    let mut device = Device::new(&house);
    let (mut passkey, sheets) = claim(&device, &code, true);
    assert_eq!(sheets.len(), 1);
    device.add_task("Water the plants");
    assert_eq!(device.titles(), ["Water the plants"]);
    device.wait_live();

    device.reload();
    unlock(&device, &mut passkey);
    assert_eq!(device.titles(), ["Water the plants"]);
    device.add_task("Feed the cat");

    device.call(Call::Lock);
    device.wait_locked();
    assert_eq!(device.refused(Call::Undo).code, ProblemCode::WrongPhase);
    device.call(Call::UnlockKit {
        code: secret(&sheets[0].code.join("-")),
    });
    device.wait_live();
    assert_eq!(device.titles(), ["Water the plants", "Feed the cat"]);
}

#[test]
fn a_passkey_without_prf_brings_two_kits_and_opens_with_the_box_alone() {
    let (mut house, code) = House::start();
    let mut device = Device::new(&house);
    let (mut passkey, sheets) = claim(&device, &code, false);
    assert_eq!(sheets.len(), 2);
    device.add_task("Call the plumber");
    device.wait_live();

    device.reload();
    let locked = device.wait_locked();
    let Phase::Locked { ways } = locked.phase else {
        panic!("{locked:?}")
    };
    assert!(
        ways.passkey_with_box && ways.kit && !ways.passkey,
        "{ways:?}"
    );
    unlock(&device, &mut passkey);
    assert_eq!(device.titles(), ["Call the plumber"]);

    house.kill();
    device.reload();
    device.wait_locked();
    assert_eq!(device.refused(Call::UnlockBegin).code, ProblemCode::Offline);
    device.call(Call::UnlockKit {
        code: secret(&sheets[1].payload),
    });
    assert_eq!(device.titles(), ["Call the plumber"]);
}

#[test]
fn a_claim_ends_at_a_wrong_code_and_at_a_kit_that_is_not_kept() {
    let (house, code) = House::start();
    let device = Device::new(&house);
    device.wait(|status| status.phase == Phase::Unclaimed);
    let begin = |code: &str| Call::ClaimBegin {
        code: secret(code),
        name: "Ada".into(),
        device_name: "Laptop".into(),
    };
    let wrong = if code.starts_with('2') {
        "33333-33333"
    } else {
        "22222-22222"
    };
    assert_eq!(device.refused(begin(wrong)).code, ProblemCode::ClaimCode);
    let (_, sheets) = claim(&device, &code, true);
    let late = Device::new(&house);
    late.wait(|status| status.phase == Phase::Fresh);
    assert_eq!(device.refused(begin(&code)).code, ProblemCode::WrongPhase);
    assert_eq!(
        device
            .refused(Call::ClaimProveKit {
                sheet: 0,
                groups: asked_groups(&sheets[0])
            })
            .code,
        ProblemCode::WrongPhase
    );
}
