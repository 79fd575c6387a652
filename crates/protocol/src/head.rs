//! A head: a device's signature over the end of its chain. One vouches for everything behind it.

use crate::codec::{DecodeError, Reader, Wire, Writer};
use crate::ids::{AccountId, DeviceId, Hash, SeenDigest, SpaceId};
use crate::keys::SigningPublic;
use crate::label;
use crate::seen::ChainPoint;
use crate::signature::{BadSignature, Signature, verify_signature};

/// Suite 1: Ed25519.
pub const SUITE: u8 = 1;

/// What a head says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeadBody {
    /// The author's account.
    pub account: AccountId,
    /// The space of the chain.
    pub space: SpaceId,
    /// The author.
    pub device: DeviceId,
    /// Counter of the last change.
    pub counter: u64,
    /// `h` at that counter.
    pub h: Hash,
    /// Hash of the space-log statement that the author knew last.
    pub space_log_head: Hash,
    /// Hash of the statement that the author knew last in its account log.
    pub account_log_head: Hash,
    /// The digest of the last change's `seen`.
    pub seen_digest: SeenDigest,
}

impl HeadBody {
    /// Returns the bytes that are signed after [`label::HEAD`].
    #[must_use]
    pub fn sign_bytes(&self) -> Vec<u8> {
        self.to_bytes()
    }

    /// Returns the place in the chain.
    #[must_use]
    pub const fn point(&self) -> ChainPoint {
        ChainPoint {
            counter: self.counter,
            h: self.h,
        }
    }
}

impl Wire for HeadBody {
    fn write(&self, writer: &mut Writer) {
        writer
            .u8(SUITE)
            .put(&self.account)
            .put(&self.space)
            .put(&self.device)
            .u64(self.counter)
            .put(&self.h)
            .put(&self.space_log_head)
            .put(&self.account_log_head)
            .put(&self.seen_digest);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let suite = reader.u8()?;
        if suite != SUITE {
            return Err(DecodeError::Unknown {
                what: "head suite",
                value: suite.into(),
            });
        }
        Ok(Self {
            account: AccountId::read(reader)?,
            space: SpaceId::read(reader)?,
            device: DeviceId::read(reader)?,
            counter: reader.u64()?,
            h: Hash::read(reader)?,
            space_log_head: Hash::read(reader)?,
            account_log_head: Hash::read(reader)?,
            seen_digest: SeenDigest::read(reader)?,
        })
    }
}

/// A head with its signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// What is signed.
    pub body: HeadBody,
    /// By the device, over [`label::HEAD`] ‖ body.
    pub signature: Signature,
}

impl Head {
    /// Verifies the signature.
    ///
    /// # Errors
    /// [`BadSignature`].
    pub fn verify(&self, key: &SigningPublic) -> Result<(), BadSignature> {
        verify_signature(label::HEAD, &self.body.sign_bytes(), key, &self.signature)
    }
}

impl Wire for Head {
    fn write(&self, writer: &mut Writer) {
        writer.put(&self.body).put(&self.signature);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            body: HeadBody::read(reader)?,
            signature: Signature::read(reader)?,
        })
    }
}
