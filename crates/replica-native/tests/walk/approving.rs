use lifeos_replica::api::{ApprovalRole, Call, JoinStep, Phase, ProblemCode, Reply};

use crate::house::House;
use crate::person::{Device, claim, secret, step_up, unlock};

pub(crate) fn ask(device: &Device) -> String {
    device.wait(|status| status.phase == Phase::Fresh);
    let begun = device.call(Call::JoinApproval {
        device_name: "Tablet".into(),
    });
    let Reply::Approval { link, .. } = begun else {
        panic!("{begun:?}")
    };
    link
}

pub(crate) fn code_on(device: &Device) -> String {
    match device.wait_step(|step| matches!(step, JoinStep::ShowCode { .. })) {
        JoinStep::ShowCode { code, .. } => code,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_device_is_approved_by_a_link_and_the_code_that_it_shows() {
    let (house, code) = House::start();
    let first = Device::new(&house);
    let (mut passkey, _) = claim(&first, &code, true);
    first.add_task("Seen on both");
    first.wait_live();

    let mut second = Device::new(&house);
    let link = ask(&second);
    step_up(&first, &mut passkey);
    let opened = first.call(Call::ApproveOpen {
        link,
        role: ApprovalRole::Full,
    });
    let Reply::Approving {
        account_words: shown,
        elsewhere: None,
    } = opened
    else {
        panic!("{opened:?}")
    };
    first.call(Call::ApproveCode {
        code: secret(&code_on(&second)),
    });
    let step = second.wait_step(|step| matches!(step, JoinStep::ConfirmAccount { .. }));
    let JoinStep::ConfirmAccount {
        account_name,
        account_words,
    } = step
    else {
        panic!("{step:?}")
    };
    assert_eq!((account_name.as_str(), account_words.len()), ("Ada", 6));
    assert_eq!(shown, account_words, "what is compared stands on both");
    second.call(Call::JoinConfirm);
    second.wait_live();
    assert_eq!(second.titles(), ["Seen on both"]);

    // It unlocks by the account's passkey, without the box's help.
    second.reload();
    unlock(&second, &mut passkey);
    assert_eq!(second.titles(), ["Seen on both"]);
}

#[test]
fn a_wrong_code_ends_the_ceremony_for_both() {
    let (house, code) = House::start();
    let first = Device::new(&house);
    let (mut passkey, _) = claim(&first, &code, true);
    let second = Device::new(&house);
    let link = ask(&second);
    step_up(&first, &mut passkey);
    first.call(Call::ApproveOpen {
        link: link.clone(),
        role: ApprovalRole::Full,
    });
    let right = code_on(&second);
    let wrong = if right == "000000" {
        "000001"
    } else {
        "000000"
    };
    let problem = first.refused(Call::ApproveCode {
        code: secret(wrong),
    });
    assert_eq!(problem.code, ProblemCode::ApprovalCode);
    // The right code comes too late, and so does another try of the link.
    let problem = first.refused(Call::ApproveCode {
        code: secret(&right),
    });
    assert_eq!(problem.code, ProblemCode::ApprovalOver);
    let problem = first.refused(Call::ApproveOpen {
        link,
        role: ApprovalRole::Full,
    });
    assert_eq!(problem.code, ProblemCode::ApprovalOver);
    second.wait(|status| status.phase == Phase::Fresh);
}
