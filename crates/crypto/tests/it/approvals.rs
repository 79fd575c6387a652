//! Device approval: what is sealed to the new device.

use lifeos_crypto::approval::{
    NAME_MAX_BYTES, make_answer, make_opening, open_account_name, seal_account_name,
};
use lifeos_crypto::{DeviceKeys, OpenError, SealError};
use lifeos_protocol::Class;
use lifeos_protocol::approval::Transcript;

use crate::support::{ACCOUNT, device, rng};

fn transcript(origin: &str) -> Transcript {
    let opening = make_opening(&device(2), &mut rng(1));
    let answer = make_answer(&device(1), ACCOUNT, Class::Full, origin.into(), &mut rng(2));
    Transcript::new(opening.commitment(), answer, opening).unwrap()
}

#[test]
fn the_new_device_reads_the_accounts_name() {
    let transcript = transcript("https://home.example");
    let sealed = seal_account_name(&transcript, "Ana", &mut rng(3)).unwrap();
    assert_eq!(
        open_account_name(&transcript, &device(2), &sealed).unwrap(),
        "Ana"
    );
    let longer = seal_account_name(&transcript, "Anastasia", &mut rng(3)).unwrap();
    assert_eq!(
        longer.len(),
        sealed.len(),
        "the length of a name does not show"
    );
}

#[test]
fn another_device_or_ceremony_reads_nothing() {
    let ceremony = transcript("https://home.example");
    let sealed = seal_account_name(&ceremony, "Ana", &mut rng(3)).unwrap();
    let (new, other) = (device(2), device(3));
    let refused = |transcript: &Transcript, device: &DeviceKeys, sealed: &[u8]| {
        assert_eq!(
            open_account_name(transcript, device, sealed).unwrap_err(),
            OpenError
        );
    };
    refused(&ceremony, &other, &sealed);
    refused(&transcript("https://elsewhere.example"), &new, &sealed);
    // The same sealing key under another signing key is another device.
    let mixed: Vec<u8> = [[3; 32], [2; 32]].concat();
    let mixed = DeviceKeys::from_seeds(&mixed.try_into().unwrap());
    refused(&ceremony, &mixed, &sealed);
    for cut in [0, 100, sealed.len() - 1] {
        refused(&ceremony, &new, &sealed[..cut]);
    }
    for at in (0..sealed.len()).step_by(13) {
        let mut flipped = sealed.clone();
        flipped[at] ^= 4;
        refused(&ceremony, &new, &flipped);
    }
}

#[test]
fn a_name_beyond_its_limit_is_not_sealed() {
    let name = "x".repeat(NAME_MAX_BYTES + 1);
    let refused = seal_account_name(&transcript("o"), &name, &mut rng(3));
    assert_eq!(refused.unwrap_err(), SealError::TooLarge);
}

#[test]
fn nonces_and_ephemeral_keys_are_fresh() {
    let mut rng = rng(1);
    let (one, other) = (
        make_opening(&device(2), &mut rng),
        make_opening(&device(2), &mut rng),
    );
    assert_ne!(one.nonce, other.nonce);
    assert_ne!(one.ephemeral, other.ephemeral);
    assert_ne!(one.commitment(), other.commitment());
}
