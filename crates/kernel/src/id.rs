//! Identity: sixteen bytes each, a type each, so that a device's id is never taken for a record's.
//!
//! Text form: 32 lowercase hexadecimal digits, nothing else is read. On the wire and in
//! snapshots: the 16 bytes.

use core::fmt;
use core::str::FromStr;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::pack::{Pack, PackError, Packer, Unpacker};

/// A text that is not 32 lowercase hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id: 32 lowercase hexadecimal digits were expected")]
pub struct IdTextError;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub [u8; 16]);

        impl $name {
            /// Returns the 16 bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }

        impl From<[u8; 16]> for $name {
            fn from(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }
        }

        impl From<$name> for [u8; 16] {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                for byte in self.0 {
                    write!(f, "{byte:02x}")?;
                }
                Ok(())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = IdTextError;
            fn from_str(text: &str) -> Result<Self, IdTextError> {
                read_hex(text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    serializer.collect_str(self)
                } else {
                    serializer.serialize_bytes(&self.0)
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if deserializer.is_human_readable() {
                    deserializer.deserialize_str(IdVisitor).map(Self)
                } else {
                    deserializer.deserialize_bytes(IdVisitor).map(Self)
                }
            }
        }

        impl Pack for $name {
            fn pack(&self, out: &mut Packer) {
                out.bytes_fixed(&self.0);
            }
            fn unpack(from: &mut Unpacker<'_>) -> Result<Self, PackError> {
                from.bytes_fixed().map(Self)
            }
        }

        #[cfg(feature = "ts")]
        impl ts_rs::TS for $name {
            type WithoutGenerics = Self;
            type OptionInnerType = Self;
            fn ident(_: &ts_rs::Config) -> String {
                stringify!($name).to_owned()
            }
            fn name(_: &ts_rs::Config) -> String {
                "string".to_owned()
            }
            fn inline(_: &ts_rs::Config) -> String {
                "string".to_owned()
            }
        }
    };
}

id! {
    /// The stable identity of one thing in life. Holds no mutable state.
    RecordId
}
id! {
    /// A device: the hash of its public keys, made elsewhere.
    DeviceId
}
id! {
    /// One thing that a person or a program meant to do; a part of it folds once per space.
    IntentId
}
id! {
    /// One action followed through client, server, agent and outside calls.
    FlowId
}
id! {
    /// Many changes that belong together: an import, a set of sample data.
    BatchId
}

impl RecordId {
    /// Returns an id that sorts by the time given: 48 bits of milliseconds, then 74 bits of the
    /// random bytes, in the layout of UUID version 7 (RFC 9562 §5.7).
    #[must_use]
    pub fn from_parts(now_ms: u64, random: [u8; 10]) -> Self {
        let mut bytes = [0; 16];
        bytes[..6].copy_from_slice(&now_ms.to_be_bytes()[2..]);
        bytes[6..].copy_from_slice(&random);
        bytes[6] = (bytes[6] & 0x0f) | 0x70;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        Self(bytes)
    }
}

/// Derives the id of an imported record, so that two devices that import the same thing offline
/// meet on the same record: the first 16 bytes of SHA-256 over the label `lifeos/import/1`, the
/// space, and source and external id each behind a 32-bit length; version bits 8 (RFC 9562 §5.8).
#[must_use]
pub fn derive_import_id(space: [u8; 16], source: &str, external_id: &str) -> RecordId {
    let mut hash = Sha256::new();
    hash.update(b"lifeos/import/1");
    hash.update(space);
    for part in [source, external_id] {
        let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
        hash.update(length.to_be_bytes());
        hash.update(part.as_bytes());
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    RecordId(bytes)
}

fn read_hex(text: &str) -> Result<[u8; 16], IdTextError> {
    let digits = text.as_bytes();
    if digits.len() != 32 {
        return Err(IdTextError);
    }
    let mut bytes = [0; 16];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = (nibble(pair[0])? << 4) | nibble(pair[1])?;
    }
    Ok(bytes)
}

fn nibble(digit: u8) -> Result<u8, IdTextError> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err(IdTextError),
    }
}

struct IdVisitor;

impl Visitor<'_> for IdVisitor {
    type Value = [u8; 16];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id of 16 bytes")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<[u8; 16], E> {
        read_hex(text).map_err(E::custom)
    }

    fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<[u8; 16], E> {
        bytes
            .try_into()
            .map_err(|_| E::custom("an id has 16 bytes"))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed step fails the test")]
    use super::*;

    #[test]
    fn a_record_id_sorts_by_time_and_carries_version_7() {
        let early = RecordId::from_parts(1_000, [0xff; 10]);
        let late = RecordId::from_parts(1_001, [0; 10]);
        assert!(early < late);
        assert_eq!(early.0[6] >> 4, 7);
        assert_eq!(early.0[8] >> 6, 0b10);
    }

    #[test]
    fn the_text_form_reads_back_and_refuses_everything_else() {
        let id = RecordId::from_parts(1_790_000_000_000, [7; 10]);
        assert_eq!(id.to_string().parse::<RecordId>().unwrap(), id);
        for bad in [
            "",
            "0",
            &"G".repeat(32),
            &"A".repeat(32),
            &"0".repeat(33),
            &"é".repeat(16),
        ] {
            assert!(bad.parse::<RecordId>().is_err());
        }
    }

    #[test]
    fn an_import_id_is_fixed_and_separates_source_from_external_id() {
        let one = derive_import_id([1; 16], "super-productivity", "task:abc");
        assert_eq!(
            one.to_string(),
            derive_import_id([1; 16], "super-productivity", "task:abc").to_string()
        );
        assert_ne!(
            one,
            derive_import_id([1; 16], "super-productivityt", "ask:abc")
        );
        assert_ne!(
            one,
            derive_import_id([2; 16], "super-productivity", "task:abc")
        );
        assert_eq!(one.0[6] >> 4, 8);
        assert_eq!(one.0[8] >> 6, 0b10);
    }
}
