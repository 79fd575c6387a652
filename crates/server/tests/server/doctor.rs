//! What is looked at when a box is examined: each way of damaging it is named, and a sound one is
//! found sound.

use std::path::Path;

use lifeos_store::{Examined, Invariant};
use reqwest::StatusCode;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Row};

use crate::client::{Session, claim};
use crate::harness::TestBox;

/// A box with something in it, which has stopped.
async fn lived_in() -> TestBox {
    let mut at = TestBox::start().await;
    let (person, _) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    let mut author = person.author(&person.device);
    for what in 0..3 {
        let batch = author.write(100, what);
        assert_eq!(session.push(&person, &batch).await.status(), StatusCode::OK);
    }
    at.stop().await;
    at
}

async fn examine(at: &TestBox) -> Vec<Examined> {
    let store = at.home.store().await;
    let examined = store.examine().await.unwrap();
    store.close().await;
    examined
}

/// Does something to the file, around the trigger that stands in its way.
async fn harm(folder: &Path, trigger: Option<&str>, text: &str) {
    let options = SqliteConnectOptions::new()
        .filename(folder.join("lifeos.sqlite"))
        .foreign_keys(false);
    let mut raw = options.connect().await.unwrap();
    let mut again = String::new();
    if let Some(trigger) = trigger {
        let row = sqlx::query("SELECT sql FROM sqlite_schema WHERE name = $1")
            .bind(trigger)
            .fetch_one(&mut raw)
            .await
            .unwrap();
        again = row.try_get("sql").unwrap();
        let drop = format!("DROP TRIGGER {trigger}");
        sqlx::raw_sql(AssertSqlSafe(drop))
            .execute(&mut raw)
            .await
            .unwrap();
    }
    let text = format!("{text}; {again}");
    sqlx::raw_sql(AssertSqlSafe(text))
        .execute(&mut raw)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_sound_box_is_found_sound_and_everything_of_it_was_looked_at() {
    let at = lived_in().await;
    for examined in examine(&at).await {
        assert_eq!(examined.broken, 0, "{examined:?}");
        assert!(examined.looked_at > 0, "{examined:?}");
        if examined.invariant == Invariant::Bodies {
            assert_eq!(examined.looked_at, 300);
        }
    }
}

#[tokio::test]
async fn each_way_of_damaging_a_box_is_named() {
    for (trigger, text, invariant, first) in [
        (
            Some("statements_remain"),
            "DELETE FROM statements WHERE counter = 200",
            Invariant::Chains,
            "change 200: its statement is missing",
        ),
        (
            Some("statements_stay"),
            "UPDATE statements SET statement = (SELECT statement FROM statements WHERE counter = 250)
             WHERE counter = 20",
            Invariant::Chains,
            "the chain is not at the point that was kept",
        ),
        (
            Some("bodies_stay"),
            "UPDATE bodies SET body = CAST(x'ff' || substr(body, 2) AS BLOB) WHERE counter = 30",
            Invariant::Bodies,
            "change 30: its body cannot be read",
        ),
        (
            Some("bodies_stay"),
            "UPDATE bodies SET body = NULL WHERE counter = 31",
            Invariant::Bodies,
            "change 31: its body is gone, and nothing authorised that",
        ),
        (
            None,
            "UPDATE authors SET head = CAST(substr(head, 1, length(head) - 1) || x'ff' AS BLOB)",
            Invariant::Heads,
            "change 300: its head does not hold",
        ),
        (
            None,
            "DROP TRIGGER evidence_remains",
            Invariant::Triggers,
            "trigger evidence_remains is missing",
        ),
        (
            Some("log_statements_remain"),
            "DELETE FROM log_statements WHERE sequence = 1",
            Invariant::AccountLogs,
            "statement 1 is missing",
        ),
        (
            None,
            "UPDATE logs SET head = zeroblob(32) WHERE kind = 2",
            Invariant::SpaceLogs,
            "it ends at statement 0, and should at 0",
        ),
        (
            None,
            "UPDATE members SET role = 1",
            Invariant::Members,
            "its members are not those of its log",
        ),
        (
            None,
            "UPDATE logs SET arrivals = arrivals + 1 WHERE kind = 2",
            Invariant::Arrivals,
            "place 301 is not taken once",
        ),
        (
            Some("box_log_remains"),
            "DELETE FROM box_log WHERE sequence = 3",
            Invariant::BoxLog,
            "entry 4: entries before it are missing",
        ),
        (
            Some("box_log_stays"),
            "UPDATE box_log SET entry = CAST(substr(entry, 1, 60) || x'09' AS BLOB) WHERE sequence = 2",
            Invariant::BoxLog,
            "entry 2: the chain breaks",
        ),
    ] {
        let at = lived_in().await;
        harm(at.home.folder.path(), trigger, text).await;
        let broken: Vec<Examined> = examine(&at)
            .await
            .into_iter()
            .filter(|examined| examined.broken > 0)
            .collect();
        let named = broken
            .iter()
            .find(|examined| examined.invariant == invariant)
            .and_then(|examined| examined.first.as_deref());
        let is_named = named.is_some_and(|named| named.contains(first));
        assert!(is_named, "{text}: {broken:?}");
    }
}
