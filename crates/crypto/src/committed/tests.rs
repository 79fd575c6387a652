//! A ciphertext that opens under two keys can be made (Poly1305 commits to no key); naming the key
//! is what refuses it.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use chacha20::XChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher};
use num_bigint::BigUint;

use super::SealingKey;
use crate::primitive::aead;

const NONCE: [u8; 24] = [9; 24];
const ASSOCIATED: [u8; 16] = [5; 16];

fn two_to(exponent: u32) -> BigUint {
    BigUint::from(2_u8).pow(exponent)
}

fn prime() -> BigUint {
    two_to(130) - 5_u8
}

fn inverse(value: &BigUint) -> BigUint {
    value.modpow(&(prime() - 2_u8), &prime())
}

/// A block as Poly1305 takes it in: little-endian, with a one above.
fn block(bytes: &[u8]) -> BigUint {
    BigUint::from_bytes_le(bytes) + two_to(128)
}

/// The Poly1305 key (r, s) of an XChaCha20-Poly1305 key and nonce (RFC 8439, 2.6).
fn mac_key(key: &[u8; 32]) -> (BigUint, BigUint) {
    let mut stream = [0; 32];
    XChaCha20::new(key.into(), &NONCE.into()).apply_keystream(&mut stream);
    for i in [3, 7, 11, 15] {
        stream[i] &= 15;
    }
    for i in [4, 8, 12] {
        stream[i] &= 252;
    }
    (
        BigUint::from_bytes_le(&stream[..16]),
        BigUint::from_bytes_le(&stream[16..]),
    )
}

/// Solves for two ciphertext blocks under which `tag` holds for both keys, if there are any.
fn solve(keys: &[(BigUint, BigUint); 2], tag: u32, high: [u8; 2]) -> Option<Vec<u8>> {
    let p = prime();
    let lengths = block(&[16_u64.to_le_bytes(), 32_u64.to_le_bytes()].concat());
    // For each key: x r^3 + y r^2 = value, or divided by r^2: x r + y = value.
    let [(r, first), (q, second)] = [0, 1].map(|i| {
        let (r, s) = &keys[i];
        let sum = (two_to(128) + tag - s) % two_to(128) + two_to(128) * high[i];
        let known = block(&ASSOCIATED) * r.pow(4) + &lengths * r;
        let value = (sum + &p - known % &p) * inverse(&r.pow(2)) % &p;
        (r, value)
    });
    let x = (&first + &p - &second) * inverse(&((r + &p - q) % &p)) % &p;
    let y = (&first + &p - &x * r % &p) % &p;
    let mut blocks = Vec::new();
    for solved in [x, y] {
        if solved.bits() != 129 {
            return None;
        }
        let mut bytes = (solved - two_to(128)).to_bytes_le();
        bytes.resize(16, 0);
        blocks.extend(bytes);
    }
    Some(blocks)
}

#[test]
fn a_ciphertext_that_opens_under_two_keys_is_refused_by_the_key_that_it_does_not_name() {
    let [ours, theirs] = [b"ours", b"hers"].map(|secret| SealingKey::derive(secret, b"info"));
    let one_times = [&ours, &theirs].map(|key| key.one_time(&NONCE));
    let mac_keys = [0, 1].map(|i| mac_key(one_times[i].key()));
    let (tag, blocks) = (0_u32..1000)
        .find_map(|tag| {
            (0..9).find_map(|high| Some((tag, solve(&mac_keys, tag, [high / 3, high % 3])?)))
        })
        .unwrap();
    let mut crafted = blocks;
    crafted.extend_from_slice(&u128::from(tag).to_le_bytes());

    // The control: without a commitment both keys open it, to different texts.
    let texts = [0, 1].map(|i| {
        let mut text = crafted.clone();
        aead::open(one_times[i].key(), &NONCE, &ASSOCIATED, &mut text).unwrap();
        text
    });
    assert_ne!(texts[0], texts[1]);

    let commitment = *one_times[0].commitment();
    let mut text = crafted.clone();
    ours.committed(&NONCE, &commitment)
        .unwrap()
        .open(&ASSOCIATED, &mut text)
        .unwrap();
    assert_eq!(text, texts[0]);
    assert!(theirs.committed(&NONCE, &commitment).is_err());
}

#[test]
fn every_flipped_bit_of_a_commitment_is_refused() {
    let key = SealingKey::derive(b"secret", b"info");
    let commitment = *key.one_time(&NONCE).commitment();
    assert!(key.committed(&NONCE, &commitment).is_ok());
    for at in 0..commitment.len() {
        for bit in 0..8 {
            let mut flipped = commitment;
            flipped[at] ^= 1 << bit;
            assert!(key.committed(&NONCE, &flipped).is_err());
        }
    }
}

#[test]
fn the_commitment_is_not_the_key() {
    let one_time = SealingKey::derive(b"secret", b"info").one_time(&NONCE);
    assert_ne!(one_time.commitment(), one_time.key());
}
