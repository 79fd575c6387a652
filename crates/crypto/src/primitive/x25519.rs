//! X25519 (RFC 7748) that refuses a shared secret of zeros.

use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

use crate::OpenError;

/// Returns the public key of a private one.
pub(crate) fn public(private: &[u8; 32]) -> [u8; 32] {
    PublicKey::from(&StaticSecret::from(*private)).to_bytes()
}

/// Agrees on a shared secret; refuses a key of the other side that contributes nothing.
pub(crate) fn agree(
    private: &[u8; 32],
    theirs: &[u8; 32],
) -> Result<Zeroizing<[u8; 32]>, OpenError> {
    let shared = StaticSecret::from(*private).diffie_hellman(&PublicKey::from(*theirs));
    if !shared.was_contributory() {
        return Err(OpenError);
    }
    Ok(Zeroizing::new(shared.to_bytes()))
}
