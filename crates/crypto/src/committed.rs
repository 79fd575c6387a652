//! One-time keys with a commitment (formats.md §6): each seal has a key of its own, and names it
//! by 32 bytes that are compared before anything is opened, so that no ciphertext opens under two
//! keys.

use lifeos_protocol::label;
use rand_core::CryptoRng;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::OpenError;
use crate::primitive::{aead, hkdf};

pub(crate) const NONCE_BYTES: usize = 24;
pub(crate) const COMMITMENT_BYTES: usize = 32;

/// A key `K` from which the one-time keys of its seals are expanded.
pub(crate) struct SealingKey(hkdf::Expander);

impl SealingKey {
    /// Derives `K` from a secret. `info` is a label and the place for which `K` is.
    pub(crate) fn derive(secret: &[u8], info: &[u8]) -> Self {
        Self(hkdf::Expander::new(&hkdf::derive_32(secret, info)))
    }

    /// Returns the one-time key of a nonce that was just made.
    pub(crate) fn one_time(&self, nonce: &[u8; NONCE_BYTES]) -> OneTime {
        OneTime {
            both: self.0.expand_64(&[label::SEAL.as_bytes(), nonce]),
            nonce: *nonce,
        }
    }

    /// Returns the one-time key of a nonce that was received, if it is the one that the
    /// commitment names. The comparison takes the same time whatever differs.
    pub(crate) fn committed(
        &self,
        nonce: &[u8; NONCE_BYTES],
        commitment: &[u8; COMMITMENT_BYTES],
    ) -> Result<OneTime, OpenError> {
        let one_time = self.one_time(nonce);
        if one_time.commitment().ct_eq(commitment).into() {
            Ok(one_time)
        } else {
            Err(OpenError)
        }
    }
}

/// The key of one seal.
pub(crate) struct OneTime {
    both: Zeroizing<[u8; 64]>,
    nonce: [u8; NONCE_BYTES],
}

impl OneTime {
    /// Returns the nonce.
    pub(crate) fn nonce(&self) -> [u8; NONCE_BYTES] {
        self.nonce
    }

    /// Returns the key commitment.
    pub(crate) fn commitment(&self) -> &[u8; COMMITMENT_BYTES] {
        self.both.last_chunk().expect("64 bytes end in 32")
    }

    fn key(&self) -> &[u8; 32] {
        self.both.first_chunk().expect("64 bytes begin with 32")
    }

    /// Encrypts `text` in place and appends the tag. Takes the key, which is not used again.
    pub(crate) fn seal(self, associated: &[u8], text: &mut Vec<u8>) {
        aead::seal(self.key(), &self.nonce, associated, text);
    }

    /// Opens `text` in place and cuts the tag off.
    pub(crate) fn open(self, associated: &[u8], text: &mut Vec<u8>) -> Result<(), OpenError> {
        aead::open(self.key(), &self.nonce, associated, text)
    }

    /// Opens what stands in `text` behind its first `before` bytes.
    pub(crate) fn open_behind(
        self,
        associated: &[u8],
        before: usize,
        text: &mut Vec<u8>,
    ) -> Result<(), OpenError> {
        aead::open_behind(self.key(), &self.nonce, associated, before, text)
    }
}

/// Makes a nonce. 24 random bytes do not meet twice under one key.
pub(crate) fn make_nonce(rng: &mut impl CryptoRng) -> [u8; NONCE_BYTES] {
    let mut nonce = [0; NONCE_BYTES];
    rng.fill_bytes(&mut nonce);
    nonce
}

#[cfg(test)]
mod tests;
