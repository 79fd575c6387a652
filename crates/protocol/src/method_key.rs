//! The sealed private halves of an unlock method. Layout and hash only.

use crate::codec::{DecodeError, Reader, Wire, Writer};
use crate::hash::hash;
use crate::ids::{AccountId, Hash, MethodId};
use crate::keys::MethodKind;
use crate::label;

/// The version that this code writes and reads.
pub const VERSION: u8 = 1;

/// A method's private halves, sealed under its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedMethodKey {
    /// What kind of method.
    pub kind: MethodKind,
    /// Whose.
    pub account: AccountId,
    /// Which method.
    pub method: MethodId,
    /// Random.
    pub nonce: [u8; 24],
    /// Compared in constant time before opening.
    pub key_commitment: [u8; 32],
    /// Ed25519 seed ‖ X-Wing seed, and tag.
    pub sealed: [u8; 80],
}

impl SealedMethodKey {
    /// Width in bytes.
    pub const LENGTH: usize = 1 + 1 + 16 + 16 + 24 + 32 + 80;

    /// Returns the hash by which the account log names it.
    #[must_use]
    pub fn hash(&self) -> Hash {
        hash(label::METHOD_KEY_HASH, &[&self.to_bytes()])
    }

    /// Returns the HKDF info of its key: method-key label ‖ kind ‖ account ‖ method.
    #[must_use]
    pub fn key_info(kind: MethodKind, account: AccountId, method: MethodId) -> Vec<u8> {
        label::METHOD_KEY.with(&[&[kind.code()], account.as_bytes(), method.as_bytes()])
    }

    /// Returns its associated data: all fields before `sealed`.
    #[must_use]
    pub fn associated_data(&self) -> Vec<u8> {
        let mut bytes = self.to_bytes();
        bytes.truncate(Self::LENGTH - self.sealed.len());
        bytes
    }
}

impl Wire for SealedMethodKey {
    fn write(&self, writer: &mut Writer) {
        writer
            .u8(VERSION)
            .put(&self.kind)
            .put(&self.account)
            .put(&self.method)
            .raw(&self.nonce)
            .raw(&self.key_commitment)
            .raw(&self.sealed);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let version = reader.u8()?;
        if version != VERSION {
            return Err(DecodeError::Unknown {
                what: "method key version",
                value: version.into(),
            });
        }
        Ok(Self {
            kind: MethodKind::read(reader)?,
            account: AccountId::read(reader)?,
            method: MethodId::read(reader)?,
            nonce: reader.array()?,
            key_commitment: reader.array()?,
            sealed: reader.array()?,
        })
    }
}

/// Returns the constant input over which every passkey's PRF is evaluated.
#[must_use]
pub fn prf_input() -> Hash {
    hash(label::PRF_SALT, &[])
}

/// Returns the HKDF info by which a PRF output gives the method secret.
#[must_use]
pub fn prf_info(account: AccountId) -> Vec<u8> {
    label::PRF.with(&[account.as_bytes()])
}
