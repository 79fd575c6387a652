//! The claim: once, by the code, all or nothing.

use lifeos_protocol::api::{
    BoxState, ClaimBegin, Entry, KitLookup, MethodMaterial, PasskeyAnswer, PasskeyAsserted,
    PasskeyChallenge,
};
use lifeos_server::{Limits, Rate};
use serde_json::json;

use crate::client::{claim, claim_body, post, read, refusal};
use crate::harness::TestBox;
use crate::person::Person;

async fn state(at: &TestBox) -> BoxState {
    read(reqwest::get(at.url("/api/v1/box")).await.unwrap()).await
}

fn wrong_code() -> Entry {
    Entry::Claim {
        code: "0000000000".into(),
    }
}

#[tokio::test]
async fn a_box_is_claimed_once_and_its_code_is_used_up() {
    let at = TestBox::start().await;
    assert!(!state(&at).await.claimed);
    let (person, _) = claim(&at, 1).await;
    assert!(state(&at).await.claimed);
    let code = at.typed_code();
    let again = ClaimBegin {
        entry: Entry::Claim { code },
        account: person.account,
    };
    assert_eq!(
        refusal(post(&at, "/api/v1/claim/begin", &again).await).await,
        (409, "claimed".into())
    );
}

#[tokio::test]
async fn a_claimed_box_prints_no_code_at_the_next_start() {
    let mut at = TestBox::start().await;
    claim(&at, 1).await;
    at.restart().await;
    assert!(at.code.is_none());
}

#[tokio::test]
async fn the_right_code_is_dead_after_ten_wrong_ones() {
    let limits = Limits {
        claim: Rate::new(100, 10),
        ..Limits::default()
    };
    let at = TestBox::start_with(limits).await;
    let account = Person::make(1).account;
    for _ in 0..10 {
        let wrong = ClaimBegin {
            entry: wrong_code(),
            account,
        };
        assert_eq!(
            refusal(post(&at, "/api/v1/claim/begin", &wrong).await)
                .await
                .0,
            403
        );
    }
    let code = at.typed_code();
    let right = ClaimBegin {
        entry: Entry::Claim { code },
        account,
    };
    let response = post(&at, "/api/v1/claim/begin", &right).await;
    assert_eq!(refusal(response).await, (403, "bad_claim_code".into()));
}

#[tokio::test]
async fn whoever_tries_codes_too_fast_has_to_wait() {
    let limits = Limits {
        claim: Rate::new(3, 60_000),
        ..Limits::default()
    };
    let at = TestBox::start_with(limits).await;
    let wrong = ClaimBegin {
        entry: wrong_code(),
        account: Person::make(1).account,
    };
    for _ in 0..3 {
        assert_eq!(post(&at, "/api/v1/claim/begin", &wrong).await.status(), 403);
    }
    let held = post(&at, "/api/v1/claim/begin", &wrong).await;
    assert!(
        held.headers()["retry-after"]
            .to_str()
            .unwrap()
            .parse::<u32>()
            .unwrap()
            > 0
    );
    assert_eq!(refusal(held).await, (429, "too_many".into()));
}

#[tokio::test]
async fn a_claim_with_one_way_to_unlock_keeps_nothing() {
    let at = TestBox::start().await;
    let mut person = Person::make(1);
    let (_, mut finish) = claim_body(&at, &mut person, 1).await;
    finish.account_log.appends.pop();
    finish.space_logs.clear();
    let response = post(&at, "/api/v1/claim/finish", &finish).await;
    assert_eq!(refusal(response).await, (422, "two_ways_needed".into()));
    assert!(!state(&at).await.claimed);
}

#[tokio::test]
async fn a_claim_without_a_wrap_that_it_names_keeps_nothing_and_may_be_repeated_whole() {
    let at = TestBox::start().await;
    let mut person = Person::make(1);
    let (_, finish) = claim_body(&at, &mut person, 1).await;
    let mut broken = finish.clone();
    broken.account_log.appends[1].wraps.clear();
    let response = post(&at, "/api/v1/claim/finish", &broken).await;
    assert_eq!(refusal(response).await, (422, "wraps_missing".into()));
    assert!(!state(&at).await.claimed);
    assert_eq!(
        post(&at, "/api/v1/claim/finish", &finish).await.status(),
        204
    );
}

#[tokio::test]
async fn the_output_of_a_prf_is_refused_at_the_door() {
    let at = TestBox::start().await;
    let mut person = Person::make(1);
    let (_, mut finish) = claim_body(&at, &mut person, 1).await;
    finish.credential["clientExtensionResults"]["prf"]["results"] = json!({"first": "c2VjcmV0"});
    let response = post(&at, "/api/v1/claim/finish", &finish).await;
    assert_eq!(refusal(response).await, (400, "prf_output".into()));
}

#[tokio::test]
async fn a_passkey_and_a_kit_each_find_the_account_and_their_own_sealed_keys() {
    let at = TestBox::start().await;
    let (person, mut authenticator) = claim(&at, 1).await;
    let challenge: PasskeyChallenge =
        read(post(&at, "/api/v1/passkeys/challenge", &()).await).await;
    assert!(challenge.options.get("mediation").is_none());
    let answer = PasskeyAnswer {
        credential: authenticator.assert(&challenge.options),
        ceremony: challenge.ceremony,
    };
    let asserted: PasskeyAsserted = read(post(&at, "/api/v1/passkeys/assert", &answer).await).await;
    let material = asserted.material.unwrap();
    assert_eq!(
        (asserted.account, material.method),
        (person.account, person.passkey.method())
    );
    assert_eq!((material.account_log.len(), material.wraps.len()), (3, 1));
    // A ceremony counts once.
    let again = post(&at, "/api/v1/passkeys/assert", &answer).await;
    assert_eq!(refusal(again).await, (409, "ceremony_over".into()));

    let lookup = KitLookup {
        lookup: person.kit_lookup,
    };
    let material: MethodMaterial = read(post(&at, "/api/v1/kits/lookup", &lookup).await).await;
    assert_eq!(
        (material.account, material.method),
        (person.account, person.kit.method())
    );
    let unknown = KitLookup {
        lookup: [9; 16].into(),
    };
    assert_eq!(
        refusal(post(&at, "/api/v1/kits/lookup", &unknown).await)
            .await
            .0,
        404
    );
}

#[tokio::test]
async fn a_passkey_that_did_not_verify_its_user_is_refused() {
    let at = TestBox::start().await;
    let (_, mut authenticator) = claim(&at, 1).await;
    authenticator.verifies = false;
    let challenge: PasskeyChallenge =
        read(post(&at, "/api/v1/passkeys/challenge", &()).await).await;
    let credential = authenticator.assert(&challenge.options);
    let answer = PasskeyAnswer {
        ceremony: challenge.ceremony,
        credential,
    };
    let response = post(&at, "/api/v1/passkeys/assert", &answer).await;
    assert_eq!(refusal(response).await, (403, "bad_passkey".into()));
}
