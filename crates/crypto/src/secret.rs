//! The secrets that everything else hangs on: of an account, of a space, of a device's own store.
//!
//! Each is a type of its own, wiped when dropped, compared in constant time, and mute in `Debug`.

use lifeos_protocol::seal::SealKind;
use lifeos_protocol::wrap::{WrapKind, account_key_info};
use lifeos_protocol::{AccountId, DeviceId, Hash, SealingPublic, SpaceId, label};
use rand_core::CryptoRng;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::OpenError;
use crate::committed::SealingKey;
use crate::keys::AccountKeys;
use crate::primitive::{hkdf, hpke};

/// Prints the name of a type that holds secrets, and nothing of what it holds.
macro_rules! mute {
    ($($name:ident),*) => {$(
        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    )*};
}
pub(crate) use mute;

/// Compares two secrets in constant time.
macro_rules! constant_time_eq {
    ($($name:ident),*) => {$(
        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.bytes.ct_eq(&*other.bytes).into()
            }
        }
        impl Eq for $name {}
    )*};
}

/// Makes secret bytes.
pub(crate) fn make_bytes<const N: usize>(rng: &mut impl CryptoRng) -> Zeroizing<[u8; N]> {
    let mut bytes = Zeroizing::new([0; N]);
    rng.fill_bytes(bytes.as_mut_slice());
    bytes
}

/// The secret of one account epoch. Opens, by its X-Wing pair, what was sealed to the account.
pub struct AccountSecret {
    epoch: u32,
    bytes: Zeroizing<[u8; 32]>,
}

impl AccountSecret {
    /// Makes the secret of a new epoch (1 for the first).
    #[must_use]
    pub fn make(epoch: u32, rng: &mut impl CryptoRng) -> Self {
        Self {
            epoch,
            bytes: make_bytes(rng),
        }
    }

    /// Takes back what [`Self::expose`] gave.
    #[must_use]
    pub fn from_bytes(epoch: u32, bytes: &[u8; 32]) -> Self {
        Self {
            epoch,
            bytes: Zeroizing::new(*bytes),
        }
    }

    /// Returns the bytes, for the device's own sealed key file and for another tab of it.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// Returns the account epoch.
    #[must_use]
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Returns the public half of this epoch's pair, as the account log names it.
    #[must_use]
    pub fn public(&self) -> SealingPublic {
        SealingPublic::new(self.opener().public())
    }

    /// Returns this epoch's pair, which opens what was sealed to the account.
    #[must_use]
    pub fn keys(&self, account: AccountId) -> AccountKeys {
        AccountKeys::new(account, self.epoch, self.opener())
    }

    fn opener(&self) -> hpke::Opener {
        let seed = hkdf::derive_32(self.bytes.as_slice(), &account_key_info(self.epoch));
        hpke::Opener::from_seed(&seed)
    }
}

/// The secret of one space epoch, before it is bound to the statement that began the epoch:
/// enough to wrap it, not to seal anything under it.
pub struct SpaceSecret {
    epoch: u32,
    bytes: Zeroizing<[u8; 32]>,
}

impl SpaceSecret {
    /// Makes the secret of a new epoch (1 for the first).
    #[must_use]
    pub fn make(epoch: u32, rng: &mut impl CryptoRng) -> Self {
        Self {
            epoch,
            bytes: make_bytes(rng),
        }
    }

    /// Takes back what [`Self::expose`] gave.
    #[must_use]
    pub fn from_bytes(epoch: u32, bytes: &[u8; 32]) -> Self {
        Self {
            epoch,
            bytes: Zeroizing::new(*bytes),
        }
    }

    /// Returns the bytes, for the device's own sealed key file and for another tab of it.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// Returns the space epoch.
    #[must_use]
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Binds the secret to its space and to the hash of the space-log statement that began its
    /// epoch, and so makes the key under which changes, segments, snapshots and blobs are sealed.
    #[must_use]
    pub fn bind(&self, space: SpaceId, began: Hash) -> SpaceKey {
        let derive = |kind: SealKind| {
            SealingKey::derive(self.bytes.as_slice(), &kind.sub_key_info(space, &began))
        };
        SpaceKey {
            space,
            epoch: self.epoch,
            began,
            change: derive(SealKind::Change),
            segment: derive(SealKind::Segment),
            snapshot: derive(SealKind::Snapshot),
            blob: derive(SealKind::Blob),
        }
    }
}

/// The key of one space epoch: seals and opens what belongs to that space. Holds one sub-key for
/// each kind; made by [`SpaceSecret::bind`].
pub struct SpaceKey {
    space: SpaceId,
    epoch: u32,
    began: Hash,
    pub(crate) change: SealingKey,
    pub(crate) segment: SealingKey,
    pub(crate) snapshot: SealingKey,
    pub(crate) blob: SealingKey,
}

impl SpaceKey {
    /// Returns the space.
    #[must_use]
    pub fn space(&self) -> SpaceId {
        self.space
    }

    /// Returns the space epoch.
    #[must_use]
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Returns the hash of the space-log statement that began the epoch.
    #[must_use]
    pub fn began(&self) -> Hash {
        self.began
    }
}

/// The key under which a device's own store rests.
pub struct LocalKey {
    pub(crate) bytes: Zeroizing<[u8; 32]>,
}

impl LocalKey {
    /// Makes a local key, to be wrapped to what unlocks this device.
    #[must_use]
    pub fn make(rng: &mut impl CryptoRng) -> Self {
        Self {
            bytes: make_bytes(rng),
        }
    }

    /// Takes back what [`Self::expose`] gave.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self {
            bytes: Zeroizing::new(*bytes),
        }
    }

    /// Returns the bytes, for another tab of the same device.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// Derives the local key of a device whose passkey has no PRF: of one half on the device and
    /// one that the box releases after the passkey's user verification.
    #[must_use]
    pub fn from_halves(
        on_device: &VaultHalf,
        at_box: &VaultHalf,
        account: AccountId,
        device: DeviceId,
    ) -> Self {
        let secret = Zeroizing::new([*on_device.bytes, *at_box.bytes].concat());
        let info = label::LOCAL_HALVES.with(&[account.as_bytes(), device.as_bytes()]);
        Self {
            bytes: hkdf::derive_32(&secret, &info),
        }
    }
}

/// One of the two halves of a local key; alone it says nothing about it.
pub struct VaultHalf {
    bytes: Zeroizing<[u8; 32]>,
}

impl VaultHalf {
    /// Makes a half.
    #[must_use]
    pub fn make(rng: &mut impl CryptoRng) -> Self {
        Self {
            bytes: make_bytes(rng),
        }
    }

    /// Takes a half that was kept.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self {
            bytes: Zeroizing::new(*bytes),
        }
    }

    /// Returns the bytes, to be kept on the device or at the box.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.bytes
    }
}

mute!(AccountSecret, SpaceSecret, SpaceKey, LocalKey, VaultHalf);
constant_time_eq!(AccountSecret, SpaceSecret, LocalKey, VaultHalf);

/// A secret that is wrapped to recipients: an [`AccountSecret`], a [`SpaceSecret`] or a
/// [`LocalKey`].
pub trait Wrapped: private::Secret {}

/// A secret that wraps the one of the epoch before it.
pub trait Chained: Wrapped {}

impl Wrapped for AccountSecret {}
impl Wrapped for SpaceSecret {}
impl Wrapped for LocalKey {}
impl Chained for AccountSecret {}
impl Chained for SpaceSecret {}

impl private::Secret for AccountSecret {
    const KIND: WrapKind = WrapKind::AccountSecret;

    fn parts(&self) -> (u32, &[u8; 32]) {
        (self.epoch, &self.bytes)
    }

    fn from_parts(epoch: u32, bytes: &[u8; 32]) -> Self {
        Self::from_bytes(epoch, bytes)
    }
}

impl private::Secret for SpaceSecret {
    const KIND: WrapKind = WrapKind::SpaceKey;

    fn parts(&self) -> (u32, &[u8; 32]) {
        (self.epoch, &self.bytes)
    }

    fn from_parts(epoch: u32, bytes: &[u8; 32]) -> Self {
        Self::from_bytes(epoch, bytes)
    }
}

impl private::Secret for LocalKey {
    const KIND: WrapKind = WrapKind::LocalKey;

    fn parts(&self) -> (u32, &[u8; 32]) {
        (0, &self.bytes)
    }

    fn from_parts(_epoch: u32, bytes: &[u8; 32]) -> Self {
        Self::from_bytes(bytes)
    }
}

pub(crate) mod private {
    use lifeos_protocol::wrap::WrapKind;

    /// Keeps [`super::Wrapped`] to this crate's own secrets.
    pub trait Secret: Sized {
        /// What the byte table calls it.
        const KIND: WrapKind;
        /// Epoch (0 where there are none) and bytes.
        fn parts(&self) -> (u32, &[u8; 32]);
        /// The inverse.
        fn from_parts(epoch: u32, bytes: &[u8; 32]) -> Self;
    }
}

/// Takes 32 opened bytes as a secret.
pub(crate) fn from_opened<S: Wrapped>(epoch: u32, opened: Vec<u8>) -> Result<S, OpenError> {
    let opened = Zeroizing::new(opened);
    let bytes = opened.as_slice().try_into().map_err(|_| OpenError)?;
    Ok(S::from_parts(epoch, bytes))
}
