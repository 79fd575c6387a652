//! Verification of a signature: one strict function for the server and every client.
//!
//! RFC 8032 leaves room in which verifiers differ; here there is none. The encodings of `A` and
//! `R` must be canonical, `S` must be reduced, neither `A` nor `R` may be of small order, and the
//! equation is the cofactorless one.

use core::fmt;

use ed25519_dalek::VerifyingKey;

use crate::codec::{DecodeError, Reader, Wire, Writer};
use crate::keys::SigningPublic;
use crate::label::Label;

/// An Ed25519 signature: `R` ‖ `S`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature([u8; 64]);

impl Signature {
    /// Width in bytes.
    pub const LENGTH: usize = 64;

    /// Takes the bytes as they are.
    #[must_use]
    pub const fn new(bytes: [u8; 64]) -> Self {
        Self(bytes)
    }

    /// Returns the bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature")
    }
}

impl Wire for Signature {
    fn write(&self, writer: &mut Writer) {
        writer.raw(&self.0);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array().map(Self)
    }
}

/// The signature does not hold. Why is not said: all failures look alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not hold")]
pub struct BadSignature;

/// Verifies that `key` signed `label` ‖ `message`.
///
/// # Errors
/// [`BadSignature`] for every failure, encodings included.
pub fn verify_signature(
    label: Label,
    message: &[u8],
    key: &SigningPublic,
    signature: &Signature,
) -> Result<(), BadSignature> {
    let encoded_r: &[u8; 32] = signature.0.first_chunk().expect("a signature has 64 bytes");
    if !is_canonical(key.as_bytes()) || !is_canonical(encoded_r) {
        return Err(BadSignature);
    }
    let key = VerifyingKey::from_bytes(key.as_bytes()).map_err(|_| BadSignature)?;
    let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
    key.verify_strict(&label.with(&[message]), &signature)
        .map_err(|_| BadSignature)
}

/// Whether the 32 bytes are the canonical encoding of a `y` below p = 2^255 − 19.
///
/// The two other non-canonical encodings (`x` = 0 with the sign bit set) are of small order and
/// are refused as such.
fn is_canonical(point: &[u8; 32]) -> bool {
    let all_high = point[31] & 0x7F == 0x7F && point[1..31].iter().all(|byte| *byte == 0xFF);
    !(all_high && point[0] >= 0xED)
}

/// Whether the bytes encode a point that may be a signing key: on the curve, canonical, not of
/// small order.
pub(crate) fn is_signing_point(point: &[u8; 32]) -> bool {
    is_canonical(point) && VerifyingKey::from_bytes(point).is_ok_and(|key| !key.is_weak())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use curve25519_dalek::edwards::EdwardsPoint;
    use curve25519_dalek::scalar::Scalar;
    use ed25519_dalek::{Signer as _, SigningKey};
    use sha2::{Digest as _, Sha512};

    use super::*;
    use crate::label;

    const MESSAGE: &[u8] = b"what is signed";
    /// The group's order L, little-endian (RFC 8032 §5.1).
    const ORDER: [u8; 32] = [
        0xED, 0xD3, 0xF5, 0x5C, 0x1A, 0x63, 0x12, 0x58, 0xD6, 0x9C, 0xF7, 0xA2, 0xDE, 0xF9, 0xDE,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    /// The canonical encodings of the points of small order.
    const SMALL: [&str; 8] = [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    ];

    fn signer() -> SigningKey {
        SigningKey::from_bytes(&[7; 32])
    }

    fn public() -> SigningPublic {
        SigningPublic::new(signer().verifying_key().to_bytes()).unwrap()
    }

    fn signed() -> Signature {
        Signature::new(signer().sign(&label::HEAD.with(&[MESSAGE])).to_bytes())
    }

    fn point(hex: &str) -> [u8; 32] {
        *hex.parse::<crate::ids::Hash>().unwrap().as_bytes()
    }

    fn join(r: [u8; 32], s: [u8; 32]) -> Signature {
        let mut bytes = [0; 64];
        bytes[..32].copy_from_slice(&r);
        bytes[32..].copy_from_slice(&s);
        Signature::new(bytes)
    }

    /// RFC 8032's `k`: what binds `R`, `A` and the labelled message.
    fn binding(r: &[u8; 32], a: &[u8; 32]) -> Scalar {
        let digest = Sha512::new()
            .chain_update(r)
            .chain_update(a)
            .chain_update(label::HEAD.with(&[MESSAGE]));
        Scalar::from_bytes_mod_order_wide(&digest.finalize().into())
    }

    fn holds(key: [u8; 32], signature: &Signature) -> bool {
        verify_signature(
            label::HEAD,
            MESSAGE,
            &SigningPublic::unchecked(key),
            signature,
        )
        .is_ok()
    }

    /// What a lax verifier takes: S·B = R + k·A over the curve, encodings not looked at. Shows that
    /// each forgery below is refused for its edge and not for being nonsense.
    fn holds_laxly(key: [u8; 32], signature: &Signature) -> bool {
        let (r, s) = signature.0.split_first_chunk::<32>().unwrap();
        let decompress =
            |bytes: &[u8; 32]| curve25519_dalek::edwards::CompressedEdwardsY(*bytes).decompress();
        let (Some(a), Some(point_r)) = (decompress(&key), decompress(r)) else {
            return false;
        };
        let s = Scalar::from_bytes_mod_order(s.try_into().unwrap());
        EdwardsPoint::mul_base(&s) == point_r + binding(r, &key) * a
    }

    #[test]
    fn a_good_signature_holds_under_its_label_only() {
        let (key, signature) = (public(), signed());
        assert_eq!(
            verify_signature(label::HEAD, MESSAGE, &key, &signature),
            Ok(())
        );
        assert!(holds_laxly(*key.as_bytes(), &signature));
        for other in label::ALL.iter().filter(|other| **other != label::HEAD) {
            assert_eq!(
                verify_signature(*other, MESSAGE, &key, &signature),
                Err(BadSignature)
            );
        }
    }

    #[test]
    fn every_bit_of_signature_and_key_counts() {
        let (key, signature) = (public(), signed());
        for bit in 0..512 {
            let mut bytes = *signature.as_bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(
                !holds(*key.as_bytes(), &Signature::new(bytes)),
                "signature bit {bit}"
            );
        }
        for bit in 0..256 {
            let mut bytes = *key.as_bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(!holds(bytes, &signature), "key bit {bit}");
        }
        assert!(verify_signature(label::HEAD, b"something else", &key, &signature).is_err());
    }

    #[test]
    fn an_s_that_is_not_reduced_is_refused() {
        let signature = signed();
        let mut s: [u8; 32] = signature.0[32..].try_into().unwrap();
        let mut carry = 0_u16;
        for (byte, order) in s.iter_mut().zip(ORDER) {
            carry += u16::from(*byte) + u16::from(order);
            *byte = (carry & 0xFF) as u8;
            carry >>= 8;
        }
        let same_point = join(signature.0[..32].try_into().unwrap(), s);
        assert!(holds_laxly(*public().as_bytes(), &same_point));
        assert!(!holds(*public().as_bytes(), &same_point));
    }

    #[test]
    fn a_key_of_small_order_is_refused_although_the_equation_holds() {
        let mut lax = 0;
        for small in SMALL {
            let key = point(small);
            assert!(SigningPublic::new(key).is_err(), "{small}");
            // R = S·B fits whenever k·A is the identity; some S makes it so.
            for seed in 1_u64..40 {
                let s = Scalar::from(seed);
                let r = EdwardsPoint::mul_base(&s).compress().to_bytes();
                let forged = join(r, s.to_bytes());
                lax += u32::from(holds_laxly(key, &forged));
                assert!(!holds(key, &forged), "{small}");
            }
        }
        assert!(lax > 40, "only {lax} forgeries fit the equation");
    }

    #[test]
    fn an_r_of_small_order_is_refused_although_the_equation_holds() {
        let key = *public().as_bytes();
        let secret = signer().to_scalar();
        let identity = point(SMALL[0]);
        let forged = join(identity, (binding(&identity, &key) * secret).to_bytes());
        assert!(holds_laxly(key, &forged));
        assert!(!holds(key, &forged));
        for small in SMALL {
            let r = point(small);
            assert!(
                !holds(key, &join(r, (binding(&r, &key) * secret).to_bytes())),
                "{small}"
            );
        }
    }

    #[test]
    fn encodings_that_are_not_canonical_are_refused() {
        // y + p for y from 0 to 18, with either sign: all that fit into 255 bits.
        for low in 0xED_u8..=0xFF {
            for high in [0x7F_u8, 0xFF] {
                let mut bytes = [0xFF; 32];
                (bytes[0], bytes[31]) = (low, high);
                assert!(!is_canonical(&bytes));
                assert!(SigningPublic::new(bytes).is_err());
                let s = Scalar::from(5_u64);
                let r = EdwardsPoint::mul_base(&s).compress().to_bytes();
                assert!(!holds(bytes, &join(r, s.to_bytes())), "as key");
                assert!(
                    !holds(*public().as_bytes(), &join(bytes, s.to_bytes())),
                    "as R"
                );
            }
        }
        // The identity as p + 1 fits the equation, as key and as R.
        let mut identity = [0xFF; 32];
        (identity[0], identity[31]) = (0xEE, 0x7F);
        let s = Scalar::from(5_u64);
        assert!(holds_laxly(
            identity,
            &join(
                EdwardsPoint::mul_base(&s).compress().to_bytes(),
                s.to_bytes()
            )
        ));
        let key = *public().as_bytes();
        let as_r = join(
            identity,
            (binding(&identity, &key) * signer().to_scalar()).to_bytes(),
        );
        assert!(holds_laxly(key, &as_r));
        assert!(!holds(key, &as_r));
        let mut largest = [0xFF; 32];
        (largest[0], largest[31]) = (0xEC, 0x7F);
        assert!(is_canonical(&largest));
    }
}
