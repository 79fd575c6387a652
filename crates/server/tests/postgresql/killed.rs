//! A process of PostgreSQL is killed in the middle of pushes.

use lifeos_protocol::api::Pushed;
use lifeos_protocol::stream::Frame;
use sqlx::Row;

use crate::client::{Session, claim, read};
use crate::cluster::Cluster;
use crate::harness::TestBox;

#[tokio::test]
async fn every_change_that_was_acknowledged_is_served_after_the_database_was_killed_in_mid_push() {
    let at = TestBox::start().await;
    let (person, _) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    let mut author = person.author(&person.device);
    let mut master = at.home.master().await;
    let row = sqlx::query(
        "SELECT pid::bigint FROM pg_locks WHERE locktype = 'advisory' AND objid = 1717915475::oid",
    )
    .fetch_one(&mut master)
    .await
    .unwrap();
    let writing: i64 = row.try_get(0).unwrap();
    let mut killing = None;
    let mut refused = 0;
    let mut batches = Vec::new();
    // On a busy machine it takes a while until it is killed.
    while batches.len() < 30 || (refused == 0 && batches.len() < 1_000) {
        let batch = author.write(20, 1);
        if batches.len() == 10 {
            killing = Some(tokio::task::spawn_blocking(move || Cluster::kill(writing)));
        }
        loop {
            let answer = session.push(&person, &batch).await;
            if answer.status().is_success() {
                let pushed: Pushed = read(answer).await;
                assert_eq!(pushed.counter, batch.last());
                break;
            }
            // What was not acknowledged is pushed again, as a client does, until it is.
            assert_eq!(answer.status(), 503);
            refused += 1;
            at.home.recovered().await;
        }
        batches.push(batch);
    }
    killing.unwrap().await.unwrap();
    assert!(refused > 0, "nothing was under way when it was killed");
    let served: Vec<_> = session
        .pull(&person, "")
        .await
        .into_iter()
        .filter_map(|frame| match frame {
            Frame::Run(run) => Some(run.changes),
            _ => None,
        })
        .flatten()
        .collect();
    let written: Vec<_> = batches
        .iter()
        .flat_map(|batch| batch.changes().to_vec())
        .collect();
    assert_eq!(served, written);
}
