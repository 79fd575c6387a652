//! Unlock methods: passkeys and kits.

use lifeos_crypto::method::{Kit, MethodSecret, PrfOutput, open_keys, seal_keys};
use lifeos_crypto::{MethodKeys, OpenError};
use lifeos_protocol::kit::KitBytes;
use lifeos_protocol::method_key::SealedMethodKey;
use lifeos_protocol::{AccountId, MethodKind, Wire};

use crate::support::{ACCOUNT, for_each_flip, method, rng};

const OTHER_ACCOUNT: AccountId = AccountId::new([0xA2; 16]);

fn passkey(account: AccountId) -> MethodSecret {
    MethodSecret::from_prf(&PrfOutput::from_bytes(&[0x99; 32]), account)
}

fn refused(sealed: &SealedMethodKey, secret: &MethodSecret, account: AccountId, log: &MethodKeys) {
    assert_eq!(
        open_keys(sealed, secret, account, log.public()).unwrap_err(),
        OpenError
    );
}

#[test]
fn a_passkey_opens_its_methods_keys() {
    let keys = method(3);
    let sealed = seal_keys(&keys, ACCOUNT, &passkey(ACCOUNT), &mut rng(1));
    assert_eq!(sealed.to_bytes().len(), SealedMethodKey::LENGTH);
    let opened = open_keys(&sealed, &passkey(ACCOUNT), ACCOUNT, keys.public()).unwrap();
    assert_eq!(opened.expose_seeds(), keys.expose_seeds());
    assert_eq!(opened.id(), keys.id());
}

#[test]
fn a_kit_opens_its_methods_keys_after_being_typed_again() {
    let (kit, keys) = (Kit::make(&mut rng(2)), method(3));
    let sealed = seal_keys(&keys, ACCOUNT, &MethodSecret::from_kit(&kit), &mut rng(1));
    let typed = kit
        .expose()
        .to_code()
        .to_lowercase()
        .replace('-', " ")
        .replace('0', "o");
    let again = Kit::from_bytes(KitBytes::from_code(&typed).unwrap());
    assert_eq!(again.lookup_id(), kit.lookup_id());
    let opened = open_keys(
        &sealed,
        &MethodSecret::from_kit(&again),
        ACCOUNT,
        keys.public(),
    )
    .unwrap();
    assert_eq!(opened.id(), keys.id());
}

#[test]
fn another_secret_account_kind_or_method_is_refused() {
    let keys = method(3);
    let sealed = seal_keys(&keys, ACCOUNT, &passkey(ACCOUNT), &mut rng(1));
    let other_prf = MethodSecret::from_prf(&PrfOutput::from_bytes(&[0x98; 32]), ACCOUNT);
    refused(&sealed, &other_prf, ACCOUNT, &keys);
    refused(&sealed, &passkey(OTHER_ACCOUNT), ACCOUNT, &keys);
    refused(&sealed, &passkey(ACCOUNT), OTHER_ACCOUNT, &keys);
    refused(&sealed, &passkey(ACCOUNT), ACCOUNT, &method(4));
    refused(
        &sealed,
        &MethodSecret::from_kit(&Kit::make(&mut rng(2))),
        ACCOUNT,
        &keys,
    );

    let moved = SealedMethodKey {
        account: OTHER_ACCOUNT,
        ..sealed.clone()
    };
    refused(&moved, &passkey(OTHER_ACCOUNT), OTHER_ACCOUNT, &keys);
    let renamed = SealedMethodKey {
        method: method(4).id(),
        ..sealed.clone()
    };
    refused(&renamed, &passkey(ACCOUNT), ACCOUNT, &method(4));
    let other_kind = SealedMethodKey {
        kind: MethodKind::Kit,
        ..sealed
    };
    refused(&other_kind, &passkey(ACCOUNT), ACCOUNT, &keys);
}

#[test]
fn every_flipped_bit_of_a_sealed_method_key_is_refused_alike() {
    let keys = method(3);
    let sealed = seal_keys(&keys, ACCOUNT, &passkey(ACCOUNT), &mut rng(1));
    let (secret, mut opened) = (passkey(ACCOUNT), 0);
    for_each_flip(
        &sealed.to_bytes(),
        |at, bytes| match SealedMethodKey::from_bytes(bytes) {
            Ok(sealed) => {
                opened += 1;
                refused(&sealed, &secret, ACCOUNT, &keys);
            }
            Err(_) => assert!(
                at < 2,
                "only version and kind are refused by the decoder, not byte {at}"
            ),
        },
    );
    assert!(opened > 8 * (SealedMethodKey::LENGTH - 2));
}

#[test]
fn one_passkey_gives_each_account_a_secret_of_its_own() {
    let keys = method(3);
    let sealed = seal_keys(&keys, ACCOUNT, &passkey(OTHER_ACCOUNT), &mut rng(1));
    assert!(open_keys(&sealed, &passkey(OTHER_ACCOUNT), ACCOUNT, keys.public()).is_ok());
    refused(&sealed, &passkey(ACCOUNT), ACCOUNT, &keys);
}

#[test]
fn two_evaluations_of_a_prf_are_compared() {
    assert!(PrfOutput::from_bytes(&[1; 32]) == PrfOutput::from_bytes(&[1; 32]));
    assert!(PrfOutput::from_bytes(&[1; 32]) != PrfOutput::from_bytes(&[2; 32]));
}

#[test]
fn a_kits_lookup_id_is_not_its_secret() {
    let (one, other) = (Kit::make(&mut rng(2)), Kit::make(&mut rng(3)));
    assert_ne!(one.lookup_id(), other.lookup_id());
    assert_eq!(
        one.lookup_id(),
        Kit::from_bytes(one.expose().clone()).lookup_id()
    );
}
