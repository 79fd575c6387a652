use lifeos_replica::api::{AlarmKind, Call, DeviceView, Phase, Reply, Status};
use serde_json::json;

use crate::house::{House, copy_folder};
use crate::person::{
    Device, PATIENCE, claim, create_task, examine, inbox, join_by_kit, step_up, titles, unlock,
};
use crate::stepper::{Killed, Shelf, Stepper};

fn devices(reply: Reply) -> Vec<DeviceView> {
    match reply {
        Reply::Devices { devices } => devices,
        other => panic!("{other:?}"),
    }
}

fn clone_alarms(status: &Status) -> usize {
    let told = status.alarms.iter();
    told.filter(|alarm| alarm.kind == AlarmKind::Cloned).count()
}

fn sorted(mut titles: Vec<String>) -> Vec<String> {
    titles.sort();
    titles
}

/// Waits until the inbox has these titles, in whatever order.
fn wait_titles(device: &Device, wanted: &[&str]) {
    let mut seen = device.watch();
    let mut titles = device.titles();
    while sorted(titles.clone()) != wanted {
        titles = seen(PATIENCE).expect("the other device's changes come by the tail");
    }
}

#[test]
fn a_copied_profile_goes_on_under_an_id_of_its_own_and_both_come_together() {
    let (mut house, code) = House::start();
    let mut first = Device::new(&house);
    let (mut passkey, sheets) = claim(&first, &code, true);
    first.add_task("before");
    let id = first.wait_live().device.unwrap();

    let mut second = None;
    first.reload_after(|folder| second = Some(Device::over_copy(&house, folder)));
    let mut second = second.unwrap();
    house.kill();
    unlock(&first, &mut passkey);
    unlock(&second, &mut passkey);
    first.add_task("on the first");
    second.add_task("on the copy");
    second.add_task("also on the copy");
    second.client().call(Call::Lock).unwrap();

    // The first meets the box before the copy does.
    house.restart();
    assert_eq!(first.wait_live().device.as_deref(), Some(id.as_str()));
    second.reload();
    unlock(&second, &mut passkey);
    let status = second.wait(|status| {
        status.phase == Phase::Open
            && status.waiting == 0
            && status.device.as_deref() != Some(id.as_str())
    });
    assert_eq!(clone_alarms(&status), 1);
    let all = ["also on the copy", "before", "on the copy", "on the first"];
    assert_eq!(sorted(second.titles()), all);
    wait_titles(&first, &all);
    assert_eq!(clone_alarms(&first.wait_live()), 0);

    // Both go on, and the copy opens again as what it is now.
    first.add_task("zero");
    second.wait_live();
    second.reload();
    unlock(&second, &mut passkey);
    let status = second.wait_live();
    assert_ne!(status.device.as_deref(), Some(id.as_str()));
    assert_eq!(clone_alarms(&status), 1, "it is not told again");
    let own = second.call(Call::Devices);
    let own = devices(own);
    let name = |this: bool| own.iter().find(|device| device.this == this).unwrap();
    assert_eq!(
        (own.len(), name(true).revoked, name(false).revoked),
        (2, false, false)
    );
    assert_eq!(name(true).name.as_deref(), Some("Laptop"));
    let third = Device::new(&house);
    join_by_kit(&third, &sheets[0]);
    assert_eq!(third.titles().len(), 5);
    for device in [&first, &second, &third] {
        assert!(
            examine(device).spaces[0].agrees,
            "what was written again counts once"
        );
    }
}

#[test]
fn a_copy_that_is_found_out_while_it_is_open_asks_for_a_fresh_verification() {
    let (house, code) = House::start();
    let mut first = Device::new(&house);
    let (mut passkey, _) = claim(&first, &code, true);
    let id = first.wait_live().device;
    let mut second = None;
    first.reload_after(|folder| second = Some(Device::over_copy(&house, folder)));
    let second = second.unwrap();
    unlock(&first, &mut passkey);
    first.wait_live();
    unlock(&second, &mut passkey);
    second.wait_live();

    first.add_task("on the first");
    let status = second.wait(|status| clone_alarms(status) == 1);
    assert_eq!(status.device, id);
    step_up(&second, &mut passkey);
    second.wait(|status| status.phase == Phase::Open && status.device != id);
    second.wait_live();
    second.add_task("on the copy");
    second.wait_live();
    assert_eq!(second.titles(), ["on the first", "on the copy"]);
    wait_titles(&first, &["on the copy", "on the first"]);
}

/// A copy that has written without the box, and the box, which the original has met since.
struct Diverged {
    house: House,
    box_image: tempfile::TempDir,
    shelf: Shelf,
    kit: String,
    id: String,
}

fn diverged() -> Diverged {
    let (mut house, code) = House::start();
    let mut first = Device::new(&house);
    let (mut passkey, sheets) = claim(&first, &code, true);
    first.add_task("before");
    let id = first.wait_live().device.unwrap();
    let mut shelf = Shelf::default();
    first.reload_after(|folder| shelf = Shelf::copy_of(folder));
    unlock(&first, &mut passkey);
    first.add_task("on the first");
    first.wait_live();
    drop(first);
    house.kill();

    let kit = sheets[0].payload.clone();
    let mut copy = Stepper::start(shelf, &house.origin());
    copy.online = false;
    copy.unlock(&kit).unwrap();
    for title in ["copied 1", "copied 2"] {
        copy.call(create_task(title));
    }
    let box_image = tempfile::TempDir::new().unwrap();
    copy_folder(house.folder.path(), box_image.path());
    Diverged {
        house,
        box_image,
        shelf: copy.shelf,
        kit,
        id,
    }
}

impl Diverged {
    /// Unlocks and goes on until the copy is whole under an id of its own.
    fn go_on(&self, stepper: &mut Stepper) -> Result<(), Killed> {
        stepper.unlock(&self.kit)?;
        stepper.run_until(|status| {
            status.phase == Phase::Open
                && status.waiting == 0
                && status.device.as_deref() != Some(self.id.as_str())
        })
    }

    fn check(&self, stepper: &mut Stepper, at: usize) {
        let ask = json!({ "type": "ask", "query": inbox() });
        let view = stepper.call(serde_json::from_value(ask).unwrap());
        let found = sorted(titles(&serde_json::to_value(view).unwrap()));
        let all = ["before", "copied 1", "copied 2", "on the first"];
        assert_eq!(found, all, "cut at step {at}");
        let enrolled = devices(stepper.call(Call::Devices));
        assert_eq!(enrolled.len(), 2, "enrolled once, cut at step {at}");
        assert_eq!(clone_alarms(&stepper.status()), 1, "cut at step {at}");
        let Reply::Storage { storage } = stepper.call(Call::Storage) else {
            panic!("storage is told")
        };
        // Two of the original, two that were copied, and a name.
        assert_eq!(storage.changes, 2 + 2 + 2 + 1, "cut at step {at}");
    }
}

#[test]
fn cut_at_any_step_a_copied_profile_still_comes_to_an_id_of_its_own_once() {
    let mut world = diverged();
    let mut cut_at = 1;
    loop {
        world.house.put_back(world.box_image.path());
        let origin = world.house.origin();
        let mut stepper = Stepper::start(world.shelf.clone(), &origin);
        stepper.steps_left = Some(cut_at);
        let whole = world.go_on(&mut stepper) == Ok(());
        stepper.steps_left = None;
        if !whole {
            stepper = Stepper::start(stepper.shelf, &origin);
            world.go_on(&mut stepper).unwrap();
        }
        world.check(&mut stepper, cut_at);
        if whole {
            break;
        }
        cut_at += 1;
    }
    assert!(cut_at > 20, "it was really cut: {cut_at}");

    // And what is left on its disk is its own.
    world.house.put_back(world.box_image.path());
    let mut last = Stepper::start(world.shelf.clone(), &world.house.origin());
    world.go_on(&mut last).unwrap();
    let kept = last.shelf.clone();
    let old: Vec<String> = world.shelf.files.keys().map(ToString::to_string).collect();
    let left = kept.files.keys().map(ToString::to_string);
    let left: Vec<String> = left.filter(|name| old.contains(name)).collect();
    assert_eq!(left, Vec::<String>::new());
    let mut again = Stepper::start(kept, &world.house.origin());
    again.online = false;
    again.unlock(&world.kit).unwrap();
    assert_ne!(again.status().device.as_deref(), Some(world.id.as_str()));
}
