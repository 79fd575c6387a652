//! How a fork of an account log is settled: by which way to unlock, what of the refused history is
//! written again, and what is said meanwhile.

use lifeos_protocol::keys::MethodKind;
use lifeos_protocol::log::AccountBody;
use lifeos_protocol::{DeviceId, Wire};
use lifeos_replica::api::{Call, ForkKey, ForkResolver, ProblemCode, Status, SyncState};
use lifeos_testkit::PasskeyAnswer;

use crate::fork::{Forked, fork, forks};
use crate::person::{Device, secret, unlock_answer};
use crate::world::{add_kit, id_of};

/// Which kinds of ways to unlock settled the forks of a device's account log.
fn settled_by(forked: &Forked, device: &Device) -> Vec<MethodKind> {
    let kept = forked.world.kept(device);
    let log = kept.engine().account_log();
    let resolves = log.statements().iter().filter(|statement| {
        let body = AccountBody::from_bytes(&statement.body);
        matches!(body, Ok(AccountBody::Resolve(_)))
    });
    let signers = resolves.map(|statement| statement.signer);
    let kind = |signer| {
        log.methods()
            .find(|method| method.id == signer)
            .unwrap()
            .kind
    };
    signers.map(|signer| kind(signer.into())).collect()
}

fn keep_by(forked: &Forked, branch: usize, by: ForkKey) -> Call {
    let shown = fork(&forked.second);
    Call::ResolveFork {
        log: shown.log.clone(),
        keep: shown.branches[branch].head.clone(),
        remove: Vec::new(),
        by: Some(by),
    }
}

#[test]
fn a_passkey_keeps_the_history_that_this_device_did_not_follow() {
    let mut forked = Forked::by_revocations();
    forked.world.on(&mut forked.second);
    assert_eq!(fork(&forked.second).resolver, ForkResolver::Method);
    forked.second.add_task("while it was frozen");
    let PasskeyAnswer {
        credential_id, prf, ..
    } = unlock_answer(&forked.second, &mut forked.world.passkey);
    let prf = prf.unwrap();
    let by = |prf: &str| ForkKey::Passkey {
        credential_id: credential_id.clone(),
        prf: secret(prf),
    };
    // What another passkey's PRF would give opens no key that could sign.
    let mut other = prf.clone().into_bytes();
    other[0] = if other[0] == b'A' { b'B' } else { b'A' };
    let other = String::from_utf8(other).unwrap();
    let problem = forked.second.refused(keep_by(&forked, 1, by(&other)));
    assert_eq!(problem.code, ProblemCode::PasskeyKey);
    // Its epoch is not known here: the box gives the secret as it was sealed to the passkey.
    forked.second.call(keep_by(&forked, 1, by(&prf)));
    assert!(forks(&forked.second).is_empty());
    forked.converge(&["before", "while it was frozen"]);
    for device in [&forked.second, &forked.world.first] {
        assert_eq!(settled_by(&forked, device), [MethodKind::Passkey]);
    }
}

#[test]
fn a_way_to_unlock_that_only_the_refused_history_has_keeps_no_history() {
    let mut forked = Forked::with(|_| ());
    forked.first_adds_kit();
    forked.second_at_other();
    let own = add_kit(&forked.second);
    forked.second.wait_live();
    forked.second.off();
    forked.lead_home();
    forked.world.on(&mut forked.second);
    let by = |code: &str| ForkKey::Kit { code: secret(code) };
    let problem = forked.second.refused(keep_by(&forked, 1, by(&own.payload)));
    assert_eq!(problem.code, ProblemCode::NotInHistory);
    assert_eq!(forks(&forked.second).len(), 1);
    let known = forked.world.sheets[0].payload.clone();
    forked.second.call(keep_by(&forked, 1, by(&known)));
    assert!(forks(&forked.second).is_empty());
    forked.converge(&["before"]);
    assert_eq!(settled_by(&forked, &forked.second), [MethodKind::Kit]);
}

#[test]
fn what_was_written_where_only_the_refused_history_had_been_is_written_again_under_a_new_id() {
    let mut gone: Vec<DeviceId> = Vec::new();
    let mut forked = Forked::with(|world| {
        gone.extend((0..2).map(|_| id_of(&world.joined())));
    });
    forked.first_adds_kit();
    // Two epochs that the other history does not have, so that the space's log is longer by two.
    forked.second_at_other();
    for device in &gone {
        forked.second.call(Call::Revoke {
            targets: vec![device.to_hex()],
        });
        forked.second.wait(|status| !status.rekeying);
        forked.second.wait_live();
    }
    let before = id_of(&forked.second);
    forked.second.off();
    forked.lead_home();
    forked.world.on(&mut forked.second);
    fork(&forked.second);
    forked.second.add_task("in an epoch of the refused history");
    forked.second.add_task("and one more");
    let kit = forked.kit().unwrap();
    forked.second.call(keep_by(&forked, 1, kit));
    let before_hex = before.to_hex();
    let renewed = forked.second.wait(|status| {
        let device = status.device.as_ref();
        device.is_some_and(|device| *device != before_hex)
    });
    let renewed: DeviceId = renewed.device.unwrap().parse().unwrap();
    forked.converge(&[
        "before",
        "in an epoch of the refused history",
        "and one more",
    ]);
    assert_eq!(id_of(&forked.second), renewed);
    for device in [&forked.second, &forked.world.first] {
        let kept = forked.world.kept(device);
        let log = kept.engine().account_log();
        assert!(log.active_signer(renewed.into()).is_some());
        // Nobody else has the former id: it is left as it is.
        assert!(log.active_signer(before.into()).is_some());
        assert!(kept.quarantine().is_empty(), "{:?}", kept.quarantine());
    }
}

#[test]
fn a_device_whose_log_is_frozen_is_not_in_step_however_much_of_the_box_it_has() {
    let mut forked = Forked::by_kits();
    forked.world.on(&mut forked.second);
    let shown = fork(&forked.second);
    let frozen = forked
        .second
        .wait(|status| status.sync == SyncState::Frozen);
    assert_eq!((frozen.forks, frozen.waiting), (1, 0));
    // Seen, the alarm says nothing more; the state does.
    for alarm in frozen.alarms {
        forked.second.call(Call::AlarmSeen {
            alarm: alarm.number,
        });
    }
    let is_known = |status: &Status| status.alarms.is_empty();
    let seen = forked.second.wait(is_known);
    assert_eq!(seen.sync, SyncState::Frozen);
    forked.second.add_task("while it was frozen");
    let written = forked.second.wait(|status| status.waiting == 1);
    assert_eq!(written.sync, SyncState::Frozen);
    // Out of reach is still out of reach.
    forked.world.house.kill();
    forked
        .second
        .wait(|status| status.sync == SyncState::Offline);
    forked.world.house.run();
    forked
        .second
        .wait(|status| status.sync == SyncState::Frozen);
    forked.second.call(forked.keep(&shown, 1));
    forked.second.wait_live();
}
