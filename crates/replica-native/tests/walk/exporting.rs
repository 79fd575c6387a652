//! What a person takes along: everything that happened leaves once, page by page, and what cannot be
//! shown is named in its place.

use lifeos_exchange::LocalTime;
use lifeos_exchange::export::{EventsPage, ExportWish, Formats, Verified, verify};
use lifeos_life::Portion;
use lifeos_protocol::api::Binary;
use lifeos_replica::api::{Call, EventsCursor, Phase, ProblemCode, Reply};

use crate::house::House;
use crate::person::{Device, claim, empty_out, join_by_kit, step_up};

/// Everything that a device gives for an export.
struct Given {
    items: Vec<u8>,
    space: String,
    pages: Vec<Vec<u8>>,
}

fn ask(device: &Device, portion: Portion) -> Given {
    let out = Call::TasksOut {
        portion,
        space: None,
    };
    let Reply::TasksOut { space, items } = device.call(out) else {
        panic!("what leaves is told")
    };
    let mut pages = Vec::new();
    let mut after: Option<EventsCursor> = None;
    let (mut told, mut all) = (0, 0);
    loop {
        let Reply::EventsOut {
            page,
            changes,
            of,
            next,
        } = device.call(Call::EventsOut { after, space: None })
        else {
            panic!("events are told page by page")
        };
        pages.push(Binary::from_text(&page).unwrap().0);
        told += changes;
        all = of.max(all);
        after = next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(told, all, "every change is in one page");
    Given {
        items: Binary::from_text(&items).unwrap().0,
        space,
        pages,
    }
}

/// Packs what was given, reads it back, and returns that with the lines of events.
fn export(device: &Device, portion: Portion) -> (Verified, Vec<serde_json::Value>) {
    let given = ask(device, portion);
    let wish = ExportWish {
        product: "0.1.0".to_owned(),
        at_ms: 1_795_000_000_000,
        space: given.space,
        portion,
        formats: Formats::ALL,
    };
    let mut pack = wish.begin(&given.items, &LocalTime::UTC).unwrap();
    for page in &given.pages {
        pack.events(page).unwrap();
    }
    let packed = pack.finish();
    let verified = verify(&packed.bytes, Some(&packed.items)).unwrap();
    let mut archive = lifeos_exchange::zip::Archive::open(&packed.bytes, 64 << 20).unwrap();
    let lines = String::from_utf8(archive.unpack("events.jsonl").unwrap().unwrap()).unwrap();
    let lines = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    (verified, lines.collect())
}

#[test]
fn everything_that_happened_leaves_once_and_from_every_device() {
    let (house, code) = House::start();
    let first = Device::new(&house);
    let (_, sheets) = claim(&first, &code, true);
    first.call(Call::DemoFill);
    first.wait_live();
    let second = Device::new(&house);
    join_by_kit(&second, &sheets[0]);
    second.add_task("From the second");
    second.wait_live();
    first.wait_title("From the second");

    let (verified, lines) = export(&first, Portion::All);
    assert!(verified.tasks > 500, "{verified:?}");
    assert_eq!(verified.not_shown, 0);
    let mut stamps: Vec<&str> = lines
        .iter()
        .map(|it| it["stamp"].as_str().unwrap())
        .collect();
    let count = stamps.len();
    stamps.sort_unstable();
    stamps.dedup();
    assert_eq!((stamps.len(), verified.events), (count, count as u64));
    let mut devices: Vec<&str> = lines
        .iter()
        .map(|it| it["device"].as_str().unwrap())
        .collect();
    devices.dedup();
    assert_eq!(devices.len(), 2);

    // The other device gives the same, and a part is a part.
    let (elsewhere, _) = export(&second, Portion::All);
    assert_eq!(elsewhere.tasks, verified.tasks);
    let (open, of_open) = export(&first, Portion::Open);
    assert!(open.tasks < verified.tasks && of_open.len() < lines.len());
}

#[test]
fn what_was_erased_is_named_in_its_place_and_says_nothing() {
    let (house, code) = House::start();
    let first = Device::new(&house);
    let (mut passkey, _) = claim(&first, &code, true);
    first.add_task("Kept");
    first.add_task("A secret");
    first.wait_live();
    empty_out(&first, "A secret");
    first.wait(|status| status.to_erase == 1 && status.waiting == 0);
    let (before, lines) = export(&first, Portion::All);
    assert_eq!((before.tasks, before.not_shown), (1, 0));
    assert!(format!("{lines:?}").contains("A secret"));

    step_up(&first, &mut passkey);
    first.call(Call::Erase);
    first.wait(|status| status.to_erase == 0);
    let (after, lines) = export(&first, Portion::All);
    assert_eq!(after.not_shown, 2, "made, and put into the trash");
    assert_eq!(after.events + after.not_shown, before.events);
    assert!(!format!("{lines:?}").contains("A secret"));
}

#[test]
fn nothing_leaves_a_device_that_is_locked_or_a_space_that_is_not_there() {
    let (house, code) = House::start();
    let first = Device::new(&house);
    claim(&first, &code, true);
    first.wait_live();
    let elsewhere = Call::TasksOut {
        portion: Portion::All,
        space: Some("00".repeat(16)),
    };
    assert_eq!(first.refused(elsewhere).code, ProblemCode::NotFound);
    let after = Some(EventsCursor {
        device: "no device".to_owned(),
        counter: 1,
    });
    let nowhere = Call::EventsOut { after, space: None };
    assert_eq!(first.refused(nowhere).code, ProblemCode::Malformed);
    first.call(Call::Lock);
    let status = first.wait_locked();
    assert!(!matches!(status.phase, Phase::Open));
    let out = Call::EventsOut {
        after: None,
        space: None,
    };
    assert_eq!(first.refused(out).code, ProblemCode::WrongPhase);
    assert!(EventsPage::decode(b"\xa0").is_err());
}
