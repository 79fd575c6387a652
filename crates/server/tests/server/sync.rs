//! Pushing and pulling: whole or not at all, once, in order, durable.

use lifeos_protocol::Wire;
use lifeos_protocol::api::{LogConflict, LogPage, Pushed, SpaceList, SteppedUp, WrapList};
use lifeos_protocol::keys::MethodKind;
use lifeos_protocol::stream::{Complete, Frame, Run};
use lifeos_server::Limits;
use reqwest::Method;

use crate::client::{Session, claim, read, refusal};
use crate::harness::TestBox;
use crate::person::Keys;

fn runs(frames: &[Frame]) -> Vec<&Run> {
    let runs = frames.iter().filter_map(|frame| match frame {
        Frame::Run(run) => Some(run),
        _ => None,
    });
    runs.collect()
}

fn complete(frames: &[Frame]) -> &Complete {
    match frames.last() {
        Some(Frame::Complete(complete)) => complete,
        _ => panic!("a pull ends with its mark"),
    }
}

#[tokio::test]
async fn what_was_pushed_is_pulled_byte_for_byte_behind_its_logs_and_before_its_head() {
    let at = TestBox::start().await;
    let (person, _) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    let mut author = person.author(&person.device);
    let first = author.write(3, 1);
    let second = author.write(2, 2);
    for batch in [&first, &second] {
        read::<Pushed>(session.push(&person, batch).await).await;
    }
    let frames = session.pull(&person, "").await;
    let logs = frames
        .iter()
        .take_while(|frame| matches!(frame, Frame::Log(..)))
        .count();
    assert_eq!(logs, 4, "three of the account, one of the space");
    let runs = runs(&frames);
    assert_eq!(runs.len(), 1);
    assert_eq!((runs[0].sequence, runs[0].first), (1, 1));
    let pushed: Vec<_> = first
        .changes()
        .iter()
        .chain(second.changes())
        .cloned()
        .collect();
    assert_eq!(runs[0].changes, pushed);
    assert_eq!(frames[frames.len() - 2], Frame::Head(*second.head()));
    assert_eq!(complete(&frames).sequence, 5);

    // From the cursor on, and with the logs known, there is only the mark.
    let cursor = format!("{}.5", complete(&frames).incarnation);
    let query = format!(
        "?after={cursor}&logs={}.2,{}.0",
        person.account, person.space
    );
    assert_eq!(session.pull(&person, &query).await.len(), 1);
    let query = format!(
        "?after={}.3&logs={}.2,{}.0",
        complete(&frames).incarnation,
        person.account,
        person.space
    );
    let rest = session.pull(&person, &query).await;
    assert_eq!(rest.len(), 3);
    assert_eq!(self::runs(&rest)[0].changes, second.changes());
}

#[tokio::test]
async fn the_same_batch_again_changes_nothing_and_an_overlap_adds_the_rest() {
    let at = TestBox::start().await;
    let (person, _) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    let mut author = person.author(&person.device);
    let early = author.clone();
    let batch = author.write(2, 1);
    let one: Pushed = read(session.push(&person, &batch).await).await;
    let two: Pushed = read(session.push(&person, &batch).await).await;
    assert_eq!(one, two);
    let longer = early.clone().write(4, 1);
    let three: Pushed = read(session.push(&person, &longer).await).await;
    assert_eq!((three.counter, three.sequence), (4, 4));
    assert_eq!(complete(&session.pull(&person, "").await).sequence, 4);
}

#[tokio::test]
async fn a_resend_far_back_in_a_long_chain_is_still_recognised() {
    let at = TestBox::start().await;
    let (person, _) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    let mut author = person.author(&person.device);
    let batches: Vec<_> = (0..4).map(|_| author.write(150, 1)).collect();
    for batch in &batches {
        read::<Pushed>(session.push(&person, batch).await).await;
    }
    for batch in &batches {
        let pushed: Pushed = read(session.push(&person, batch).await).await;
        assert_eq!(pushed.counter, 600);
    }
    assert_eq!(complete(&session.pull(&person, "").await).sequence, 600);
}

#[tokio::test]
async fn a_counter_used_twice_is_refused_and_both_statements_are_kept() {
    let mut at = TestBox::start().await;
    let (person, _) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    let mut author = person.author(&person.device);
    let mut cloned = author.clone();
    read::<Pushed>(session.push(&person, &author.write(2, 1)).await).await;
    let other = cloned.write(2, 9);
    for _ in 0..2 {
        let refused = session.push(&person, &other).await;
        assert_eq!(refusal(refused).await, (409, "equivocation".into()));
    }
    at.stop().await;
    let store = at.home.store().await;
    let evidence = store.equivocations(person.space).await.unwrap();
    assert_eq!(evidence.len(), 1, "the same evidence is kept once");
    assert_ne!(evidence[0].kept, evidence[0].refused);
    let statement = other.changes()[0].statement.to_bytes();
    assert!(
        evidence[0]
            .refused
            .windows(statement.len())
            .any(|part| part == statement)
    );
    store.close().await;
}

#[tokio::test]
async fn a_gap_a_wrong_head_and_a_stranger_are_refused_and_nothing_is_kept() {
    let at = TestBox::start().await;
    let (person, _) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    let mut author = person.author(&person.device);
    author.write(1, 1);
    let late = author.write(1, 1);
    assert_eq!(
        refusal(session.push(&person, &late).await).await,
        (409, "gap".into())
    );

    let whole = person.author(&person.device).write(2, 1);
    let (changes, mut head) = whole.into_parts();
    head.body.h = lifeos_protocol::Hash::new([1; 32]);
    let forged =
        lifeos_protocol::batch::Batch::new(person.device.device(), 1, changes, head).unwrap();
    assert_eq!(
        refusal(session.push(&person, &forged).await).await,
        (422, "bad_head".into())
    );

    let stranger = person.author(&Keys::make(99)).write(1, 1);
    assert_eq!(
        refusal(session.push(&person, &stranger).await).await,
        (403, "not_a_writer".into())
    );
    assert_eq!(complete(&session.pull(&person, "").await).sequence, 0);
}

#[tokio::test]
async fn many_devices_pushing_at_once_lose_nothing_and_share_no_sequence() {
    let at = TestBox::start().await;
    let (mut person, mut authenticator) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    read::<SteppedUp>(session.step_up(&mut authenticator).await).await;
    let mut devices = Vec::new();
    for seed in 100..108 {
        let keys = Keys::make(seed);
        let add = person.add_device(&keys, None);
        assert_eq!(session.append(person.account, &add).await.status(), 204);
        devices.push(keys);
    }
    let mut pushes = Vec::new();
    for keys in devices {
        let mut own = Session::of_device(&at, &person, &keys).await;
        let mut author = person.author(&keys);
        let path = format!("/api/v1/spaces/{}/changes", person.space);
        pushes.push(tokio::spawn(async move {
            for what in 0..12 {
                let body = author.write(5, what).to_bytes();
                let request = own.signed(reqwest::Method::POST, &path, &body);
                let request = request.header("content-type", "application/vnd.lifeos.batch");
                read::<Pushed>(request.send().await.unwrap()).await;
            }
        }));
    }
    for push in pushes {
        push.await.unwrap();
    }
    let frames = session.pull(&person, "").await;
    let mut next = 1;
    for run in runs(&frames) {
        assert_eq!(run.sequence, next);
        next += run.changes.len() as u64;
    }
    assert_eq!(next - 1, 8 * 12 * 5);
    let heads = frames
        .iter()
        .filter(|frame| matches!(frame, Frame::Head(_)))
        .count();
    assert_eq!(heads, 8);
}

#[tokio::test]
async fn a_large_pull_comes_in_pieces_and_every_piece_is_whole_frames() {
    let at = TestBox::start().await;
    let (person, _) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    let mut author = person.author(&person.device);
    for _ in 0..6 {
        let batch = author.write_sized(16, 1, 32 << 10);
        read::<Pushed>(session.push(&person, &batch).await).await;
    }
    let frames = session.pull(&person, "").await;
    assert!(
        runs(&frames).len() > 5,
        "three megabytes do not come in one run"
    );
    assert_eq!(
        runs(&frames)
            .iter()
            .map(|run| run.changes.len())
            .sum::<usize>(),
        96
    );
}

#[tokio::test]
async fn a_long_pull_is_vouched_for_on_its_way_and_never_beyond_what_was_served() {
    let at = TestBox::start().await;
    let (person, _) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    let mut author = person.author(&person.device);
    let mut newest = None;
    for _ in 0..16 {
        let batch = author.write_sized(100, 1, 1024);
        newest = Some(*batch.head());
        read::<Pushed>(session.push(&person, &batch).await).await;
    }
    let frames = session.pull(&person, "").await;
    let mut served = 0;
    let mut covered = Vec::new();
    for frame in &frames {
        match frame {
            Frame::Run(run) => served = run.first + run.changes.len() as u64 - 1,
            Frame::Head(head) => {
                assert!(head.body.counter <= served, "a head beyond what was served");
                // Whoever is cut off here keeps all but less than a piece.
                covered.push((served, served - head.body.counter));
            }
            _ => {}
        }
    }
    let (last, on_the_way) = covered.split_last().unwrap();
    assert_eq!(*last, (1600, 0));
    assert!(on_the_way.len() >= 4, "{covered:?}");
    assert!(on_the_way.is_sorted() && on_the_way.iter().all(|(_, rest)| *rest < 356));
    assert_eq!(frames[frames.len() - 2], Frame::Head(newest.unwrap()));
}

#[tokio::test]
async fn a_cursor_of_another_life_or_beyond_the_end_is_named_as_such() {
    let at = TestBox::start().await;
    let (person, _) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    let path = |after: &str| format!("/api/v1/spaces/{}/changes?after={after}", person.space);
    let other = path(&format!("{}.0", "ab".repeat(16)));
    assert_eq!(
        refusal(session.get(&other).await).await,
        (409, "other_incarnation".into())
    );
    let own = complete(&session.pull(&person, "").await).incarnation;
    let ahead = path(&format!("{own}.7"));
    assert_eq!(
        refusal(session.get(&ahead).await).await,
        (409, "cursor_ahead".into())
    );
    assert_eq!(
        refusal(session.get(&path("x")).await).await,
        (400, "malformed".into())
    );
}

#[tokio::test]
async fn the_quota_of_a_day_refuses_the_whole_batch() {
    let limits = Limits {
        changes_a_day: 5,
        ..Limits::default()
    };
    let at = TestBox::start_with(limits).await;
    let (person, _) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    let mut author = person.author(&person.device);
    read::<Pushed>(session.push(&person, &author.write(4, 1)).await).await;
    let mut over = author.clone();
    let refused = session.push(&person, &over.write(2, 1)).await;
    assert_eq!(refusal(refused).await, (429, "quota".into()));
    read::<Pushed>(session.push(&person, &author.write(1, 1)).await).await;
}

#[tokio::test]
async fn a_log_moves_by_compare_and_swap_and_the_loser_gets_what_it_missed() {
    let at = TestBox::start().await;
    let (mut person, mut authenticator) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    read::<SteppedUp>(session.step_up(&mut authenticator).await).await;
    let before = session.append_state(&person).await;
    let mut rival = crate::person::Person::make(1);
    rival.complete(&authenticator.credential);
    let winner = person.add_method(
        &Keys::make(50),
        MethodKind::Kit,
        None,
        Some([50; 16].into()),
    );
    let loser = rival.add_method(
        &Keys::make(51),
        MethodKind::Kit,
        None,
        Some([51; 16].into()),
    );
    assert_eq!(session.append(person.account, &winner).await.status(), 204);
    // Sent again because the answer was lost: nothing happens, and that is success.
    assert_eq!(session.append(person.account, &winner).await.status(), 204);
    let response = session.append(person.account, &loser).await;
    assert_eq!(response.status(), 409);
    let conflict: LogConflict = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
    assert_eq!(conflict.statements, std::slice::from_ref(&winner.statement));
    let page: LogPage = read(
        session
            .get(&format!("/api/v1/logs/{}?after=2", person.account))
            .await,
    )
    .await;
    assert_eq!(
        (page.statements, page.more),
        (vec![winner.statement], false)
    );
    assert_eq!(session.append_state(&person).await, before + 1);
    let path = format!(
        "/api/v1/logs/{}/wraps?recipient={}",
        person.account,
        person.device.device()
    );
    let wraps: WrapList = read(session.get(&path).await).await;
    assert_eq!(wraps.wraps, person.account_log[0].wraps);
    let spaces: SpaceList = read(session.get("/api/v1/spaces").await).await;
    assert_eq!(spaces.spaces, [person.space]);
}

impl Session {
    async fn append_state(&mut self, person: &crate::person::Person) -> usize {
        let page: LogPage = read(self.get(&format!("/api/v1/logs/{}", person.account)).await).await;
        page.statements.len()
    }
}

#[tokio::test]
async fn a_statement_refused_for_its_parts_leaves_no_trace_and_may_come_again_whole() {
    let at = TestBox::start().await;
    let (mut person, mut authenticator) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    read::<SteppedUp>(session.step_up(&mut authenticator).await).await;
    let whole = person.add_method(
        &Keys::make(50),
        MethodKind::Kit,
        None,
        Some([50; 16].into()),
    );
    let mut bare = whole.clone();
    bare.wraps.clear();
    let refused = session.append(person.account, &bare).await;
    assert_eq!(refusal(refused).await, (422, "wraps_missing".into()));
    assert_eq!(session.append_state(&person).await, 3);
    let done = session.append(person.account, &whole).await;
    assert_eq!(done.status(), 204);
    assert_eq!(session.append_state(&person).await, 4);
}

#[tokio::test]
async fn a_wrap_that_another_log_names_is_refused_and_the_log_that_names_its_own_is_taken() {
    let at = TestBox::start().await;
    let (person, _) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    // Two first statements, for which nothing of a wrap says whose it is.
    let one = person.clone().begin_space_of_wrap(50);
    let other = person.clone().begin_space_of_wrap(50);
    let own = person.clone().begin_space_of_wrap(51);
    assert_ne!(one.statement, other.statement);
    assert_eq!(one.wraps, other.wraps);
    let path = "/api/v1/logs";
    assert_eq!(session.json(Method::POST, path, &one).await.status(), 204);
    for _ in 0..2 {
        let refused = session.json(Method::POST, path, &other).await;
        assert_eq!(refusal(refused).await, (422, "wraps_missing".into()));
    }
    for taken in [&one, &own] {
        assert_eq!(session.json(Method::POST, path, taken).await.status(), 204);
    }
    let spaces: SpaceList = read(session.get("/api/v1/spaces").await).await;
    assert_eq!(spaces.spaces.len(), 3);
}

#[tokio::test]
async fn every_list_read_a_row_at_a_time_is_the_whole_list() {
    let at = TestBox::start().await;
    let (mut person, mut authenticator) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    let mut others = Vec::new();
    for _ in 0..4 {
        others.push(Session::of_device(&at, &person, &person.device).await);
    }
    for seed in [51, 52] {
        read::<SteppedUp>(session.step_up(&mut authenticator).await).await;
        let lookup = Some([seed; 16].into());
        let added = person.add_method(&Keys::make(seed), MethodKind::Kit, None, lookup);
        assert_eq!(session.append(person.account, &added).await.status(), 204);
    }
    let wraps = format!(
        "/api/v1/logs/{}/wraps?recipient={}",
        person.account,
        person.device.device()
    );
    for (list, rows) in [
        ("/api/v1/sessions", 5),
        ("/api/v1/methods", 4),
        ("/api/v1/spaces", 1),
        (wraps.as_str(), 1),
    ] {
        let whole: serde_json::Value = read(session.get(list).await).await;
        assert!(whole["next"].is_null(), "{list}");
        let sign = if list.contains('?') { '&' } else { '?' };
        let mut path = format!("{list}{sign}limit=1");
        let mut gathered: Vec<serde_json::Value> = Vec::new();
        let mut pages = 0;
        loop {
            let page: serde_json::Value = read(session.get(&path).await).await;
            pages += 1;
            let of_page = page
                .as_object()
                .unwrap()
                .values()
                .filter_map(|value| value.as_array());
            for rows in of_page {
                assert!(rows.len() <= 1, "{list}");
                gathered.extend(rows.iter().cloned());
            }
            let Some(next) = page["next"].as_str() else {
                break;
            };
            path = format!("{list}{sign}limit=1&after={next}");
        }
        let in_whole: Vec<_> = whole
            .as_object()
            .unwrap()
            .values()
            .filter_map(|value| value.as_array())
            .flatten()
            .cloned()
            .collect();
        assert_eq!(gathered.len(), rows, "{list}");
        assert_eq!(pages, rows, "{list}");
        assert!(in_whole.iter().all(|row| gathered.contains(row)), "{list}");
        let bad = session.get(&format!("{list}{sign}after=%00")).await;
        assert_eq!(refusal(bad).await.0, 400, "{list}");
    }
}

#[tokio::test]
async fn a_spaces_statement_counts_only_from_where_its_signers_account_stands() {
    let at = TestBox::start().await;
    let (mut person, mut authenticator) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    let device = person.device.clone();
    read::<Pushed>(
        session
            .push(&person, &person.author(&device).write(2, 1))
            .await,
    )
    .await;
    read::<SteppedUp>(session.step_up(&mut authenticator).await).await;
    let mut behind = person.clone();
    let from_behind = behind.erase(&device, &[1]);
    let lookup = Some([50; 16].into());
    let moved = person.add_method(&Keys::make(50), MethodKind::Kit, None, lookup);
    assert_eq!(session.append(person.account, &moved).await.status(), 204);
    let answer = session.append(person.space, &from_behind).await;
    assert_eq!(answer.status(), 409);
    let conflict: LogConflict = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    assert_eq!(conflict.statements, [moved.statement]);
    let anew = person.erase(&device, &[1]);
    assert_eq!(session.append(person.space, &anew).await.status(), 204);
    let mut never_had = person.clone();
    never_had.add_method(&Keys::make(51), MethodKind::Kit, None, None);
    let ahead = never_had.erase(&device, &[2]);
    let refused = session.append(person.space, &ahead).await;
    assert_eq!(refusal(refused).await, (409, "position_unknown".into()));
}

#[tokio::test]
async fn a_revocation_names_what_the_revoked_has_signed_or_is_told_what_it_lacks() {
    let at = TestBox::start().await;
    let (mut person, mut authenticator) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    read::<SteppedUp>(session.step_up(&mut authenticator).await).await;
    let lost = Keys::make(60);
    let add = person.add_device(&lost, None);
    assert_eq!(session.append(person.account, &add).await.status(), 204);
    let mut of_lost = Session::of_device(&at, &person, &lost).await;
    let stay = [
        person.device.device().into(),
        person.passkey.method().into(),
        person.kit.method().into(),
    ];

    // Meanwhile it signs in a space.
    let mut behind = person.clone();
    let signed = person.read_back(&lost);
    assert_eq!(of_lost.append(person.space, &signed).await.status(), 204);
    let answer = session
        .append(person.account, &behind.revoke(&lost, &stay, None))
        .await;
    assert_eq!(answer.status(), 409);
    let conflict: LogConflict = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    assert_eq!(conflict.statements, [signed.statement]);

    // What it saw elsewhere than this box ever had it is refused.
    let mut never_had = person.clone();
    never_had.read_back(&lost);
    let refused = session
        .append(person.account, &never_had.revoke(&lost, &stay, None))
        .await;
    assert_eq!(refusal(refused).await, (409, "position_unknown".into()));

    // What another device signs meanwhile is no reason to wait.
    let mut before = person.clone();
    let device = person.device.clone();
    let later = person.read_back(&device);
    assert_eq!(session.append(person.space, &later).await.status(), 204);
    let revoke = before.revoke(&lost, &stay, None);
    assert_eq!(session.append(person.account, &revoke).await.status(), 204);
}

#[tokio::test]
async fn a_device_has_a_chain_of_its_own_in_each_space() {
    let at = TestBox::start().await;
    let (person, _) = claim(&at, 1).await;
    let mut session = Session::of_device(&at, &person, &person.device).await;
    let mut elsewhere = person.clone();
    let began = elsewhere.begin_another_space();
    let answer = session.json(Method::POST, "/api/v1/logs", &began).await;
    assert_eq!(answer.status(), 204);
    let mut first = person.author(&person.device);
    let mut second = elsewhere.author(&person.device);
    for (person, author) in [(&person, &mut first), (&elsewhere, &mut second)] {
        let pushed: Pushed = read(session.push(person, &author.write(2, 1)).await).await;
        assert_eq!(pushed.counter, 2);
    }
}
