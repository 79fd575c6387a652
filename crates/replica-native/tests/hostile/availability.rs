//! Answers that mean to harm by their size or their content (attacks 62, 63).

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use lifeos_crypto::envelope::{NewChange, Provenance, Source, seal_change};
use lifeos_protocol::Wire;
use lifeos_protocol::batch::Batch;
use lifeos_protocol::head::{Head, HeadBody};
use lifeos_protocol::label;
use lifeos_protocol::seen::{self, ChainPoint, Frontier};
use lifeos_protocol::statement::chain_start;
use lifeos_protocol::stream::{Frame, Run};
use lifeos_replica::api::{AlarmKind, ProblemCode};
use lifeos_replica::{Cause, Reason};
use lifeos_testkit::{Answer, Asked, Chance, Ending, Kept, Seen, Way, tamper};
use serde_json::json;

use crate::person::{PATIENCE, examine};
use crate::world::{CHANGES, KIT, World, keeps_nothing, unchanged, wait_alarm};

/// A change of a dishonest device with whatever bytes as its event, sealed and signed as it should
/// be, after what it has pushed so far.
fn craft(world: &World, author: &Kept, event: Vec<u8>) -> (Run, Head) {
    let (id, space) = (author.device, author.space());
    let mut before: ChainPoint = chain_start(space, id);
    for seen in world.hop.seen() {
        if !seen.asked.is("POST", CHANGES) || seen.status != 200 {
            continue;
        }
        let batch = Batch::from_bytes(&seen.asked.body).unwrap();
        if batch.device() == id && batch.first() == before.counter + 1 {
            for change in batch.changes() {
                before = change.statement.chain(space, id, before);
            }
        }
    }
    let provenance = Provenance {
        intent: [7; 16],
        part: 0,
        source: Source::Ui,
        flow: None,
        batch: None,
        last_of_batch: false,
    };
    let engine = author.engine();
    let nothing = Frontier::new();
    let log = engine.space_log(space).unwrap();
    let new = NewChange {
        space_position: log.sequence(),
        account_position: engine.account_log().sequence(),
        seen: seen::Seen::for_counter(before.counter + 1, &nothing, &nothing),
        provenance: &provenance,
        events: &[event],
    };
    let key = engine.space_key(space).unwrap();
    let sealed = seal_change(key, id, before, &new, &mut Chance::new(1)).unwrap();
    let body = HeadBody {
        account: engine.account(),
        space,
        device: id,
        counter: sealed.point.counter,
        h: sealed.point.h,
        space_log_head: log.head(),
        account_log_head: engine.account_log().head(),
        seen_digest: nothing.digest(),
    };
    let signature = engine.device_keys().sign(label::HEAD, &body.sign_bytes());
    let run = Run {
        sequence: 0,
        device: id,
        first: sealed.point.counter,
        changes: vec![sealed.change],
    };
    (run, Head { body, signature })
}

#[test]
fn attack_62_a_poisoned_change_is_set_aside_and_the_rest_goes_on() {
    let world = World::claimed();
    world.first.add_task("before");
    world.first.wait_live();
    let mut bad = world.joined();
    let author = world.kept(&bad);
    bad.off();
    let mut second = world.joined();
    second.off();
    world.first.wait_live();
    world.first.add_task("the rest");
    world.first.wait_live();
    let (run, head) = craft(&world, &author, vec![0xFF; 300]);
    world.alter_frames(move |mut frames| {
        let sequence = tamper::complete_of(&mut frames).sequence + 1;
        let run = Run {
            sequence,
            ..run.clone()
        };
        tamper::insert(frames, vec![Frame::Run(run), Frame::Head(head)], 1)
    });
    world.on(&mut second);
    wait_alarm(&second, AlarmKind::Quarantined);
    second.wait_titles(&["before", "the rest"]);
    let aside = world.kept(&second).quarantine();
    assert_eq!(
        (aside.len(), aside[0].device, aside[0].reason),
        (1, author.device, Reason::Unreadable)
    );
    world.on(&mut second);
    assert_eq!(
        world.kept(&second).quarantine().len(),
        1,
        "kept across a restart"
    );
    assert_eq!(second.titles(), ["before", "the rest"]);
    let found = examine(&second);
    let space = &found.spaces[0];
    assert_eq!((space.agrees, space.set_aside), (true, 1), "{found:?}");
}

/// Alters the answers to one address, and lets the device come through once the box is honest.
fn comes_through(
    method: &'static str,
    pattern: &'static str,
    alter: impl Fn(&mut Answer) + Send + 'static,
    while_altered: impl FnOnce(&World, &crate::person::Device, &Kept),
) {
    let (world, mut second, before) = World::behind(&["unseen"]);
    world
        .hop
        .on_answer(move |asked: &Asked, answer: &mut Answer| {
            let is_it = asked.is(method, pattern) && answer.status == 200;
            if is_it {
                alter(answer);
            }
            is_it
        });
    world.on(&mut second);
    world.hop.wait_altered(1, PATIENCE);
    second.add_task("written meanwhile");
    while_altered(&world, &second, &before);
    world.hop.be_honest();
    second.wait_live();
    let mut titles = second.titles();
    titles.sort();
    assert_eq!(titles, ["known to both", "unseen", "written meanwhile"]);
}

#[test]
fn attack_63_a_pull_that_never_ends_is_left_once_it_is_stopped() {
    let endless = |answer: &mut Answer| {
        let unknown = Frame::Newer {
            code: 99,
            payload: vec![0; 1 << 20],
        };
        answer.body = unknown.to_bytes();
        answer.ending = Ending::Endless;
    };
    comes_through("GET", CHANGES, endless, |_, second, _| {
        wait_alarm(second, AlarmKind::NeedsNewerVersion);
    });
}

#[test]
fn attack_63_an_answer_that_never_ends_is_left() {
    let endless = |answer: &mut Answer| {
        answer.body = vec![b'['; 1 << 20];
        answer.ending = Ending::Endless;
    };
    comes_through("GET", "/api/v1/spaces", endless, |_, _, _| {});
}

#[test]
fn attack_63_an_answer_that_announces_more_than_there_is_changes_nothing() {
    let huge = |answer: &mut Answer| {
        let length = "99999999999999".to_owned();
        answer.headers.push(("content-length".into(), length));
        answer.ending = Ending::Cut;
    };
    comes_through("GET", "/api/v1/spaces", huge, |_, _, _| {});
    let cut = |answer: &mut Answer| {
        let whole = answer.body.len();
        answer.body.truncate(whole / 2);
        answer.ending = Ending::Cut;
    };
    comes_through("GET", CHANGES, cut, |world, second, _| {
        // Asked again, it has judged the first.
        world.hop.wait_altered(2, PATIENCE);
        assert_eq!(
            world.kept(second).causes(),
            [],
            "a broken line is no attack"
        );
    });
}

#[test]
fn attack_63_a_frame_beyond_its_limit_is_refused_before_it_is_held() {
    let large = |answer: &mut Answer| {
        // A run that says it has 4 GiB.
        answer.body = vec![0xFF; 1 << 16];
        answer.body[0] = 2;
        answer.ending = Ending::Endless;
    };
    let (world, mut second, before) = World::behind(&["unseen"]);
    world.hop.on_answer(move |asked, answer| {
        let is_it = asked.is("GET", CHANGES) && answer.status == 200;
        if is_it {
            large(answer);
        }
        is_it
    });
    world.on(&mut second);
    wait_alarm(&second, AlarmKind::Tampered);
    unchanged(&world.kept(&second), &before, Cause::Malformed);
    world.hop.be_honest();
    second.wait_live();
    assert_eq!(second.titles(), ["known to both", "unseen"]);
}

#[test]
fn attack_63_a_box_that_serves_what_is_refused_is_not_asked_again_at_once() {
    let (world, mut second, _) = World::behind(&["one", "two"]);
    // A question of the first device, which is off, may still be answered.
    let before: BTreeSet<String> = sessions(&world.hop.seen()).collect();
    let answered: Arc<Mutex<Vec<Instant>>> = Arc::default();
    let clock = Arc::clone(&answered);
    world.hop.on_answer(move |asked, answer| {
        let is_it = asked.is("GET", CHANGES)
            && asked
                .header("cookie")
                .is_some_and(|session| !before.contains(session));
        // However many runs there are: the first of them is refused.
        is_it
            && answer.alter_frames(|frames| {
                clock.lock().unwrap().push(Instant::now());
                tamper::with_runs(frames, |run| run.sequence += 1)
            })
    });
    world.on(&mut second);
    world.hop.wait_altered(3, PATIENCE);
    // At least half a second from each answer to the next; only a lower bound, so that no machine
    // is too slow.
    let answered = answered.lock().unwrap();
    for pair in answered.windows(2) {
        assert!(pair[1] - pair[0] >= Duration::from_millis(500));
    }
}

/// The sessions in which something was asked.
fn sessions(seen: &[Seen]) -> impl Iterator<Item = String> {
    let cookies = seen.iter().filter_map(|seen| seen.asked.header("cookie"));
    cookies.map(str::to_owned)
}

/// Refuses every push.
fn refuse_pushes(world: &World, status: u16, code: &'static str) {
    world.hop.on_asked(move |asked| {
        if asked.is("POST", CHANGES) {
            let refusal = json!({ "type": "about:blank", "title": "refused", "status": status,
                "code": code });
            Way::Instead(Answer::of_json(status, &refusal))
        } else {
            Way::On
        }
    });
}

#[test]
fn attack_63_what_a_full_box_does_not_take_is_offered_until_there_is_room() {
    let world = World::claimed();
    refuse_pushes(&world, 507, "disk_full");
    world.first.add_task("no room");
    world.hop.wait_altered(2, PATIENCE);
    wait_alarm(&world.first, AlarmKind::Refused);
    assert_eq!(world.kept(&world.first).standing().waiting, 1);
    assert_eq!(world.first.titles(), ["no room"]);
    world.hop.be_honest();
    world.first.wait_live();
    assert_eq!(world.joined().titles(), ["no room"]);
}

#[test]
fn attack_63_what_the_box_refused_waits_and_is_offered_again_at_the_next_contact() {
    let world = World::claimed();
    refuse_pushes(&world, 422, "chain_broken");
    world.first.add_task("refused");
    wait_alarm(&world.first, AlarmKind::Refused);
    let kept = world.kept(&world.first);
    assert_eq!(kept.standing().waiting, 1);
    assert_eq!(kept.causes(), [Cause::Refused]);
    world.hop.be_honest();
    world.hop.cut_tails();
    world.first.wait_live();
    assert_eq!(world.joined().titles(), ["refused"]);
}

/// A gzip member (RFC 1952) with its bytes stored as they are.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg());
        }
    }
    let mut packed = vec![0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255];
    let mut chunks = bytes.chunks(0xFFFF).peekable();
    while let Some(chunk) = chunks.next() {
        let length = u16::try_from(chunk.len()).unwrap();
        packed.push(u8::from(chunks.peek().is_none()));
        packed.extend(length.to_le_bytes());
        packed.extend((!length).to_le_bytes());
        packed.extend(chunk);
    }
    packed.extend((!crc).to_le_bytes());
    packed.extend(u32::try_from(bytes.len()).unwrap().to_le_bytes());
    packed
}

#[test]
fn attack_63_a_packed_answer_is_not_unpacked() {
    let world = World::claimed();
    world.hop.forget();
    world.hop.on_answer(|asked, answer| {
        let is_it = asked.is("POST", KIT);
        if is_it {
            answer.body = gzip(&answer.body);
            answer
                .headers
                .push(("content-encoding".into(), "gzip".into()));
        }
        is_it
    });
    let (problem, device) = world.joining_fails();
    assert_eq!(problem.code, ProblemCode::Refused);
    keeps_nothing(&device);
    for seen in world.hop.seen() {
        let mut names = seen.asked.headers.iter().map(|(name, _)| name.as_str());
        assert!(!names.any(|name| name == "accept-encoding"));
    }
    world.hop.be_honest();
    world.joined();
}
