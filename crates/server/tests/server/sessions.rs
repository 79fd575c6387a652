//! Sessions: who may open one, what a request must carry, and how they end.

use lifeos_protocol::api::{
    Binary, PasskeyChallenge, SessionList, SteppedUp, VaultHalf, VaultHalfRelease,
};
use lifeos_protocol::keys::MethodKind;
use reqwest::{Method, StatusCode};

use crate::client::{Session, answer, claim, post, read, refusal, signed_answer};
use crate::harness::{ORIGIN, TestBox};
use crate::person::Keys;

#[tokio::test]
async fn the_cookie_is_bound_to_the_host_and_out_of_reach_of_scripts() {
    let at = TestBox::start().await;
    let (person, _) = claim(&at, 1).await;
    let device = &person.device;
    let answered = answer(&at, person.account, device, device.device().into(), ORIGIN).await;
    let cookie = answered.response.headers()["set-cookie"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(cookie.starts_with("__Host-lifeos-"), "{cookie}");
    for part in ["Path=/", "Secure", "HttpOnly", "SameSite=Strict"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"));
}

#[tokio::test]
async fn a_challenge_answered_for_another_origin_or_by_another_key_opens_nothing() {
    let at = TestBox::start().await;
    let (person, _) = claim(&at, 1).await;
    let device = &person.device;
    let elsewhere = "https://evil.example";
    let answered = answer(
        &at,
        person.account,
        device,
        device.device().into(),
        elsewhere,
    )
    .await;
    assert_eq!(refusal(answered.response).await, (403, "forbidden".into()));
    let stranger = Keys::make(77);
    let answered = answer(
        &at,
        person.account,
        &stranger,
        device.device().into(),
        ORIGIN,
    )
    .await;
    assert_eq!(refusal(answered.response).await, (403, "forbidden".into()));
}

#[tokio::test]
async fn a_request_counts_once_and_only_as_it_was_signed() {
    let at = TestBox::start().await;
    let (person, _) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    let request = session.signed(Method::GET, "/api/v1/spaces", b"");
    let again = request.try_clone().unwrap();
    assert_eq!(request.send().await.unwrap().status(), 200);
    assert_eq!(
        refusal(again.send().await.unwrap()).await,
        (401, "replayed".into())
    );

    let other = session
        .signed(Method::GET, "/api/v1/spaces", b"")
        .build()
        .unwrap();
    let moved = reqwest::Client::new()
        .get(at.url("/api/v1/sessions"))
        .headers(other.headers().clone())
        .send();
    assert_eq!(refusal(moved.await.unwrap()).await, (401, "bad_mac".into()));

    let bare = reqwest::Client::new()
        .get(at.url("/api/v1/spaces"))
        .header("cookie", &session.cookie);
    assert_eq!(
        refusal(bare.send().await.unwrap()).await,
        (401, "bad_mac".into())
    );
    let nobody = reqwest::get(at.url("/api/v1/spaces")).await.unwrap();
    assert_eq!(refusal(nobody).await, (401, "no_session".into()));
}

#[tokio::test]
async fn a_session_outlives_a_restart_and_its_old_requests_do_not() {
    let mut at = TestBox::start().await;
    let (person, _) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    assert_eq!(session.get("/api/v1/spaces").await.status(), 200);
    at.restart().await;
    session.base = format!("http://{}", at.address);
    session.counter = 0;
    assert_eq!(
        refusal(session.get("/api/v1/spaces").await).await,
        (401, "replayed".into())
    );
    session.counter = 5000;
    assert_eq!(session.get("/api/v1/spaces").await.status(), 200);
}

#[tokio::test]
async fn a_session_can_be_listed_and_cut_and_is_then_nobody() {
    let at = TestBox::start().await;
    let (person, _) = claim(&at, 1).await;
    let mut one = Session::of_device(&at, &person, &person.device).await;
    let mut two = Session::of_device(&at, &person, &person.device).await;
    assert_eq!(two.get("/api/v1/spaces").await.status(), 200);
    let list: SessionList = read(one.get("/api/v1/sessions").await).await;
    assert_eq!(list.sessions.len(), 2);
    assert_eq!(list.sessions.iter().filter(|row| row.current).count(), 1);
    let other = list.sessions.iter().find(|row| !row.current).unwrap();
    let path = format!("/api/v1/sessions/{}", other.session);
    assert_eq!(one.delete(&path).await.status(), 204);
    assert_eq!(
        refusal(two.get("/api/v1/spaces").await).await,
        (401, "no_session".into())
    );
    assert_eq!(refusal(one.delete(&path).await).await.0, 404);
    let last = one.delete("/api/v1/sessions/current").await;
    assert!(
        last.headers()["set-cookie"]
            .to_str()
            .unwrap()
            .contains("Max-Age=0")
    );
    assert_eq!(one.get("/api/v1/spaces").await.status(), 401);
}

#[tokio::test]
async fn acts_on_keys_need_a_passkey_within_five_minutes() {
    let at = TestBox::start().await;
    let (mut person, mut authenticator) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    let new = Keys::make(50);
    let add = person.add_method(&new, MethodKind::Kit, None, Some([50; 16].into()));
    let refused = session.append(person.account, &add).await;
    assert_eq!(refusal(refused).await, (403, "step_up_needed".into()));
    let stepped = session.step_up(&mut authenticator).await;
    let stepped: SteppedUp = read(stepped).await;
    assert!(stepped.until_ms > session.opened.server_ms);
    assert_eq!(session.append(person.account, &add).await.status(), 204);
}

#[tokio::test]
async fn a_kit_verifies_its_owner_once_for_an_answer_and_a_device_verifies_nobody() {
    let at = TestBox::start().await;
    let (mut person, _) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    let path = "/api/v1/step-up/method";
    let (kit, device) = (person.kit.clone(), person.device.clone());
    let (of_kit, of_device) = (kit.method().into(), device.device().into());
    let by = async |keys: &Keys, signer, origin: &str| {
        signed_answer(&at, person.account, keys, signer, origin)
            .await
            .0
    };
    let device_answers = by(&device, of_device, ORIGIN).await;
    let elsewhere = by(&kit, of_kit, "https://evil.example").await;
    let stranger = by(&Keys::make(77), of_kit, ORIGIN).await;
    for wrong in [device_answers, elsewhere, stranger] {
        let refused = session.json(Method::POST, path, &wrong).await;
        assert_eq!(refusal(refused).await, (403, "forbidden".into()));
    }
    let right = by(&kit, of_kit, ORIGIN).await;
    let new = Keys::make(50);
    let add = person.add_method(&new, MethodKind::Kit, None, Some([50; 16].into()));
    let refused = session.append(person.account, &add).await;
    assert_eq!(refusal(refused).await, (403, "step_up_needed".into()));
    let stepped: SteppedUp = read(session.json(Method::POST, path, &right).await).await;
    assert!(stepped.until_ms > session.opened.server_ms);
    // The answer was for this once, and neither opens a session nor verifies again.
    assert_eq!(session.json(Method::POST, path, &right).await.status(), 409);
    assert_eq!(post(&at, "/api/v1/sessions", &right).await.status(), 409);
    assert_eq!(session.append(person.account, &add).await.status(), 204);
}

#[tokio::test]
async fn a_method_opens_a_session_that_enrols_and_does_not_write() {
    let at = TestBox::start().await;
    let (mut person, _) = claim(&at, 1).await;
    let kit = person.kit.clone();
    let mut session = Session::open(&at, person.account, &kit, kit.method().into()).await;
    let mut author = person.author(&person.device);
    let refused = session.push(&person, &author.write(1, 1)).await;
    assert_eq!(refusal(refused).await, (403, "forbidden".into()));
    let device = Keys::make(60);
    let add = person.add_device(&device, Some(&kit));
    assert_eq!(session.append(person.account, &add).await.status(), 204);
    let mut session = Session::of_device(&at, &person, &device).await;
    assert_eq!(
        session
            .push(&person, &person.author(&device).write(1, 1))
            .await
            .status(),
        200
    );
}

#[tokio::test]
async fn revoking_a_device_cuts_its_sessions_and_deletes_its_half() {
    let at = TestBox::start().await;
    let (mut person, mut authenticator) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    read::<SteppedUp>(session.step_up(&mut authenticator).await).await;
    let lost = Keys::make(60);
    let add = person.add_device(&lost, None);
    assert_eq!(session.append(person.account, &add).await.status(), 204);
    let mut of_lost = Session::of_device(&at, &person, &lost).await;
    let path = format!("/api/v1/vault-halves/{}", lost.device());
    let half = VaultHalf {
        half: Binary(vec![5; 32]),
    };
    assert_eq!(of_lost.json(Method::PUT, &path, &half).await.status(), 204);
    assert_eq!(
        release(&at, &mut authenticator, &lost).await.status(),
        StatusCode::OK
    );

    let stay = [
        person.device.device().into(),
        person.passkey.method().into(),
        person.kit.method().into(),
    ];
    let revoke = person.revoke(&lost, &stay, None);
    assert_eq!(session.append(person.account, &revoke).await.status(), 204);
    assert_eq!(of_lost.get("/api/v1/spaces").await.status(), 401);
    assert_eq!(release(&at, &mut authenticator, &lost).await.status(), 404);
    let back = answer(&at, person.account, &lost, lost.device().into(), ORIGIN).await;
    assert_eq!(refusal(back.response).await, (403, "revoked".into()));
}

async fn release(
    at: &TestBox,
    authenticator: &mut crate::authenticator::Authenticator,
    device: &Keys,
) -> reqwest::Response {
    let challenge: PasskeyChallenge = read(post(at, "/api/v1/passkeys/challenge", &()).await).await;
    let release = VaultHalfRelease {
        credential: authenticator.assert(&challenge.options),
        ceremony: challenge.ceremony,
        device: device.device(),
    };
    post(
        at,
        &format!("/api/v1/vault-halves/{}/release", device.device()),
        &release,
    )
    .await
}
