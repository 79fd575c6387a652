use lifeos_replica::api::{Call, ProblemCode, Reply};

use crate::house::House;
use crate::person::{Device, add_passkey, claim, join_by_kit, secret, step_up};

/// The ways that open, by their kind.
fn ways(device: &Device) -> (usize, usize) {
    let told = device.call(Call::Methods);
    let Reply::Methods { methods } = told else {
        panic!("{told:?}")
    };
    let of = |kind: &str| {
        let live = methods.iter().filter(|method| !method.revoked);
        live.filter(|method| method.kind == kind).count()
    };
    (of("passkey"), of("kit"))
}

#[test]
fn whose_passkeys_are_gone_adds_one_with_the_kit() {
    let (house, code) = House::start();
    let first = Device::new(&house);
    let (lost, sheets) = claim(&first, &code, true);
    first.add_task("Written before the loss");
    first.wait_live();
    drop(lost);

    // All that is left is the sheet, in a browser that holds nothing.
    let device = Device::new(&house);
    join_by_kit(&device, &sheets[0]);
    let refused = device.refused(Call::AddPasskeyBegin);
    assert_eq!(refused.code, ProblemCode::StepUpNeeded);
    let by_kit = |code: &str| Call::StepUpKit { code: secret(code) };
    let slip = device.refused(by_kit("0000-0000"));
    assert_eq!(slip.code, ProblemCode::KitText);
    let account = device.refused(by_kit(&sheets[0].account.join("-")));
    assert_eq!(account.code, ProblemCode::KitText);
    let still = device.refused(Call::AddPasskeyBegin);
    assert_eq!(still.code, ProblemCode::StepUpNeeded);

    device.call(by_kit(&sheets[0].code.join(" ")));
    device.wait(|status| status.stepped_up_until_ms.is_some());
    let mut passkey = add_passkey(&device, 3).unwrap();
    device.wait_live();
    assert_eq!(ways(&device), (2, 1));

    // The new one is a full way in: it verifies, and what it verifies for is done.
    step_up(&device, &mut passkey);
    assert_eq!(device.titles(), ["Written before the loss"]);
}

#[test]
fn a_kit_that_was_revoked_verifies_nobody() {
    let (house, code) = House::start();
    let first = Device::new(&house);
    let (mut passkey, sheets) = claim(&first, &code, true);
    let told = first.call(Call::Methods);
    let Reply::Methods { methods } = told else {
        panic!("{told:?}")
    };
    let kit = methods.iter().find(|method| method.kind == "kit");
    let kit = kit.unwrap().id.clone();
    step_up(&first, &mut passkey);
    add_passkey(&first, 4).unwrap();
    first.call(Call::Revoke { targets: vec![kit] });
    first.wait(|status| !status.rekeying);
    assert_eq!(ways(&first), (2, 0));
    let refused = first.refused(Call::StepUpKit {
        code: secret(&sheets[0].payload),
    });
    assert!(
        matches!(refused.code, ProblemCode::KitUnknown | ProblemCode::Refused),
        "{refused:?}"
    );
}
