//! The box log: what is in it, who may read it, and that nothing of it can be taken away unseen.

use lifeos_protocol::api::{BoxLogPage, Entry, InviteMake, SpaceList};
use lifeos_protocol::box_log::BoxEvent;
use lifeos_protocol::hash::sha256;
use lifeos_protocol::ids::{Hash, InviteId};
use reqwest::{Client, Method, StatusCode};

use crate::client::{Session, claim, entry_body, post, read, refusal};
use crate::harness::TestBox;
use crate::person::{Keys, Person};

async fn log(session: &mut Session) -> BoxLogPage {
    read(session.get("/api/v1/box/log").await).await
}

fn events(page: &BoxLogPage) -> Vec<BoxEvent> {
    page.entries.iter().rev().map(|row| row.event).collect()
}

/// Computes the chain of a page anew, from the hash of its oldest row on.
fn holds(page: &BoxLogPage) -> bool {
    let rows: Vec<_> = page.entries.iter().rev().collect();
    rows.windows(2).all(|pair| {
        let row = pair[1];
        row.sequence == pair[0].sequence + 1 && Some(row.hash) == row.chain(&pair[0].hash)
    })
}

#[tokio::test]
async fn what_happens_to_the_box_is_in_its_log_and_each_row_is_bound_to_the_one_before() {
    let mut at = TestBox::start().await;
    let (mut person, mut passkey) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device.clone()).await;
    session.step_up(&mut passkey).await;
    let tablet = Keys::make(50);
    let added = person.add_device(&tablet, None);
    let status = session.append(person.account, &added).await.status();
    assert_eq!(status, StatusCode::NO_CONTENT);
    let mut second = Session::of_device(&at, &person, &tablet).await;
    assert_eq!(
        session
            .delete(&format!("/api/v1/sessions/{}", second.opened.session))
            .await
            .status(),
        StatusCode::NO_CONTENT
    );
    assert_eq!(second.get("/api/v1/spaces").await.status().as_u16(), 401);
    at.restart().await;

    let mut session = Session::of_device(&at, &person, &person.device.clone()).await;
    let page = log(&mut session).await;
    assert_eq!(
        events(&page),
        [
            BoxEvent::Started,
            BoxEvent::MethodAdded,
            BoxEvent::MethodAdded,
            BoxEvent::Claimed,
            BoxEvent::SignedIn,
            BoxEvent::SteppedUp,
            BoxEvent::DeviceEnrolled,
            BoxEvent::SignedIn,
            BoxEvent::SessionEnded,
            BoxEvent::Stopped,
            BoxEvent::Started,
            BoxEvent::SignedIn,
        ]
    );
    assert!(holds(&page), "{page:?}");
    let signed_in = &page.entries[0];
    assert_eq!(signed_in.account, Some(person.account));
    assert_eq!(signed_in.signer, Some(person.device.device().into()));
    let before = page.entries[7].origin.as_ref();
    assert!(signed_in.origin.is_some() && signed_in.origin.as_ref() != before);
}

#[tokio::test]
async fn the_box_log_comes_in_pages_to_owners_alone_and_a_refusal_at_the_door_is_in_it() {
    let at = TestBox::start().await;
    let (person, mut passkey) = claim(&at, 1).await;
    let mut owner = Session::of_device(&at, &person, &person.device).await;
    owner.step_up(&mut passkey).await;
    let made = InviteMake {
        invite: InviteId::new([3; 16]),
        check: sha256(&[3]),
        role: 3,
        expires_ms: owner.opened.server_ms + 3_600_000,
    };
    owner.json(Method::POST, "/api/v1/invites", &made).await;
    let entry = |check| Entry::Invite {
        invite: made.invite,
        check,
        proof: Hash::new([7; 32]),
    };
    let mut guest = Person::make(90);
    let (_, finish) = entry_body(&at, &mut guest, 90, entry(made.check)).await;
    let wrong = lifeos_protocol::api::ClaimBegin {
        entry: entry(Hash::new([1; 32])),
        account: guest.account,
    };
    let refused = post(&at, "/api/v1/claim/begin", &wrong).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    let came = post(&at, "/api/v1/claim/finish", &finish).await;
    assert_eq!(came.status(), StatusCode::NO_CONTENT);
    let nobody = lifeos_protocol::api::KitLookup {
        lookup: [0xEE; 16].into(),
    };
    let refused = post(&at, "/api/v1/kits/lookup", &nobody).await;
    assert_eq!(refused.status(), StatusCode::NOT_FOUND);

    let mut by_guest = Session::of_device(&at, &guest, &guest.device).await;
    let answer = by_guest.get("/api/v1/box/log").await;
    assert_eq!(refusal(answer).await, (403, "forbidden".to_owned()));
    let mut by_kit =
        Session::open(&at, person.account, &person.kit, person.kit.method().into()).await;
    assert_eq!(by_kit.get("/api/v1/box/log").await.status().as_u16(), 403);

    let whole = log(&mut owner).await;
    for event in [
        BoxEvent::InviteMade,
        BoxEvent::InviteRefused,
        BoxEvent::AccountCame,
        BoxEvent::SignInRefused,
    ] {
        let of = |row: &&lifeos_protocol::api::BoxLogRow| row.event == event;
        assert_eq!(whole.entries.iter().filter(of).count(), 1, "{event:?}");
    }
    let mut paged = Vec::new();
    let mut after = String::new();
    loop {
        let path = format!("/api/v1/box/log?limit=4{after}");
        let page: BoxLogPage = read(owner.get(&path).await).await;
        paged.extend(page.entries);
        let Some(next) = page.next else { break };
        after = format!("&after={next}");
    }
    assert_eq!(paged, whole.entries);
}

#[tokio::test]
async fn alarms_that_stand_are_in_the_figures_and_none_stand_in_a_box_that_is_well() {
    let at = TestBox::start().await;
    let (person, _) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    let spaces: SpaceList = read(session.get("/api/v1/spaces").await).await;
    let told: Vec<u8> = spaces.alarms.iter().map(|row| row.alarm).collect();
    let token = std::fs::read_to_string(at.home.folder.path().join("metrics-token")).unwrap();
    let page = Client::new()
        .get(at.url("/metrics"))
        .header("authorization", format!("Bearer {}", token.trim()))
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    for name in [
        "slow",
        "failing",
        "queue",
        "busy",
        "heat",
        "disk_health",
        "power",
    ] {
        let line = format!("lifeos_alarm{{name=\"{name}\"}} 0");
        assert!(page.contains(&line), "{line}: {page}");
    }
    // The machine that runs the tests may have a full disk; then it is told.
    let is_full = page.contains("lifeos_alarm{name=\"disk\"} 1");
    assert_eq!(told.contains(&4), is_full);
    assert!(page.contains("lifeos_store_queue 0"), "{page}");
    // What is not known of the machine has no figure.
    assert!(
        !page.contains("celsius") && !page.contains("disk_life"),
        "{page}"
    );
    let events = events(&log(&mut session).await);
    assert!(events.contains(&BoxEvent::FiguresRead));
}
