//! Invitations: a link with a secret, a code that is told by another way, and the proof by which the
//! one who invited knows whose account was made with both (formats.md §12).
//!
//! The box is given hashes: enough to let in who has link and code, not enough to know the link. What
//! comes of the proof is no more than "this account was made by who had both"; that it is the person
//! who was meant is seen by comparing words.

use lifeos_protocol::hash::hash;
use lifeos_protocol::{AccountId, Hash, InviteId, code, label};
use rand_core::CryptoRng;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::OpenError;
use crate::primitive::hkdf;
use crate::secret::{make_bytes, mute};

/// What a link begins with, behind the `#` of the box's address.
const LINK: &str = "join/";

/// What an invitation's link carries.
pub struct InviteLink {
    secret: Zeroizing<[u8; 16]>,
    inviter: AccountId,
}

/// An invitation whose code is known: made here, or typed.
pub struct Invite {
    link: InviteLink,
    code: Zeroizing<String>,
}

mute!(InviteLink, Invite);

impl InviteLink {
    /// Reads the fragment of an address, without its `#`.
    ///
    /// # Errors
    /// [`OpenError`] where it is no invitation.
    pub fn from_fragment(fragment: &str) -> Result<Self, OpenError> {
        let (secret, inviter) = fragment
            .strip_prefix(LINK)
            .and_then(|rest| rest.split_once('/'))
            .ok_or(OpenError)?;
        let secret: InviteId = secret.parse().map_err(|_| OpenError)?;
        Ok(Self {
            secret: Zeroizing::new(*secret.as_bytes()),
            inviter: inviter.parse().map_err(|_| OpenError)?,
        })
    }

    /// Returns the fragment of an address, without its `#`. A secret.
    #[must_use]
    pub fn to_fragment(&self) -> Zeroizing<String> {
        let secret = InviteId::new(*self.secret);
        Zeroizing::new(format!("{LINK}{secret}/{}", self.inviter))
    }

    /// Whose invitation it says that it is.
    #[must_use]
    pub const fn inviter(&self) -> AccountId {
        self.inviter
    }

    /// Adds the code, as typed.
    ///
    /// # Errors
    /// [`OpenError`] where it cannot be one.
    pub fn with_code(self, typed: &str) -> Result<Invite, OpenError> {
        let code = code::read(typed).ok_or(OpenError)?;
        Ok(Invite {
            link: self,
            code: Zeroizing::new(code),
        })
    }
}

impl Invite {
    /// Makes an invitation of an account.
    #[must_use]
    pub fn make(inviter: AccountId, rng: &mut impl CryptoRng) -> Self {
        let random = make_bytes::<{ code::LETTERS }>(rng);
        Self {
            link: InviteLink {
                secret: make_bytes(rng),
                inviter,
            },
            code: Zeroizing::new(code::from_random(&random)),
        }
    }

    /// Takes an invitation back that was kept by its secret and code.
    ///
    /// # Errors
    /// [`OpenError`] where the code cannot be one.
    pub fn restore(inviter: AccountId, secret: &[u8; 16], code: &str) -> Result<Self, OpenError> {
        let link = InviteLink {
            secret: Zeroizing::new(*secret),
            inviter,
        };
        link.with_code(code)
    }

    /// Its link.
    #[must_use]
    pub const fn link(&self) -> &InviteLink {
        &self.link
    }

    /// The secret of its link, to be kept sealed.
    #[must_use]
    pub fn expose_secret(&self) -> &[u8; 16] {
        &self.link.secret
    }

    /// Its code, to be kept sealed and to be told.
    #[must_use]
    pub fn expose_code(&self) -> &str {
        &self.code
    }

    /// By what the box finds it.
    #[must_use]
    pub fn id(&self) -> InviteId {
        let found = hash(label::INVITE, &[&*self.link.secret]);
        InviteId::new(found.first_16())
    }

    /// What the box compares, in place of the code.
    #[must_use]
    pub fn check(&self) -> Hash {
        let id = self.id();
        hash(label::INVITE_CODE, &[id.as_bytes(), self.code.as_bytes()])
    }

    /// What shows that an account was made by who had both link and code.
    #[must_use]
    pub fn proof_of(&self, account: AccountId) -> Hash {
        let mut secret = Zeroizing::new(self.link.secret.to_vec());
        secret.extend_from_slice(self.code.as_bytes());
        let (id, inviter) = (self.id(), self.link.inviter);
        let parts = [id.as_bytes(), inviter.as_bytes(), account.as_bytes()];
        let info = label::INVITE_PROOF.with(&parts.map(|part| part.as_slice()));
        Hash::new(*hkdf::derive_32(&secret, &info))
    }

    /// Whether a proof is that of an account; in constant time.
    #[must_use]
    pub fn holds(&self, account: AccountId, proof: &Hash) -> bool {
        let right = self.proof_of(account);
        right.as_bytes().ct_eq(proof.as_bytes()).into()
    }
}
