//! Statements of a space's log: members, roles, keys, erasures.

use std::collections::BTreeMap;

use lifeos_crypto::wrap::{self, Recipient};
use lifeos_crypto::{AccountSecret, DeviceKeys, SealError, SpaceSecret};
use lifeos_protocol::log::{
    AddMember, Cut, Draft, EpochPart, Erased, History, LogKind, RemoveMember, Resolve, Role,
    SetRole, SpaceBody, SpaceGenesis,
};
use lifeos_protocol::wrap::{SealedPrevious, Wrap};
use lifeos_protocol::{AccountId, Class, Hash, LogId, SealingPublic, SpaceId, Wire};
use rand_core::CryptoRng;

use super::{Act, LogEnd, SignerPlace, epoch_part, seal_to, signed};

/// A new space: its first statement, its first key.
#[derive(Debug)]
pub struct FoundedSpace {
    /// The space's id.
    pub space: SpaceId,
    /// The statement with the wrap to the account.
    pub act: Act,
    /// The secret of epoch 1.
    pub secret: SpaceSecret,
}

/// An account to which a space's key is sealed.
#[derive(Debug, Clone)]
pub struct Sealed {
    /// The account.
    pub account: AccountId,
    /// Its newest epoch.
    pub epoch: u32,
    /// The account's key of that epoch.
    pub key: SealingPublic,
}

impl Sealed {
    fn recipient(&self) -> Recipient {
        Recipient::account(self.account, &self.key)
    }
}

/// Makes a space whose first owner is the account.
///
/// # Errors
/// [`SealError::Recipient`] when the account's key is not valid.
pub fn found_space(
    device: &DeviceKeys,
    place: SignerPlace,
    account_secret: &AccountSecret,
    history: History,
    at_ms: u64,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Result<FoundedSpace, SealError> {
    let rng = &mut &mut *rng;
    let secret = SpaceSecret::make(1, rng);
    let to = Recipient::account(place.account, &account_secret.public());
    let wraps = vec![wrap::seal(&secret, &to, &wrap::WrapPlace::first(), rng)?];
    let epochs = BTreeMap::from([(to.id(), account_secret.epoch())]);
    let mut salt = [0; 16];
    rng.fill_bytes(&mut salt);
    let body = SpaceBody::Genesis(SpaceGenesis {
        salt,
        at_ms,
        least_class: Class::Agent,
        history,
        epoch: epoch_part(1, None, &wraps, &epochs, None),
    });
    let draft = Draft {
        log: LogId::ZERO,
        sequence: 0,
        previous: Hash::ZERO,
        body: body.to_bytes(),
        signer_account: place.account,
        signer: device.id().into(),
        account_head: place.account_head,
    };
    let space = SpaceId::new(draft.hash(LogKind::Space).first_16());
    let act = signed(LogKind::Space, draft, device, wraps, None);
    Ok(FoundedSpace { space, act, secret })
}

/// A device about to sign the next statement of a space's log.
pub struct InSpace<'a> {
    /// Where the log ends.
    pub end: LogEnd,
    /// Who signs.
    pub device: &'a DeviceKeys,
    /// By what the signer is judged.
    pub place: SignerPlace,
    /// What those who come in later may read.
    pub history: History,
    /// When, in ms since 1970.
    pub at_ms: u64,
}

/// A space's epoch about to begin: its secret, sealed to who has it, and the one before sealed under
/// it, unless who comes in later is not to read what was.
struct Turn {
    next: SpaceSecret,
    wraps: Vec<Wrap>,
    previous: Option<SealedPrevious>,
    epoch: EpochPart,
}

impl InSpace<'_> {
    /// Begins an epoch, membership as it was. `to` are the members' accounts.
    ///
    /// # Errors
    /// [`SealError`] when a recipient's key is not valid.
    pub fn rekey(
        &self,
        secret: &SpaceSecret,
        to: &[Sealed],
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<(Act, SpaceSecret), SealError> {
        let turn = self.turn(secret, to, &mut &mut *rng)?;
        let body = SpaceBody::Rekey {
            at_ms: self.at_ms,
            epoch: turn.epoch,
        };
        Ok((self.act(&body, turn.wraps, turn.previous), turn.next))
    }

    /// Adds an account, whose log ends at `head` as far as the signer has verified it.
    ///
    /// # Errors
    /// [`SealError`] when the account's key is not valid.
    pub fn add_member(
        &self,
        secret: &SpaceSecret,
        member: &Sealed,
        head: Hash,
        role: Role,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Act, SealError> {
        let place = self.end.place();
        let wrap = wrap::seal(secret, &member.recipient(), &place, &mut &mut *rng)?;
        let body = SpaceBody::AddMember(AddMember {
            at_ms: self.at_ms,
            account: member.account,
            account_head: head,
            role,
            epoch: secret.epoch(),
            wrap: wrap.hash(),
            recipient_epoch: member.epoch,
        });
        Ok(self.act(&body, vec![wrap], None))
    }

    /// Removes an account and begins an epoch, in one statement. `to` are the accounts that stay.
    ///
    /// # Errors
    /// [`SealError`] when a recipient's key is not valid.
    pub fn remove_member(
        &self,
        secret: &SpaceSecret,
        account: AccountId,
        cuts: Vec<Cut>,
        to: &[Sealed],
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<(Act, SpaceSecret), SealError> {
        let turn = self.turn(secret, to, &mut &mut *rng)?;
        let body = SpaceBody::RemoveMember(RemoveMember {
            at_ms: self.at_ms,
            account,
            cuts,
            epoch: turn.epoch,
        });
        Ok((self.act(&body, turn.wraps, turn.previous), turn.next))
    }

    /// Gives an account another role, with cuts where that does not write.
    #[must_use]
    pub fn set_role(&self, account: AccountId, role: Role, cuts: Vec<Cut>) -> Act {
        let body = SpaceBody::SetRole(SetRole {
            at_ms: self.at_ms,
            account,
            role,
            cuts,
        });
        self.act(&body, Vec::new(), None)
    }

    /// Authorises that leaves are made bare.
    #[must_use]
    pub fn erase(&self, erased: Vec<Erased>) -> Act {
        let at_ms = self.at_ms;
        self.act(&SpaceBody::Erasure { at_ms, erased }, Vec::new(), None)
    }

    /// Settles a fork: the branch that ends at [`Self::end`] goes on, the one that ends at `refused`
    /// does not, and an epoch begins. Only a full device of the owner of longest standing is taken.
    ///
    /// # Errors
    /// [`SealError`] when a recipient's key is not valid.
    pub fn resolve(
        &self,
        secret: &SpaceSecret,
        refused: Hash,
        to: &[Sealed],
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<(Act, SpaceSecret), SealError> {
        let turn = self.turn(secret, to, &mut &mut *rng)?;
        let body = SpaceBody::Resolve(Resolve {
            at_ms: self.at_ms,
            picked: self.end.head,
            refused,
            cuts: Vec::new(),
            epoch: turn.epoch,
        });
        Ok((self.act(&body, turn.wraps, turn.previous), turn.next))
    }

    fn turn(
        &self,
        secret: &SpaceSecret,
        to: &[Sealed],
        rng: &mut impl CryptoRng,
    ) -> Result<Turn, SealError> {
        let next = SpaceSecret::make(secret.epoch() + 1, rng);
        let recipients: Vec<Recipient> = to.iter().map(Sealed::recipient).collect();
        let epochs = to
            .iter()
            .map(|sealed| (sealed.account.into(), sealed.epoch))
            .collect();
        let wraps = seal_to(&next, &recipients, &self.end.place(), rng)?;
        let previous = match self.history {
            History::All => Some(wrap::seal_previous(secret, &next, self.end.log, rng)?),
            History::FromNowOn => None,
        };
        let epoch = epoch_part(next.epoch(), None, &wraps, &epochs, previous.as_ref());
        Ok(Turn {
            next,
            wraps,
            previous,
            epoch,
        })
    }

    fn act(&self, body: &SpaceBody, wraps: Vec<Wrap>, previous: Option<SealedPrevious>) -> Act {
        let draft = Draft {
            log: self.end.log,
            sequence: self.end.sequence + 1,
            previous: self.end.head,
            body: body.to_bytes(),
            signer_account: self.place.account,
            signer: self.device.id().into(),
            account_head: self.place.account_head,
        };
        signed(LogKind::Space, draft, self.device, wraps, previous)
    }
}
