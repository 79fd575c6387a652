//! The approval of a new device, with the box in the middle (attacks 40 to 42).

use std::sync::{Arc, Mutex};

use lifeos_crypto::{AccountSecret, DeviceKeys, approval};
use lifeos_protocol::api::{
    ApprovalMessage, ApprovalSeen, Binary, LogPage, SessionOpened, WrapList,
};
use lifeos_protocol::approval::{ApprovalAnswer, Opening, Transcript};
use lifeos_protocol::words::{Shown, words};
use lifeos_protocol::{AccountId, Class, Hash};
use lifeos_replica::acts;
use lifeos_replica::api::{ApprovalRole, Call, JoinStep, Phase, Problem, ProblemCode, Reply};
use lifeos_testkit::{Answer, Asked, Chance, Way};

use crate::person::{Device, PATIENCE, secret};
use crate::world::{LOG, WRAPS, World, keeps_nothing, now_ms};

const BEGIN: &str = "/api/v1/approvals";
const SEEN: &str = "/api/v1/approvals/*";
const ANSWER: &str = "/api/v1/approvals/*/answer";
const OPENING: &str = "/api/v1/approvals/*/opening";
const ACCOUNT: &str = "/api/v1/approvals/*/account";

/// The new device asks; the link that it shows.
fn ask(device: &Device) -> Result<String, Problem> {
    device.wait(|status| status.phase == Phase::Fresh);
    match device.client().call(Call::JoinApproval {
        device_name: "Tablet".into(),
    })? {
        Reply::Approval { link, .. } => Ok(link),
        other => panic!("{other:?}"),
    }
}

fn open(device: &Device, link: &str) -> Result<Reply, Problem> {
    device.client().call(Call::ApproveOpen {
        link: link.to_owned(),
        role: ApprovalRole::Full,
    })
}

fn type_code(device: &Device, code: &str) -> Result<Reply, Problem> {
    device
        .client()
        .call(Call::ApproveCode { code: secret(code) })
}

fn code_on(device: &Device) -> String {
    match device.wait_step(|step| matches!(step, JoinStep::ShowCode { .. })) {
        JoinStep::ShowCode { code, .. } => code,
        other => panic!("{other:?}"),
    }
}

fn confirmed_name(device: &Device) -> (String, Vec<String>) {
    match device.wait_step(|step| matches!(step, JoinStep::ConfirmAccount { .. })) {
        JoinStep::ConfirmAccount {
            account_name,
            account_words,
        } => (account_name, account_words),
        other => panic!("{other:?}"),
    }
}

fn words_of(account: AccountId) -> Vec<String> {
    words(Shown::Account(account)).map(str::to_owned).to_vec()
}

/// Whether the request is the new device's, waiting for more than it has.
fn waits_with(asked: &Asked, have: u8) -> bool {
    asked.is("GET", SEEN) && asked.path.ends_with(&format!("have={have}"))
}

/// Leaves a ceremony that may have ended by itself.
fn leave(device: &Device) {
    if let Err(problem) = device.client().call(Call::JoinCancel) {
        assert_eq!(problem.code, ProblemCode::WrongPhase);
    }
    device.wait(|status| status.phase == Phase::Fresh);
}

/// How many devices the account has.
fn devices(world: &World) -> usize {
    let kept = world.kept(&world.first);
    kept.engine().account_log().devices().count()
}

/// An approval goes through honestly, to show that nothing is left behind.
fn approves(world: &World) -> Device {
    let device = world.fresh();
    let link = ask(&device).unwrap();
    open(&world.first, &link).unwrap();
    type_code(&world.first, &code_on(&device)).unwrap();
    confirmed_name(&device);
    device.call(Call::JoinConfirm);
    device.wait_live();
    device
}

fn attacker(seed: u64) -> (DeviceKeys, Chance) {
    let mut chance = Chance::new(seed);
    (DeviceKeys::make(&mut chance), chance)
}

#[test]
fn attack_40_a_replaced_answer_gives_another_code() {
    let mut world = World::claimed();
    world.step_up();
    let (keys, mut chance) = attacker(40);
    let real = world.kept(&world.first).account;
    let origin = world.house.origin();
    let forged = approval::make_answer(&keys, real, Class::Full, origin, &mut chance);
    let forged = Binary::of(&forged);
    world.hop.on_answer(move |asked, answer| {
        waits_with(asked, 1)
            && answer.alter_json::<ApprovalSeen>(|seen| {
                seen.answer = seen.answer.as_ref().map(|_| forged.clone());
            })
    });
    let device = world.fresh();
    let link = ask(&device).unwrap();
    open(&world.first, &link).unwrap();
    let shown = code_on(&device);
    let problem = type_code(&world.first, &shown).unwrap_err();
    assert_eq!(problem.code, ProblemCode::ApprovalCode);
    device.wait(|status| status.phase == Phase::Fresh);
    keeps_nothing(&device);
    assert_eq!(devices(&world), 1);
    world.hop.be_honest();
    approves(&world);
}

#[test]
fn attack_40_a_replaced_opening_or_commitment_is_refused() {
    let mut world = World::claimed();
    world.step_up();
    let (keys, mut chance) = attacker(41);
    let opening = approval::make_opening(&keys, &mut chance);
    let commitment = opening.commitment();
    let forged = Binary::of(&opening);
    world.hop.on_answer(move |asked, answer| {
        waits_with(asked, 2)
            && answer.alter_json::<ApprovalSeen>(|seen| {
                seen.opening = seen.opening.as_ref().map(|_| forged.clone());
            })
    });
    let device = world.fresh();
    let link = ask(&device).unwrap();
    open(&world.first, &link).unwrap();
    let problem = type_code(&world.first, &code_on(&device)).unwrap_err();
    assert!(
        matches!(
            problem.code,
            ProblemCode::Tampered | ProblemCode::ApprovalOver
        ),
        "{problem:?}"
    );
    leave(&device);
    keeps_nothing(&device);

    world.hop.on_answer(move |asked, answer| {
        asked.is("GET", SEEN)
            && !asked.path.contains('?')
            && answer.alter_json::<ApprovalSeen>(|seen| seen.commitment = commitment)
    });
    let link = ask(&device).unwrap();
    let problem = open(&world.first, &link).unwrap_err();
    assert_eq!(problem.code, ProblemCode::Tampered);
    leave(&device);
    keeps_nothing(&device);
    assert_eq!(devices(&world), 1);
    world.hop.be_honest();
    approves(&world);
}

/// Plays the old device from the middle: another account, under the same name.
fn relay_elsewhere(world: &World) -> AccountId {
    let (keys, mut chance) = attacker(42);
    let elsewhere = AccountId::new([66; 16]);
    let origin = world.house.origin();
    let answer = approval::make_answer(&keys, elsewhere, Class::Full, origin, &mut chance);
    let opening: Arc<Mutex<Option<Opening>>> = Arc::default();
    let heard = Arc::clone(&opening);
    world.hop.on_asked(move |asked| {
        if asked.is("PUT", OPENING) {
            let message: ApprovalMessage = asked.json().unwrap();
            *heard.lock().unwrap() = message.message.decode().ok();
            return Way::Instead(Answer {
                status: 204,
                headers: Vec::new(),
                body: Vec::new(),
                ending: lifeos_testkit::Ending::Whole,
            });
        }
        if asked.is("GET", SEEN) {
            // Nothing is waited for: the middle answers by itself.
            asked.path = asked.path.replace("wait=25", "wait=0");
        }
        Way::On
    });
    world.hop.on_answer(move |asked, told| {
        asked.is("GET", SEEN)
            && told.alter_json::<ApprovalSeen>(|seen| {
                let commitment: Hash = seen.commitment;
                seen.answer = Some(Binary::of(&answer));
                if let Some(opening) = opening.lock().unwrap().clone() {
                    let transcript = Transcript::new(commitment, answer.clone(), opening).unwrap();
                    let name = approval::seal_account_name(&transcript, "Ada", &mut chance);
                    seen.account = Some(Binary(name.unwrap()));
                }
            })
    });
    elsewhere
}

#[test]
fn attack_40_an_account_of_the_box_shows_other_words_before_anything_is_taken() {
    let world = World::claimed();
    let real = world.kept(&world.first).account;
    let elsewhere = relay_elsewhere(&world);
    let device = world.fresh();
    ask(&device).unwrap();
    let (name, shown) = confirmed_name(&device);
    assert_eq!(name, "Ada", "a name can be forged");
    assert_eq!(shown, words_of(elsewhere));
    assert_ne!(shown, words_of(real), "and the words cannot");
    keeps_nothing(&device);
    device.call(Call::JoinCancel);
    device.wait(|status| status.phase == Phase::Fresh);
    keeps_nothing(&device);
}

#[test]
fn attack_40_an_answer_of_another_origin_is_refused() {
    let mut world = World::claimed();
    world.step_up();
    world.hop.on_answer(|asked, answer| {
        waits_with(asked, 1)
            && answer.alter_json::<ApprovalSeen>(|seen| {
                seen.answer = seen.answer.as_ref().map(|bytes| {
                    let mut answer: ApprovalAnswer = bytes.decode().unwrap();
                    answer.origin = "https://elsewhere.example".into();
                    Binary::of(&answer)
                });
            })
    });
    let device = world.fresh();
    let link = ask(&device).unwrap();
    open(&world.first, &link).unwrap();
    device.wait(|status| status.phase == Phase::Fresh);
    keeps_nothing(&device);
    assert_eq!(devices(&world), 1);
}

#[test]
fn attack_40_a_link_is_answered_once_whoever_photographed_it() {
    let mut world = World::claimed();
    let third = world.joined();
    world.settle(&world.first);
    world.step_up();
    let device = world.fresh();
    let link = ask(&device).unwrap();
    open(&world.first, &link).unwrap();
    let problem = open(&third, &link).unwrap_err();
    assert_eq!(problem.code, ProblemCode::ApprovalOver);
    type_code(&world.first, &code_on(&device)).unwrap();
    confirmed_name(&device);
    // And once it is used, it opens nothing for anybody.
    for again in [&world.first, &third] {
        let problem = open(again, &link).unwrap_err();
        assert_eq!(problem.code, ProblemCode::ApprovalOver);
    }
    device.call(Call::JoinConfirm);
    device.wait_live();
}

#[test]
fn attack_40_three_wrong_codes_close_the_door_until_the_person_is_verified() {
    let mut world = World::claimed();
    let device = world.fresh();
    for _ in 0..3 {
        let link = ask(&device).unwrap();
        open(&world.first, &link).unwrap();
        let right = code_on(&device);
        let wrong = if right == "000000" {
            "000001"
        } else {
            "000000"
        };
        let problem = type_code(&world.first, wrong).unwrap_err();
        assert_eq!(problem.code, ProblemCode::ApprovalCode);
    }
    let link = ask(&device).unwrap();
    let problem = open(&world.first, &link).unwrap_err();
    assert_eq!(problem.code, ProblemCode::StepUpNeeded);
    keeps_nothing(&device);
    assert_eq!(devices(&world), 1);
    world.step_up();
    open(&world.first, &link).unwrap();
    type_code(&world.first, &code_on(&device)).unwrap();
    confirmed_name(&device);
    device.call(Call::JoinConfirm);
    device.wait_live();
}

/// Plays the box that lets a device in by itself: it forges the last message of the ceremony, opens
/// the session and hands out a secret of its own; where it `enrols`, beside a log in which a
/// statement of its own names the device.
fn lets_in(world: &World, enrols: bool) {
    let kept = world.kept(&world.first);
    let (log, end) = (kept.engine().account_log(), kept.engine().account_end());
    let real: Vec<Binary> = log.statements().iter().map(Binary::of).collect();
    let epoch = log.epoch();
    let said: Arc<Mutex<(Option<ApprovalAnswer>, Option<Opening>)>> = Arc::default();
    let heard = Arc::clone(&said);
    world.hop.on_asked(move |asked| {
        let message = asked.json::<ApprovalMessage>();
        let mut said = heard.lock().unwrap();
        if asked.is("PUT", ANSWER) {
            said.0 = message.and_then(|message| message.message.decode().ok());
        } else if asked.is("PUT", OPENING) {
            said.1 = message.and_then(|message| message.message.decode().ok());
        } else if waits_with(asked, 3) {
            asked.path = asked.path.replace("wait=25", "wait=0");
        }
        // The device that is in has a cookie of the real box.
        let (None, Some(opening)) = (asked.header("cookie"), &said.1) else {
            return Way::On;
        };
        let (keys, mut chance) = attacker(41);
        let secret = AccountSecret::make(epoch, &mut chance);
        let (new, full) = (&opening.keys, Class::Full);
        let act = acts::add_device(&end, &keys, &secret, new, full, 0, &mut chance).unwrap();
        Way::Instead(if asked.is("POST", "/api/v1/sessions") {
            let opened = SessionOpened {
                session: "1".into(),
                cookie_hash: Hash::ZERO,
                expires_ms: u64::MAX,
                server_ms: now_ms(),
            };
            Answer::of_json(200, &opened)
        } else if asked.is("GET", LOG) {
            let own = enrols.then(|| Binary::of(&act.statement));
            let statements = real.iter().cloned().chain(own).collect();
            let more = false;
            Answer::of_json(200, &LogPage { statements, more })
        } else if asked.is("GET", WRAPS) {
            let list = WrapList {
                wraps: act.wraps.iter().map(Binary::of).collect(),
                previous: Vec::new(),
                next: None,
            };
            Answer::of_json(200, &list)
        } else {
            return Way::On;
        })
    });
    let mut chance = Chance::new(41);
    world.hop.on_answer(move |asked, answer| {
        let said = said.lock().unwrap().clone();
        let (Some(told), Some(opening)) = said else {
            return false;
        };
        waits_with(asked, 3)
            && answer.alter_json::<ApprovalSeen>(|seen| {
                let transcript = Transcript::new(seen.commitment, told, opening).unwrap();
                let name = approval::seal_account_name(&transcript, "Ada", &mut chance);
                seen.account = Some(Binary(name.unwrap()));
            })
    });
}

#[test]
fn attack_41_keys_that_nobody_gave_are_not_taken() {
    // The box knows the new device's keys once they are opened, before any code was typed.
    for enrols in [false, true] {
        let mut world = World::claimed();
        world.step_up();
        lets_in(&world, enrols);
        let device = world.fresh();
        let link = ask(&device).unwrap();
        open(&world.first, &link).unwrap();
        confirmed_name(&device);
        // Even a person who says yes gets nothing: no true log carries this device.
        let problem = device.refused(Call::JoinConfirm);
        assert_eq!(problem.code, ProblemCode::Tampered);
        device.wait(|status| status.phase == Phase::Fresh);
        keeps_nothing(&device);
        assert_eq!(devices(&world), 1);
        world.hop.be_honest();
        approves(&world);
    }
}

#[test]
fn attack_41_a_log_without_this_device_or_its_approver_is_refused() {
    // Also the list of devices is not shortened on its way (38).
    for dropped in [1, 2] {
        let mut world = World::claimed();
        world.step_up();
        let device = world.fresh();
        let link = ask(&device).unwrap();
        open(&world.first, &link).unwrap();
        type_code(&world.first, &code_on(&device)).unwrap();
        confirmed_name(&device);
        world.hop.on_answer(move |asked, answer| {
            asked.is("GET", LOG)
                && answer.alter_json::<LogPage>(|page| {
                    let keep = page.statements.len().saturating_sub(dropped);
                    page.statements.truncate(keep);
                })
        });
        let problem = device.refused(Call::JoinConfirm);
        assert_eq!(problem.code, ProblemCode::Tampered);
        device.wait(|status| status.phase == Phase::Fresh);
        keeps_nothing(&device);
        world.hop.be_honest();
        approves(&world);
    }
}

/// Goes through a ceremony until something breaks. Tells whether the device came in.
fn until_it_breaks(world: &World, device: &Device) -> Result<(), Problem> {
    let broken = |world: &World| match world.hop.altered() {
        0 => Ok(()),
        _ => Err(Problem::new(ProblemCode::Offline)),
    };
    let link = ask(device)?;
    open(&world.first, &link)?;
    broken(world)?;
    let code = code_on(device);
    // The opening is on its way beside the code that is shown.
    let opened =
        |seen: &[lifeos_testkit::Seen]| seen.iter().any(|seen| seen.asked.is("PUT", OPENING));
    world.hop.wait_seen(opened, PATIENCE);
    broken(world)?;
    type_code(&world.first, &code)?;
    broken(world)?;
    confirmed_name(device);
    device.client().call(Call::JoinConfirm)?;
    Ok(())
}

/// Breaks one step of the ceremony, before or after the box hears of it; then the new device's
/// power goes. What it holds is nothing or a whole device.
fn broken_at(method: &'static str, pattern: &'static str) {
    for heard in [false, true] {
        broken_before_or_after(method, pattern, heard);
    }
}

fn broken_before_or_after(method: &'static str, pattern: &'static str, heard: bool) {
    let mut world = World::claimed();
    world.first.add_task("kept");
    world.first.wait_live();
    world.step_up();
    let mut device = world.fresh();
    device.wait(|status| status.phase == Phase::Fresh);
    let mut done = false;
    world.hop.on_asked(move |asked| {
        if done || !asked.is(method, pattern) {
            return Way::On;
        }
        done = true;
        if heard { Way::OneWay } else { Way::Nowhere }
    });
    let came_in = until_it_breaks(&world, &device).is_ok();
    assert_eq!(world.hop.altered(), 1, "{method} {pattern} was broken");
    device.off();
    if came_in {
        world.on(&mut device);
        device.wait_live();
        assert_eq!(device.titles(), ["kept"]);
    } else {
        keeps_nothing(&device);
    }
    // The other device goes on, and what is begun anew comes through.
    let ended = world.first.client().call(Call::ApproveCancel);
    assert!(ended.is_ok(), "{ended:?}");
    world.first.add_task("goes on");
    world.first.wait_live();
    let again = approves(&world);
    assert_eq!(again.titles(), ["kept", "goes on"]);
}

#[test]
fn attack_42_broken_at_the_beginning_no_half_device_is_left() {
    broken_at("POST", BEGIN);
}

#[test]
fn attack_42_broken_at_the_watch_no_half_device_is_left() {
    broken_at("GET", SEEN);
}

#[test]
fn attack_42_broken_at_the_answer_no_half_device_is_left() {
    broken_at("PUT", ANSWER);
}

#[test]
fn attack_42_broken_at_the_opening_no_half_device_is_left() {
    broken_at("PUT", OPENING);
}

#[test]
fn attack_42_broken_at_the_statement_no_half_device_is_left() {
    broken_at("POST", LOG);
}

#[test]
fn attack_42_broken_at_the_name_no_half_device_is_left() {
    broken_at("PUT", ACCOUNT);
}

#[test]
fn attack_42_broken_at_the_session_no_half_device_is_left() {
    broken_at("POST", "/api/v1/sessions");
}

#[test]
fn attack_42_broken_at_the_log_no_half_device_is_left() {
    broken_at("GET", LOG);
}

#[test]
fn attack_42_broken_at_the_wraps_no_half_device_is_left() {
    broken_at("GET", WRAPS);
}

#[test]
fn attack_42_broken_at_the_methods_no_half_device_is_left() {
    broken_at("GET", "/api/v1/methods");
}
