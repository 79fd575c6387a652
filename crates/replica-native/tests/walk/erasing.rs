use lifeos_replica::api::{ActivityKind, Call, Phase, ProblemCode, Reply};

use crate::house::House;
use crate::person::{Device, claim, empty_out, join_by_kit, step_up};

#[test]
fn what_is_emptied_from_the_trash_is_erased_after_a_step_up_here_at_the_box_and_elsewhere() {
    let (mut house, code) = House::start();
    let first = Device::new(&house);
    let (mut passkey, sheets) = claim(&first, &code, true);
    let second = Device::new(&house);
    join_by_kit(&second, &sheets[0]);
    first.add_task("Kept");
    first.add_task("A secret");
    first.wait_live();
    empty_out(&first, "A secret");
    let status = first.wait(|status| status.to_erase == 1 && status.waiting == 0);
    assert_eq!(status.phase, Phase::Open);
    assert_eq!(first.refused(Call::Erase).code, ProblemCode::StepUpNeeded);
    step_up(&first, &mut passkey);
    // The box dies before it has the new bodies: they are handed over when it is back.
    let Reply::Erased { changes } = first.call(Call::Erase) else {
        panic!("an erasure is answered with what it named")
    };
    assert_eq!(
        changes, 2,
        "made and put into the trash; that it was emptied stays"
    );
    house.restart();
    first.wait(|status| status.to_erase == 0);
    let Reply::Activity { entries } = first.call(Call::Activity) else {
        panic!("the activity is told")
    };
    let erased = |kind: &ActivityKind| matches!(kind, ActivityKind::Erased { count: 2 });
    assert!(entries.iter().any(|entry| erased(&entry.kind)));
    second.wait_titles(&["Kept"]);
    let late = Device::new(&house);
    join_by_kit(&late, &sheets[0]);
    let status = late.wait_live();
    assert_eq!(
        (late.titles(), status.quarantined),
        (vec!["Kept".to_owned()], 0)
    );
    assert_eq!(status.to_erase, 0);
}
