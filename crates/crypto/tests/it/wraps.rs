//! Wraps and the secret of the epoch before.

use lifeos_crypto::wrap::{
    Recipient, WrapPlace, open, open_local, open_previous, seal, seal_local, seal_previous,
};
use lifeos_crypto::{AccountSecret, LocalKey, OpenError, SealError, SpaceSecret};
use lifeos_protocol::wrap::{SealedPrevious, Wrap, WrapKind};
use lifeos_protocol::{AccountId, Hash, LogId, SealingPublic, Wire};

use crate::support::{ACCOUNT, device, for_each_flip, method, rng, space_secret};

const PLACE: WrapPlace = WrapPlace {
    log: LogId::new([7; 16]),
    sequence: 5,
    previous: Hash::new([8; 32]),
};

fn wrap_of(secret: &AccountSecret) -> Wrap {
    seal(
        secret,
        &Recipient::device(device(1).public()),
        &PLACE,
        &mut rng(1),
    )
    .unwrap()
}

#[test]
fn a_wrap_opens_for_its_recipient_at_its_place() {
    let secret = AccountSecret::make(9, &mut rng(0));
    let wrap = wrap_of(&secret);
    assert_eq!(wrap.to_bytes().len(), Wrap::LENGTH);
    let opened: AccountSecret = open(&wrap, &device(1), &PLACE, 9).unwrap();
    assert!(opened == secret);
    assert_eq!(opened.epoch(), 9);
}

#[test]
fn each_kind_of_recipient_opens_its_own_wrap_and_no_other() {
    let secret = space_secret(2);
    let account = AccountSecret::make(4, &mut rng(0));
    let (device, method, account_keys) = (device(1), method(1), account.keys(ACCOUNT));
    let seal = |to: &Recipient| seal(&secret, to, &PLACE, &mut rng(1)).unwrap();
    let wraps = [
        seal(&Recipient::device(device.public())),
        seal(&Recipient::method(method.public())),
        seal(&Recipient::account(ACCOUNT, &account.public())),
    ];
    for (to, wrap) in wraps.iter().enumerate() {
        let opened: [Result<SpaceSecret, OpenError>; 3] = [
            open(wrap, &device, &PLACE, 2),
            open(wrap, &method, &PLACE, 2),
            open(wrap, &account_keys, &PLACE, 2),
        ];
        for (by, opened) in opened.into_iter().enumerate() {
            assert_eq!(
                opened.is_ok_and(|opened| opened == secret),
                by == to,
                "{to} by {by}"
            );
        }
    }
}

#[test]
fn a_wrap_is_refused_at_any_other_place() {
    let secret = AccountSecret::make(9, &mut rng(0));
    let wrap = wrap_of(&secret);
    let refused = |wrap: &Wrap, place: &WrapPlace, epoch| {
        open::<AccountSecret>(wrap, &device(1), place, epoch).unwrap_err()
    };
    for place in [
        WrapPlace {
            log: LogId::new([6; 16]),
            ..PLACE
        },
        WrapPlace {
            sequence: 6,
            ..PLACE
        },
        WrapPlace {
            previous: Hash::new([9; 32]),
            ..PLACE
        },
        WrapPlace::first(),
    ] {
        refused(&wrap, &place, 9);
        // A header that was rewritten to please the reader does not help: HPKE covers it.
        let mut moved = wrap.clone();
        moved.header.log = place.log;
        moved.header.sequence = place.sequence;
        moved.header.previous = place.previous;
        refused(&moved, &place, 9);
    }
    refused(&wrap, &PLACE, 8);
    let mut other_epoch = wrap.clone();
    other_epoch.header.epoch = 8;
    refused(&other_epoch, &PLACE, 8);
}

#[test]
fn a_wrap_of_one_kind_of_secret_is_not_taken_for_another() {
    let mut wrap = wrap_of(&AccountSecret::make(9, &mut rng(0)));
    assert!(open::<SpaceSecret>(&wrap, &device(1), &PLACE, 9).is_err());
    wrap.header.kind = WrapKind::SpaceKey;
    assert!(open::<SpaceSecret>(&wrap, &device(1), &PLACE, 9).is_err());
}

#[test]
fn every_flipped_bit_of_a_wrap_is_refused_alike() {
    let wrap = wrap_of(&AccountSecret::make(9, &mut rng(0)));
    let (device, mut opened) = (device(1), 0);
    for_each_flip(&wrap.to_bytes(), |at, bytes| {
        let Ok(wrap) = Wrap::from_bytes(bytes) else {
            assert!(
                at < 2,
                "only version and kind are refused by the decoder, not byte {at}"
            );
            return;
        };
        opened += 1;
        assert_eq!(
            open::<AccountSecret>(&wrap, &device, &PLACE, 9).unwrap_err(),
            OpenError
        );
    });
    assert!(opened > 8 * (Wrap::LENGTH - 2));
}

#[test]
fn nothing_is_sealed_to_a_key_that_is_not_one() {
    // An ML-KEM key whose coefficients are beyond the modulus.
    let key = SealingPublic::new([0xFF; SealingPublic::LENGTH]);
    let to = Recipient::account(ACCOUNT, &key);
    let refused = seal(&space_secret(1), &to, &PLACE, &mut rng(1)).unwrap_err();
    assert_eq!(refused, SealError::Recipient);
}

#[test]
fn a_local_key_opens_for_its_method_and_account_only() {
    let key = LocalKey::make(&mut rng(0));
    let wrap = seal_local(
        &key,
        &Recipient::method(method(1).public()),
        ACCOUNT,
        &mut rng(1),
    )
    .unwrap();
    assert!(open_local(&wrap, &method(1), ACCOUNT).unwrap() == key);
    assert!(open_local(&wrap, &method(2), ACCOUNT).is_err());
    assert!(open_local(&wrap, &method(1), AccountId::new([0; 16])).is_err());
}

#[test]
fn a_secret_opens_the_one_before_it_and_so_on() {
    let log = LogId::new([7; 16]);
    let secrets: Vec<_> = (1..=3)
        .map(|epoch| AccountSecret::make(epoch, &mut rng(epoch.into())))
        .collect();
    let seal =
        |new: usize| seal_previous(&secrets[new - 1], &secrets[new], log, &mut rng(9)).unwrap();
    let second = open_previous(&seal(2), &secrets[2], log).unwrap();
    assert!(second == secrets[1] && second.epoch() == 2);
    let first = open_previous(&seal(1), &second, log).unwrap();
    assert!(first == secrets[0] && first.epoch() == 1);
}

#[test]
fn the_secret_before_is_bound_to_its_log_and_epoch() {
    let log = LogId::new([7; 16]);
    let (old, new) = (space_secret(1), space_secret(2));
    let sealed = seal_previous(&old, &new, log, &mut rng(9)).unwrap();
    assert!(open_previous(&sealed, &new, LogId::new([8; 16])).is_err());
    assert!(open_previous(&sealed, &SpaceSecret::from_bytes(3, new.expose()), log).is_err());
    assert!(open_previous(&sealed, &SpaceSecret::from_bytes(1, new.expose()), log).is_err());
    assert!(open_previous(&sealed, &space_secret(3), log).is_err());
    for_each_flip(&sealed.to_bytes(), |_, bytes| {
        let sealed = SealedPrevious::from_bytes(bytes).unwrap();
        assert_eq!(open_previous(&sealed, &new, log).unwrap_err(), OpenError);
    });
}

#[test]
fn a_secret_that_is_not_the_next_wraps_nothing() {
    let log = LogId::new([7; 16]);
    for (old, new) in [(1, 1), (1, 3), (2, 1)] {
        let refused = seal_previous(&space_secret(old), &space_secret(new), log, &mut rng(9));
        assert_eq!(refused.unwrap_err(), SealError::Epoch);
    }
}
