//! One statement of a log: bytes, signature, hash.

use crate::codec::{DecodeError, Reader, Wire, Writer};
use crate::hash::hash;
use crate::ids::{AccountId, Hash, LogId, SignerId};
use crate::keys::{SigningPublic, coded};
use crate::label::{self, Label};
use crate::log::body::MAX_BODY;
use crate::signature::{BadSignature, Signature, verify_signature};

const VERSION: u8 = 1;

coded! {
    /// Which kind of log.
    LogKind as "log kind" {
        /// A person's devices and methods.
        Account = 1,
        /// A space's members and keys.
        Space = 2,
    }
}

impl LogKind {
    /// Returns the label of a statement's signature.
    #[must_use]
    pub const fn label(self) -> Label {
        match self {
            Self::Account => label::ACCOUNT_LOG,
            Self::Space => label::SPACE_LOG,
        }
    }

    const fn hash_label(self) -> Label {
        match self {
            Self::Account => label::ACCOUNT_LOG_HASH,
            Self::Space => label::SPACE_LOG_HASH,
        }
    }
}

/// A statement before it is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The log; zeros in statement 0.
    pub log: LogId,
    /// From 0, without gaps.
    pub sequence: u32,
    /// Hash of the statement before; zeros in statement 0.
    pub previous: Hash,
    /// The encoded body, kind first.
    pub body: Vec<u8>,
    /// The signer's account; zeros in statement 0 of an account log.
    pub signer_account: AccountId,
    /// The device or method that signs.
    pub signer: SignerId,
    /// The account-log head by which the signer is judged; in an account log equal to `previous`.
    pub account_head: Hash,
}

impl Draft {
    /// Returns the bytes that are signed after the log kind's [`LogKind::label`].
    #[must_use]
    pub fn sign_bytes(&self) -> Vec<u8> {
        self.to_bytes()
    }

    /// Returns the hash that the statement will have: the signature is not part of it.
    #[must_use]
    pub fn hash(&self, kind: LogKind) -> Hash {
        hash(kind.hash_label(), &[&self.to_bytes()])
    }

    /// Adds the signature over label ‖ [`Self::sign_bytes`].
    #[must_use]
    pub const fn signed(self, signature: Signature) -> LogStatement {
        LogStatement {
            draft: self,
            signature,
        }
    }
}

impl Wire for Draft {
    fn write(&self, writer: &mut Writer) {
        writer
            .u8(VERSION)
            .put(&self.log)
            .u32(self.sequence)
            .put(&self.previous)
            .bytes(&self.body)
            .put(&self.signer_account)
            .put(&self.signer)
            .put(&self.account_head);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let version = reader.u8()?;
        if version != VERSION {
            return Err(DecodeError::Unknown {
                what: "log statement version",
                value: version.into(),
            });
        }
        Ok(Self {
            log: LogId::read(reader)?,
            sequence: reader.u32()?,
            previous: Hash::read(reader)?,
            body: reader.bytes("log statement body", MAX_BODY)?.to_vec(),
            signer_account: AccountId::read(reader)?,
            signer: SignerId::read(reader)?,
            account_head: Hash::read(reader)?,
        })
    }
}

/// A signed statement of a log. Reads as its [`Draft`]'s fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogStatement {
    draft: Draft,
    signature: Signature,
}

impl core::ops::Deref for LogStatement {
    type Target = Draft;

    fn deref(&self) -> &Draft {
        &self.draft
    }
}

impl LogStatement {
    /// Verifies the signature.
    ///
    /// # Errors
    /// [`BadSignature`].
    pub fn verify(&self, kind: LogKind, key: &SigningPublic) -> Result<(), BadSignature> {
        verify_signature(kind.label(), &self.draft.sign_bytes(), key, &self.signature)
    }
}

impl Wire for LogStatement {
    fn write(&self, writer: &mut Writer) {
        writer.put(&self.draft).put(&self.signature);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            draft: Draft::read(reader)?,
            signature: Signature::read(reader)?,
        })
    }
}
