//! The relay between two devices.

use lifeos_protocol::api::{ApprovalBegin, ApprovalBegun, ApprovalMessage, ApprovalSeen, Binary};
use lifeos_protocol::hash::sha256;
use reqwest::Method;
use std::time::{Duration, Instant};

use crate::client::{Session, claim, post, read, refusal};
use crate::harness::TestBox;

async fn begin(at: &TestBox) -> ApprovalBegun {
    let begin = ApprovalBegin {
        commitment: sha256(b"commitment"),
    };
    read(post(at, "/api/v1/approvals", &begin).await).await
}

fn message(byte: u8) -> ApprovalMessage {
    ApprovalMessage {
        message: Binary(vec![byte; 64]),
    }
}

async fn open(at: &TestBox, path: &str, byte: u8) -> reqwest::Response {
    let body = serde_json::to_vec(&message(byte)).unwrap();
    let request = reqwest::Client::new()
        .put(at.url(path))
        .header("content-type", "application/json");
    request.body(body).send().await.unwrap()
}

#[tokio::test]
async fn messages_pass_in_turn_and_each_once() {
    let at = TestBox::start().await;
    let (person, _) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    let base = format!("/api/v1/approvals/{}", begin(&at).await.ceremony);
    let early = open(&at, &format!("{base}/opening"), 2).await;
    assert_eq!(refusal(early).await, (409, "ceremony_over".into()));

    // The new device waits; the answer wakes it.
    let url = at.url(&format!("{base}?wait=10&have=1"));
    let waiting = tokio::spawn(async move { reqwest::get(url).await.unwrap() });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let start = Instant::now();
    let answer = session
        .json(Method::PUT, &format!("{base}/answer"), &message(1))
        .await;
    assert_eq!(answer.status(), 204);
    let seen: ApprovalSeen = read(waiting.await.unwrap()).await;
    assert!(start.elapsed() < Duration::from_secs(5));
    assert_eq!(seen.answer, Some(message(1).message));

    assert_eq!(
        session
            .json(Method::PUT, &format!("{base}/answer"), &message(9))
            .await
            .status(),
        409
    );
    assert_eq!(open(&at, &format!("{base}/opening"), 2).await.status(), 204);
    assert_eq!(
        session
            .json(Method::PUT, &format!("{base}/account"), &message(3))
            .await
            .status(),
        204
    );
    let seen: ApprovalSeen = read(reqwest::get(at.url(&base)).await.unwrap()).await;
    assert_eq!(seen.answer, Some(message(1).message));
    assert_eq!(seen.opening, Some(message(2).message));
    assert_eq!(seen.account, Some(message(3).message));

    let end = reqwest::Client::new()
        .delete(at.url(&base))
        .send()
        .await
        .unwrap();
    assert_eq!(end.status(), 204);
    assert_eq!(
        refusal(reqwest::get(at.url(&base)).await.unwrap()).await,
        (409, "ceremony_over".into())
    );
}

#[tokio::test]
async fn only_a_device_with_a_session_answers() {
    let at = TestBox::start().await;
    claim(&at, 1).await;
    let base = format!("/api/v1/approvals/{}", begin(&at).await.ceremony);
    let answer = open(&at, &format!("{base}/answer"), 1).await;
    assert_eq!(refusal(answer).await, (401, "no_session".into()));
}
