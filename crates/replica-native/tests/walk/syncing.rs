use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use lifeos_protocol::Hash;
use lifeos_protocol::ids::SignerId;
use lifeos_protocol::session::SessionKey;
use lifeos_replica::api::{Call, Phase, Reply, SyncState};
use lifeos_store::{NewSession, Store};
use serde_json::json;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::house::House;
use crate::person::{Device, claim, inbox, join_by_kit, secret, titles};
use crate::stepper::{Shelf, Stepper};

#[test]
fn a_second_device_joins_by_the_kit_and_each_sees_the_other_within_a_second() {
    let (house, code) = House::start();
    let first = Device::new(&house);
    let (_, sheets) = claim(&first, &code, true);
    first.add_task("Buy seeds");
    first.wait_live();

    let second = Device::new(&house);
    join_by_kit(&second, &sheets[0]);
    assert_eq!(second.titles(), ["Buy seeds"]);

    first.wait_live();
    let begun = Instant::now();
    second.add_task("Sow them");
    first.wait_titles(&["Buy seeds", "Sow them"]);
    assert!(
        begun.elapsed() < Duration::from_secs(1),
        "{:?}",
        begun.elapsed()
    );
}

#[test]
fn what_was_done_while_the_box_was_dead_arrives_once_and_in_order() {
    let (mut house, code) = House::start();
    let mut first = Device::new(&house);
    let (mut passkey, sheets) = claim(&first, &code, true);
    first.add_task("zero");
    first.wait_live();

    house.kill();
    first.wait(|status| status.sync == SyncState::Offline);
    let expected: Vec<String> = std::iter::once("zero".to_owned())
        .chain((1..=40).map(|number| format!("task {number}")))
        .collect();
    for title in &expected[1..] {
        first.add_task(title);
    }
    assert_eq!(first.client().status().unwrap().waiting, 40);
    // The device is reloaded meanwhile, without the box.
    first.reload();
    crate::person::unlock(&first, &mut passkey);
    assert_eq!(first.client().status().unwrap().waiting, 40);
    assert_eq!(first.titles(), expected);

    house.restart();
    first.wait_live();
    let second = Device::new(&house);
    join_by_kit(&second, &sheets[0]);
    assert_eq!(second.titles(), expected);
}

#[test]
fn a_device_whose_vault_was_lost_comes_in_anew_over_what_is_left() {
    let (house, code) = House::start();
    let mut first = Device::new(&house);
    let (_, sheets) = claim(&first, &code, true);
    first.add_task("Kept by the box");
    let before = first.wait_live().device;

    first.reload_after(|folder| std::fs::remove_file(folder.join("vault")).unwrap());
    join_by_kit(&first, &sheets[0]);
    assert_ne!(first.client().status().unwrap().device, before);
    assert_eq!(first.titles(), ["Kept by the box"]);
    first.reload();
    first.wait_locked();
    first.call(Call::UnlockKit {
        code: secret(&sheets[0].payload),
    });
    assert_eq!(first.titles(), ["Kept by the box"]);
}

#[test]
fn a_list_of_more_pages_than_one_is_shown_whole() {
    const MORE: usize = 600;
    let (mut house, code) = House::start();
    let device = Device::new(&house);
    claim(&device, &code, true);
    house.kill();
    Runtime::new().unwrap().block_on(async {
        let store = Store::open(house.folder.path(), 1).await.unwrap();
        let mut opening = JoinSet::new();
        let own = store.all_sessions().await.unwrap().remove(0);
        for number in 0..MORE {
            let mut seed = [0; 32];
            seed[8..16].copy_from_slice(&u64::try_from(number).unwrap().to_be_bytes());
            // Of a signer each: the box keeps a few sessions of one.
            let id = seed[..16].try_into().unwrap();
            let more = NewSession {
                cookie_hash: Hash::new(seed),
                id,
                account: own.account,
                signer: SignerId::new(id),
                kind: own.kind,
                key: SessionKey::from_bytes(seed),
                verified_ms: 0,
                now_ms: own.created_ms,
                origin: [0; 8],
            };
            let store = store.clone();
            opening.spawn(async move { store.open_session(more).await.unwrap() });
        }
        opening.join_all().await;
        store.close().await;
    });
    house.run();
    device.wait_live();
    let Reply::Sessions { sessions } = device.call(Call::Sessions) else {
        panic!("sessions were asked for")
    };
    let ids: BTreeSet<&str> = sessions.iter().map(|row| row.id.as_str()).collect();
    assert!(ids.len() > MORE, "{}", ids.len());
    assert_eq!(ids.len(), sessions.len());
    assert_eq!(sessions.iter().filter(|row| row.this).count(), 1);
}

#[test]
fn what_came_to_the_box_before_the_tail_was_open_is_fetched_once_it_is() {
    let (house, code) = House::start();
    let first = Device::new(&house);
    let (_, sheets) = claim(&first, &code, true);
    let mut second = Stepper::start(Shelf::default(), &house.origin());
    second
        .run_until(|status| status.phase == Phase::Fresh)
        .unwrap();
    second.call(Call::JoinKit {
        device_name: "Phone".into(),
        code: secret(&sheets[0].payload),
        account: None,
    });
    second
        .run_until(|status| status.phase == Phase::Open && status.waiting == 0)
        .unwrap();
    // It has everything, and no tail yet to be told of more.
    first.add_task("in between");
    first.wait_live();
    second.tail_opened();
    second
        .run_until(|status| status.sync == SyncState::Live)
        .unwrap();
    let ask = json!({ "type": "ask", "query": inbox() });
    let view = second.call(serde_json::from_value(ask).unwrap());
    assert_eq!(titles(&serde_json::to_value(view).unwrap()), ["in between"]);
}
