//! What holds of the store wherever it is kept. Each kind has a `house` of its own, with these names.

use lifeos_protocol::box_log::BoxEvent;
use lifeos_protocol::hash::sha256;
use lifeos_store::{BoxNote, Ceremony, Instance, MIGRATIONS, Migration, Store, StoreError};

use crate::house::House;

const FRESH: Instance = Instance {
    instance: lifeos_protocol::InstanceId::new([1; 16]),
    incarnation: lifeos_protocol::IncarnationId::new([2; 16]),
};

#[tokio::test]
async fn what_is_chained_and_signed_can_be_neither_changed_nor_deleted() {
    let Some(house) = House::new() else { return };
    house.open().await.unwrap().close().await;
    let mut raw = house.raw().await;
    let (id, hash) = ("00".repeat(16), "00".repeat(32));
    raw.run(&format!(
        "INSERT INTO accounts (account, id, household_role, created_ms) VALUES (1, '\\x{id}', 4, 1);
         INSERT INTO logs (log, id, kind, account, sequence, head, arrivals)
             VALUES (1, '\\x{id}', 2, 1, 0, '\\x{hash}', 0);
         INSERT INTO log_statements (log, sequence, statement, trace) VALUES (1, 0, '\\x00', '\\x{id}');
         INSERT INTO statements (author, counter, sequence, statement) VALUES (1, 1, 1, '\\x00');
         INSERT INTO evidence (log, kind, subject, fingerprint, kept, refused, at_ms)
             VALUES (1, 1, '\\x00', '\\x{hash}', '\\x00', '\\x00', 1);
         INSERT INTO bodies (place, author, counter, body) VALUES (1, 1, 1, '\\x00');
         INSERT INTO body_authorisations (place, sequence, log, why) VALUES (2, 0, 1, 2);
         INSERT INTO bodies (place, author, counter, body) VALUES (2, 1, 2, '\\x00');",
    ))
    .await
    .unwrap();
    for text in [
        "UPDATE statements SET statement = '\\x01'",
        "DELETE FROM statements",
        "UPDATE log_statements SET statement = '\\x01'",
        "DELETE FROM log_statements",
        "UPDATE evidence SET refused = '\\x01'",
        "DELETE FROM evidence",
        "UPDATE body_authorisations SET why = 1",
        "DELETE FROM body_authorisations",
    ] {
        let said = raw.run(text).await.unwrap_err();
        assert!(said.contains("append-only"), "{text}: {said}");
    }
    let kept = raw.run("DELETE FROM bodies WHERE place = 2").await;
    assert!(kept.unwrap_err().contains("the place of a body is kept"));
    let unsigned = "UPDATE bodies SET body = NULL WHERE place = 1";
    let unsigned = raw.run(unsigned).await.unwrap_err();
    assert!(unsigned.contains("signed authorisation"));
    // With an authorisation the body goes, and its place stays.
    let gone = raw.run("UPDATE bodies SET body = NULL WHERE place = 2");
    assert_eq!(gone.await, Ok(1));
    let moved = raw.run("UPDATE bodies SET counter = 9 WHERE place = 2");
    assert!(moved.await.unwrap_err().contains("signed authorisation"));
}

const DAY_MS: u64 = 24 * 3_600_000;

#[tokio::test]
async fn the_box_log_is_forgotten_from_its_beginning_only_and_what_stays_is_bound_to_what_went() {
    let Some(house) = House::new() else { return };
    let store = house.open().await.unwrap();
    let note = BoxNote::of(BoxEvent::Started);
    for _ in 0..70 {
        store.note_box(note, DAY_MS).await.unwrap();
    }
    // Half a year later the first of these is found to be too old; what is new stays.
    for _ in 0..70 {
        store.note_box(note, 400 * DAY_MS).await.unwrap();
    }
    let page = store.box_log_page(None, 200).await.unwrap().rows;
    assert_eq!(page.len(), 70);
    assert_eq!(page[69].0.sequence, 71);
    for pair in page.windows(2) {
        assert_eq!(pair[0].1, pair[0].0.chain(&pair[1].1));
    }
    let beside = store.box_log_page(Some(100), 2).await.unwrap();
    let beside: Vec<u64> = beside
        .rows
        .iter()
        .map(|(entry, _)| entry.sequence)
        .collect();
    assert_eq!(beside, [99, 98]);
    store.close().await;
    let mut raw = house.raw().await;
    assert_eq!(raw.number("SELECT sequence FROM box_log_base").await, 70);
    for text in [
        "UPDATE box_log SET at_ms = 1",
        "DELETE FROM box_log WHERE sequence = 71",
        "DELETE FROM box_log_base",
    ] {
        let said = raw.run(text).await.unwrap_err();
        assert!(said.contains("append-only"), "{text}: {said}");
    }
    let back = raw.run("UPDATE box_log_base SET sequence = 3").await;
    assert!(back.unwrap_err().contains("from its beginning only"));
    let ahead = raw.run("UPDATE box_log_base SET sequence = 500").await;
    assert!(ahead.unwrap_err().contains("from its beginning only"));
}

#[tokio::test]
async fn a_fresh_store_is_in_order_and_a_trigger_that_is_gone_is_named() {
    let Some(house) = House::new() else { return };
    let store = house.open().await.unwrap();
    for examined in store.examine().await.unwrap() {
        assert_eq!(examined.broken, 0, "{examined:?}");
    }
    store.close().await;
    let mut raw = house.raw().await;
    let text = house.drop_trigger("statements_stay", "statements");
    raw.run(&text).await.unwrap();
    let store = house.open().await.unwrap();
    let broken: Vec<_> = store
        .examine()
        .await
        .unwrap()
        .into_iter()
        .filter_map(|examined| examined.first)
        .collect();
    assert_eq!(broken, ["trigger statements_stay is missing"]);
    store.close().await;
}

/// The schema of this release.
pub(crate) const OURS: u32 = MIGRATIONS[MIGRATIONS.len() - 1].schema;
/// The schema of the release after this one.
pub(crate) const LATER: u32 = OURS + 1;

const NEXT: Migration = Migration {
    schema: LATER,
    oldest_reader: 1,
    sqlite: "CREATE TABLE later (id INTEGER PRIMARY KEY) STRICT;
             ALTER TABLE accounts ADD COLUMN later INTEGER;",
    postgres: "CREATE TABLE later (id BIGINT PRIMARY KEY);
               ALTER TABLE accounts ADD COLUMN later BIGINT;",
};
pub(crate) const BREAKING: Migration = Migration {
    schema: LATER,
    oldest_reader: LATER,
    sqlite: NEXT.sqlite,
    postgres: NEXT.postgres,
};

#[tokio::test]
async fn this_release_opens_what_the_next_one_wrote_and_the_next_goes_on() {
    let Some(house) = House::new() else { return };
    let next: Vec<_> = MIGRATIONS.iter().copied().chain([NEXT]).collect();
    let put = async |store: &Store, id: u8| {
        store
            .put_ceremony([id; 16], Ceremony::Approval, vec![id], 1_000, 1)
            .await
            .unwrap();
    };
    let now = house.open().await.unwrap();
    put(&now, 1).await;
    now.close().await;
    let later = house.open_with(2, &next).await.unwrap();
    put(&later, 2).await;
    later.close().await;
    let back = house.open_with(3, MIGRATIONS).await.unwrap();
    put(&back, 3).await;
    assert_eq!(back.instance(FRESH, 3).await.unwrap(), FRESH);
    back.close().await;
    let again = house.open_with(4, &next).await.unwrap();
    for id in 1..=3 {
        assert!(
            again
                .ceremony([id; 16], Ceremony::Approval, 1)
                .await
                .unwrap()
                .is_some()
        );
    }
    again.close().await;
    let copies = house.copies().await;
    assert_eq!(copies.len(), 1, "one migration, one copy");
    assert_eq!(house.ceremonies_in(&copies[0]).await, 1);
}

#[tokio::test]
async fn every_schema_that_was_released_is_brought_up_and_its_release_still_opens_it() {
    for released in 1..MIGRATIONS.len() {
        let Some(house) = House::new() else { return };
        let then = &MIGRATIONS[..released];
        for (id, steps) in [(1, then), (2, MIGRATIONS), (3, then), (4, MIGRATIONS)] {
            let store = house.open_with(id.into(), steps).await.unwrap();
            for before in 1..id {
                let kept = store.ceremony([before; 16], Ceremony::Approval, 1).await;
                assert!(kept.unwrap().is_some(), "{released}: {before} at {id}");
            }
            store
                .put_ceremony([id; 16], Ceremony::Approval, vec![id], 1_000, 1)
                .await
                .unwrap();
            store.close().await;
        }
        let copies = house.copies().await;
        assert_eq!(copies.len(), 1, "one bringing up, one copy");
        assert_eq!(house.ceremonies_in(&copies[0]).await, 1);
    }
}

#[tokio::test]
async fn only_the_last_three_copies_are_kept() {
    let Some(house) = House::new() else { return };
    let mut steps = MIGRATIONS.to_vec();
    house.open().await.unwrap().close().await;
    for schema in LATER..LATER + 5 {
        steps.push(Migration {
            schema,
            oldest_reader: 1,
            sqlite: "SELECT 1",
            postgres: "SELECT 1",
        });
        let store = house.open_with(schema.into(), &steps).await.unwrap();
        store.close().await;
    }
    let copies = house.copies().await;
    assert_eq!(copies.len(), 3);
    assert!(
        copies[2].contains("schema") && copies[2].contains(&(LATER + 3).to_string()),
        "{copies:?}"
    );
}

#[tokio::test]
async fn a_store_serves_one_process_at_a_time() {
    let Some(house) = House::new() else { return };
    let store = house.open().await.unwrap();
    assert!(matches!(house.open().await, Err(StoreError::InUse)));
    let beside = house.open_beside().await.unwrap();
    assert_eq!(beside.status().await.unwrap().accounts, 0);
    assert!(beside.set_claim_code(sha256(b"code"), 100).await.unwrap());
    assert!(
        store
            .try_claim_code(Some(sha256(b"code")), 1)
            .await
            .unwrap()
    );
    beside.close().await;
    store.close().await;
    house.open().await.unwrap().close().await;
}

#[tokio::test]
async fn beside_what_is_not_there_nothing_is_made() {
    let Some(house) = House::new() else { return };
    let beside = house.open_beside().await;
    assert!(matches!(beside, Err(StoreError::Foreign)), "{beside:?}");
}

#[tokio::test]
async fn a_ceremony_is_taken_once_and_not_after_its_end() {
    let Some(house) = House::new() else { return };
    let store = house.open().await.unwrap();
    store
        .put_ceremony([1; 16], Ceremony::SignIn, vec![1], 100, 1)
        .await
        .unwrap();
    assert_eq!(
        store
            .take_ceremony([1; 16], Ceremony::Claim, 50)
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        store
            .take_ceremony([1; 16], Ceremony::SignIn, 50)
            .await
            .unwrap(),
        Some(vec![1])
    );
    assert_eq!(
        store
            .take_ceremony([1; 16], Ceremony::SignIn, 50)
            .await
            .unwrap(),
        None
    );
    store
        .put_ceremony([1; 16], Ceremony::SignIn, vec![1], 100, 1)
        .await
        .unwrap();
    assert_eq!(
        store
            .take_ceremony([1; 16], Ceremony::SignIn, 100)
            .await
            .unwrap(),
        None
    );
    store.close().await;
}

#[tokio::test]
async fn many_writers_lose_nothing_and_each_sees_the_one_before() {
    let Some(house) = House::new() else { return };
    let store = house.open().await.unwrap();
    store
        .put_ceremony([255; 16], Ceremony::Approval, vec![0], 1_000, 1)
        .await
        .unwrap();
    let mut writers = Vec::new();
    for id in 0..100 {
        let store = store.clone();
        writers.push(tokio::spawn(async move {
            store
                .put_ceremony([id; 16], Ceremony::Approval, vec![id], 1_000, 1)
                .await
                .unwrap();
            // Every turn sees the turn before it; the odd ones refuse.
            let turned = store.turn_ceremony([255; 16], Ceremony::Approval, 1, move |state| {
                if id % 2 == 1 {
                    Err(())
                } else {
                    Ok(vec![state[0] + 1])
                }
            });
            turned.await.unwrap().unwrap().is_ok()
        }));
    }
    let mut kept = 0;
    for writer in writers {
        kept += u8::from(writer.await.unwrap());
    }
    let (state, _) = store
        .ceremony([255; 16], Ceremony::Approval, 1)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((state[0], kept), (50, 50));
    store.close().await;
    let mut raw = house.raw().await;
    assert_eq!(raw.number("SELECT count(*) FROM ceremonies").await, 101);
}

#[tokio::test]
async fn a_claim_code_is_wrong_until_it_is_set_and_after_its_time() {
    let Some(house) = House::new() else { return };
    let store = house.open().await.unwrap();
    let (right, wrong) = (sha256(b"right"), sha256(b"wrong"));
    assert!(!store.try_claim_code(Some(right), 1).await.unwrap());
    assert!(store.set_claim_code(right, 100).await.unwrap());
    assert!(!store.try_claim_code(Some(wrong), 1).await.unwrap());
    assert!(!store.try_claim_code(None, 1).await.unwrap());
    assert!(store.try_claim_code(Some(right), 99).await.unwrap());
    assert!(!store.try_claim_code(Some(right), 100).await.unwrap());
    store.close().await;
}
