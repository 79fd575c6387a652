//! Invitations: who may make one, whom it lets in, and what the two may then read of each other.

use lifeos_protocol::api::{ClaimBegin, Entry, InviteList, InviteMake, LogPage};
use lifeos_protocol::hash::sha256;
use lifeos_protocol::ids::{AccountId, Hash, InviteId};
use reqwest::{Method, Response, StatusCode};

use crate::authenticator::Authenticator;
use crate::client::{Session, claim, entry_body, post, read, refusal};
use crate::harness::TestBox;
use crate::person::Person;

const DAY_MS: u64 = 24 * 3_600_000;

fn now_ms() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    u64::try_from(since.unwrap().as_millis()).unwrap()
}

/// What is sent to make an invitation.
fn make(seed: u8, role: u8) -> InviteMake {
    InviteMake {
        invite: InviteId::new([seed; 16]),
        check: sha256(&[seed]),
        role,
        expires_ms: now_ms() + DAY_MS,
    }
}

/// What is sent by who has the invitation.
fn entry(made: &InviteMake) -> Entry {
    Entry::Invite {
        invite: made.invite,
        check: made.check,
        proof: Hash::new([7; 32]),
    }
}

async fn owner(at: &TestBox) -> (Person, Authenticator, Session) {
    let (person, mut passkey) = claim(at, 1).await;
    let mut session = Session::of_device(at, &person, &person.device).await;
    assert!(session.step_up(&mut passkey).await.status().is_success());
    (person, passkey, session)
}

async fn invite(session: &mut Session, made: &InviteMake) -> Response {
    session.json(Method::POST, "/api/v1/invites", made).await
}

/// Somebody comes in by an invitation.
async fn come_in(at: &TestBox, made: &InviteMake, seed: u8) -> (Person, Authenticator, Session) {
    let mut person = Person::make(seed);
    let (mut passkey, finish) = entry_body(at, &mut person, seed, entry(made)).await;
    let response = post(at, "/api/v1/claim/finish", &finish).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    let mut session = Session::of_device(at, &person, &person.device).await;
    assert!(session.step_up(&mut passkey).await.status().is_success());
    (person, passkey, session)
}

async fn begin(at: &TestBox, entry: Entry) -> Response {
    let account = Person::make(99).account;
    post(at, "/api/v1/claim/begin", &ClaimBegin { entry, account }).await
}

async fn list(session: &mut Session) -> InviteList {
    read(session.get("/api/v1/invites").await).await
}

async fn reads_log(session: &mut Session, account: AccountId) -> bool {
    let response = session.get(&format!("/api/v1/logs/{account}")).await;
    match response.status() {
        StatusCode::NOT_FOUND => false,
        _ => !read::<LogPage>(response).await.statements.is_empty(),
    }
}

#[tokio::test]
async fn attack_36_an_invitation_lets_one_person_in_and_nobody_after() {
    let at = TestBox::start().await;
    let (_, _, mut anna) = owner(&at).await;
    let made = make(40, 2);
    assert_eq!(
        invite(&mut anna, &made).await.status(),
        StatusCode::NO_CONTENT
    );
    let (ben, _, _) = come_in(&at, &made, 10).await;
    let told = list(&mut anna).await.invites.remove(0);
    let accepted = told.accepted.unwrap();
    assert_eq!(
        (accepted.account, accepted.proof),
        (ben.account, Hash::new([7; 32]))
    );
    let again = refusal(begin(&at, entry(&made)).await).await;
    assert_eq!(again, (410, "invite_over".into()));
    assert_eq!(list(&mut anna).await.invites[0].late, 1);
}

#[tokio::test]
async fn attack_36_a_link_without_its_code_is_dead_after_five_tries() {
    let at = TestBox::start().await;
    let (_, _, mut anna) = owner(&at).await;
    let made = make(41, 2);
    invite(&mut anna, &made).await;
    let guessed = Entry::Invite {
        invite: made.invite,
        check: sha256(b"a guess"),
        proof: Hash::ZERO,
    };
    for _ in 0..5 {
        let refused = refusal(begin(&at, guessed.clone()).await).await;
        assert_eq!(refused, (403, "bad_claim_code".into()));
    }
    let right = refusal(begin(&at, entry(&made)).await).await;
    assert_eq!(right, (410, "invite_over".into()));
    assert_eq!(list(&mut anna).await.invites[0].failures, 5);
}

#[tokio::test]
async fn attack_36_an_invitation_whose_time_is_over_lets_nobody_in() {
    let at = TestBox::start().await;
    let (_, _, mut anna) = owner(&at).await;
    let mut made = make(42, 2);
    made.expires_ms = now_ms() + 300;
    assert_eq!(
        invite(&mut anna, &made).await.status(),
        StatusCode::NO_CONTENT
    );
    while now_ms() <= made.expires_ms {
        tokio::task::yield_now().await;
    }
    let late = refusal(begin(&at, entry(&made)).await).await;
    assert_eq!(late, (410, "invite_over".into()));
}

#[tokio::test]
async fn an_invitation_that_was_ended_lets_nobody_in_and_only_its_maker_ends_it() {
    let at = TestBox::start().await;
    let (_, _, mut anna) = owner(&at).await;
    let (first, second) = (make(43, 3), make(44, 2));
    invite(&mut anna, &first).await;
    invite(&mut anna, &second).await;
    let (_, _, mut ben) = come_in(&at, &first, 10).await;
    let path = format!("/api/v1/invites/{}", second.invite);
    assert_eq!(ben.delete(&path).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(anna.delete(&path).await.status(), StatusCode::NO_CONTENT);
    let refused = refusal(begin(&at, entry(&second)).await).await;
    assert_eq!(refused, (410, "invite_over".into()));
}

#[tokio::test]
async fn only_who_manages_the_household_invites_and_nobody_above_themselves() {
    let at = TestBox::start().await;
    let (_, _, mut anna) = owner(&at).await;
    let (member, admin) = (make(45, 2), make(46, 3));
    invite(&mut anna, &member).await;
    invite(&mut anna, &admin).await;
    let (_, _, mut ben) = come_in(&at, &member, 10).await;
    let (_, _, mut cleo) = come_in(&at, &admin, 20).await;
    let by_member = invite(&mut ben, &make(47, 1)).await;
    assert_eq!(by_member.status(), StatusCode::FORBIDDEN);
    let above = invite(&mut cleo, &make(48, 4)).await;
    assert_eq!(above.status(), StatusCode::FORBIDDEN);
    let beside = invite(&mut cleo, &make(49, 3)).await;
    assert_eq!(beside.status(), StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn an_invitation_asks_for_a_fresh_verification() {
    let at = TestBox::start().await;
    let (person, _) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    let refused = refusal(invite(&mut session, &make(50, 2)).await).await;
    assert_eq!(refused, (403, "step_up_needed".into()));
}

#[tokio::test]
async fn who_invited_and_who_came_read_each_others_account_logs_and_no_third_does() {
    let at = TestBox::start().await;
    let (anna_is, _, mut anna) = owner(&at).await;
    let (to_ben, to_cleo) = (make(51, 2), make(52, 2));
    invite(&mut anna, &to_ben).await;
    invite(&mut anna, &to_cleo).await;
    let (ben_is, _, mut ben) = come_in(&at, &to_ben, 10).await;
    let (cleo_is, _, mut cleo) = come_in(&at, &to_cleo, 20).await;
    assert!(reads_log(&mut anna, ben_is.account).await);
    assert!(reads_log(&mut ben, anna_is.account).await);
    assert!(reads_log(&mut cleo, cleo_is.account).await);
    assert!(!reads_log(&mut ben, cleo_is.account).await);
    assert!(!reads_log(&mut cleo, ben_is.account).await);
    // Nothing of one person's own space is there for another, the owner of the household included.
    for (session, space) in [(&mut anna, ben_is.space), (&mut ben, anna_is.space)] {
        for path in [
            format!("/api/v1/spaces/{space}/changes"),
            format!("/api/v1/logs/{space}"),
            format!("/api/v1/logs/{space}/wraps?recipient={}", anna_is.account),
        ] {
            assert_eq!(session.get(&path).await.status(), StatusCode::NOT_FOUND);
        }
    }
}
