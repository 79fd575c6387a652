//! Ed25519 signing (RFC 8032). Verification is one function of `protocol`, shared with the server.

use ed25519_dalek::{Signer as _, SigningKey};

/// A signing key; wiped when dropped.
pub(crate) struct Signer(SigningKey);

impl Signer {
    /// Expands a seed of 32 bytes.
    pub(crate) fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// Returns the public key.
    pub(crate) fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// Signs `message`. Callers put a label before it.
    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}
