//! The seal's header: what may be replaced by re-sealing. Opening it is `lifeos-crypto`'s.

use crate::codec::{DecodeError, Reader, Wire, Writer};
use crate::hash::hash;
use crate::ids::{Hash, SpaceId};
use crate::keys::coded;
use crate::label::{self, Label};

/// Suite 1: XChaCha20-Poly1305 with HKDF-SHA-256.
pub const SUITE: u8 = 1;

/// What the ciphertext is longer than the padded plaintext, in bytes.
pub const TAG_LENGTH: usize = 16;

coded! {
    /// What was sealed; each kind has a sub-key of its own.
    SealKind as "seal kind" {
        /// One change.
        Change = 1,
        /// Many changes sealed together.
        Segment = 2,
        /// A chunk of a snapshot.
        Snapshot = 3,
        /// A chunk of a blob.
        Blob = 4,
    }
}

impl SealKind {
    /// Returns the label of the kind's sub-key.
    #[must_use]
    pub const fn label(self) -> Label {
        match self {
            Self::Change => label::CHANGE,
            Self::Segment => label::SEGMENT,
            Self::Snapshot => label::SNAPSHOT,
            Self::Blob => label::BLOB,
        }
    }

    /// Returns the HKDF info by which an epoch's key gives the kind's sub-key: label ‖ space ‖ hash
    /// of the space-log statement that began the epoch.
    #[must_use]
    pub fn sub_key_info(self, space: SpaceId, epoch_statement: &Hash) -> Vec<u8> {
        self.label()
            .with(&[space.as_bytes(), epoch_statement.as_bytes()])
    }
}

/// The header of a seal, authenticated as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// What was sealed.
    pub kind: SealKind,
    /// Epoch of the space key it was sealed under: at least the author's.
    pub epoch: u32,
    /// Random.
    pub nonce: [u8; 24],
    /// Compared in constant time before opening.
    pub key_commitment: [u8; 32],
    /// Length of the padded plaintext in bytes; the ciphertext is 16 longer.
    pub padded_length: u32,
}

impl Seal {
    /// Width in bytes.
    pub const LENGTH: usize = 1 + 1 + 4 + 24 + 32 + 4;

    /// Returns the length of the ciphertext in bytes.
    #[must_use]
    pub const fn ciphertext_length(&self) -> usize {
        self.padded_length as usize + TAG_LENGTH
    }

    /// Returns the associated data: the seal, then `h(n)` or a manifest's hash.
    #[must_use]
    pub fn associated_data(&self, bound_to: &Hash) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.put(self).put(bound_to);
        writer.finish()
    }
}

impl Wire for Seal {
    fn write(&self, writer: &mut Writer) {
        writer
            .u8(SUITE)
            .put(&self.kind)
            .u32(self.epoch)
            .raw(&self.nonce)
            .raw(&self.key_commitment)
            .u32(self.padded_length);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let suite = reader.u8()?;
        if suite != SUITE {
            return Err(DecodeError::Unknown {
                what: "suite",
                value: suite.into(),
            });
        }
        Ok(Self {
            kind: SealKind::read(reader)?,
            epoch: reader.u32()?,
            nonce: reader.array()?,
            key_commitment: reader.array()?,
            padded_length: reader.u32()?,
        })
    }
}

/// Returns the HKDF-Expand info of a one-time key and key commitment: seal label ‖ nonce.
#[must_use]
pub fn one_time_info(nonce: &[u8; 24]) -> Vec<u8> {
    label::SEAL.with(&[nonce])
}

/// Returns the hash of a manifest, which takes the place of `h(n)` in segments, snapshots and blobs.
#[must_use]
pub fn manifest_hash(manifest: &[u8]) -> Hash {
    hash(label::MANIFEST, &[manifest])
}
