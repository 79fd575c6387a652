use lifeos_replica::api::{Call, Phase, Push};
use serde_json::json;

use crate::house::House;
use crate::person::{Device, claim, create_task, inbox, titles};
use crate::stepper::{Shelf, Stepper};

const CHANGES: usize = 5_000;

#[test]
fn a_long_pull_is_folded_piece_by_piece_and_told_once() {
    let (house, code) = House::start();
    let first = Device::new(&house);
    let (_, sheets) = claim(&first, &code, true);
    let kit = sheets[0].payload.clone();

    let mut reader = Stepper::start(Shelf::default(), &house.origin());
    reader
        .run_until(|status| status.phase == Phase::Fresh)
        .unwrap();
    reader.call(Call::JoinKit {
        device_name: "Phone".into(),
        code: crate::person::secret(&kit),
        account: None,
    });
    reader
        .run_until(|status| status.phase == Phase::Open && status.waiting == 0)
        .unwrap();
    let shelf = reader.shelf;

    let folder = first.folder().to_owned();
    first.client().call(Call::Lock).unwrap();
    let mut writer = Stepper::start(Shelf::copy_of(&folder), &house.origin());
    drop(first);
    writer.online = false;
    writer.unlock(&kit).unwrap();
    for number in 0..CHANGES {
        writer.call(create_task(&format!("task {number}")));
    }
    writer.online = true;
    writer.run_until(|status| status.waiting == 0).unwrap();

    let mut reader = Stepper::start(shelf, &house.origin());
    reader.online = false;
    reader.unlock(&kit).unwrap();
    let subscribe = json!({ "type": "subscribe", "subscription": 7, "query": inbox() });
    reader.call(serde_json::from_value(subscribe).unwrap());
    reader.pushes.clear();
    let before = reader.effort();
    reader.online = true;
    let told = |push: &Push| {
        matches!(
            push,
            Push::View {
                subscription: 7,
                ..
            }
        )
    };
    reader
        .run_while(|reader| !reader.pushes.iter().any(told))
        .unwrap();
    let after = reader.effort();

    let views: Vec<&Push> = reader.pushes.iter().filter(|push| told(push)).collect();
    assert_eq!(views.len(), 1, "the list was told once");
    let shown = serde_json::to_value(views[0]).unwrap();
    assert_eq!(titles(&shown).len(), 500, "as many as were asked for");
    let statuses = after.statuses - before.statuses;
    let maintenance = after.maintenance - before.maintenance;
    assert!(reader.pieces > 400, "{} pieces", reader.pieces);
    assert!(
        statuses < 30 && maintenance < 15,
        "{statuses} statuses and {maintenance} looks at what to read, over {} pieces",
        reader.pieces
    );
}
