//! Words for ids and heads: six words of the BIP-39 English list, for two people (or two screens)
//! to compare.

use crate::hash::hash;
use crate::ids::{AccountId, DeviceId, Hash};
use crate::label;

const ENGLISH: &str = include_str!("words/english.txt");
const COUNT: usize = 6;
const BITS: usize = 11;

/// What is shown in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// An account's id.
    Account(AccountId),
    /// The head of a log.
    Head(Hash),
    /// A device's id.
    Device(DeviceId),
}

/// Returns the first 66 bits of the labelled hash as six words.
#[must_use]
pub fn words(shown: Shown) -> [&'static str; COUNT] {
    let digest = match shown {
        Shown::Account(id) => hash(label::FINGERPRINT, &[&[1], id.as_bytes()]),
        Shown::Head(head) => hash(label::FINGERPRINT, &[&[2], head.as_bytes()]),
        Shown::Device(id) => hash(label::FINGERPRINT, &[&[3], id.as_bytes()]),
    };
    let list: Vec<&'static str> = ENGLISH.lines().collect();
    core::array::from_fn(|place| list[bits(digest.as_bytes(), place * BITS)])
}

/// Returns the 11 bits that begin at bit `from`, the most significant first.
fn bits(bytes: &[u8; 32], from: usize) -> usize {
    (from..from + BITS).fold(0, |value, bit| {
        value << 1 | usize::from(bytes[bit / 8] >> (7 - bit % 8) & 1)
    })
}
