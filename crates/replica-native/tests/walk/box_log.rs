//! The box's own log on an owner's device.

use lifeos_protocol::box_log::BoxEvent;
use lifeos_replica::api::{BoxLogPlace, Call, Phase, ProblemCode, Reply};

use crate::house::House;
use crate::person::{Device, claim, join_by_kit};

fn page(
    device: &Device,
    after: Option<BoxLogPlace>,
) -> (Vec<(u64, BoxEvent)>, Option<BoxLogPlace>) {
    let Reply::BoxLog {
        entries,
        next,
        broken,
    } = device.call(Call::BoxLog { after })
    else {
        panic!("the box's log is told")
    };
    assert_eq!(broken, None);
    let told = entries.into_iter();
    (
        told.map(|entry| (entry.sequence as u64, entry.event))
            .collect(),
        next,
    )
}

#[test]
fn an_owner_reads_the_boxs_log_and_its_chain_holds_page_by_page() {
    let (mut house, code) = House::start();
    let first = Device::new(&house);
    let (_, sheets) = claim(&first, &code, true);
    let second = Device::new(&house);
    join_by_kit(&second, &sheets[0]);
    let (told, next) = page(&first, None);
    assert_eq!(next, None);
    let is_told = |event| told.iter().any(|(_, told)| *told == event);
    for event in [
        BoxEvent::Started,
        BoxEvent::Claimed,
        BoxEvent::SignedIn,
        BoxEvent::DeviceEnrolled,
    ] {
        assert!(is_told(event), "{event:?} in {told:?}");
    }
    // Each start adds to it, until there is more than one page.
    while page(&first, None).1.is_none() {
        house.restart();
        first.wait_live();
    }
    let (mut all, mut next) = page(&first, None);
    while let Some(after) = next {
        let (more, then) = page(&first, Some(after));
        all.extend(more);
        next = then;
    }
    let sequences: Vec<u64> = all.iter().map(|(sequence, _)| *sequence).collect();
    let whole: Vec<u64> = (1..=sequences[0]).rev().collect();
    assert_eq!(sequences, whole, "each entry once, newest first");

    house.kill();
    first.wait(|status| {
        status.phase == Phase::Open && status.sync == lifeos_replica::api::SyncState::Offline
    });
    assert_eq!(
        first.refused(Call::BoxLog { after: None }).code,
        ProblemCode::Offline
    );
}
