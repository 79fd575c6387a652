//! Unlock methods: a passkey's PRF output or a kit gives a secret, which opens that method's own
//! keys (formats.md §5). Nothing that is stored is derived from it directly.

use lifeos_protocol::kit::{KitBytes, lookup_info, secret_info};
use lifeos_protocol::method_key::{SealedMethodKey, prf_info};
use lifeos_protocol::{AccountId, KitLookupId, MethodKind, PublicKeys};
use rand_core::CryptoRng;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::committed::{SealingKey, make_nonce};
use crate::primitive::hkdf;
use crate::secret::{make_bytes, mute};
use crate::{MethodKeys, OpenError};

/// What a passkey's PRF gave for the constant input
/// ([`lifeos_protocol::method_key::prf_input`]).
pub struct PrfOutput(Zeroizing<[u8; 32]>);

impl PrfOutput {
    /// Takes the first result of the PRF extension.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(Zeroizing::new(*bytes))
    }
}

/// Two evaluations are compared in constant time: only what came out twice is trusted.
impl PartialEq for PrfOutput {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&*other.0).into()
    }
}

impl Eq for PrfOutput {}

/// A recovery kit: 20 random bytes, kept on paper.
pub struct Kit(KitBytes);

impl Kit {
    /// Makes a new kit.
    #[must_use]
    pub fn make(rng: &mut impl CryptoRng) -> Self {
        Self(KitBytes::new(*make_bytes(rng)))
    }

    /// Takes a kit that was typed or scanned; its text is [`lifeos_protocol::kit`]'s.
    #[must_use]
    pub fn from_bytes(bytes: KitBytes) -> Self {
        Self(bytes)
    }

    /// Returns the bytes, to be printed.
    #[must_use]
    pub fn expose(&self) -> &KitBytes {
        &self.0
    }

    /// Returns the id by which the box finds the sealed key, and learns nothing else of the kit.
    #[must_use]
    pub fn lookup_id(&self) -> KitLookupId {
        let derived = hkdf::derive_32(self.0.expose(), &lookup_info());
        KitLookupId::new(*derived.first_chunk().expect("32 bytes begin with 16"))
    }
}

/// The secret of one unlock method, of whichever kind.
pub struct MethodSecret {
    kind: MethodKind,
    bytes: Zeroizing<[u8; 32]>,
}

impl MethodSecret {
    /// Derives the secret of a passkey. The account enters here, since the PRF's input is constant.
    #[must_use]
    pub fn from_prf(output: &PrfOutput, account: AccountId) -> Self {
        let bytes = hkdf::derive_32(output.0.as_slice(), &prf_info(account));
        Self {
            kind: MethodKind::Passkey,
            bytes,
        }
    }

    /// Derives the secret of a kit.
    #[must_use]
    pub fn from_kit(kit: &Kit) -> Self {
        Self {
            kind: MethodKind::Kit,
            bytes: hkdf::derive_32(kit.0.expose(), &secret_info()),
        }
    }

    /// Returns the kind of the method.
    #[must_use]
    pub fn kind(&self) -> MethodKind {
        self.kind
    }
}

mute!(PrfOutput, Kit, MethodSecret);

/// Seals a method's private halves under its secret.
#[must_use]
pub fn seal_keys(
    keys: &MethodKeys,
    account: AccountId,
    secret: &MethodSecret,
    rng: &mut impl CryptoRng,
) -> SealedMethodKey {
    let info = SealedMethodKey::key_info(secret.kind, account, keys.id());
    let one_time = SealingKey::derive(secret.bytes.as_slice(), &info).one_time(&make_nonce(rng));
    let mut object = SealedMethodKey {
        kind: secret.kind,
        account,
        method: keys.id(),
        nonce: one_time.nonce(),
        key_commitment: *one_time.commitment(),
        sealed: [0; 80],
    };
    let mut text = Vec::with_capacity(object.sealed.len());
    text.extend_from_slice(keys.expose_seeds());
    one_time.seal(&object.associated_data(), &mut text);
    object.sealed = text.try_into().expect("64 bytes and a tag are 80");
    object
}

/// Opens a method's private halves. `expected` are the public keys that the verified account log
/// names for this method; what was opened must give the same ones again, or the object was made
/// by somebody else.
///
/// # Errors
/// [`OpenError`] for every cause alike.
pub fn open_keys(
    object: &SealedMethodKey,
    secret: &MethodSecret,
    account: AccountId,
    expected: &PublicKeys,
) -> Result<MethodKeys, OpenError> {
    let method = expected.method_id();
    if (object.kind, object.account, object.method) != (secret.kind, account, method) {
        return Err(OpenError);
    }
    let info = SealedMethodKey::key_info(secret.kind, account, method);
    let one_time = SealingKey::derive(secret.bytes.as_slice(), &info)
        .committed(&object.nonce, &object.key_commitment)?;
    let mut text = Zeroizing::new(object.sealed.to_vec());
    one_time.open(&object.associated_data(), &mut text)?;
    let keys = MethodKeys::from_seeds(text.as_slice().try_into().map_err(|_| OpenError)?);
    if keys.public() == expected {
        Ok(keys)
    } else {
        Err(OpenError)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;

    /// Who learned a method's secret seals keys of its own in that method's name: the object is
    /// right in every field and opens, and yet is not what the account log names.
    #[test]
    fn keys_that_are_not_those_of_the_log_are_refused_though_they_open() {
        let account = AccountId::new([1; 16]);
        let secret = MethodSecret::from_prf(&PrfOutput::from_bytes(&[2; 32]), account);
        let [ours, theirs] = [3, 4].map(|byte| MethodKeys::from_seeds(&[byte; 64]));
        let forge = |seeds: &MethodKeys| {
            let info = SealedMethodKey::key_info(secret.kind, account, ours.id());
            let one_time = SealingKey::derive(secret.bytes.as_slice(), &info).one_time(&[5; 24]);
            let mut object = SealedMethodKey {
                kind: secret.kind,
                account,
                method: ours.id(),
                nonce: one_time.nonce(),
                key_commitment: *one_time.commitment(),
                sealed: [0; 80],
            };
            let mut text = seeds.expose_seeds().to_vec();
            one_time.seal(&object.associated_data(), &mut text);
            object.sealed = text.try_into().unwrap();
            open_keys(&object, &secret, account, ours.public())
        };
        assert!(forge(&ours).is_ok());
        assert_eq!(forge(&theirs).unwrap_err(), OpenError);
    }
}
