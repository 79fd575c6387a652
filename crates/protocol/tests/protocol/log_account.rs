//! Who may write what into an account log.

use lifeos_protocol::anchor::Floor;
use lifeos_protocol::kit::KitAccount;
use lifeos_protocol::log::{
    AccountBody, AccountGenesis, AccountLog, AddDevice, Applied, Limit, LogKind, LogRefusal,
    LogStatement, NamedWrap,
};
use lifeos_protocol::seen::ChainPoint;
use lifeos_protocol::statement::chain_start;
use lifeos_protocol::{
    AccountId, Class, Hash, IncarnationId, LogId, MethodKind, SignerId, SpaceId, Wire,
};

use crate::people::{
    Party, account, account_draft_zero, account_epoch, add_device, add_method, by_device,
    by_method, cut, genesis_statement, next, pattern_key, revoke, some_hash,
};

/// A first device, a passkey and a kit.
fn household() -> (AccountLog, Party, Party, Party) {
    let (laptop, passkey, kit) = (
        Party::new("laptop"),
        Party::new("passkey"),
        Party::new("kit"),
    );
    let mut log = account(&laptop);
    let body = add_method(&log, &passkey, MethodKind::Passkey);
    by_device(&mut log, &laptop, &body).unwrap();
    let body = add_method(&log, &kit, MethodKind::Kit);
    by_device(&mut log, &laptop, &body).unwrap();
    (log, laptop, passkey, kit)
}

fn enrol(log: &mut AccountLog, by: &Party, name: &str, class: Class) -> Party {
    let party = Party::new(name);
    let body = add_device(log, &party, class);
    assert_eq!(by_device(log, by, &body), Ok(Applied::Added));
    party
}

#[test]
fn a_log_begins_with_its_first_device() {
    let laptop = Party::new("laptop");
    let log = account(&laptop);
    assert_eq!(log.id().as_bytes(), &log.head().first_16());
    assert_eq!(
        log.active_devices()
            .map(|device| device.id)
            .collect::<Vec<_>>(),
        [laptop.device()]
    );
    assert_eq!(log.epoch(), 1);
    assert!(log.wrap_is_named(&log.epoch_wrap()));
}

trait EpochWrap {
    fn epoch_wrap(&self) -> Hash;
}

impl EpochWrap for AccountLog {
    fn epoch_wrap(&self) -> Hash {
        let AccountBody::Genesis(genesis) =
            AccountBody::from_bytes(&self.statements()[0].body).unwrap()
        else {
            panic!("statement 0 is a genesis");
        };
        genesis.epoch.wraps[0].wrap
    }
}

fn genesis(change: impl FnOnce(&mut AccountGenesis)) -> Result<AccountLog, LogRefusal> {
    let laptop = Party::new("laptop");
    let AccountBody::Genesis(mut body) =
        AccountBody::from_bytes(&genesis_statement(&laptop).body).unwrap()
    else {
        panic!("a genesis");
    };
    change(&mut body);
    let draft = account_draft_zero(&laptop, &AccountBody::Genesis(body));
    AccountLog::start(laptop.sign_draft(LogKind::Account, draft), ())
}

#[test]
fn a_first_statement_is_judged() {
    assert!(genesis(|_| {}).is_ok());
    assert_eq!(
        genesis(|body| body.class = Class::Shared).unwrap_err(),
        LogRefusal::NotAllowed
    );
    assert_eq!(
        genesis(|body| body.epoch.epoch = 2).unwrap_err(),
        LogRefusal::Epoch
    );
    assert_eq!(
        genesis(|body| body.epoch.public_key = None).unwrap_err(),
        LogRefusal::Epoch
    );
    assert_eq!(
        genesis(|body| body.epoch.previous = some_hash("x")).unwrap_err(),
        LogRefusal::Epoch
    );
    assert_eq!(
        genesis(|body| body.epoch.wraps.clear()).unwrap_err(),
        LogRefusal::Wraps
    );
    assert_eq!(
        genesis(|body| body.epoch.wraps[0].wrap = Hash::ZERO).unwrap_err(),
        LogRefusal::Wraps
    );
    assert_eq!(
        genesis(|body| body.epoch.wraps[0].recipient_epoch = 1).unwrap_err(),
        LogRefusal::Wraps
    );
    let outsider = |body: &mut AccountGenesis| {
        body.epoch.wraps.push(NamedWrap {
            recipient: Party::new("mallory").device().into(),
            recipient_epoch: 0,
            wrap: some_hash("w"),
        });
    };
    assert_eq!(genesis(outsider).unwrap_err(), LogRefusal::Wraps);
    assert_eq!(
        genesis(|body| body.keys = Party::new("other").keys).unwrap_err(),
        LogRefusal::SignerNotActive
    );
}

#[test]
fn a_first_statement_has_zeros_where_nothing_comes_before() {
    let laptop = Party::new("laptop");
    let body = AccountBody::from_bytes(&genesis_statement(&laptop).body).unwrap();
    let changes: [fn(&mut lifeos_protocol::log::Draft); 5] = [
        |draft| draft.log = LogId::new([1; 16]),
        |draft| draft.sequence = 1,
        |draft| draft.previous = some_hash("x"),
        |draft| draft.signer_account = AccountId::new([1; 16]),
        |draft| draft.account_head = some_hash("x"),
    ];
    for change in changes {
        let mut draft = account_draft_zero(&laptop, &body);
        change(&mut draft);
        assert_eq!(
            AccountLog::start(laptop.sign_draft(LogKind::Account, draft), ()).unwrap_err(),
            LogRefusal::Heads
        );
    }
    let draft = account_draft_zero(&laptop, &body);
    let forged = Party::new("mallory").sign_draft(LogKind::Account, draft.clone());
    assert_eq!(
        AccountLog::start(forged, ()).unwrap_err(),
        LogRefusal::BadSignature
    );
    // Signed as a space's statement: another label, another signature.
    let confused = laptop.sign_draft(LogKind::Space, draft);
    assert_eq!(
        AccountLog::start(confused, ()).unwrap_err(),
        LogRefusal::BadSignature
    );
}

#[test]
fn full_devices_and_methods_enrol_and_no_one_else() {
    let (mut log, laptop, _, kit) = household();
    let tablet = enrol(&mut log, &laptop, "tablet", Class::Shared);
    let agent = enrol(&mut log, &laptop, "agent", Class::Agent);
    let phone = Party::new("phone");
    let body = add_device(&log, &phone, Class::Full);
    for device in [&tablet, &agent] {
        assert_eq!(
            by_device(&mut log, device, &body),
            Err(LogRefusal::NotAllowed)
        );
    }
    assert_eq!(
        by_device(&mut log, &phone, &body),
        Err(LogRefusal::SignerNotActive)
    );
    assert_eq!(by_method(&mut log, &kit, &body), Ok(Applied::Added));
    assert!(log.device(phone.device()).is_some());
}

#[test]
fn a_forged_statement_is_refused() {
    let (mut log, laptop, ..) = household();
    let mallory = Party::new("mallory");
    let body = add_device(&log, &mallory, Class::Full);
    let forged = next(&log, &mallory, laptop.device(), &body);
    assert_eq!(log.apply(forged, ()), Err(LogRefusal::BadSignature));
    assert!(log.device(mallory.device()).is_none());
}

#[test]
fn a_wrap_counts_only_for_full_devices_and_at_the_current_epoch() {
    let (mut log, laptop, ..) = household();
    let phone = Party::new("phone");
    let add = |class: Class, wrap: Hash, epoch: u32| {
        AccountBody::AddDevice(AddDevice {
            at_ms: 1,
            class,
            keys: phone.keys.clone(),
            epoch,
            wrap,
        })
    };
    let refused = [
        (add(Class::Full, Hash::ZERO, 1), LogRefusal::Wraps),
        (add(Class::Shared, some_hash("w"), 1), LogRefusal::Wraps),
        (add(Class::Agent, some_hash("w"), 1), LogRefusal::Wraps),
        (add(Class::Full, some_hash("w"), 2), LogRefusal::Epoch),
        (add(Class::Full, some_hash("w"), 0), LogRefusal::Epoch),
    ];
    for (body, refusal) in refused {
        assert_eq!(by_device(&mut log, &laptop, &body), Err(refusal));
    }
    assert!(!log.wrap_is_named(&some_hash("w")));
    by_device(&mut log, &laptop, &add(Class::Full, some_hash("w"), 1)).unwrap();
    assert_eq!(
        log.named_wrap(&some_hash("w")),
        Some((phone.device().into(), 1))
    );
}

#[test]
fn keys_are_enrolled_once_for_ever() {
    let (mut log, laptop, _, kit) = household();
    let phone = enrol(&mut log, &laptop, "phone", Class::Full);
    let again = add_device(&log, &phone, Class::Full);
    assert_eq!(
        by_device(&mut log, &laptop, &again),
        Err(LogRefusal::KeysUsed)
    );
    let as_method = add_method(&log, &phone, MethodKind::Kit);
    assert_eq!(
        by_device(&mut log, &laptop, &as_method),
        Err(LogRefusal::KeysUsed)
    );
    let method_as_device = add_device(&log, &kit, Class::Full);
    assert_eq!(
        by_device(&mut log, &laptop, &method_as_device),
        Err(LogRefusal::KeysUsed)
    );
    let mut half = Party::new("half");
    half.keys.sealing = phone.keys.sealing.clone();
    let half = add_device(&log, &half, Class::Full);
    assert_eq!(
        by_device(&mut log, &laptop, &half),
        Err(LogRefusal::KeysUsed)
    );
    let revocation = revoke(&log, &[phone.device().into()], &[]);
    by_device(&mut log, &laptop, &revocation).unwrap();
    let again = add_device(&log, &phone, Class::Full);
    assert_eq!(
        by_device(&mut log, &laptop, &again),
        Err(LogRefusal::KeysUsed)
    );
}

#[test]
fn a_revocation_begins_an_epoch_that_the_revoked_cannot_open() {
    let (mut log, laptop, passkey, kit) = household();
    let phone = enrol(&mut log, &laptop, "phone", Class::Full);
    let targets: [SignerId; 1] = [phone.device().into()];
    let AccountBody::Revoke(good) = revoke(&log, &targets, &[]) else {
        panic!("a revocation")
    };
    let mut sealed_to_revoked = good.clone();
    sealed_to_revoked.epoch = account_epoch(
        2,
        [
            laptop.device().into(),
            passkey.method().into(),
            kit.method().into(),
            phone.device().into(),
        ],
    );
    let mut without_kit = good.clone();
    without_kit.epoch = account_epoch(2, [laptop.device().into(), passkey.method().into()]);
    let mut twice = good.clone();
    twice.epoch.wraps.push(twice.epoch.wraps[0]);
    let mut same_epoch = good.clone();
    same_epoch.epoch.epoch = 1;
    let mut skipped = good.clone();
    skipped.epoch.epoch = 3;
    let mut forgets = good.clone();
    forgets.epoch.previous = Hash::ZERO;
    let refused = [
        (sealed_to_revoked, LogRefusal::Wraps),
        (without_kit, LogRefusal::Wraps),
        (twice, LogRefusal::Wraps),
        (same_epoch, LogRefusal::Epoch),
        (skipped, LogRefusal::Epoch),
        (forgets, LogRefusal::Epoch),
    ];
    for (body, refusal) in refused {
        assert_eq!(
            by_device(&mut log, &laptop, &AccountBody::Revoke(body)),
            Err(refusal)
        );
        assert_eq!(log.epoch(), 1);
    }
    by_device(&mut log, &laptop, &AccountBody::Revoke(good)).unwrap();
    assert_eq!(log.epoch(), 2);
    assert!(log.active_signer(phone.device().into()).is_none());
    assert_eq!(
        log.device(phone.device()).unwrap().revoked,
        Some(log.sequence())
    );
    assert_eq!(log.epoch_of(log.sequence() - 1), 1);
    assert_eq!(log.epoch_of(log.sequence()), 2);
    let body = add_device(&log, &Party::new("mallory"), Class::Full);
    assert_eq!(
        by_device(&mut log, &phone, &body),
        Err(LogRefusal::SignerNotActive)
    );
}

#[test]
fn a_revocations_targets_fit() {
    let (mut log, laptop, ..) = household();
    let phone = enrol(&mut log, &laptop, "phone", Class::Full);
    let unknown: SignerId = Party::new("unknown").device().into();
    let target: SignerId = phone.device().into();
    for targets in [&[][..], &[unknown][..], &[target, target][..]] {
        let body = revoke(&log, targets, &[]);
        assert_eq!(by_device(&mut log, &laptop, &body), Err(LogRefusal::Target));
    }
    let body = revoke(&log, &[target], &[]);
    by_device(&mut log, &laptop, &body).unwrap();
    let body = revoke(&log, &[target], &[]);
    assert_eq!(by_device(&mut log, &laptop, &body), Err(LogRefusal::Target));
}

#[test]
fn somebody_who_can_unlock_is_always_left() {
    let (mut log, laptop, passkey, kit) = household();
    let everybody: [SignerId; 3] = [
        laptop.device().into(),
        passkey.method().into(),
        kit.method().into(),
    ];
    let body = revoke(&log, &everybody, &[]);
    assert_eq!(
        by_device(&mut log, &laptop, &body),
        Err(LogRefusal::NobodyLeft)
    );
    // The last device may retire itself while a method is left.
    let body = revoke(&log, &[laptop.device().into()], &[]);
    assert_eq!(by_device(&mut log, &laptop, &body), Ok(Applied::Added));
    assert_eq!(log.active_devices().count(), 0);
    let phone = Party::new("phone");
    let body = add_device(&log, &phone, Class::Full);
    assert_eq!(by_method(&mut log, &kit, &body), Ok(Applied::Added));
}

#[test]
fn cuts_are_of_targets_and_say_how_far_a_device_counts() {
    let (mut log, laptop, ..) = household();
    let phone = enrol(&mut log, &laptop, "phone", Class::Full);
    let (space, other) = (SpaceId::new([1; 16]), SpaceId::new([2; 16]));
    let point = ChainPoint {
        counter: 9,
        h: some_hash("h9"),
    };
    assert_eq!(log.limit(phone.device(), space), Limit::Open);
    let targets: [SignerId; 1] = [phone.device().into()];
    let bad_cuts = [
        vec![cut(laptop.device(), space, point)],
        vec![
            cut(phone.device(), space, point),
            cut(phone.device(), space, point),
        ],
        vec![cut(
            phone.device(),
            space,
            ChainPoint {
                counter: 0,
                h: some_hash("h9"),
            },
        )],
    ];
    for cuts in bad_cuts {
        let body = revoke(&log, &targets, &cuts);
        assert_eq!(by_device(&mut log, &laptop, &body), Err(LogRefusal::Cuts));
    }
    let body = revoke(&log, &targets, &[cut(phone.device(), space, point)]);
    by_device(&mut log, &laptop, &body).unwrap();
    assert_eq!(log.limit(phone.device(), space), Limit::Cut(point));
    // Where no cut was given nothing counts.
    assert_eq!(
        log.limit(phone.device(), other),
        Limit::Cut(chain_start(other, phone.device()))
    );
}

#[test]
fn an_incarnation_is_admitted_by_a_full_device_and_once() {
    let (mut log, laptop, _, kit) = household();
    let tablet = enrol(&mut log, &laptop, "tablet", Class::Shared);
    let body = AccountBody::AdmitIncarnation {
        at_ms: 1,
        incarnation: IncarnationId::new([8; 16]),
    };
    assert_eq!(
        by_method(&mut log, &kit, &body),
        Err(LogRefusal::NotAllowed)
    );
    assert_eq!(
        by_device(&mut log, &tablet, &body),
        Err(LogRefusal::NotAllowed)
    );
    assert_eq!(by_device(&mut log, &laptop, &body), Ok(Applied::Added));
    assert_eq!(by_device(&mut log, &laptop, &body), Err(LogRefusal::Target));
    assert_eq!(log.incarnations(), [IncarnationId::new([8; 16])]);
}

#[test]
fn a_statement_stands_at_its_place_only() {
    let (log, laptop, ..) = household();
    let body = add_device(&log, &Party::new("phone"), Class::Full);
    let good = next(&log, &laptop, laptop.device(), &body);
    let draft = |change: fn(&mut lifeos_protocol::log::Draft)| {
        let mut draft = lifeos_protocol::log::Draft::clone(&good);
        change(&mut draft);
        laptop.sign_draft(LogKind::Account, draft)
    };
    let refused: [(LogStatement, LogRefusal); 6] = [
        (draft(|draft| draft.sequence += 1), LogRefusal::Sequence),
        (
            draft(|draft| draft.log = LogId::new([1; 16])),
            LogRefusal::OtherLog,
        ),
        (
            draft(|draft| draft.previous = some_hash("x")),
            LogRefusal::Gap,
        ),
        (
            draft(|draft| draft.account_head = some_hash("x")),
            LogRefusal::Heads,
        ),
        (
            draft(|draft| draft.signer_account = AccountId::new([1; 16])),
            LogRefusal::Heads,
        ),
        (draft(|draft| draft.sequence = 0), LogRefusal::OtherLog),
    ];
    for (statement, refusal) in refused {
        assert_eq!(log.clone().apply(statement, ()), Err(refusal));
    }
    let mut log = log;
    assert_eq!(log.apply(good.clone(), ()), Ok(Applied::Added));
    assert_eq!(log.apply(good, ()), Ok(Applied::Known));
}

#[test]
fn a_kind_of_a_newer_version_stops_the_reader_there() {
    let (mut log, laptop, ..) = household();
    let mut draft = lifeos_protocol::log::Draft::clone(&next(
        &log,
        &laptop,
        laptop.device(),
        &add_device(&log, &laptop, Class::Full),
    ));
    draft.body = vec![0, 77, 1, 2, 3];
    let statement = laptop.sign_draft(LogKind::Account, draft);
    let head = log.head();
    assert_eq!(log.apply(statement, ()), Err(LogRefusal::NeedsNewer));
    assert_eq!(log.head(), head);
}

#[test]
fn a_log_never_goes_below_its_floor() {
    let (log, laptop, ..) = household();
    let kit = KitAccount::new(log.account(), log.floor());
    let shorter = AccountLog::read(log.id(), log.statements()[..2].to_vec(), ()).unwrap();
    assert_eq!(log.passes(&log.floor()), Ok(()));
    assert_eq!(log.passes(&shorter.floor()), Ok(()));
    assert_eq!(shorter.passes(&log.floor()), Err(LogRefusal::BelowFloor));
    assert_eq!(
        log.passes(&Floor {
            head: log.head(),
            sequence: 0
        }),
        Err(LogRefusal::BelowFloor)
    );
    assert_eq!(log.passes_kit(&kit), Ok(()));
    assert_eq!(shorter.passes_kit(&kit), Err(LogRefusal::BelowFloor));
    assert_eq!(
        account(&laptop).passes_kit(&kit),
        Err(LogRefusal::BelowFloor)
    );
    assert_eq!(
        account(&Party::new("mallory")).passes_kit(&kit),
        Err(LogRefusal::OtherLog)
    );
}

#[test]
fn another_accounts_log_is_not_taken_for_the_pinned_one() {
    let (log, ..) = household();
    let other = account(&Party::new("mallory"));
    assert_eq!(
        AccountLog::read(log.id(), other.statements().to_vec(), ()).unwrap_err(),
        LogRefusal::OtherLog
    );
    assert_eq!(
        AccountLog::read(log.id(), Vec::new(), ()).unwrap_err(),
        LogRefusal::Gap
    );
}

#[test]
fn thirty_two_devices_are_the_most() {
    let (mut log, laptop, ..) = household();
    for number in 1..32 {
        enrol(&mut log, &laptop, &format!("device {number}"), Class::Full);
    }
    let body = add_device(&log, &Party::new("one too many"), Class::Full);
    assert_eq!(
        by_device(&mut log, &laptop, &body),
        Err(LogRefusal::TooMany)
    );
    let body = revoke(&log, &[Party::new("device 1").device().into()], &[]);
    by_device(&mut log, &laptop, &body).unwrap();
    let body = add_device(&log, &Party::new("one too many"), Class::Full);
    assert_eq!(by_device(&mut log, &laptop, &body), Ok(Applied::Added));
}

#[test]
fn the_account_key_of_each_epoch_is_found() {
    let (mut log, laptop, ..) = household();
    let phone = enrol(&mut log, &laptop, "phone", Class::Full);
    let body = revoke(&log, &[phone.device().into()], &[]);
    by_device(&mut log, &laptop, &body).unwrap();
    assert_eq!(
        log.epoch_at(1).unwrap().public_key,
        pattern_key("account epoch 1")
    );
    assert_eq!(
        log.epoch_at(2).unwrap().public_key,
        pattern_key("account epoch 2")
    );
    assert_eq!(log.epoch_at(2).unwrap().statement, log.head());
    assert!(log.epoch_at(0).is_none());
    assert!(log.epoch_at(3).is_none());
}

#[test]
fn a_log_survives_its_bytes() {
    let (log, ..) = household();
    let read = AccountLog::from_bytes(log.id(), &log.to_bytes(), ()).unwrap();
    assert_eq!(read.head(), log.head());
    assert_eq!(read.to_bytes(), log.to_bytes());
    let mut damaged = log.to_bytes();
    let last = damaged.len() - 10;
    damaged[last] ^= 1;
    assert!(AccountLog::from_bytes(log.id(), &damaged, ()).is_err());
}
