//! The anchor: what a device has verified, signed, for the next unlocking to start from.

use crate::codec::{DecodeError, Reader, Wire, Writer};
use crate::ids::{AccountId, Hash, SignerId, SpaceId};
use crate::keys::SigningPublic;
use crate::label;
use crate::signature::{BadSignature, Signature, verify_signature};

/// The version that this code writes and reads.
pub const VERSION: u8 = 1;
const SPACES: usize = 4096;

/// A place in a log, below which nobody goes again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Floor {
    /// Hash of the statement.
    pub head: Hash,
    /// Its sequence.
    pub sequence: u32,
}

impl Wire for Floor {
    fn write(&self, writer: &mut Writer) {
        writer.put(&self.head).u32(self.sequence);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            head: Hash::read(reader)?,
            sequence: reader.u32()?,
        })
    }
}

/// A space's floor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpaceFloor {
    /// Which space.
    pub space: SpaceId,
    /// Its log's floor.
    pub floor: Floor,
}

impl Wire for SpaceFloor {
    fn write(&self, writer: &mut Writer) {
        writer.put(&self.space).put(&self.floor);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            space: SpaceId::read(reader)?,
            floor: Floor::read(reader)?,
        })
    }
}

/// What an anchor says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnchorBody {
    /// Whose.
    pub account: AccountId,
    /// The account log's floor.
    pub account_floor: Floor,
    /// The spaces' floors.
    pub spaces: Vec<SpaceFloor>,
    /// The protocol version's floor.
    pub protocol_version: u16,
    /// When it was signed, in ms since 1970.
    pub at_ms: u64,
    /// The device that signs.
    pub signer: SignerId,
}

/// A signed anchor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// What is signed.
    pub body: AnchorBody,
    /// Over [`label::ANCHOR`] ‖ body.
    pub signature: Signature,
}

impl Anchor {
    /// Verifies the signature.
    ///
    /// # Errors
    /// [`BadSignature`].
    pub fn verify(&self, key: &SigningPublic) -> Result<(), BadSignature> {
        verify_signature(label::ANCHOR, &self.body.to_bytes(), key, &self.signature)
    }
}

impl Wire for AnchorBody {
    fn write(&self, writer: &mut Writer) {
        writer
            .u8(VERSION)
            .put(&self.account)
            .put(&self.account_floor)
            .list(&self.spaces)
            .u16(self.protocol_version)
            .u64(self.at_ms)
            .put(&self.signer);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let version = reader.u8()?;
        if version != VERSION {
            return Err(DecodeError::Unknown {
                what: "anchor version",
                value: version.into(),
            });
        }
        Ok(Self {
            account: AccountId::read(reader)?,
            account_floor: Floor::read(reader)?,
            spaces: reader.list("spaces of an anchor", SPACES)?,
            protocol_version: reader.u16()?,
            at_ms: reader.u64()?,
            signer: SignerId::read(reader)?,
        })
    }
}

impl Wire for Anchor {
    fn write(&self, writer: &mut Writer) {
        writer.put(&self.body).put(&self.signature);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            body: AnchorBody::read(reader)?,
            signature: Signature::read(reader)?,
        })
    }
}
