//! The vault file (formats.md §11): what a locked device needs to be opened. Not secret.

use std::collections::BTreeSet;

use lifeos_protocol::codec::{DecodeError, Reader, Wire, Writer};
use lifeos_protocol::keys::Class;
use lifeos_protocol::method_key::SealedMethodKey;
use lifeos_protocol::wrap::Wrap;
use lifeos_protocol::{AccountId, DeviceId, MethodId, PublicKeys};

use crate::api::UnlockWays;

/// The version of a vault whose files begin at 0: all but those of a device that took the place of
/// another in its folder.
const VERSION: u8 = 1;
/// The version of a vault that says where its files begin.
const VERSION_WITH_FIRST: u8 = 2;
/// The most bytes of one part.
const PART_LIMIT: usize = 64 << 10;

/// One way to open the local key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum UnlockWay {
    /// A method whose private halves open a wrap of the local key.
    Method {
        /// The passkey's credential id; empty for a kit.
        credential: Vec<u8>,
        /// The local key, sealed to the method.
        wrap: Box<Wrap>,
        /// The method's private halves, sealed under its secret.
        sealed: SealedMethodKey,
        /// The method's public keys, which the opened halves must give.
        keys: PublicKeys,
    },
    /// Two halves: this one, and the one that the box releases.
    Halves {
        /// The passkey's credential id.
        credential: Vec<u8>,
        /// The half on the device.
        half: [u8; 32],
    },
}

impl UnlockWay {
    /// The passkey's credential id; empty for a kit.
    pub(crate) fn credential(&self) -> &[u8] {
        match self {
            Self::Method { credential, .. } | Self::Halves { credential, .. } => credential,
        }
    }

    /// The method whose way it is; none where it is in two halves.
    pub(crate) fn method(&self) -> Option<MethodId> {
        match self {
            Self::Method { keys, .. } => Some(keys.method_id()),
            Self::Halves { .. } => None,
        }
    }
}

/// What a locked device knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Vault {
    pub(crate) account: AccountId,
    pub(crate) device: DeviceId,
    pub(crate) class: Class,
    /// The number at which the device's files begin.
    pub(crate) first: u32,
    pub(crate) ways: Vec<UnlockWay>,
}

impl Vault {
    /// Returns what kinds of ways there are.
    pub(crate) fn unlock_ways(&self) -> UnlockWays {
        let mut ways = UnlockWays::default();
        for way in &self.ways {
            match way {
                UnlockWay::Method { credential, .. } if credential.is_empty() => ways.kit = true,
                UnlockWay::Method { .. } => ways.passkey = true,
                UnlockWay::Halves { .. } => ways.passkey_with_box = true,
            }
        }
        ways
    }

    /// Returns the credential ids of the passkeys that open it.
    pub(crate) fn credentials(&self) -> impl Iterator<Item = &[u8]> {
        self.ways
            .iter()
            .map(UnlockWay::credential)
            .filter(|credential| !credential.is_empty())
    }

    /// Returns the methods of the account that open it.
    pub(crate) fn methods(&self) -> BTreeSet<MethodId> {
        let methods = self.ways.iter().filter_map(UnlockWay::method);
        methods.collect()
    }

    /// Drops every method but these. Halves stay.
    pub(crate) fn keep_methods(&mut self, kept: &BTreeSet<MethodId>) {
        self.ways
            .retain(|way| way.method().is_none_or(|method| kept.contains(&method)));
    }

    /// Whether a method of the account opens it, without the box.
    pub(crate) fn has_method(&self) -> bool {
        self.ways
            .iter()
            .any(|way| matches!(way, UnlockWay::Method { .. }))
    }

    /// Gives the vault to the device that takes this one's place: the local key stays. A half at
    /// the box is bound to the device before, and goes.
    pub(crate) fn pass_to(&mut self, device: DeviceId, first: u32) {
        self.device = device;
        self.first = first;
        self.ways
            .retain(|way| matches!(way, UnlockWay::Method { .. }));
    }
}

impl Wire for Vault {
    fn write(&self, writer: &mut Writer) {
        let version = if self.first == 0 {
            VERSION
        } else {
            VERSION_WITH_FIRST
        };
        writer
            .u8(version)
            .put(&self.account)
            .put(&self.device)
            .put(&self.class);
        if self.first != 0 {
            writer.u32(self.first);
        }
        writer.u16(u16::try_from(self.ways.len()).expect("a person has far fewer ways than 2^16"));
        for way in &self.ways {
            match way {
                UnlockWay::Method {
                    credential,
                    wrap,
                    sealed,
                    keys,
                } => {
                    writer
                        .u8(1)
                        .bytes(credential)
                        .put(wrap.as_ref())
                        .put(sealed)
                        .put(keys);
                }
                UnlockWay::Halves { credential, half } => {
                    writer.u8(2).bytes(credential).raw(half);
                }
            }
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let version = reader.u8()?;
        if version != VERSION && version != VERSION_WITH_FIRST {
            return Err(DecodeError::Unknown {
                what: "vault version",
                value: version.into(),
            });
        }
        let account = AccountId::read(reader)?;
        let device = DeviceId::read(reader)?;
        let class = Class::read(reader)?;
        let first = if version == VERSION_WITH_FIRST {
            reader.u32()?
        } else {
            0
        };
        let count = reader.u16()?;
        let mut ways = Vec::new();
        for _ in 0..count {
            ways.push(match reader.u8()? {
                1 => UnlockWay::Method {
                    credential: reader.bytes("credential", PART_LIMIT)?.to_vec(),
                    wrap: Box::new(Wrap::read(reader)?),
                    sealed: SealedMethodKey::read(reader)?,
                    keys: PublicKeys::read(reader)?,
                },
                2 => UnlockWay::Halves {
                    credential: reader.bytes("credential", PART_LIMIT)?.to_vec(),
                    half: reader.array()?,
                },
                kind => {
                    return Err(DecodeError::Unknown {
                        what: "way to unlock",
                        value: kind.into(),
                    });
                }
            });
        }
        Ok(Self {
            account,
            device,
            class,
            first,
            ways,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vault_says_where_its_files_begin_where_that_is_not_at_0() {
        let mut vault = Vault {
            account: AccountId::new([1; 16]),
            device: DeviceId::new([2; 16]),
            class: Class::Full,
            first: 0,
            ways: vec![UnlockWay::Halves {
                credential: vec![3; 4],
                half: [4; 32],
            }],
        };
        let before = vault.to_bytes();
        assert_eq!(before[0], 1);
        assert_eq!(Vault::from_bytes(&before).as_ref(), Ok(&vault));

        vault.pass_to(DeviceId::new([5; 16]), 1 << 20);
        let after = vault.to_bytes();
        assert_eq!(after[0], 2);
        assert_eq!(Vault::from_bytes(&after).as_ref(), Ok(&vault));
        assert_eq!(vault.ways, [], "the box's half is the other device's");

        let mut unknown = after;
        unknown[0] = 3;
        assert!(Vault::from_bytes(&unknown).is_err());
    }
}
