//! The binary as a person starts it: what it prints, how it ends, and that what it acknowledged is
//! there after it was killed.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "../../../crates/server/tests/server/authenticator.rs"]
mod authenticator;
#[path = "../../../crates/server/tests/server/client.rs"]
#[expect(dead_code, reason = "the server's own tests use the rest")]
mod client;
#[path = "../../../crates/store/tests/postgresql/cluster.rs"]
mod cluster;
mod harness;
mod headers;
#[path = "../../../crates/server/tests/server/person.rs"]
#[expect(dead_code, reason = "the server's own tests use the rest")]
mod person;
mod postgresql;

use lifeos_protocol::api::Pushed;
use lifeos_protocol::stream::Frame;

use crate::client::{Session, claim, read};
use crate::harness::TestBox;

#[tokio::test]
async fn it_prints_a_new_claim_code_at_each_start_and_ends_when_asked() {
    let mut at = TestBox::start();
    let first = at.typed_code();
    assert_eq!(first.len(), 10);
    assert_eq!(reqwest::get(at.url("/health")).await.unwrap().status(), 200);
    assert!(at.terminate().success());
    at.start_again();
    assert_ne!(at.typed_code(), first);
    assert!(at.terminate().success());
}

#[tokio::test]
async fn what_it_acknowledged_is_there_after_it_was_killed() {
    let mut at = TestBox::start();
    let (person, _) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    let mut author = person.author(&person.device);
    let mut acknowledged = 0;
    for round in 0..5 {
        for _ in 0..10 {
            let pushed: Pushed = read(session.push(&person, &author.write(3, round)).await).await;
            acknowledged = pushed.counter;
        }
        // The rest of a push may be under way when the end comes.
        let under_way = author.write(200, 9);
        let push = session.push(&person, &under_way);
        drop(tokio::time::timeout(std::time::Duration::from_millis(3), push).await);
        at.kill();
        at.start_again();
        assert!(at.code.is_none(), "a claimed box has no code");
        session = Session::of_device(&at, &person, &person.device).await;
        let frames = session.pull(&person, "").await;
        let Some(Frame::Complete(complete)) = frames.last() else {
            panic!("no mark")
        };
        let whole = [acknowledged, acknowledged + 200];
        assert!(
            whole.contains(&complete.sequence),
            "{} is neither of {whole:?}",
            complete.sequence
        );
        // The same batch again is taken once, whether it had arrived or not.
        let pushed: Pushed = read(session.push(&person, &under_way).await).await;
        assert_eq!(pushed.counter, acknowledged + 200);
    }
}

/// Runs `lifeos admin` beside the box; tells how it ended and what it said.
fn admin(at: &TestBox, act: &[&str]) -> (bool, String) {
    let mut admin = std::process::Command::new(env!("CARGO_BIN_EXE_lifeos"));
    admin.arg("admin").args(act).arg("--data").arg(&at.folder);
    let said = admin.output().unwrap();
    (
        said.status.success(),
        String::from_utf8(said.stdout).unwrap(),
    )
}

#[tokio::test]
async fn whoever_runs_the_box_reads_its_log_and_has_it_examined_while_it_serves() {
    let at = TestBox::start();
    let (person, _) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    let batch = person.author(&person.device).write(5, 1);
    assert!(session.push(&person, &batch).await.status().is_success());

    let (is_well, report) = admin(&at, &["doctor"]);
    assert!(is_well, "{report}");
    assert_eq!(report.lines().count(), 10, "{report}");
    assert!(
        report.lines().all(|line| line.contains("in order")),
        "{report}"
    );
    let (_, sessions) = admin(&at, &["sessions"]);
    assert_eq!(sessions.lines().count(), 1);
    let (_, log) = admin(&at, &["log", "--json"]);
    let events: Vec<String> = log
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|entry| entry["event"].as_str().unwrap().to_owned())
        .collect();
    for event in ["started", "claimed", "signed_in", "admin_sessions"] {
        assert!(
            events.iter().any(|other| other == event),
            "{event}: {events:?}"
        );
    }
    let (is_well, report) = admin(&at, &["doctor", "--json"]);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&report).unwrap();
    assert!(
        is_well && rows.iter().all(|row| row["broken"] == 0),
        "{report}"
    );
}
