//! The bodies of log statements (`docs/formats.md` §3).

mod parts;

pub use parts::{Cut, EpochPart, Erased, History, LogCut, NamedWrap, Role};

use crate::codec::{DecodeError, Reader, Wire, Writer};
use crate::ids::{AccountId, Hash, IncarnationId, SignerId};
use crate::keys::{Class, MethodKind, PublicKeys};

/// The most bytes of a body.
pub const MAX_BODY: usize = 256 << 10;
const LIST: usize = u16::MAX as usize;

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty = $write:ident / $read:expr,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
        }

        impl Wire for $name {
            fn write(&self, writer: &mut Writer) {
                $($write(writer, &self.$field);)*
            }

            fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
                $(let $field = $read(reader)?;)*
                Ok(Self { $($field,)* })
            }
        }
    )*};
}

fn put<T: Wire>(writer: &mut Writer, value: &T) {
    writer.put(value);
}

fn put_u32(writer: &mut Writer, value: &u32) {
    writer.u32(*value);
}

fn put_u64(writer: &mut Writer, value: &u64) {
    writer.u64(*value);
}

fn put_raw(writer: &mut Writer, value: &[u8; 16]) {
    writer.raw(value);
}

fn put_list<T: Wire>(writer: &mut Writer, value: &[T]) {
    writer.list(value);
}

fn read_u32(reader: &mut Reader<'_>) -> Result<u32, DecodeError> {
    reader.u32()
}

fn read_u64(reader: &mut Reader<'_>) -> Result<u64, DecodeError> {
    reader.u64()
}

fn read_raw(reader: &mut Reader<'_>) -> Result<[u8; 16], DecodeError> {
    reader.array()
}

fn read_list<T: Wire>(reader: &mut Reader<'_>) -> Result<Vec<T>, DecodeError> {
    reader.list("list", LIST)
}

fields! {
    /// The first statement of an account log.
    AccountGenesis {
        /// Random, so that two accounts never have one id.
        salt: [u8; 16] = put_raw / read_raw,
        /// When, in ms since 1970.
        at_ms: u64 = put_u64 / read_u64,
        /// Always full.
        class: Class = put / Class::read,
        /// Keys of the first device, which signs.
        keys: PublicKeys = put / PublicKeys::read,
        /// Epoch 1.
        epoch: EpochPart = put / EpochPart::read,
    }

    /// Enrols a device.
    AddDevice {
        /// When, in ms since 1970.
        at_ms: u64 = put_u64 / read_u64,
        /// Its class.
        class: Class = put / Class::read,
        /// Its keys.
        keys: PublicKeys = put / PublicKeys::read,
        /// The account's epoch now.
        epoch: u32 = put_u32 / read_u32,
        /// Hash of the wrap of the account secret; zeros unless the class is full.
        wrap: Hash = put / Hash::read,
    }

    /// Enrols an unlock method.
    AddMethod {
        /// When, in ms since 1970.
        at_ms: u64 = put_u64 / read_u64,
        /// What kind.
        kind: MethodKind = put / MethodKind::read,
        /// Its keys.
        keys: PublicKeys = put / PublicKeys::read,
        /// The account's epoch now.
        epoch: u32 = put_u32 / read_u32,
        /// Hash of the wrap of the account secret.
        wrap: Hash = put / Hash::read,
        /// Hash of the sealed method key.
        method_key: Hash = put / Hash::read,
    }

    /// Revokes devices and methods, and begins an epoch.
    Revoke {
        /// When, in ms since 1970.
        at_ms: u64 = put_u64 / read_u64,
        /// Whom.
        targets: Vec<SignerId> = put_list / read_list,
        /// What of theirs was accepted, for each device and space.
        cuts: Vec<Cut> = put_list / read_list,
        /// Where the log of each of the account's spaces stood.
        logs: Vec<LogCut> = put_list / read_list,
        /// The new epoch.
        epoch: EpochPart = put / EpochPart::read,
    }

    /// Settles a fork of an account log, revoking whom it has to, and begins an epoch.
    ResolveAccount {
        /// When, in ms since 1970.
        at_ms: u64 = put_u64 / read_u64,
        /// The head that goes on: the statement before this one.
        picked: Hash = put / Hash::read,
        /// The head of the branch that ends.
        refused: Hash = put / Hash::read,
        /// Whom it revokes.
        targets: Vec<SignerId> = put_list / read_list,
        /// What of theirs was accepted.
        cuts: Vec<Cut> = put_list / read_list,
        /// Where the log of each of the account's spaces stood.
        logs: Vec<LogCut> = put_list / read_list,
        /// The new epoch.
        epoch: EpochPart = put / EpochPart::read,
    }

    /// The first statement of a space log. The signer's account is the first owner.
    SpaceGenesis {
        /// Random, so that two spaces never have one id.
        salt: [u8; 16] = put_raw / read_raw,
        /// When, in ms since 1970.
        at_ms: u64 = put_u64 / read_u64,
        /// The least class of a device that may hold the space.
        least_class: Class = put / Class::read,
        /// What those who come in later may read.
        history: History = put / History::read,
        /// Epoch 1.
        epoch: EpochPart = put / EpochPart::read,
    }

    /// Adds a member.
    AddMember {
        /// When, in ms since 1970.
        at_ms: u64 = put_u64 / read_u64,
        /// Whom.
        account: AccountId = put / AccountId::read,
        /// The head of the member's account log that the signer verified.
        account_head: Hash = put / Hash::read,
        /// As what.
        role: Role = put / Role::read,
        /// The space's epoch now.
        epoch: u32 = put_u32 / read_u32,
        /// Hash of the wrap of the space key.
        wrap: Hash = put / Hash::read,
        /// The member's account epoch that it was sealed to.
        recipient_epoch: u32 = put_u32 / read_u32,
    }

    /// Removes a member and begins an epoch.
    RemoveMember {
        /// When, in ms since 1970.
        at_ms: u64 = put_u64 / read_u64,
        /// Whom.
        account: AccountId = put / AccountId::read,
        /// What of theirs was accepted.
        cuts: Vec<Cut> = put_list / read_list,
        /// The new epoch.
        epoch: EpochPart = put / EpochPart::read,
    }

    /// Changes a member's role.
    SetRole {
        /// When, in ms since 1970.
        at_ms: u64 = put_u64 / read_u64,
        /// Whose.
        account: AccountId = put / AccountId::read,
        /// To what.
        role: Role = put / Role::read,
        /// Where the new role does not write: what of theirs was accepted.
        cuts: Vec<Cut> = put_list / read_list,
    }

    /// Settles a fork of a space log and begins an epoch.
    Resolve {
        /// When, in ms since 1970.
        at_ms: u64 = put_u64 / read_u64,
        /// The head that goes on: the statement before this one.
        picked: Hash = put / Hash::read,
        /// The head of the branch that ends.
        refused: Hash = put / Hash::read,
        /// What was accepted of those whom the picked branch does not carry.
        cuts: Vec<Cut> = put_list / read_list,
        /// The new epoch.
        epoch: EpochPart = put / EpochPart::read,
    }
}

/// The body of an account-log statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountBody {
    /// Kind 1.
    Genesis(AccountGenesis),
    /// Kind 2.
    AddDevice(AddDevice),
    /// Kind 3.
    AddMethod(AddMethod),
    /// Kind 4.
    Revoke(Revoke),
    /// Kind 5.
    Resolve(ResolveAccount),
    /// Kind 6: the box's store begins a new life, after a restore.
    AdmitIncarnation {
        /// When, in ms since 1970.
        at_ms: u64,
        /// The new life.
        incarnation: IncarnationId,
    },
}

impl AccountBody {
    /// Whom it revokes and where the spaces' logs stood, where it is of a kind that revokes.
    #[must_use]
    pub fn revocation(&self) -> Option<(&[SignerId], &[LogCut])> {
        match self {
            Self::Revoke(body) => Some((&body.targets, &body.logs)),
            Self::Resolve(body) => Some((&body.targets, &body.logs)),
            _ => None,
        }
    }
}

impl Wire for AccountBody {
    fn write(&self, writer: &mut Writer) {
        match self {
            Self::Genesis(body) => writer.u16(1).put(body),
            Self::AddDevice(body) => writer.u16(2).put(body),
            Self::AddMethod(body) => writer.u16(3).put(body),
            Self::Revoke(body) => writer.u16(4).put(body),
            Self::Resolve(body) => writer.u16(5).put(body),
            Self::AdmitIncarnation { at_ms, incarnation } => {
                writer.u16(6).u64(*at_ms).put(incarnation)
            }
        };
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(match reader.u16()? {
            1 => Self::Genesis(AccountGenesis::read(reader)?),
            2 => Self::AddDevice(AddDevice::read(reader)?),
            3 => Self::AddMethod(AddMethod::read(reader)?),
            4 => Self::Revoke(Revoke::read(reader)?),
            5 => Self::Resolve(ResolveAccount::read(reader)?),
            6 => Self::AdmitIncarnation {
                at_ms: reader.u64()?,
                incarnation: IncarnationId::read(reader)?,
            },
            kind => {
                return Err(DecodeError::Unknown {
                    what: "account-log kind",
                    value: kind.into(),
                });
            }
        })
    }
}

/// The body of a space-log statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpaceBody {
    /// Kind 1.
    Genesis(SpaceGenesis),
    /// Kind 2: a new epoch, membership as it was.
    Rekey {
        /// When, in ms since 1970.
        at_ms: u64,
        /// The new epoch.
        epoch: EpochPart,
    },
    /// Kind 3.
    AddMember(AddMember),
    /// Kind 4.
    RemoveMember(RemoveMember),
    /// Kind 5.
    SetRole(SetRole),
    /// Kind 6: which leaves may be bare.
    Erasure {
        /// When, in ms since 1970.
        at_ms: u64,
        /// What is erased.
        erased: Vec<Erased>,
    },
    /// Kind 7.
    Resolve(Resolve),
    /// Kind 8: the signer has read a segment back and vouches for it.
    ReadBack {
        /// When, in ms since 1970.
        at_ms: u64,
        /// Hash of the segment's manifest.
        manifest: Hash,
    },
}

impl Wire for SpaceBody {
    fn write(&self, writer: &mut Writer) {
        match self {
            Self::Genesis(body) => writer.u16(1).put(body),
            Self::Rekey { at_ms, epoch } => writer.u16(2).u64(*at_ms).put(epoch),
            Self::AddMember(body) => writer.u16(3).put(body),
            Self::RemoveMember(body) => writer.u16(4).put(body),
            Self::SetRole(body) => writer.u16(5).put(body),
            Self::Erasure { at_ms, erased } => writer.u16(6).u64(*at_ms).list(erased),
            Self::Resolve(body) => writer.u16(7).put(body),
            Self::ReadBack { at_ms, manifest } => writer.u16(8).u64(*at_ms).put(manifest),
        };
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(match reader.u16()? {
            1 => Self::Genesis(SpaceGenesis::read(reader)?),
            2 => Self::Rekey {
                at_ms: reader.u64()?,
                epoch: EpochPart::read(reader)?,
            },
            3 => Self::AddMember(AddMember::read(reader)?),
            4 => Self::RemoveMember(RemoveMember::read(reader)?),
            5 => Self::SetRole(SetRole::read(reader)?),
            6 => Self::Erasure {
                at_ms: reader.u64()?,
                erased: read_list(reader)?,
            },
            7 => Self::Resolve(Resolve::read(reader)?),
            8 => Self::ReadBack {
                at_ms: reader.u64()?,
                manifest: Hash::read(reader)?,
            },
            kind => {
                return Err(DecodeError::Unknown {
                    what: "space-log kind",
                    value: kind.into(),
                });
            }
        })
    }
}
