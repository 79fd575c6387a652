//! The account log: a person's devices, unlock methods, epochs and cuts.

mod judge;

use std::collections::{BTreeMap, HashMap};

use crate::ids::{
    AccountId, DeviceId, Hash, IncarnationId, MethodId, RecipientId, SignerId, SpaceId,
};
use crate::keys::{Class, MethodKind, PublicKeys, SealingPublic, SigningPublic};
use crate::log::body::{Cut, LogCut};
use crate::log::chain::Log;
use crate::seen::ChainPoint;
use crate::statement::chain_start;

/// The most devices (and, apart, methods) that are active at once.
pub const MAX_LIVE: usize = 32;
/// The most devices (and, apart, methods) that an account ever has.
pub const MAX_LIFETIME: usize = 1024;

/// A person's log.
pub type AccountLog = Log<AccountState>;

/// Where account logs are found when a space's statement or a change is judged.
pub trait Accounts {
    /// Returns the verified log of an account, as far as it is known.
    fn account(&self, id: AccountId) -> Option<&AccountLog>;
}

impl Accounts for AccountLog {
    fn account(&self, id: AccountId) -> Option<&AccountLog> {
        (self.id == id).then_some(self)
    }
}

impl Accounts for BTreeMap<AccountId, AccountLog> {
    fn account(&self, id: AccountId) -> Option<&AccountLog> {
        self.get(&id)
    }
}

impl<H: core::hash::BuildHasher> Accounts for HashMap<AccountId, AccountLog, H> {
    fn account(&self, id: AccountId) -> Option<&AccountLog> {
        self.get(&id)
    }
}

/// A device of an account.
#[derive(Debug, Clone)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// Its class.
    pub class: Class,
    /// Its keys.
    pub keys: PublicKeys,
    /// When it was enrolled, by its own statement: ms since 1970.
    pub at_ms: u64,
    /// Sequence of the statement that enrolled it.
    pub added: u32,
    /// Sequence of the statement that revoked it.
    pub revoked: Option<u32>,
}

/// An unlock method of an account.
#[derive(Debug, Clone)]
pub struct Method {
    /// Its id.
    pub id: MethodId,
    /// What kind.
    pub kind: MethodKind,
    /// Its keys.
    pub keys: PublicKeys,
    /// Hash of its sealed private halves.
    pub method_key: Hash,
    /// When it was enrolled, by its own statement: ms since 1970.
    pub at_ms: u64,
    /// Sequence of the statement that enrolled it.
    pub added: u32,
    /// Sequence of the statement that revoked it.
    pub revoked: Option<u32>,
}

/// An epoch of an account.
#[derive(Debug, Clone)]
pub struct AccountEpoch {
    /// Sequence of the statement that began it.
    pub sequence: u32,
    /// Hash of that statement.
    pub statement: Hash,
    /// The account's public key of this epoch: space keys are sealed to it.
    pub public_key: SealingPublic,
    /// Hash of the sealed secret of the epoch before; zeros in epoch 1.
    pub previous: Hash,
}

/// Who signed.
#[derive(Debug, Clone, Copy)]
pub enum Signer<'a> {
    /// A device.
    Device(&'a Device),
    /// An unlock method.
    Method(&'a Method),
}

impl<'a> Signer<'a> {
    /// The key that verifies its signatures.
    #[must_use]
    pub const fn signing(&self) -> &'a SigningPublic {
        match self {
            Self::Device(device) => &device.keys.signing,
            Self::Method(method) => &method.keys.signing,
        }
    }

    const fn span(&self) -> (u32, Option<u32>) {
        match self {
            Self::Device(device) => (device.added, device.revoked),
            Self::Method(method) => (method.added, method.revoked),
        }
    }

    /// Whether it was active after the statement with this sequence.
    #[must_use]
    pub fn is_active_at(&self, sequence: u32) -> bool {
        let (added, revoked) = self.span();
        added <= sequence && revoked.is_none_or(|revoked| sequence < revoked)
    }

    /// Whether it may open the account secret and change the account log.
    pub(super) fn is_trusted(&self) -> bool {
        match self {
            Self::Device(device) => device.class == Class::Full,
            Self::Method(_) => true,
        }
    }
}

/// How far a device's changes in a space count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// All of them.
    Open,
    /// Up to and including this point of its chain.
    Cut(ChainPoint),
}

/// How far what a device signed in a space's log counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogLimit {
    /// All of it.
    Open,
    /// Up to and including this statement.
    Cut(LogCut),
    /// Its revocation did not know the space: the first statement alone.
    Unnamed,
}

/// An account at one statement of its log.
#[derive(Debug, Clone)]
pub struct AccountState {
    pub(super) id: AccountId,
    sequence: u32,
    head: Hash,
    devices: BTreeMap<DeviceId, Device>,
    methods: BTreeMap<MethodId, Method>,
    epochs: Vec<AccountEpoch>,
    wraps: BTreeMap<Hash, (RecipientId, u32)>,
    cuts: BTreeMap<(DeviceId, SpaceId), Cut>,
    /// Where the spaces' logs stood, by the sequence of the revocation that says so.
    log_cuts: BTreeMap<(u32, SpaceId), LogCut>,
    incarnations: Vec<IncarnationId>,
}

impl AccountState {
    /// The account.
    #[must_use]
    pub const fn account(&self) -> AccountId {
        self.id
    }

    /// Returns a device, revoked or not.
    #[must_use]
    pub fn device(&self, id: DeviceId) -> Option<&Device> {
        self.devices.get(&id)
    }

    /// Returns a method, revoked or not.
    #[must_use]
    pub fn method(&self, id: MethodId) -> Option<&Method> {
        self.methods.get(&id)
    }

    /// Every device that was ever enrolled.
    pub fn devices(&self) -> impl Iterator<Item = &Device> {
        self.devices.values()
    }

    /// Every method that was ever enrolled.
    pub fn methods(&self) -> impl Iterator<Item = &Method> {
        self.methods.values()
    }

    /// The devices that are active.
    pub fn active_devices(&self) -> impl Iterator<Item = &Device> {
        self.devices().filter(|device| device.revoked.is_none())
    }

    /// The methods that are active.
    pub fn active_methods(&self) -> impl Iterator<Item = &Method> {
        self.methods().filter(|method| method.revoked.is_none())
    }

    /// Returns the signer with this id, active or not.
    #[must_use]
    pub fn signer(&self, id: SignerId) -> Option<Signer<'_>> {
        let device = self.devices.get(&id.into()).map(Signer::Device);
        device.or_else(|| self.methods.get(&id.into()).map(Signer::Method))
    }

    /// Returns the signer with this id, if it is active now.
    #[must_use]
    pub fn active_signer(&self, id: SignerId) -> Option<Signer<'_>> {
        self.signer(id)
            .filter(|signer| signer.is_active_at(self.sequence))
    }

    /// The current epoch.
    #[must_use]
    pub fn epoch(&self) -> u32 {
        u32::try_from(self.epochs.len())
            .expect("each epoch has a statement, and statements are counted in 32 bits")
    }

    /// Returns an epoch, counted from 1.
    #[must_use]
    pub fn epoch_at(&self, epoch: u32) -> Option<&AccountEpoch> {
        self.epochs.get(epoch.checked_sub(1)? as usize)
    }

    /// Returns the epoch that was current after the statement with this sequence.
    #[must_use]
    pub fn epoch_of(&self, sequence: u32) -> u32 {
        let begun = self
            .epochs
            .iter()
            .take_while(|epoch| epoch.sequence <= sequence)
            .count();
        u32::try_from(begun)
            .expect("each epoch has a statement, and statements are counted in 32 bits")
    }

    /// The recipients to whom the secret of a new epoch has to be sealed, each with its key: the
    /// active full devices and methods that are not among `targets`.
    #[must_use]
    pub fn secret_recipients(&self, targets: &[SignerId]) -> Vec<(RecipientId, SealingPublic)> {
        let devices = self
            .active_devices()
            .filter(|device| device.class == Class::Full);
        let devices = devices.map(|device| (RecipientId::from(device.id), &device.keys));
        let methods = self
            .active_methods()
            .map(|method| (RecipientId::from(method.id), &method.keys));
        devices
            .chain(methods)
            .filter(|(id, _)| !targets.contains(&SignerId::new(*id.as_bytes())))
            .map(|(id, keys)| (id, keys.sealing.clone()))
            .collect()
    }

    /// Whether a statement names the wrap with this hash: others do not count.
    #[must_use]
    pub fn wrap_is_named(&self, wrap: &Hash) -> bool {
        self.wraps.contains_key(wrap)
    }

    /// Returns the recipient and epoch of a named wrap.
    #[must_use]
    pub fn named_wrap(&self, wrap: &Hash) -> Option<(RecipientId, u32)> {
        self.wraps.get(wrap).copied()
    }

    /// Returns how far a device's changes in a space count, as far as this log says: a revoked
    /// device for which no cut was given in a space has nothing there.
    #[must_use]
    pub fn limit(&self, device: DeviceId, space: SpaceId) -> Limit {
        if self
            .devices
            .get(&device)
            .is_some_and(|device| device.revoked.is_none())
        {
            return Limit::Open;
        }
        let cut = self.cuts.get(&(device, space));
        Limit::Cut(cut.map_or_else(
            || chain_start(space, device),
            |cut| ChainPoint {
                counter: cut.counter,
                h: cut.h,
            },
        ))
    }

    /// Returns where a space's log stood when a device was revoked: what it signed there counts up
    /// to that statement. Nothing where the device is active.
    #[must_use]
    pub fn log_limit(&self, device: DeviceId, space: SpaceId) -> LogLimit {
        let device = self.devices.get(&device);
        let Some(revoked) = device.and_then(|device| device.revoked) else {
            return LogLimit::Open;
        };
        let cut = self.log_cuts.get(&(revoked, space));
        cut.map_or(LogLimit::Unnamed, |cut| LogLimit::Cut(*cut))
    }

    /// Every cut that a revocation gave.
    pub fn cuts(&self) -> impl Iterator<Item = &Cut> {
        self.cuts.values()
    }

    /// The lives of the box's store that were admitted after the first, in order.
    #[must_use]
    pub fn incarnations(&self) -> &[IncarnationId] {
        &self.incarnations
    }
}
