//! A box that takes another name: its devices move there, and nothing is lost on the way.

use lifeos_replica::api::{ApprovalRole, Call, JoinStep, Phase, ProblemCode, Reply};

use crate::approving::{ask, code_on};
use crate::house::House;
use crate::person::{Device, claim, secret, step_up};

fn open(link: String) -> Call {
    Call::ApproveOpen {
        link,
        role: ApprovalRole::Full,
    }
}

#[test]
fn a_device_moves_to_another_name_and_takes_everything_along() {
    let (mut house, code) = House::start();
    let old = Device::new(&house);
    let (mut passkey, _) = claim(&old, &code, true);
    old.add_task("Sent before");
    old.wait_live();

    house.kill();
    old.add_task("Written while the box was away");
    old.wait(|status| status.waiting > 0);
    assert_eq!(
        old.refused(Call::Retire).code,
        ProblemCode::StillWaiting,
        "what is here alone would be lost"
    );
    house.rename();
    old.wait_live();

    let new = Device::new(&house);
    assert_ne!(new.origin, old.origin);
    let link = ask(&new);
    step_up(&old, &mut passkey);
    let opened = old.call(open(link));
    let Reply::Approving { elsewhere, .. } = opened else {
        panic!("{opened:?}")
    };
    assert_eq!(elsewhere.as_deref(), Some(new.origin.as_str()));
    old.call(Call::ApproveCode {
        code: secret(&code_on(&new)),
    });
    new.wait_step(|step| matches!(step, JoinStep::ConfirmAccount { .. }));
    new.call(Call::JoinConfirm);
    new.wait_live();

    old.call(Call::Retire);
    old.wait(|status| status.phase == Phase::Revoked);
    let mut titles = new.titles();
    titles.sort();
    assert_eq!(titles, ["Sent before", "Written while the box was away"]);
    new.add_task("Written under the new name");
    new.wait_live();
    assert_eq!(new.titles().len(), 3);
}

#[test]
fn a_link_to_a_name_that_is_not_the_boxs_lets_nobody_in() {
    let (mut house, code) = House::start();
    let old = Device::new(&house);
    let (mut passkey, _) = claim(&old, &code, true);
    house.rename();
    old.wait_live();

    let new = Device::new(&house);
    let link = ask(&new);
    let elsewhere = link.replace(&new.origin, "https://evil.example");
    assert_ne!(elsewhere, link);
    step_up(&old, &mut passkey);
    assert_eq!(old.refused(open(elsewhere)).code, ProblemCode::OtherName);
    // The ceremony itself stands: the right link still opens it.
    let opened = old.call(open(link));
    assert!(matches!(opened, Reply::Approving { .. }), "{opened:?}");
}
