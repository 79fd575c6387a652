//! Wraps: one 32-byte secret sealed to one recipient. Layout and hash only; HPKE is
//! `lifeos-crypto`'s. A wrap counts only if a verified log statement names its hash.

use crate::codec::{DecodeError, Reader, Wire, Writer};
use crate::hash::hash;
use crate::ids::{Hash, LogId, RecipientId};
use crate::keys::coded;
use crate::label;

/// The version that this code writes and reads.
pub const VERSION: u8 = 1;

coded! {
    /// Which secret is wrapped.
    WrapKind as "wrap kind" {
        /// An account secret.
        AccountSecret = 1,
        /// A space key.
        SpaceKey = 2,
        /// A device's local key.
        LocalKey = 3,
    }
}

/// What a wrap is bound to: all fields before the encapsulated key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrapHeader {
    /// Which secret.
    pub kind: WrapKind,
    /// The log whose statement names it; zeros in a statement 0; the account id for a local key.
    pub log: LogId,
    /// Sequence of that statement; 0 for a local key.
    pub sequence: u32,
    /// Hash of the statement before; zeros for a local key.
    pub previous: Hash,
    /// Epoch of the secret.
    pub epoch: u32,
    /// To whom it is sealed.
    pub recipient: RecipientId,
}

impl WrapHeader {
    /// Returns the HPKE info: wrap label ‖ all fields.
    #[must_use]
    pub fn info(&self) -> Vec<u8> {
        label::WRAP.with(&[&self.to_bytes()])
    }
}

impl Wire for WrapHeader {
    fn write(&self, writer: &mut Writer) {
        writer
            .u8(VERSION)
            .put(&self.kind)
            .put(&self.log)
            .u32(self.sequence)
            .put(&self.previous)
            .u32(self.epoch)
            .put(&self.recipient);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let version = reader.u8()?;
        if version != VERSION {
            return Err(DecodeError::Unknown {
                what: "wrap version",
                value: version.into(),
            });
        }
        Ok(Self {
            kind: WrapKind::read(reader)?,
            log: LogId::read(reader)?,
            sequence: reader.u32()?,
            previous: Hash::read(reader)?,
            epoch: reader.u32()?,
            recipient: RecipientId::read(reader)?,
        })
    }
}

/// A wrap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrap {
    /// What it is bound to.
    pub header: WrapHeader,
    enc: Box<[u8; Self::ENC_LENGTH]>,
    sealed: [u8; Self::SEALED_LENGTH],
}

impl Wrap {
    /// Width of the HPKE encapsulated key in bytes.
    pub const ENC_LENGTH: usize = 1120;
    /// Width of ciphertext and tag in bytes.
    pub const SEALED_LENGTH: usize = 48;
    /// Width of a wrap in bytes.
    pub const LENGTH: usize = 1 + 1 + 16 + 4 + 32 + 4 + 16 + Self::ENC_LENGTH + Self::SEALED_LENGTH;

    /// Puts a wrap together.
    #[must_use]
    pub fn new(
        header: WrapHeader,
        enc: [u8; Self::ENC_LENGTH],
        sealed: [u8; Self::SEALED_LENGTH],
    ) -> Self {
        Self {
            header,
            enc: Box::new(enc),
            sealed,
        }
    }

    /// The HPKE encapsulated key.
    #[must_use]
    pub fn enc(&self) -> &[u8; Self::ENC_LENGTH] {
        &self.enc
    }

    /// Ciphertext and tag.
    #[must_use]
    pub const fn sealed(&self) -> &[u8; Self::SEALED_LENGTH] {
        &self.sealed
    }

    /// Returns the hash by which a log names it.
    #[must_use]
    pub fn hash(&self) -> Hash {
        hash(label::WRAP_HASH, &[&self.to_bytes()])
    }
}

impl Wire for Wrap {
    fn write(&self, writer: &mut Writer) {
        writer
            .put(&self.header)
            .raw(&self.enc[..])
            .raw(&self.sealed);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            header: WrapHeader::read(reader)?,
            enc: Box::new(reader.array()?),
            sealed: reader.array()?,
        })
    }
}

/// The secret of the epoch before, sealed under the new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedPrevious {
    /// Random.
    pub nonce: [u8; 24],
    /// Compared in constant time before opening.
    pub key_commitment: [u8; 32],
    /// Ciphertext and tag.
    pub sealed: [u8; 48],
}

impl SealedPrevious {
    /// Width in bytes.
    pub const LENGTH: usize = 24 + 32 + 48;

    /// Returns the hash by which an epoch part names it.
    #[must_use]
    pub fn hash(&self) -> Hash {
        hash(label::PREVIOUS_HASH, &[&self.to_bytes()])
    }

    /// Returns the HKDF info of its key: previous label ‖ log ‖ new epoch.
    #[must_use]
    pub fn key_info(log: LogId, new_epoch: u32) -> Vec<u8> {
        label::PREVIOUS.with(&[log.as_bytes(), &new_epoch.to_be_bytes()])
    }

    /// Returns its associated data: log ‖ new epoch.
    #[must_use]
    pub fn associated_data(log: LogId, new_epoch: u32) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.put(&log).u32(new_epoch);
        writer.finish()
    }
}

impl Wire for SealedPrevious {
    fn write(&self, writer: &mut Writer) {
        writer
            .raw(&self.nonce)
            .raw(&self.key_commitment)
            .raw(&self.sealed);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            nonce: reader.array()?,
            key_commitment: reader.array()?,
            sealed: reader.array()?,
        })
    }
}

/// Returns the HKDF info by which an account secret gives the account's X-Wing seed of an epoch.
#[must_use]
pub fn account_key_info(epoch: u32) -> Vec<u8> {
    label::ACCOUNT_KEY.with(&[&epoch.to_be_bytes()])
}
