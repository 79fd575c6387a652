//! The constructions computed a second time, from the text of their standards and by other code, so
//! that a fixed vector of ours is not only a picture of our own mistakes.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use lifeos_crypto::SpaceSecret;
use lifeos_crypto::wrap::{Recipient, WrapPlace, seal};
use lifeos_protocol::{Hash, LogId, Wire};
use serde::Deserialize;
use sha2::Sha256;
use x_wing::Decapsulate;

use crate::support::{BEGAN, SPACE, device, rng, sealed, space_key, space_secret, unhex};

fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).unwrap();
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// RFC 5869, 2.3, for at most two blocks.
fn expand(key: &[u8], info: &[&[u8]], length: usize) -> Vec<u8> {
    let info = info.concat();
    let first = hmac(key, &[&info, &[1]]);
    let second = hmac(key, &[&first, &info, &[2]]);
    [first, second].concat()[..length].to_vec()
}

/// RFC 9180, 4.1 and 5.1: base mode, KEM 0x647a, KDF 0x0001, AEAD 0x0003.
fn hpke_open(shared: &[u8], info: &[u8], sealed: &[u8]) -> Vec<u8> {
    let suite = b"HPKE\x64\x7a\x00\x01\x00\x03";
    let extract =
        |salt: &[u8], label: &[u8], input: &[u8]| hmac(salt, &[b"HPKE-v1", suite, label, input]);
    let expand_labelled = |key: &[u8], label: &[u8], info: &[u8], length: u8| {
        expand(
            key,
            &[&[0, length], b"HPKE-v1", suite, label, info],
            length.into(),
        )
    };
    let context = [
        &[0][..],
        &extract(&[], b"psk_id_hash", &[]),
        &extract(&[], b"info_hash", info),
    ]
    .concat();
    let secret = extract(shared, b"secret", &[]);
    let key = expand_labelled(&secret, b"key", &context, 32);
    let nonce = expand_labelled(&secret, b"base_nonce", &context, 12);
    ChaCha20Poly1305::new_from_slice(&key)
        .unwrap()
        .decrypt(&Nonce::try_from(nonce.as_slice()).unwrap(), sealed)
        .unwrap()
}

#[test]
fn a_wrap_is_hpke_as_in_rfc_9180_over_x_wing() {
    let place = WrapPlace {
        log: LogId::new([7; 16]),
        sequence: 5,
        previous: Hash::new([8; 32]),
    };
    let secret = SpaceSecret::make(3, &mut rng(1));
    let wrap = seal(
        &secret,
        &Recipient::device(device(1).public()),
        &place,
        &mut rng(2),
    )
    .unwrap();
    let bytes = wrap.to_bytes();
    let (header, rest) = bytes.split_at(74);
    let (enc, ciphertext) = rest.split_at(1120);

    let seed: [u8; 32] = device(1).expose_seeds()[32..].try_into().unwrap();
    let shared = x_wing::DecapsulationKey::from(seed).decapsulate(&enc.try_into().unwrap());
    let info = [b"lifeos/wrap/1", header].concat();
    assert_eq!(hpke_open(&shared, &info, ciphertext), secret.expose());
}

/// docs/formats.md §6, written out.
#[test]
fn a_change_is_sealed_as_its_table_says() {
    let event = vec![0x42; 300];
    let sealed = sealed(&space_key(1), std::slice::from_ref(&event));
    let bytes = sealed.change.to_bytes();
    let statement = bytes.len() - (66 + sealed.change.ciphertext().len());
    let (seal, ciphertext) = bytes[statement..].split_at(66);

    let prk = hmac(&[0; 32], &[space_secret(1).expose()]);
    let info: [&[u8]; 3] = [b"lifeos/change/1", SPACE.as_bytes(), BEGAN.as_bytes()];
    let both = expand(
        &expand(&prk, &info, 32),
        &[b"lifeos/seal/1", &seal[6..30]],
        64,
    );
    assert_eq!(both[32..], seal[30..62]);
    let padded = XChaCha20Poly1305::new_from_slice(&both[..32])
        .unwrap()
        .decrypt(
            &XNonce::try_from(&seal[6..30]).unwrap(),
            Payload {
                msg: ciphertext,
                aad: &[seal, sealed.point.h.as_bytes()].concat(),
            },
        )
        .unwrap();
    // 4 + (16 + 4 + 20) + (16 + 4 + 300) = 364, which Padmé takes to 368.
    assert_eq!(padded.len(), 368);
    assert_eq!(padded[..4], 360_u32.to_be_bytes());
    assert_eq!(padded[20..24], 20_u32.to_be_bytes());
    assert_eq!(padded[60..64], 300_u32.to_be_bytes());
    assert_eq!(padded[64..364], event);
    assert_eq!(padded[364..], [0; 4]);
}

#[derive(Deserialize)]
struct XWingVectors {
    cases: Vec<XWingCase>,
}

#[derive(Deserialize)]
struct XWingCase {
    sk: String,
    pk: String,
    eseed: String,
    ct: String,
    ss: String,
}

/// The key encapsulation against its draft's own vectors: our public keys, and the crate that HPKE
/// calls for the rest.
#[test]
fn x_wing_is_that_of_its_draft() {
    let file = include_str!("../vectors/x-wing-draft.json");
    let vectors: XWingVectors = serde_json::from_str(file).unwrap();
    assert_eq!(vectors.cases.len(), 3);
    for case in vectors.cases {
        let seed: [u8; 32] = unhex(&case.sk).try_into().unwrap();
        let seeds: [u8; 64] = [seed, seed].concat().try_into().unwrap();
        let keys = lifeos_crypto::DeviceKeys::from_seeds(&seeds);
        let public = keys.public().sealing.as_bytes();
        assert_eq!(public[..], unhex(&case.pk));
        let randomness: [u8; 64] = unhex(&case.eseed).try_into().unwrap();
        let key = x_wing::EncapsulationKey::try_from(&public[..]).unwrap();
        let (enc, shared) = key.encapsulate_deterministic(&randomness.into());
        assert_eq!(enc[..], unhex(&case.ct));
        assert_eq!(shared[..], unhex(&case.ss));
        let again = x_wing::DecapsulationKey::from(seed).decapsulate(&enc);
        assert_eq!(again, shared);
    }
}
