//! Key material that the box hands out (attacks 1 to 9): nothing of it counts but what the signed
//! log names, and nothing is sealed to whom the log does not carry.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use lifeos_crypto::wrap::{self, Recipient, WrapPlace};
use lifeos_crypto::{AccountSecret, DeviceKeys, MethodKeys, SpaceSecret, method};
use lifeos_protocol::api::{
    Binary, ClaimFinish, LogAppend, LogPage, MethodList, MethodMaterial, MethodRow, SessionAnswer,
    SessionChallenge, WrapList,
};
use lifeos_protocol::batch::Batch;
use lifeos_protocol::log::{AccountBody, AccountLog, Draft, LogStatement};
use lifeos_protocol::method_key::SealedMethodKey;
use lifeos_protocol::wrap::Wrap;
use lifeos_protocol::{MethodId, MethodKind, RecipientId, Wire};
use lifeos_replica::Cause;
use lifeos_replica::acts;
use lifeos_replica::api::{AlarmKind, Call, Phase, ProblemCode, Reply};
use lifeos_testkit::{Answer, Chance, Kept, Seen, Way};

use crate::person::{PATIENCE, join_by_kit, secret};
use crate::ways::wait_ways;
use crate::world::{
    CHANGES, KIT, METHODS, WRAPS, World, add_kit, keeps_nothing, unchanged, wait_alarm,
};

const SESSIONS: &str = "/api/v1/sessions";

/// Alters what a kit's owner is given.
fn alter_material(world: &World, alter: impl Fn(&mut MethodMaterial) + Send + 'static) {
    world
        .hop
        .on_answer(move |asked, answer| asked.is("POST", KIT) && answer.alter_json(&alter));
}

/// What a claim told of the methods, in the order passkey, kit.
fn claimed_methods(world: &World) -> Vec<LogAppend> {
    let seen = world.hop.seen();
    let claim = seen
        .iter()
        .find_map(|seen| seen.asked.json::<ClaimFinish>())
        .unwrap();
    claim.account_log.appends[1..].to_vec()
}

fn log_of(statements: &[Binary]) -> AccountLog {
    let mut statements = statements
        .iter()
        .map(|bytes| bytes.decode::<LogStatement>().unwrap());
    let mut log = AccountLog::start(statements.next().unwrap(), ()).unwrap();
    for statement in statements {
        log.apply(statement, ()).unwrap();
    }
    log
}

fn place_of(wrap: &Wrap) -> WrapPlace {
    WrapPlace {
        log: wrap.header.log,
        sequence: wrap.header.sequence,
        previous: wrap.header.previous,
    }
}

#[test]
fn attack_01_a_secret_that_the_box_sealed_to_a_kit_is_not_taken() {
    let world = World::claimed();
    alter_material(&world, |material| {
        let log = log_of(&material.account_log);
        let to = Recipient::method(&log.method(material.method).unwrap().keys);
        let real: Wrap = material.wraps[0].decode().unwrap();
        let mut chance = Chance::new(1);
        let secret = AccountSecret::make(log.epoch(), &mut chance);
        let forged = wrap::seal(&secret, &to, &place_of(&real), &mut chance).unwrap();
        material.wraps = vec![Binary::of(&forged)];
    });
    let (problem, device) = world.joining_fails();
    assert_eq!(problem.code, ProblemCode::Tampered);
    keeps_nothing(&device);
    world.hop.be_honest();
    join_by_kit(&device, &world.sheets[0]);
}

#[test]
fn attack_01_a_space_key_that_the_box_sealed_to_the_account_is_not_taken() {
    let world = World::claimed();
    world.first.add_task("sealed under the real key");
    world.first.wait_live();
    let log = world.kept(&world.first).engine().account_log().clone();
    world.hop.on_answer(move |asked, answer| {
        asked.is("GET", WRAPS)
            && answer.alter_json::<WrapList>(|list| {
                let real: Wrap = list.wraps[0].decode().unwrap();
                let newest = &log.epoch_at(log.epoch()).unwrap().public_key;
                let to = Recipient::account(log.account(), newest);
                let mut chance = Chance::new(1);
                let secret = SpaceSecret::make(1, &mut chance);
                let forged = wrap::seal(&secret, &to, &place_of(&real), &mut chance).unwrap();
                list.wraps = vec![Binary::of(&forged)];
            })
    });
    let device = world.fresh();
    device.wait(|status| status.phase == Phase::Fresh);
    device.call(Call::JoinKit {
        device_name: "Phone".into(),
        code: secret(&world.sheets[0].payload),
        account: None,
    });
    wait_alarm(&device, AlarmKind::Tampered);
    let kept = world.kept(&device);
    assert!(kept.causes().contains(&Cause::WrapForged));
    assert!(kept.engine().space_key(kept.space()).is_none());
    assert_eq!(device.titles(), [""; 0]);
    assert_eq!(
        device.client().status().unwrap().waiting,
        0,
        "nothing was sealed under a key of the box"
    );
    world.hop.be_honest();
    world.hop.cut_tails();
    device.wait_titles(&["sealed under the real key"]);
}

/// What the box does to what it serves.
type Swap = Box<dyn Fn(&mut MethodMaterial) + Send>;

#[test]
fn attack_02_wraps_and_keys_of_one_recipient_are_nothing_to_another() {
    let world = World::claimed();
    let passkey = claimed_methods(&world).swap_remove(0);
    let sealed = passkey.method.as_ref().unwrap().sealed.clone();
    let id = sealed.decode::<SealedMethodKey>().unwrap().method;
    let seen = world.hop.seen();
    let claim: ClaimFinish = seen.iter().find_map(|seen| seen.asked.json()).unwrap();
    let to_device = claim.account_log.appends[0].wraps.clone();
    let cases: [(ProblemCode, Swap); 4] = [
        (ProblemCode::Tampered, {
            let wraps = passkey.wraps.clone();
            Box::new(move |material| material.wraps.clone_from(&wraps))
        }),
        (
            ProblemCode::Tampered,
            Box::new(move |material| material.wraps.clone_from(&to_device)),
        ),
        (ProblemCode::Tampered, {
            let sealed = sealed.clone();
            Box::new(move |material| material.sealed = sealed.clone())
        }),
        (
            ProblemCode::KitUnknown,
            Box::new(move |material| {
                material.method = id;
                material.sealed = sealed.clone();
                material.wraps.clone_from(&passkey.wraps);
            }),
        ),
    ];
    for (code, swap) in cases {
        alter_material(&world, swap);
        let (problem, device) = world.joining_fails();
        assert_eq!((problem.code, problem.detail), (code, None));
        keeps_nothing(&device);
    }
    world.hop.be_honest();
    world.joined();
}

#[test]
fn attack_03_a_flipped_byte_of_a_wrap_or_sealed_key_is_refused_in_the_same_words() {
    let world = World::claimed();
    let device = world.fresh();
    device.wait(|status| status.phase == Phase::Fresh);
    let at = Arc::new(AtomicUsize::new(0));
    let next = Arc::clone(&at);
    alter_material(&world, move |material| {
        let place = next.load(Ordering::Relaxed);
        let sealed = &mut material.sealed.0;
        match place.checked_sub(sealed.len()) {
            None => sealed[place] ^= 1,
            Some(place) => material.wraps[0].0[place] ^= 1,
        }
    });
    let (sealed, wrap) = (SealedMethodKey::LENGTH, Wrap::LENGTH);
    // Every field of both, each border of the long ones, and a sample between.
    let places = (0..sealed)
        .step_by(5)
        .chain((sealed..sealed + 80).step_by(7))
        .chain((sealed + 80..sealed + wrap).step_by(97))
        .chain([sealed - 1, sealed + wrap - 1]);
    for place in places {
        at.store(place, Ordering::Relaxed);
        let problem = device.refused(Call::JoinKit {
            device_name: "Phone".into(),
            code: secret(&world.sheets[0].payload),
            account: None,
        });
        assert_eq!(
            (problem.code, problem.detail),
            (ProblemCode::Tampered, None),
            "byte {place}"
        );
    }
    keeps_nothing(&device);
    world.hop.be_honest();
    join_by_kit(&device, &world.sheets[0]);
}

#[test]
fn attack_04_a_wrap_of_an_older_epoch_or_format_is_not_taken() {
    let mut world = World::claimed();
    let old = Arc::new(Mutex::new(None));
    let caught = Arc::clone(&old);
    world.hop.on_answer(move |asked, answer| {
        if asked.is("POST", KIT) {
            *caught.lock().unwrap() = answer.json::<MethodMaterial>();
        }
        false
    });
    let second = world.joined();
    let target = second.client().status().unwrap().device.unwrap();
    world.settle(&world.first);
    world.step_up();
    world.first.call(Call::Revoke {
        targets: vec![target],
    });
    world.first.wait(|status| !status.rekeying);
    world.first.wait_live();
    let old = old.lock().unwrap().take().unwrap();
    let wraps = old.wraps;
    alter_material(&world, move |material| material.wraps.clone_from(&wraps));
    let (problem, device) = world.joining_fails();
    assert_eq!(problem.code, ProblemCode::Tampered);
    keeps_nothing(&device);
    alter_material(&world, |material| material.wraps[0].0[0] = 0);
    let (problem, device) = world.joining_fails();
    assert_eq!(problem.code, ProblemCode::Tampered);
    keeps_nothing(&device);
    world.hop.be_honest();
    world.joined();
}

#[test]
fn attack_05_a_revoked_kit_opens_nothing_whatever_the_box_replays() {
    let mut world = World::claimed();
    let old = Arc::new(Mutex::new(None));
    let caught = Arc::clone(&old);
    world.hop.on_answer(move |asked, answer| {
        if asked.is("POST", KIT) {
            *caught.lock().unwrap() = answer.json::<MethodMaterial>();
        }
        false
    });
    // It stays on, so that the first has all that it brought.
    let _second = world.joined();
    world.settle(&world.first);
    let old = old.lock().unwrap().take().unwrap();
    world.step_up();
    world.first.call(Call::Revoke {
        targets: vec![old.method.to_hex()],
    });
    world.first.wait_live();
    let devices = world.first.call(Call::Devices);
    let Reply::Devices { devices: before } = devices else {
        panic!("{devices:?}")
    };

    world.hop.be_honest();
    let (problem, device) = world.joining_fails();
    assert_eq!(problem.code, ProblemCode::KitUnknown);
    keeps_nothing(&device);

    // The box gives out what it had deleted: beside the log in which the kit is revoked, and beside
    // the log of before.
    let path = format!("/api/v1/logs/{}", old.account);
    let appended = world.hop.seen().into_iter().filter_map(|seen| {
        (seen.asked.is("POST", &path) && seen.status == 204)
            .then(|| seen.asked.json::<LogAppend>().unwrap().statement)
    });
    let log: Vec<Binary> = old.account_log.iter().cloned().chain(appended).collect();
    for whole in [false, true] {
        let mut replayed = old.clone();
        if !whole {
            replayed.account_log.clone_from(&log);
        }
        world.hop.on_asked(move |asked| {
            if asked.is("POST", KIT) {
                Way::Instead(Answer::of_json(200, &replayed))
            } else {
                Way::On
            }
        });
        let (problem, device) = world.joining_fails();
        let expected = if whole {
            // The secret of the epoch before is theirs who held the kit; nobody lets them in.
            ProblemCode::Refused
        } else {
            ProblemCode::KitUnknown
        };
        assert_eq!(problem.code, expected, "{problem:?}");
        keeps_nothing(&device);
    }
    let devices = world.first.call(Call::Devices);
    let Reply::Devices { devices: after } = devices else {
        panic!("{devices:?}")
    };
    assert_eq!(before.len(), after.len(), "nobody came in");
}

#[test]
fn attack_06_nothing_is_sealed_to_a_key_that_the_box_offers() {
    let mut world = World::claimed();
    let mut chance = Chance::new(6);
    let (device, method) = (DeviceKeys::make(&mut chance), MethodKeys::make(&mut chance));
    let before = world.kept(&world.first);
    let secret = AccountSecret::make(1, &mut chance);
    let log_secret = method::MethodSecret::from_kit(&method::Kit::make(&mut chance));
    let sealed = method::seal_keys(&method, before.account, &log_secret, &mut chance);
    let end = before.engine().account_end();
    let now = crate::world::now_ms();
    let class = lifeos_protocol::Class::Full;
    let enrolled = acts::add_device(
        &end,
        &device,
        &secret,
        device.public(),
        class,
        now,
        &mut chance,
    )
    .unwrap();
    let added = acts::add_method(
        &end,
        &device,
        &secret,
        method.public(),
        MethodKind::Kit,
        sealed.hash(),
        now,
        &mut chance,
    )
    .unwrap();
    let row = MethodRow {
        method: method.id(),
        sealed: Binary::of(&sealed),
        credential: None,
    };
    let strangers: BTreeSet<RecipientId> = [device.id().into(), method.id().into()]
        .into_iter()
        .collect();
    let account = before.account;
    let forged = [enrolled, added].map(|act| Binary::of(&act.statement));
    let turn = AtomicUsize::new(0);
    world.hop.on_answer(move |asked, answer| {
        let of_account = asked.is("GET", &format!("/api/v1/logs/{account}"));
        of_account
            && answer.alter_json::<LogPage>(|page| {
                let turn = turn.fetch_add(1, Ordering::Relaxed);
                page.statements.push(forged[turn % 2].clone());
            })
    });
    world.hop.cut_tails();
    // Asked a third time, it has judged both.
    world.hop.wait_altered(3, PATIENCE);
    wait_alarm(&world.first, AlarmKind::Tampered);
    unchanged(&world.kept(&world.first), &before, Cause::StatementForged);

    // Whatever the device seals afterwards goes to whom its own log carries.
    world.hop.on_answer(move |asked, answer| {
        asked.is("GET", METHODS)
            && answer.alter_json::<MethodList>(|list| list.methods.push(row.clone()))
    });
    world.hop.cut_tails();
    world.first.wait_live();
    world.step_up();
    add_kit(&world.first);
    let joined = {
        let device = world.fresh();
        join_by_kit(&device, &world.sheets[0]);
        device
    };
    // It asked for the sealed keys of all methods, and was given one more.
    wait_ways(&world, &joined, 3);
    opened_by_its_log(&world.kept(&joined));
    let target = joined.client().status().unwrap().device.unwrap();
    world.settle(&world.first);
    world.first.call(Call::Revoke {
        targets: vec![target],
    });
    // Until the re-key has passed the hop.
    let re_keyed = |seen: &[Seen]| {
        let mut to = seen.iter().flat_map(recipients);
        to.any(|recipient| recipient == account.into())
    };
    world.hop.wait_seen(re_keyed, PATIENCE);
    world.first.wait(|status| !status.rekeying);
    world.first.wait_live();
    let seen = world.hop.seen();
    let sealed_to: BTreeSet<RecipientId> = seen.iter().flat_map(recipients).collect();
    let kept = world.kept(&world.first);
    assert!(sealed_to.is_disjoint(&strangers));
    opened_by_its_log(&kept);
}

/// The local key is sealed to the methods of the log, and to no other.
fn opened_by_its_log(kept: &Kept) {
    let methods = kept.engine().account_log().active_methods();
    let methods: BTreeSet<MethodId> = methods.map(|method| method.id).collect();
    let opened_by: BTreeSet<MethodId> = kept.opened_by.iter().copied().collect();
    assert_eq!(opened_by, methods);
}

/// To whom a request appends sealed secrets.
fn recipients(seen: &Seen) -> Vec<RecipientId> {
    let append: Option<LogAppend> = seen.asked.json();
    let wraps = append.into_iter().flat_map(|append| append.wraps);
    wraps
        .map(|wrap| wrap.decode::<Wrap>().unwrap().header.recipient)
        .collect()
}

#[test]
fn attack_07_a_public_key_put_into_the_log_is_refused_though_its_private_half_is_known() {
    let world = World::claimed();
    alter_material(&world, |material| {
        // The kit's owner would open anything that is sealed to its own key: the box names that
        // key as the account's.
        let log = log_of(&material.account_log);
        let known = log.method(material.method).unwrap().keys.sealing.clone();
        let first: LogStatement = material.account_log[0].decode().unwrap();
        let AccountBody::Genesis(mut genesis) = AccountBody::from_bytes(&first.body).unwrap()
        else {
            panic!("an account begins with its genesis")
        };
        genesis.epoch.public_key = Some(known);
        let draft = Draft {
            body: AccountBody::Genesis(genesis).to_bytes(),
            ..Draft::clone(&first)
        };
        let signature = first.to_bytes().split_off(draft.to_bytes().len());
        material.account_log[0] = Binary([draft.to_bytes(), signature].concat());
    });
    let (problem, device) = world.joining_fails();
    assert_eq!(problem.code, ProblemCode::Tampered);
    keeps_nothing(&device);
    world.hop.be_honest();
    world.joined();
}

#[test]
fn attack_08_sealed_keys_made_for_two_secrets_are_refused_before_they_are_tried() {
    let world = World::claimed();
    let account = world.kept(&world.first).account;
    let passkey = claimed_methods(&world).swap_remove(0).method.unwrap();
    let other: SealedMethodKey = passkey.sealed.decode().unwrap();
    let mut chance = Chance::new(8);
    let guessed = method::MethodSecret::from_kit(&method::Kit::make(&mut chance));
    let forged = method::seal_keys(
        &MethodKeys::make(&mut chance),
        account,
        &guessed,
        &mut chance,
    );
    // The commitment of one secret with the ciphertext of another; the other way round; and a
    // whole object under a secret that the box knows, in the kit's name.
    for case in 0..3 {
        let (other, forged) = (other.clone(), forged.clone());
        alter_material(&world, move |material| {
            let mut sealed: SealedMethodKey = material.sealed.decode().unwrap();
            match case {
                0 => sealed.sealed = other.sealed,
                1 => sealed.key_commitment = other.key_commitment,
                _ => {
                    let method = sealed.method;
                    sealed = forged.clone();
                    sealed.method = method;
                }
            }
            material.sealed = Binary::of(&sealed);
        });
        let (problem, device) = world.joining_fails();
        assert_eq!(
            (problem.code, problem.detail),
            (ProblemCode::Tampered, None)
        );
        keeps_nothing(&device);
    }
    world.hop.be_honest();
    world.joined();
}

#[test]
fn attack_09_nothing_that_the_box_serves_comes_into_a_nonce() {
    let mut world = World::claimed();
    world.first.add_task("one");
    world.first.wait_live();
    world.first.off();
    // The same challenge again and again, nonce and key of the box included.
    let mut first: Option<SessionChallenge> = None;
    world.hop.on_answer(move |asked, answer| {
        if !asked.is("POST", "/api/v1/sessions/challenge") {
            return false;
        }
        match &first {
            Some(first) => answer.alter_json::<SessionChallenge>(|told| {
                told.challenge = first.challenge.clone();
            }),
            None => {
                first = answer.json();
                false
            }
        }
    });
    world.first_on();
    world.first.wait_live();
    world.first.off();
    world.hop.forget();
    world.first_on();
    world.first.add_task("two");
    world.hop.wait_altered(2, PATIENCE);
    let answered = |seen: &[Seen]| {
        let answers = seen.iter().filter(|one| one.asked.is("POST", SESSIONS));
        answers.count() >= 2
    };
    world.hop.wait_seen(answered, PATIENCE);
    let answers: Vec<SessionAnswer> = world
        .hop
        .seen()
        .iter()
        .filter(|seen| seen.asked.is("POST", SESSIONS))
        .map(|seen| seen.asked.json().unwrap())
        .collect();
    let keys: BTreeSet<Vec<u8>> = answers.iter().map(|one| one.own_key.0.clone()).collect();
    assert!(answers.len() >= 2);
    assert_eq!(
        keys.len(),
        answers.len(),
        "each answer has a key of its own"
    );
    world.hop.be_honest();
    world.first.wait_live();
    // What was pushed, whatever the box had said before: a nonce for each change.
    world.first.add_task("two");
    world.first.add_task("two");
    world.first.wait_live();
    let mut nonces = BTreeSet::new();
    let mut changes = 0;
    for seen in world.hop.seen() {
        if seen.asked.is("POST", CHANGES) && seen.status == 200 {
            let batch = Batch::from_bytes(&seen.asked.body).unwrap();
            changes += batch.changes().len();
            nonces.extend(batch.changes().iter().map(|change| change.seal.nonce));
        }
    }
    assert!(changes >= 3);
    assert_eq!(nonces.len(), changes);
}
