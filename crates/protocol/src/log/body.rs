//! The bodies of log statements (`docs/formats.md` §3).

use crate::codec::{DecodeError, Reader, Wire, Writer};
use crate::ids::{AccountId, DeviceId, Hash, IncarnationId, RecipientId, SignerId, SpaceId};
use crate::keys::{Class, MethodKind, PublicKeys, SealingPublic, coded};

/// The most bytes of a body.
pub const MAX_BODY: usize = 256 << 10;
const LIST: usize = u16::MAX as usize;

coded! {
    /// A member's role in a space. Ordered: viewer < member < admin < owner.
    Role as "role" {
        /// Reads.
        Viewer = 1,
        /// Reads and writes.
        Member = 2,
        /// Also adds and removes members and viewers.
        Admin = 3,
        /// Also adds and removes admins, and owners who came later.
        Owner = 4,
    }
}

impl Role {
    /// Whether changes by this role count.
    #[must_use]
    pub fn writes(self) -> bool {
        self >= Self::Member
    }
}

coded! {
    /// What those who come in later may read.
    History as "history" {
        /// Everything: each space key wraps the one before it.
        All = 1,
        /// Only what is written from then on.
        FromNowOn = 2,
    }
}

/// A wrap that a statement names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NamedWrap {
    /// To whom the secret was sealed.
    pub recipient: RecipientId,
    /// The account's epoch; 0 for a device or method.
    pub recipient_epoch: u32,
    /// The wrap's hash.
    pub wrap: Hash,
}

impl Wire for NamedWrap {
    fn write(&self, writer: &mut Writer) {
        writer
            .put(&self.recipient)
            .u32(self.recipient_epoch)
            .put(&self.wrap);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            recipient: RecipientId::read(reader)?,
            recipient_epoch: reader.u32()?,
            wrap: Hash::read(reader)?,
        })
    }
}

/// What every statement that begins an epoch carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpochPart {
    /// The new epoch: one more than the last; 1 in statement 0.
    pub epoch: u32,
    /// The account's X-Wing key of this epoch; none in a space log.
    pub public_key: Option<SealingPublic>,
    /// To whom the new secret was sealed.
    pub wraps: Vec<NamedWrap>,
    /// Hash of the sealed secret of the epoch before; zeros where there is none.
    pub previous: Hash,
}

impl Wire for EpochPart {
    fn write(&self, writer: &mut Writer) {
        writer
            .u32(self.epoch)
            .bytes(
                self.public_key
                    .as_ref()
                    .map_or(&[], |key| key.as_bytes().as_slice()),
            )
            .list(&self.wraps)
            .put(&self.previous);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let epoch = reader.u32()?;
        let key = reader.bytes("public key of an epoch", SealingPublic::LENGTH)?;
        let public_key = if key.is_empty() {
            None
        } else {
            let key = key.try_into().map_err(|_| DecodeError::Invalid {
                what: "public key of an epoch",
            })?;
            Some(SealingPublic::new(key))
        };
        Ok(Self {
            epoch,
            public_key,
            wraps: reader.list("wraps", LIST)?,
            previous: Hash::read(reader)?,
        })
    }
}

/// The last accepted change of a device in a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    /// Whose changes are cut.
    pub device: DeviceId,
    /// In which space.
    pub space: SpaceId,
    /// Counter of the last accepted change; 0 where there is none.
    pub counter: u64,
    /// `h` at that counter.
    pub h: Hash,
}

impl Wire for Cut {
    fn write(&self, writer: &mut Writer) {
        writer
            .put(&self.device)
            .put(&self.space)
            .u64(self.counter)
            .put(&self.h);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            device: DeviceId::read(reader)?,
            space: SpaceId::read(reader)?,
            counter: reader.u64()?,
            h: Hash::read(reader)?,
        })
    }
}

/// One change of which an erasure takes leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// The author.
    pub device: DeviceId,
    /// The change.
    pub counter: u64,
    /// Which leaves, ascending; leaf 0 is never erased.
    pub leaves: Vec<u16>,
}

impl Wire for Erased {
    fn write(&self, writer: &mut Writer) {
        writer
            .put(&self.device)
            .u64(self.counter)
            .list(&self.leaves);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let erased = Self {
            device: DeviceId::read(reader)?,
            counter: reader.u64()?,
            leaves: reader.list("leaves", LIST)?,
        };
        let ordered = erased.leaves.is_sorted_by(|left, right| left < right);
        if !ordered || erased.leaves.first().is_none_or(|first| *first == 0) {
            return Err(DecodeError::Invalid { what: "leaves" });
        }
        Ok(erased)
    }
}

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
