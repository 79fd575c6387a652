//! What the tests share: seeded randomness, hex, one author with one space.

use lifeos_crypto::envelope::{NewChange, Provenance, SealedChange, Source, seal_change};
use lifeos_crypto::rand_core::SeedableRng;
use lifeos_crypto::{DeviceKeys, MethodKeys, SpaceKey, SpaceSecret};
use lifeos_protocol::seen::{ChainPoint, Frontier, Seen};
use lifeos_protocol::statement::chain_start;
use lifeos_protocol::{AccountId, DeviceId, Hash, SpaceId};
use rand_chacha::ChaCha20Rng;

pub(crate) const ACCOUNT: AccountId = AccountId::new([0xA1; 16]);
pub(crate) const SPACE: SpaceId = SpaceId::new([0x5A; 16]);
pub(crate) const OTHER_SPACE: SpaceId = SpaceId::new([0x5B; 16]);
pub(crate) const DEVICE: DeviceId = DeviceId::new([0xD1; 16]);
pub(crate) const OTHER_DEVICE: DeviceId = DeviceId::new([0xD2; 16]);
pub(crate) const BEGAN: Hash = Hash::new([0xBE; 32]);

pub(crate) const PROVENANCE: Provenance = Provenance {
    intent: [0x11; 16],
    part: 0,
    source: Source::Ui,
    flow: None,
    batch: None,
    last_of_batch: false,
};

pub(crate) fn rng(seed: u64) -> ChaCha20Rng {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_be_bytes());
    ChaCha20Rng::from_seed(bytes)
}

pub(crate) fn device(seed: u8) -> DeviceKeys {
    DeviceKeys::from_seeds(&[seed; 64])
}

pub(crate) fn method(seed: u8) -> MethodKeys {
    MethodKeys::from_seeds(&[seed; 64])
}

pub(crate) fn space_secret(epoch: u32) -> SpaceSecret {
    SpaceSecret::from_bytes(epoch, &[u8::try_from(epoch).unwrap(); 32])
}

pub(crate) fn space_key(epoch: u32) -> SpaceKey {
    space_secret(epoch).bind(SPACE, BEGAN)
}

pub(crate) fn seen_nothing() -> Seen {
    Seen::in_full(&Frontier::new())
}

pub(crate) fn new_change<'a>(provenance: &'a Provenance, events: &'a [Vec<u8>]) -> NewChange<'a> {
    NewChange {
        space_position: 3,
        account_position: 4,
        seen: seen_nothing(),
        provenance,
        events,
    }
}

/// Seals a change of [`DEVICE`] at the point `before`.
pub(crate) fn sealed_at(key: &SpaceKey, before: ChainPoint, events: &[Vec<u8>]) -> SealedChange {
    let new = new_change(&PROVENANCE, events);
    seal_change(key, DEVICE, before, &new, &mut rng(before.counter)).unwrap()
}

/// Seals the first change of [`DEVICE`].
pub(crate) fn sealed(key: &SpaceKey, events: &[Vec<u8>]) -> SealedChange {
    sealed_at(key, chain_start(SPACE, DEVICE), events)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn unhex(text: &str) -> Vec<u8> {
    assert!(text.len().is_multiple_of(2));
    (0..text.len() / 2)
        .map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap())
        .collect()
}

/// Calls `check` with every byte of `bytes` changed in each of its bits, one at a time.
pub(crate) fn for_each_flip(bytes: &[u8], mut check: impl FnMut(usize, &[u8])) {
    let mut flipped = bytes.to_vec();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            flipped[at] ^= 1 << bit;
            check(at, &flipped);
            flipped[at] ^= 1 << bit;
        }
    }
}
