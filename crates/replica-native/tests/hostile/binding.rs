//! What is bound to its place cannot be put anywhere else (attacks 16 to 21, 37).

use lifeos_crypto::keys::Signs;
use lifeos_protocol::api::{Binary, LogPage, SpaceList};
use lifeos_protocol::log::{AccountBody, Draft, LogKind, SpaceLog};
use lifeos_protocol::seal::SealKind;
use lifeos_protocol::stream::{BodyGone, FRAME_HEADER, Frame, Gone};
use lifeos_protocol::{DeviceId, IncarnationId, Wire};
use lifeos_replica::api::{AlarmKind, Call, Phase, Reply};
use lifeos_replica::{Cause, Reason};
use lifeos_testkit::{Seen, tamper};

use crate::person::{PATIENCE, secret};
use crate::world::{World, id_of, now_ms, unchanged, wait_alarm};

#[test]
fn attack_16_a_body_moved_to_another_counter_is_set_aside() {
    let (mut world, mut second, before) = World::behind(&["one", "two"]);
    world.alter_frames(tamper::swap_bodies);
    world.on(&mut second);
    wait_alarm(&second, AlarmKind::Quarantined);
    let kept = world.kept(&second);
    unchanged(&kept, &before, Cause::Quarantined);
    let reasons: Vec<Reason> = kept.quarantine().iter().map(|one| one.reason).collect();
    assert_eq!(reasons, [Reason::Unopenable, Reason::Unopenable]);
    // It goes on with what is written afterwards.
    world.hop.be_honest();
    world.first_on();
    world.first.add_task("three");
    second.wait_titles(&["known to both", "three"]);
}

/// Serves an altered stream to the second device, which keeps what it had and names the cause; an
/// honest stream brings it what it lacks.
fn refused_then_healed(
    more: &[&str],
    (kind, cause): (AlarmKind, Cause),
    alter: impl FnMut(Vec<Frame>) -> Vec<Frame> + Send + 'static,
) {
    let (world, mut second, before) = World::behind(more);
    world.alter_frames(alter);
    world.on(&mut second);
    wait_alarm(&second, kind);
    unchanged(&world.kept(&second), &before, cause);
    world.hop.be_honest();
    second.wait_live();
    let expected: Vec<&str> = std::iter::once("known to both")
        .chain(more.iter().copied())
        .collect();
    assert_eq!(second.titles(), expected);
}

#[test]
fn attack_17_a_statement_of_another_counter_breaks_the_chain() {
    let broken = (AlarmKind::Tampered, Cause::ChainBroken);
    refused_then_healed(&["one", "two", "three"], broken, tamper::mix_statements);
}

#[test]
fn attack_18_the_names_of_two_devices_exchanged_on_their_way_are_set_aside() {
    let world = World::claimed();
    let second = world.joined();
    world.settle(&second);
    world.alter_frames(|mut frames| {
        let runs = frames.iter_mut().filter_map(|frame| match frame {
            Frame::Run(run) => Some(run),
            _ => None,
        });
        if let [first, .., second] = runs.collect::<Vec<_>>().as_mut_slice()
            && first.device != second.device
        {
            let (a, b) = (first.changes[0].clone(), second.changes[0].clone());
            first.changes[0] = tamper::graft(&a, &b);
            second.changes[0] = tamper::graft(&b, &a);
        }
        frames
    });
    let third = world.fresh();
    third.wait(|status| status.phase == Phase::Fresh);
    third.call(Call::JoinKit {
        device_name: "Tablet".into(),
        code: secret(&world.sheets[0].payload),
        account: None,
    });
    wait_alarm(&third, AlarmKind::Quarantined);
    third.wait_live();
    let reasons: Vec<Reason> = world
        .kept(&third)
        .quarantine()
        .iter()
        .map(|one| one.reason)
        .collect();
    assert_eq!(reasons, [Reason::Unopenable, Reason::Unopenable]);
    let Reply::Devices { devices } = third.call(Call::Devices) else {
        panic!("a list")
    };
    let named = |id: DeviceId| {
        let mut devices = devices.iter();
        let found = devices.find(|device| device.id == id.to_hex());
        found.unwrap().name.as_deref()
    };
    assert_eq!(named(id_of(&second)), None);
    assert_eq!(named(id_of(&third)), Some("Tablet"));
}

#[test]
fn attack_65_what_was_refused_is_not_on_the_disk_for_a_later_start() {
    let alter: [fn(Vec<Frame>) -> Vec<Frame>; 3] =
        [tamper::reorder, tamper::mix_statements, tamper::shorten];
    for alter in alter {
        let (mut world, mut second, before) = World::behind(&["one", "two", "three"]);
        world.alter_frames(alter);
        world.on(&mut second);
        // Asked again, it has judged the first.
        world.hop.wait_altered(2, PATIENCE);
        second.off();
        world.house.kill();
        world.on(&mut second);
        assert_eq!(second.titles(), ["known to both"]);
        let kept = world.kept(&second);
        assert_eq!(kept.life().to_snapshot(), before.life().to_snapshot());
        assert_eq!(kept.standing().completed, before.standing().completed);
        assert_eq!(kept.standing().quarantined, 0);
    }
}

#[test]
fn attack_20_a_change_is_not_taken_for_a_snapshot_or_a_segment() {
    for kind in [SealKind::Segment, SealKind::Snapshot, SealKind::Blob] {
        let malformed = (AlarmKind::Tampered, Cause::Malformed);
        refused_then_healed(&["one"], malformed, move |frames| {
            let promoted = |frame: Frame| match &frame {
                Frame::Run(run) => {
                    let at = 8 + 16 + 8 + 2 + run.changes[0].statement.to_bytes().len() + 1;
                    let bytes = frame.to_bytes();
                    let mut payload = bytes[FRAME_HEADER..].to_vec();
                    payload[at] = kind.code();
                    Frame::Newer {
                        code: bytes[0],
                        payload,
                    }
                }
                _ => frame,
            };
            frames.into_iter().map(promoted).collect()
        });
    }
}

#[test]
fn attack_20_a_change_said_to_be_in_a_segment_or_erased_is_named() {
    for why in [Gone::InSegment, Gone::Erased] {
        let (world, mut second, before) = World::behind(&["one"]);
        world.alter_frames(move |frames| {
            let mut gone = Vec::new();
            for frame in frames {
                match frame {
                    Frame::Run(run) => {
                        for (at, change) in (0..).zip(run.changes) {
                            gone.push(Frame::BodyGone(BodyGone {
                                sequence: run.sequence + at,
                                device: run.device,
                                counter: run.first + at,
                                statement: change.statement,
                                why,
                            }));
                        }
                    }
                    other => gone.push(other),
                }
            }
            gone
        });
        world.on(&mut second);
        second.wait(|status| status.quarantined == 1 && !status.alarms.is_empty());
        let kept = world.kept(&second);
        assert_eq!(kept.life().to_snapshot(), before.life().to_snapshot());
        assert_eq!(kept.quarantine().len(), 1);
        assert_eq!(second.titles(), ["known to both"]);
    }
}

#[test]
fn attack_21_a_reordered_repeated_or_shortened_run_is_noticed() {
    let broken = (AlarmKind::Tampered, Cause::ChainBroken);
    refused_then_healed(&["one", "two", "three"], broken, tamper::reorder);
    refused_then_healed(&["one", "two", "three"], broken, tamper::repeat);
    let beyond = (AlarmKind::Omission, Cause::HeadBeyond);
    refused_then_healed(&["one", "two", "three"], beyond, tamper::shorten);
}

#[test]
fn attack_37_a_signature_over_one_kind_of_log_says_nothing_in_the_other() {
    let (world, mut second, before) = World::behind(&["one"]);
    // Every field as the account log's next statement has it, by the device's own hand; signed
    // as a statement of a space.
    let end = before.engine().account_end();
    let keys = before.engine().device_keys();
    let body = AccountBody::AdmitIncarnation {
        at_ms: now_ms(),
        incarnation: IncarnationId::new([3; 16]),
    };
    let draft = Draft {
        log: end.log,
        sequence: end.sequence + 1,
        previous: end.head,
        body: body.to_bytes(),
        signer_account: before.account,
        signer: keys.signer(),
        account_head: end.head,
    };
    let signature = keys.sign(LogKind::Space.label(), &draft.sign_bytes());
    let statement = Binary::of(&draft.signed(signature));
    let space = before.engine().space_log(before.space()).unwrap();
    let other = Binary::of(&space.statements()[0]);
    let path = format!("/api/v1/logs/{}", before.account);
    let mut turn = 0;
    world.hop.on_answer(move |asked, answer| {
        asked.is("GET", &path)
            && answer.alter_json::<LogPage>(|page| {
                turn += 1;
                page.statements = vec![if turn % 2 == 1 {
                    statement.clone()
                } else {
                    other.clone()
                }];
            })
    });
    world.on(&mut second);
    // Asked a third time, it has judged both.
    world.hop.wait_altered(3, PATIENCE);
    wait_alarm(&second, AlarmKind::Tampered);
    unchanged(&world.kept(&second), &before, Cause::StatementForged);
    world.hop.be_honest();
    second.wait_titles(&["known to both", "one"]);
}

#[test]
fn attack_37_an_account_is_not_taken_for_a_space() {
    let (world, mut second, before) = World::behind(&["one"]);
    let account = before.account;
    world.hop.on_answer(move |asked, answer| {
        asked.is("GET", "/api/v1/spaces")
            && answer.alter_json::<SpaceList>(|list| {
                list.spaces.push((*account.as_bytes()).into());
            })
    });
    world.on(&mut second);
    // The box has that log, of course: it is asked for as a space's, and is none.
    let path = format!("/api/v1/logs/{account}");
    let is_it = |one: &Seen| one.asked.method == "GET" && one.asked.path == path;
    let asked = |seen: &[Seen]| seen.iter().any(is_it);
    world.hop.wait_seen(asked, PATIENCE);
    world.hop.be_honest();
    second.wait_titles(&["known to both", "one"]);
    let kept = world.kept(&second);
    assert_eq!(kept.engine().spaces().collect::<Vec<_>>(), [before.space()]);
    let log: &SpaceLog = kept.engine().space_log(before.space()).unwrap();
    assert_eq!(
        log.head(),
        before.engine().space_log(before.space()).unwrap().head()
    );
}
