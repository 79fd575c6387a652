//! "Check everything": what a device shows is what its whole history adds up to, and where it is not,
//! the place is named.

use lifeos_replica::api::{BreakKind, BreakView, Call, Examined, ProblemCode};

use crate::house::House;
use crate::person::{
    Device, claim, create_task, empty_out, examine, examined, join_by_kit, step_up,
};
use crate::stepper::{Shelf, Stepper};

/// A client without threads over what a device has, open and away from the box.
fn apart(house: &House, device: Device, kit: &str) -> Stepper {
    let folder = device.folder().to_owned();
    device.client().call(Call::Lock).unwrap();
    let mut apart = Stepper::start(Shelf::copy_of(&folder), &house.origin());
    drop(device);
    apart.online = false;
    apart.unlock(kit).unwrap();
    apart
}

/// A client like that over the only device of a box that is gone, with so many tasks.
fn apart_with_tasks(count: u32) -> Stepper {
    let (house, code) = House::start();
    let first = Device::new(&house);
    let (_, sheets) = claim(&first, &code, true);
    first.wait_live();
    let mut apart = apart(&house, first, &sheets[0].payload);
    for number in 0..count {
        apart.call(create_task(&format!("task {number}")));
    }
    apart
}

/// The newest journal of what it has.
fn newest_journal(apart: &mut Stepper) -> &mut Vec<u8> {
    let mut files = apart.shelf.files.iter_mut();
    let journal = files.rfind(|(name, _)| name.to_string().starts_with("journal"));
    journal.unwrap().1
}

/// Goes on to the end, and counts the pages.
fn to_the_end(stepper: &mut Stepper) -> (Examined, usize) {
    let (mut run, mut pages) = (None, 0);
    loop {
        let found = examined(stepper.call(Call::Examine { run }));
        pages += 1;
        run = Some(found.run);
        if found.ended {
            return (found, pages);
        }
    }
}

fn breaks(found: &Examined) -> Option<&BreakView> {
    let space = &found.spaces[0];
    assert_eq!(space.agrees, space.breaks.is_none());
    space.breaks.as_ref()
}

#[test]
fn the_history_of_a_year_from_two_devices_adds_up_to_what_is_shown_also_after_an_erasure() {
    let (house, code) = House::start();
    let first = Device::new(&house);
    let (mut passkey, sheets) = claim(&first, &code, true);
    first.call(Call::DemoFill);
    first.add_task("Kept");
    first.add_task("A secret");
    first.wait_live();
    let second = Device::new(&house);
    join_by_kit(&second, &sheets[0]);
    second.add_task("From the second");
    second.wait_live();
    first.wait_title("From the second");

    let before = examine(&first);
    assert!(before.spaces[0].agrees, "{before:?}");
    assert_eq!((before.done, before.spaces[0].erased), (before.of, 0));

    empty_out(&first, "A secret");
    first.wait(|status| status.to_erase == 1 && status.waiting == 0);
    step_up(&first, &mut passkey);
    first.call(Call::Erase);
    first.wait(|status| status.to_erase == 0);
    second.wait_inbox(|titles| titles.iter().all(|title| title != "A secret"));
    let late = Device::new(&house);
    join_by_kit(&late, &sheets[0]);
    first.wait_live();
    for device in [&first, &second, &late] {
        let found = examine(device);
        let space = &found.spaces[0];
        assert!(space.agrees, "{found:?}");
        assert_eq!((found.done, space.erased), (found.of, 2), "{found:?}");
        assert_eq!((space.set_aside, space.left_out, space.held), (0, 0, 0));
        assert_eq!(space.replayed + space.erased, found.of);
    }
}

#[test]
fn what_is_written_between_two_pages_is_taken_with_the_rest() {
    let mut apart = apart_with_tasks(300);
    let begun = examined(apart.call(Call::Examine { run: None }));
    assert!(begun.done < begun.of && !begun.ended, "{begun:?}");
    // Every chain was replayed to its end, and what was found is not compared yet.
    let mut found = begun.clone();
    while found.done < found.of {
        let run = Some(found.run);
        found = examined(apart.call(Call::Examine { run }));
    }
    assert!(!found.ended);
    apart.call(create_task("meanwhile"));
    while !found.ended {
        let run = Some(found.run);
        found = examined(apart.call(Call::Examine { run }));
    }
    assert_eq!((found.done, found.of), (begun.of + 1, begun.of + 1));
    assert_eq!(breaks(&found), None);

    // A new one ends the one before, and who asks for that one is told.
    let old = examined(apart.call(Call::Examine { run: None })).run;
    let new = examined(apart.call(Call::Examine { run: None })).run;
    let run = Some(old);
    let refused = apart.try_call(Call::Examine { run }).unwrap().unwrap_err();
    assert_eq!(refused.code, ProblemCode::NotFound);
    apart.call(Call::ExamineEnd { run: new });
    let run = Some(new);
    let refused = apart.try_call(Call::Examine { run }).unwrap().unwrap_err();
    assert_eq!(refused.code, ProblemCode::NotFound);
}

#[test]
fn a_record_that_was_lost_is_named_by_the_change_that_it_came_from_and_folded_anew_only_when_asked()
{
    let (house, code) = House::start();
    let first = Device::new(&house);
    let (_, sheets) = claim(&first, &code, true);
    first.add_task("one");
    let device = first.wait_live().device.unwrap();
    let mut apart = apart(&house, first, &sheets[0].payload);
    assert_eq!(breaks(&to_the_end(&mut apart).0), None);
    apart.lose_a_record();
    for _ in 0..2 {
        let (found, _) = to_the_end(&mut apart);
        let broken = breaks(&found).unwrap();
        assert_eq!(
            (broken.kind, broken.device.as_ref()),
            (BreakKind::State, Some(&device))
        );
        assert!(broken.counter >= 1.0, "{broken:?}");
    }

    // The way back: what is shown is folded anew from the history, which is whole.
    let space = to_the_end(&mut apart).0.spaces[0].space.clone();
    apart.call(Call::FoldAnew { space });
    assert_eq!(breaks(&to_the_end(&mut apart).0), None);
    let nowhere = Call::FoldAnew {
        space: "00".repeat(16),
    };
    let refused = apart.try_call(nowhere).unwrap().unwrap_err();
    assert_eq!(refused.code, ProblemCode::NotFound);
}

#[test]
fn a_stored_change_that_is_not_what_was_stored_is_named() {
    let mut apart = apart_with_tasks(10);
    let (whole, _) = to_the_end(&mut apart);
    assert_eq!(breaks(&whole), None);
    // The last change is the last of its file, and a bit of it turns.
    let journal = newest_journal(&mut apart);
    let sound = journal.clone();
    *journal.last_mut().unwrap() ^= 1;
    let (found, _) = to_the_end(&mut apart);
    let broken = breaks(&found).unwrap();
    assert_eq!(
        (broken.kind, broken.counter),
        (BreakKind::Damaged, f64::from(whole.of))
    );

    let journal = newest_journal(&mut apart);
    *journal = sound;
    journal.truncate(journal.len() - 1);
    let (found, _) = to_the_end(&mut apart);
    assert_eq!(breaks(&found).unwrap().kind, BreakKind::Damaged, "cut off");
}
