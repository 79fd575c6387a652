//! HKDF-SHA-256 (RFC 5869) with an empty salt.

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

/// Extracts from `secret` and expands to 32 bytes under `info`.
pub(crate) fn derive_32(secret: &[u8], info: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut out = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(None, secret)
        .expand(info, out.as_mut_slice())
        .expect("32 bytes are below HKDF's limit of 8160");
    out
}

/// A derived key from which many one-time keys are expanded; the key schedule is done once.
pub(crate) struct Expander(Hkdf<Sha256>);

impl Expander {
    /// Takes `key`, itself an output of HKDF, as the pseudo-random key of the expansion.
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(Hkdf::from_prk(key).expect("32 bytes are the length of a pseudo-random key"))
    }

    /// Expands to 64 bytes under the joined parts of `info`.
    pub(crate) fn expand_64(&self, info: &[&[u8]]) -> Zeroizing<[u8; 64]> {
        let mut out = Zeroizing::new([0; 64]);
        self.0
            .expand_multi_info(info, out.as_mut_slice())
            .expect("64 bytes are below HKDF's limit of 8160");
        out
    }
}
