//! Public keys of devices and methods, and the ids made of them.

use core::fmt;
use std::sync::Arc;

use crate::codec::{DecodeError, Reader, Wire, Writer};
use crate::hash::hash;
use crate::ids::{DeviceId, MethodId};
use crate::label;
use crate::signature::is_signing_point;

/// An Ed25519 public key: canonical, on the curve, not of small order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SigningPublic([u8; 32]);

impl SigningPublic {
    /// Takes the bytes.
    ///
    /// # Errors
    /// [`DecodeError::Invalid`] when they are not the canonical encoding of a point of large order.
    pub fn new(bytes: [u8; 32]) -> Result<Self, DecodeError> {
        if is_signing_point(&bytes) {
            Ok(Self(bytes))
        } else {
            Err(DecodeError::Invalid {
                what: "signing key",
            })
        }
    }

    /// Takes bytes of any kind, for a test of what verification refuses.
    #[cfg(test)]
    pub(crate) const fn unchecked(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for SigningPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningPublic")
    }
}

impl Wire for SigningPublic {
    fn write(&self, writer: &mut Writer) {
        writer.raw(&self.0);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Self::new(reader.array()?)
    }
}

/// An X-Wing encapsulation key (X25519 + ML-KEM-768). Cheap to clone.
///
/// Whether its ML-KEM half is well formed is found out by who seals to it.
#[derive(Clone, PartialEq, Eq)]
pub struct SealingPublic(Arc<[u8; Self::LENGTH]>);

impl SealingPublic {
    /// Width in bytes.
    pub const LENGTH: usize = 1216;

    /// Takes the bytes as they are.
    #[must_use]
    pub fn new(bytes: [u8; Self::LENGTH]) -> Self {
        Self(Arc::new(bytes))
    }

    /// Returns the bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }
}

impl fmt::Debug for SealingPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingPublic")
    }
}

impl Wire for SealingPublic {
    fn write(&self, writer: &mut Writer) {
        writer.raw(&self.0[..]);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array().map(Self::new)
    }
}

/// The public keys of a device or a method (`keys` in `docs/formats.md` §2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKeys {
    /// Verifies what it signs.
    pub signing: SigningPublic,
    /// Seals what only it may open.
    pub sealing: SealingPublic,
}

impl PublicKeys {
    /// Width in bytes.
    pub const LENGTH: usize = 32 + SealingPublic::LENGTH;

    /// Returns the id of a device that has these keys.
    #[must_use]
    pub fn device_id(&self) -> DeviceId {
        DeviceId::new(hash(label::DEVICE, &[&self.to_bytes()]).first_16())
    }

    /// Returns the id of an unlock method that has these keys.
    #[must_use]
    pub fn method_id(&self) -> MethodId {
        MethodId::new(hash(label::METHOD, &[&self.to_bytes()]).first_16())
    }
}

impl Wire for PublicKeys {
    fn write(&self, writer: &mut Writer) {
        writer.put(&self.signing).put(&self.sealing);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            signing: SigningPublic::read(reader)?,
            sealing: SealingPublic::read(reader)?,
        })
    }
}

macro_rules! coded {
    ($(#[$doc:meta])* $name:ident as $what:literal { $($(#[$item_doc:meta])* $item:ident = $code:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS))]
        pub enum $name {
            $($(#[$item_doc])* $item,)*
        }

        impl $name {
            /// Returns the code in the byte tables.
            #[must_use]
            pub const fn code(self) -> u8 {
                match self { $(Self::$item => $code,)* }
            }

            /// Returns the meaning of a code.
            ///
            /// # Errors
            /// [`DecodeError::Unknown`].
            pub fn from_code(code: u8) -> Result<Self, DecodeError> {
                match code {
                    $($code => Ok(Self::$item),)*
                    _ => Err(DecodeError::Unknown { what: $what, value: code.into() }),
                }
            }
        }

        impl $crate::codec::Wire for $name {
            fn write(&self, writer: &mut $crate::codec::Writer) {
                writer.u8(self.code());
            }

            fn read(reader: &mut $crate::codec::Reader<'_>) -> Result<Self, DecodeError> {
                Self::from_code(reader.u8()?)
            }
        }
    };
}
pub(crate) use coded;

coded! {
    /// A device's security class, and the least that a space asks for. Ordered: agent < shared < full.
    Class as "class" {
        /// A connector or the home agent: opens only what was sealed to it.
        Agent = 1,
        /// A device that several people use: opens only what was sealed to it.
        Shared = 2,
        /// A person's own device: opens the account secret.
        Full = 3,
    }
}

coded! {
    /// What kind of unlock method.
    MethodKind as "method kind" {
        /// A passkey with PRF.
        Passkey = 1,
        /// A recovery kit.
        Kit = 2,
        /// A passphrase; reserved.
        Passphrase = 3,
    }
}
