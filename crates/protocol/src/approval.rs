//! Device approval: messages, transcript and code. The ceremony's timing and its single try are
//! the devices' and the box's; what is computed is here.

use crate::codec::{DecodeError, Reader, Wire, Writer};
use crate::hash::hash;
use crate::ids::{AccountId, CeremonyId, Hash};
use crate::keys::{Class, PublicKeys, coded};
use crate::label;
use crate::session::MAX_ORIGIN;

coded! {
    /// What the new party is enrolled as.
    ApprovalRole as "approval role" {
        /// A device of the same account.
        Device = 1,
    }
}

/// What the new device commits to, and later opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Random.
    pub nonce: [u8; 32],
    /// The new device's ephemeral X25519 key.
    pub ephemeral: [u8; 32],
    /// The new device's keys.
    pub keys: PublicKeys,
}

impl Opening {
    /// Returns the commitment: the first message, and what the QR code carries.
    #[must_use]
    pub fn commitment(&self) -> Hash {
        hash(label::APPROVAL, &[&self.to_bytes()])
    }
}

impl Wire for Opening {
    fn write(&self, writer: &mut Writer) {
        writer.raw(&self.nonce).raw(&self.ephemeral).put(&self.keys);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            nonce: reader.array()?,
            ephemeral: reader.array()?,
            keys: PublicKeys::read(reader)?,
        })
    }
}

/// The old device's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalAnswer {
    /// Random.
    pub nonce: [u8; 32],
    /// The old device's ephemeral X25519 key.
    pub ephemeral: [u8; 32],
    /// The old device's keys.
    pub keys: PublicKeys,
    /// Into which account.
    pub account: AccountId,
    /// What the new device becomes.
    pub role: ApprovalRole,
    /// Of which class.
    pub class: Class,
    /// The origin of the page on the old device.
    pub origin: String,
    /// Protocol version.
    pub version: u16,
}

impl Wire for ApprovalAnswer {
    fn write(&self, writer: &mut Writer) {
        writer
            .raw(&self.nonce)
            .raw(&self.ephemeral)
            .put(&self.keys)
            .put(&self.account)
            .put(&self.role)
            .put(&self.class)
            .bytes(self.origin.as_bytes())
            .u16(self.version);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            nonce: reader.array()?,
            ephemeral: reader.array()?,
            keys: PublicKeys::read(reader)?,
            account: AccountId::read(reader)?,
            role: ApprovalRole::read(reader)?,
            class: Class::read(reader)?,
            origin: String::from_utf8(reader.bytes("origin", MAX_ORIGIN)?.to_vec())
                .map_err(|_| DecodeError::Invalid { what: "origin" })?,
            version: reader.u16()?,
        })
    }
}

/// Everything that was said: commitment, answer, opening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transcript {
    commitment: Hash,
    answer: ApprovalAnswer,
    opening: Opening,
}

/// The opening is not what was committed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the opening is not what was committed to")]
pub struct NotCommitted;

impl Transcript {
    /// Puts the messages together.
    ///
    /// # Errors
    /// [`NotCommitted`] when the opening does not fit the commitment.
    pub fn new(
        commitment: Hash,
        answer: ApprovalAnswer,
        opening: Opening,
    ) -> Result<Self, NotCommitted> {
        if opening.commitment() != commitment {
            return Err(NotCommitted);
        }
        Ok(Self {
            commitment,
            answer,
            opening,
        })
    }

    /// The old device's answer.
    #[must_use]
    pub const fn answer(&self) -> &ApprovalAnswer {
        &self.answer
    }

    /// The new device's opening.
    #[must_use]
    pub const fn opening(&self) -> &Opening {
        &self.opening
    }

    /// Returns the hash of the whole transcript.
    #[must_use]
    pub fn hash(&self) -> Hash {
        hash(label::APPROVAL_TRANSCRIPT, &[&self.bytes()])
    }

    /// Returns the code of six digits that the new device shows and the person types on the old.
    #[must_use]
    pub fn code(&self) -> String {
        let full = hash(label::APPROVAL_CODE, &[&self.bytes()]);
        let first = full
            .as_bytes()
            .first_chunk::<8>()
            .expect("a hash has 32 bytes");
        format!("{:06}", u64::from_be_bytes(*first) % 1_000_000)
    }

    /// Returns the HPKE info of the account's name, sealed to the new device.
    #[must_use]
    pub fn seal_info(&self) -> Vec<u8> {
        label::APPROVAL_SEAL.with(&[self.hash().as_bytes()])
    }

    fn bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer
            .put(&self.commitment)
            .put(&self.answer)
            .put(&self.opening);
        writer.finish()
    }
}

/// Returns the fragment of the link and QR code: `approve/{ceremony hex}/{commitment hex}`.
#[must_use]
pub fn link_fragment(ceremony: CeremonyId, commitment: &Hash) -> String {
    format!("approve/{ceremony}/{commitment}")
}

/// Reads the fragment of a link, with or without its `#`.
#[must_use]
pub fn parse_link_fragment(fragment: &str) -> Option<(CeremonyId, Hash)> {
    let rest = fragment
        .strip_prefix('#')
        .unwrap_or(fragment)
        .strip_prefix("approve/")?;
    let (ceremony, commitment) = rest.split_once('/')?;
    Some((ceremony.parse().ok()?, commitment.parse().ok()?))
}
