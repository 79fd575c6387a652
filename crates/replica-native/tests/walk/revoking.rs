use std::fs;

use lifeos_replica::api::{Call, Phase, ProblemCode, Reply};

use crate::house::House;
use crate::person::{Device, claim, join_by_kit, step_up};

#[test]
fn a_revoked_device_is_cut_off_and_its_copy_is_erased() {
    let (house, code) = House::start();
    let first = Device::new(&house);
    let (mut passkey, sheets) = claim(&first, &code, true);
    let second = Device::new(&house);
    join_by_kit(&second, &sheets[0]);
    second.add_task("Written by the second");
    second.wait_live();
    first.wait_live();

    let devices = first.call(Call::Devices);
    let Reply::Devices { devices } = devices else {
        panic!("{devices:?}")
    };
    assert_eq!(devices.len(), 2);
    let other = devices
        .iter()
        .find(|device| !device.this)
        .unwrap()
        .id
        .clone();
    let revoke = Call::Revoke {
        targets: vec![other.clone()],
    };
    assert_eq!(
        first.refused(revoke.clone()).code,
        ProblemCode::StepUpNeeded
    );
    step_up(&first, &mut passkey);
    first.call(revoke);

    second.wait(|status| status.phase == Phase::Revoked);
    let left: Vec<String> = fs::read_dir(second.folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "lock")
        .collect();
    assert!(left.is_empty(), "{left:?}");

    // The first goes on under new keys, and what was written before the cut stays.
    first.wait(|status| !status.rekeying && status.phase == Phase::Open);
    first.add_task("After the revocation");
    first.wait_live();
    assert_eq!(
        first.titles(),
        ["Written by the second", "After the revocation"]
    );
    let third = Device::new(&house);
    join_by_kit(&third, &sheets[0]);
    assert_eq!(
        third.titles(),
        ["Written by the second", "After the revocation"]
    );
}

#[test]
fn a_device_that_was_away_erases_its_copy_at_the_next_contact() {
    let (house, code) = House::start();
    let first = Device::new(&house);
    let (mut passkey, sheets) = claim(&first, &code, true);
    let mut second = Device::new(&house);
    join_by_kit(&second, &sheets[0]);
    let id = second.client().status().unwrap().device.unwrap();
    second.call(Call::Lock);
    second.wait_locked();

    first.wait_live();
    first.wait(
        |_| matches!(first.call(Call::Devices), Reply::Devices { devices } if devices.len() == 2),
    );
    step_up(&first, &mut passkey);
    first.call(Call::Revoke { targets: vec![id] });

    second.reload();
    second.wait_locked();
    second.call(Call::UnlockKit {
        code: crate::person::secret(&sheets[0].payload),
    });
    second.wait(|status| status.phase == Phase::Revoked);
    assert!(!second.folder().join("vault").exists());
}
