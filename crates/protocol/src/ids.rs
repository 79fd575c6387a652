//! Ids and hashes: fixed bytes with lowercase hex as their text.

use core::fmt;
use core::str::FromStr;

use data_encoding::HEXLOWER;

use crate::codec::{DecodeError, Reader, Wire, Writer};

/// Text that is not the lowercase hex of the right number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not {bytes} bytes in lowercase hex")]
pub struct BadHex {
    /// How many bytes were expected.
    pub bytes: usize,
}

macro_rules! fixed {
    ($($(#[$doc:meta])* $name:ident($length:literal);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(type = "string"))]
        pub struct $name([u8; $length]);

        impl $name {
            /// Width in bytes.
            pub const LENGTH: usize = $length;
            /// All bytes zero: stands where a format says "zeros".
            pub const ZERO: Self = Self([0; $length]);

            /// Takes the bytes as they are.
            #[must_use]
            pub const fn new(bytes: [u8; $length]) -> Self {
                Self(bytes)
            }

            /// Returns the bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $length] {
                &self.0
            }

            /// Whether all bytes are zero.
            #[must_use]
            pub fn is_zero(&self) -> bool {
                self.0.iter().all(|byte| *byte == 0)
            }

            /// Returns the lowercase hex.
            #[must_use]
            pub fn to_hex(&self) -> String {
                HEXLOWER.encode(&self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.to_hex())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.to_hex())
            }
        }

        impl FromStr for $name {
            type Err = BadHex;

            fn from_str(text: &str) -> Result<Self, BadHex> {
                let mut bytes = [0; $length];
                if text.len() != 2 * $length {
                    return Err(BadHex { bytes: $length });
                }
                HEXLOWER
                    .decode_mut(text.as_bytes(), &mut bytes)
                    .map_err(|_| BadHex { bytes: $length })?;
                Ok(Self(bytes))
            }
        }

        impl From<[u8; $length]> for $name {
            fn from(bytes: [u8; $length]) -> Self {
                Self(bytes)
            }
        }

        impl AsRef<[u8]> for $name {
            fn as_ref(&self) -> &[u8] {
                &self.0
            }
        }

        impl Wire for $name {
            fn write(&self, writer: &mut Writer) {
                writer.raw(&self.0);
            }

            fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
                reader.array().map(Self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.to_hex())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::schema::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .into()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}
    )*};
}

fixed! {
    /// A person's account: the first 16 bytes of the hash of its log's first statement.
    AccountId(16);
    /// A space: the first 16 bytes of the hash of its log's first statement.
    SpaceId(16);
    /// A device: the first 16 bytes of the labelled hash of its public keys.
    DeviceId(16);
    /// An unlock method: the first 16 bytes of the labelled hash of its public keys.
    MethodId(16);
    /// Who signed: a device or a method. Which of them, the account log says.
    SignerId(16);
    /// To whom something was sealed: a device, a method or an account.
    RecipientId(16);
    /// An account log or a space log.
    LogId(16);
    /// One life of the box's store; a restore from a backup starts a new one.
    IncarnationId(16);
    /// One installation of the box, made at its first start.
    InstanceId(16);
    /// One ceremony of device approval.
    CeremonyId(16);
    /// An invitation, as the box knows it.
    InviteId(16);
    /// By which the box finds the sealed key of a kit without knowing the kit.
    KitLookupId(16);
    /// What an author had seen of the others, shortened to 16 bytes.
    SeenDigest(16);
    /// SHA-256, always over a label and what it names.
    Hash(32);
}

impl Hash {
    /// Returns the first 16 bytes: how ids are made of hashes.
    #[must_use]
    pub fn first_16(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&self.0[..16]);
        bytes
    }
}

macro_rules! as_role {
    ($($from:ident => $into:ident;)*) => {$(
        impl From<$from> for $into {
            fn from(id: $from) -> Self {
                Self(id.0)
            }
        }
    )*};
}

as_role! {
    AccountId => LogId;
    SpaceId => LogId;
    LogId => AccountId;
    LogId => SpaceId;
    DeviceId => SignerId;
    MethodId => SignerId;
    SignerId => DeviceId;
    SignerId => MethodId;
    DeviceId => RecipientId;
    MethodId => RecipientId;
    AccountId => RecipientId;
    RecipientId => DeviceId;
    RecipientId => MethodId;
    RecipientId => AccountId;
}
