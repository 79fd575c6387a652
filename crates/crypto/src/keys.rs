//! Key pairs of devices, of unlock methods and of accounts.

use lifeos_protocol::{
    AccountId, DeviceId, Label, MethodId, PublicKeys, RecipientId, SealingPublic, Signature,
    SignerId, SigningPublic,
};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::OpenError;
use crate::primitive::{ed25519, hpke};
use crate::secret::{make_bytes, mute};

/// Both pairs of a device or a method, expanded from their seeds.
struct Pairs {
    seeds: Zeroizing<[u8; 64]>,
    signer: ed25519::Signer,
    opener: hpke::Opener,
    public: PublicKeys,
}

impl Pairs {
    fn from_seeds(seeds: Zeroizing<[u8; 64]>) -> Self {
        let signer =
            ed25519::Signer::from_seed(seeds.first_chunk().expect("64 bytes begin with 32"));
        let opener = hpke::Opener::from_seed(seeds.last_chunk().expect("64 bytes end in 32"));
        let public = PublicKeys {
            signing: SigningPublic::new(signer.public())
                .expect("the public key of a seed is canonical and of large order"),
            sealing: SealingPublic::new(opener.public()),
        };
        Self {
            seeds,
            signer,
            opener,
            public,
        }
    }
}

/// Implements what devices and methods have in common.
macro_rules! key_pairs {
    ($name:ident, $id:ident, $id_of:ident, $what:literal) => {
        impl $name {
            #[doc = concat!("Makes the keys of a new ", $what, ".")]
            #[must_use]
            pub fn make(rng: &mut impl CryptoRng) -> Self {
                Self::new(Pairs::from_seeds(make_bytes(rng)))
            }

            /// Takes back what [`Self::expose_seeds`] gave.
            #[must_use]
            pub fn from_seeds(seeds: &[u8; 64]) -> Self {
                Self::new(Pairs::from_seeds(Zeroizing::new(*seeds)))
            }

            fn new(pairs: Pairs) -> Self {
                Self {
                    id: pairs.public.$id_of(),
                    pairs,
                }
            }

            /// Returns the two seeds (Ed25519, then X-Wing), for the sealed place where they rest.
            #[must_use]
            pub fn expose_seeds(&self) -> &[u8; 64] {
                &self.pairs.seeds
            }

            /// Returns the public keys.
            #[must_use]
            pub fn public(&self) -> &PublicKeys {
                &self.pairs.public
            }

            /// Returns the id, which is the hash of the public keys.
            #[must_use]
            pub fn id(&self) -> $id {
                self.id
            }

            /// Signs `label` ‖ `message` (Ed25519, RFC 8032).
            #[must_use]
            pub fn sign(&self, label: Label, message: &[u8]) -> Signature {
                Signature::new(self.pairs.signer.sign(&label.with(&[message])))
            }
        }

        impl Opens for $name {
            fn recipient(&self) -> RecipientId {
                self.id.into()
            }
        }

        impl private::Opener for $name {
            fn open(&self, enc: &[u8], info: &[u8], sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
                self.pairs.opener.open(enc, info, sealed)
            }
        }

        impl Signs for $name {
            fn signer(&self) -> SignerId {
                self.id.into()
            }

            fn sign(&self, label: Label, message: &[u8]) -> Signature {
                Self::sign(self, label, message)
            }
        }
    };
}

/// A device's keys: sign what it writes, open what was sealed to it. Made on the device.
pub struct DeviceKeys {
    id: DeviceId,
    pairs: Pairs,
}

/// An unlock method's keys: do what recovery needs, author no changes.
pub struct MethodKeys {
    id: MethodId,
    pairs: Pairs,
}

key_pairs!(DeviceKeys, DeviceId, device_id, "device");
key_pairs!(MethodKeys, MethodId, method_id, "unlock method");

/// The X-Wing pair of one account epoch; signs nothing.
pub struct AccountKeys {
    account: AccountId,
    epoch: u32,
    opener: hpke::Opener,
}

impl AccountKeys {
    pub(crate) fn new(account: AccountId, epoch: u32, opener: hpke::Opener) -> Self {
        Self {
            account,
            epoch,
            opener,
        }
    }

    /// Returns the account epoch whose pair this is.
    #[must_use]
    pub fn epoch(&self) -> u32 {
        self.epoch
    }
}

impl Opens for AccountKeys {
    fn recipient(&self) -> RecipientId {
        self.account.into()
    }
}

impl private::Opener for AccountKeys {
    fn open(&self, enc: &[u8], info: &[u8], sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
        self.opener.open(enc, info, sealed)
    }
}

mute!(DeviceKeys, MethodKeys, AccountKeys);

/// Who may open a wrap: a device, a method or an account.
pub trait Opens: private::Opener {
    /// Returns the id to which wraps are sealed.
    fn recipient(&self) -> RecipientId;
}

/// Who signs: a device or a method. No signing key is shared.
pub trait Signs: private::Opener {
    /// Returns the id under which the account log knows the public key.
    fn signer(&self) -> SignerId;

    /// Signs `label` ‖ `message` (Ed25519, RFC 8032).
    fn sign(&self, label: Label, message: &[u8]) -> Signature;
}

pub(crate) mod private {
    use crate::OpenError;

    /// Keeps [`super::Opens`] and [`super::Signs`] to this crate's own keys.
    pub trait Opener {
        /// Opens what HPKE sealed to the key under `info`.
        fn open(&self, enc: &[u8], info: &[u8], sealed: &[u8]) -> Result<Vec<u8>, OpenError>;
    }
}
