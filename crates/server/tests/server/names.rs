//! A box of two names: each is a relying party of its own, and what is signed for one is worth
//! nothing at the other.

use lifeos_protocol::api::{BoxState, PasskeyChallenge};
use reqwest::{Client, Method, Response};
use serde_json::Value;

use crate::client::{claim, read, refusal, signed_answer};
use crate::harness::{ORIGIN, TestBox};

/// Not of plain loopback, which would have a socket of its own.
const NEW: &str = "https://home.localhost:8420";

/// Sends what a page of that origin would.
async fn from_page(
    at: &TestBox,
    origin: &str,
    method: Method,
    path: &str,
    body: &Value,
) -> Response {
    let request = Client::new()
        .request(method, at.url(path))
        .header("origin", origin);
    let request = match body {
        Value::Null => request,
        body => request
            .header("content-type", "application/json")
            .body(body.to_string()),
    };
    request.send().await.unwrap()
}

#[tokio::test]
async fn the_pages_of_each_name_are_the_boxs_own_and_no_other_page_is() {
    let at = TestBox::start_named(&[ORIGIN, NEW]).await;
    for origin in [NEW, ORIGIN] {
        let told = from_page(&at, origin, Method::GET, "/api/v1/box", &Value::Null).await;
        let told: BoxState = read(told).await;
        assert_eq!(told.names, [ORIGIN, NEW]);
    }
    let foreign = "http://evil.localhost:8420";
    let refused = from_page(&at, foreign, Method::GET, "/api/v1/box", &Value::Null).await;
    assert_eq!(refusal(refused).await, (403, "cross_site".into()));
}

#[tokio::test]
async fn a_passkey_is_asked_for_at_the_name_of_its_page() {
    let at = TestBox::start_named(&[ORIGIN, NEW]).await;
    for (origin, name) in [(NEW, "home.localhost"), (ORIGIN, "localhost")] {
        let path = "/api/v1/passkeys/challenge";
        let begun = from_page(&at, origin, Method::POST, path, &Value::Null).await;
        let begun: PasskeyChallenge = read(begun).await;
        assert_eq!(begun.options["publicKey"]["rpId"], name);
    }
}

#[tokio::test]
async fn a_session_is_opened_only_at_the_name_that_was_signed() {
    let at = TestBox::start_named(&[ORIGIN, NEW]).await;
    let (person, _) = claim(&at, 1).await;
    for (signed, page, status) in [
        (NEW, NEW, 200),
        (ORIGIN, ORIGIN, 200),
        (NEW, ORIGIN, 403),
        (ORIGIN, NEW, 403),
    ] {
        let device = &person.device;
        let signer = device.device().into();
        let (body, _) = signed_answer(&at, person.account, device, signer, signed).await;
        let body = serde_json::to_value(&body).unwrap();
        let answer = from_page(&at, page, Method::POST, "/api/v1/sessions", &body).await;
        assert_eq!(
            answer.status(),
            status,
            "signed for {signed}, sent at {page}"
        );
    }
}
