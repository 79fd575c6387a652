//! HPKE (RFC 9180), base mode: X-Wing, HKDF-SHA-256, ChaCha20-Poly1305; one shot a key.

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::XWing;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use rand_core::CryptoRng;

use crate::OpenError;

/// Length of an X-Wing encapsulation key.
pub(crate) const PUBLIC_BYTES: usize = 1216;
/// Length of an encapsulated key.
pub(crate) const ENC_BYTES: usize = 1120;

type PrivateKey = <XWing as Kem>::PrivateKey;
type PublicKey = <XWing as Kem>::PublicKey;
type EncappedKey = <XWing as Kem>::EncappedKey;

/// A private X-Wing key; wiped when dropped.
pub(crate) struct Opener(PrivateKey);

impl Opener {
    /// Expands a seed of 32 bytes to its key pair.
    pub(crate) fn from_seed(seed: &[u8; 32]) -> Self {
        Self(PrivateKey::from_bytes(seed).expect("every 32 bytes are an X-Wing seed"))
    }

    /// Returns the public half.
    pub(crate) fn public(&self) -> [u8; PUBLIC_BYTES] {
        let mut out = [0; PUBLIC_BYTES];
        XWing::sk_to_pk(&self.0).write_exact(&mut out);
        out
    }

    /// Opens what was sealed to this key under the same `info`.
    pub(crate) fn open(
        &self,
        enc: &[u8],
        info: &[u8],
        sealed: &[u8],
    ) -> Result<Vec<u8>, OpenError> {
        let enc = EncappedKey::from_bytes(enc).map_err(|_| OpenError)?;
        hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, XWing>(
            &OpModeR::Base,
            &self.0,
            &enc,
            info,
            sealed,
            &[],
        )
        .map_err(|_| OpenError)
    }
}

/// Seals `text` to an X-Wing key under `info`; `None` where the key is not valid.
pub(crate) fn seal(
    public: &[u8; PUBLIC_BYTES],
    info: &[u8],
    text: &[u8],
    rng: &mut impl CryptoRng,
) -> Option<([u8; ENC_BYTES], Vec<u8>)> {
    let public = PublicKey::from_bytes(public).ok()?;
    let (enc, sealed) = hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, XWing>(
        &OpModeS::Base,
        &public,
        info,
        text,
        &[],
        rng,
    )
    .ok()?;
    let mut bytes = [0; ENC_BYTES];
    enc.write_exact(&mut bytes);
    Some((bytes, sealed))
}
