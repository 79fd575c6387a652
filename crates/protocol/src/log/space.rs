//! The space log: members, roles, epochs, erasures.

mod judge;

use std::collections::{BTreeMap, BTreeSet};

use crate::codec::Wire;
use crate::ids::{AccountId, DeviceId, Hash, RecipientId, SignerId, SpaceId};
use crate::keys::Class;
use crate::log::account::{Accounts, Limit, LogLimit};
use crate::log::body::{History, LogCut, Role, SpaceBody};
use crate::log::chain::Log;
use crate::log::statement::{LogKind, LogStatement};
use crate::refusal::{Code, Refusal};
use crate::seen::ChainPoint;
use crate::statement::chain_start;

/// A space's log.
pub type SpaceLog = Log<SpaceState>;

/// What an account is in a space from one statement on.
#[derive(Debug, Clone)]
struct Membership {
    /// Sequence of the statement.
    from: u32,
    /// The role; none after a removal.
    role: Option<Role>,
    /// Since when the account is an owner without a break; sequence.
    owner_since: Option<u32>,
    cuts: BTreeMap<DeviceId, ChainPoint>,
}

/// An epoch of a space.
#[derive(Debug, Clone)]
pub struct SpaceEpoch {
    /// Sequence of the statement that began it.
    pub sequence: u32,
    /// Hash of that statement: enters the derivation of sub-keys.
    pub statement: Hash,
    /// Hash of the sealed key of the epoch before; zeros where there is none.
    pub previous: Hash,
}

/// A space at one statement of its log.
#[derive(Debug, Clone)]
pub struct SpaceState {
    id: SpaceId,
    head: Hash,
    sequence: u32,
    least_class: Class,
    history: History,
    members: BTreeMap<AccountId, Vec<Membership>>,
    epochs: Vec<SpaceEpoch>,
    wraps: BTreeMap<Hash, (RecipientId, u32)>,
    /// The epoch of each member's account that the current key was sealed to.
    sealed_to: BTreeMap<AccountId, u32>,
    erased: BTreeMap<(DeviceId, u64), BTreeSet<u16>>,
    read_back: BTreeMap<Hash, BTreeSet<DeviceId>>,
    /// The newest position in each account's log that a statement named.
    positions: BTreeMap<AccountId, u32>,
    /// Cuts of resolutions: the resolution's sequence, and the last point that counts.
    resolve_cuts: BTreeMap<DeviceId, (u32, ChainPoint)>,
}

impl SpaceState {
    /// The space.
    #[must_use]
    pub const fn space(&self) -> SpaceId {
        self.id
    }

    /// The least class of a device that may hold it.
    #[must_use]
    pub const fn least_class(&self) -> Class {
        self.least_class
    }

    /// What those who come in later may read.
    #[must_use]
    pub const fn history(&self) -> History {
        self.history
    }

    /// Returns an account's role now.
    #[must_use]
    pub fn role(&self, account: AccountId) -> Option<Role> {
        self.role_at(account, self.sequence)
    }

    /// Returns an account's role after the statement with this sequence.
    #[must_use]
    pub fn role_at(&self, account: AccountId, sequence: u32) -> Option<Role> {
        let spans = self.members.get(&account)?;
        spans.iter().rev().find(|span| span.from <= sequence)?.role
    }

    /// The members now, with their roles.
    pub fn members(&self) -> impl Iterator<Item = (AccountId, Role)> {
        self.members
            .iter()
            .filter_map(|(account, spans)| Some((*account, spans.last()?.role?)))
    }

    /// The owners of longest standing: who settles a fork of this log.
    pub fn eldest_owners(&self) -> impl Iterator<Item = AccountId> {
        let eldest = self.eldest_owner();
        let is_eldest = move |account: &AccountId| self.owner_since(*account) == eldest;
        let accounts = self.members.keys().copied();
        accounts.filter(move |account| eldest.is_some() && is_eldest(account))
    }

    /// Every account that is or was a member.
    pub fn accounts(&self) -> impl Iterator<Item = AccountId> {
        self.members.keys().copied()
    }

    /// The current epoch.
    #[must_use]
    pub fn epoch(&self) -> u32 {
        u32::try_from(self.epochs.len())
            .expect("each epoch has a statement, and statements are counted in 32 bits")
    }

    /// Returns an epoch, counted from 1.
    #[must_use]
    pub fn epoch_at(&self, epoch: u32) -> Option<&SpaceEpoch> {
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

    /// Whether a verified erasure names this leaf: any other bare leaf is refused.
    #[must_use]
    pub fn is_erased(&self, device: DeviceId, counter: u64, leaf: u16) -> bool {
        self.erased
            .get(&(device, counter))
            .is_some_and(|leaves| leaves.contains(&leaf))
    }

    /// Whether a verified erasure names leaves of this change.
    #[must_use]
    pub fn names_erased(&self, device: DeviceId, counter: u64) -> bool {
        self.erased.contains_key(&(device, counter))
    }

    /// Every erased change with its leaves.
    pub fn erasures(&self) -> impl Iterator<Item = (DeviceId, u64, &BTreeSet<u16>)> {
        self.erased
            .iter()
            .map(|((device, counter), leaves)| (*device, *counter, leaves))
    }

    /// The devices that have read a segment back and signed for it.
    pub fn read_back_by(&self, manifest: &Hash) -> impl Iterator<Item = DeviceId> {
        self.read_back.get(manifest).into_iter().flatten().copied()
    }

    /// The newest position in an account's log that this log has named.
    #[must_use]
    pub fn account_position(&self, account: AccountId) -> Option<u32> {
        self.positions.get(&account).copied()
    }

    /// Returns how far a device's changes count that name this space position, as far as this log
    /// says: its account's next role that does not write brings the cut.
    #[must_use]
    pub fn limit(&self, account: AccountId, device: DeviceId, space_position: u32) -> Limit {
        let spans = self.members.get(&account).map_or(&[][..], Vec::as_slice);
        let ends =
            |span: &&Membership| span.from > space_position && !span.role.is_some_and(Role::writes);
        let removed = spans.iter().find(ends).map(|span| {
            span.cuts
                .get(&device)
                .copied()
                .unwrap_or_else(|| chain_start(self.id, device))
        });
        let resolved = self
            .resolve_cuts
            .get(&device)
            .filter(|(from, _)| *from > space_position);
        let cuts = removed.into_iter().chain(resolved.map(|(_, point)| *point));
        cuts.min_by_key(|point| point.counter)
            .map_or(Limit::Open, Limit::Cut)
    }

    /// Every cut that a removal, a demotion or a resolution gave.
    pub fn cuts(&self) -> impl Iterator<Item = (DeviceId, ChainPoint)> {
        let spans = self.members.values().flatten();
        let given = spans.flat_map(|span| &span.cuts);
        let given = given.map(|(device, point)| (*device, *point));
        let resolved = &self.resolve_cuts;
        given.chain(
            resolved
                .iter()
                .map(|(device, (_, point))| (*device, *point)),
        )
    }

    /// Whether a member's account has begun an epoch since the space key was last sealed to it, as
    /// far as the accounts' logs are known: the space is to be re-keyed before anything is sealed
    /// in it.
    #[must_use]
    pub fn needs_rekey(&self, accounts: &dyn Accounts) -> bool {
        self.members().any(|(account, _)| {
            let current = accounts.account(account).map_or(0, |log| log.epoch());
            self.sealed_to
                .get(&account)
                .is_none_or(|sealed| *sealed < current)
        })
    }

    /// Whether an account ceased to be a member after the statement with this sequence.
    fn left_after(&self, account: AccountId, sequence: u32) -> bool {
        let spans = self.members.get(&account).map_or(&[][..], Vec::as_slice);
        spans
            .iter()
            .any(|span| span.from > sequence && span.role.is_none())
    }

    /// Returns the epoch of an account that the current space key was sealed to.
    #[must_use]
    pub fn sealed_to(&self, account: AccountId) -> Option<u32> {
        self.sealed_to.get(&account).copied()
    }
}

impl SpaceLog {
    /// Returns the sequence of the first statement that a revoked device signed beyond where its
    /// revocation says that this log stood, as far as the accounts' logs are known. With an honest
    /// box there is none ([`Self::lacked_by`]): one is proof that the box works with the device, and
    /// freezes the log as a fork does.
    #[must_use]
    pub fn beyond_cut(&self, accounts: &dyn Accounts) -> Option<u32> {
        let mut revokers = self.accounts().filter_map(|id| accounts.account(id));
        if !revokers.any(|log| log.devices().any(|device| device.revoked.is_some())) {
            return None;
        }
        let is_beyond = |statement: &&LogStatement| {
            let account = statement.signer_account;
            let Some(log) = accounts.account(account) else {
                return false;
            };
            match log.log_limit(statement.signer.into(), self.space()) {
                LogLimit::Open => false,
                LogLimit::Unnamed => !self.left_after(account, statement.sequence),
                LogLimit::Cut(cut) => {
                    statement.sequence > cut.sequence || self.passes_by(cut.sequence, &cut.head)
                }
            }
        };
        let mut later = self.statements().iter().skip(1);
        later.find(is_beyond).map(|statement| statement.sequence)
    }

    /// Returns the statements that a revocation of these signers has to know before a box takes it:
    /// all behind its log cut, where one of them is by somebody whom it revokes; none where nothing
    /// lies beyond.
    ///
    /// # Errors
    /// [`Code::PositionUnknown`] where it names a head that this log never had.
    pub fn lacked_by(
        &self,
        targets: &[SignerId],
        cuts: &[LogCut],
    ) -> Result<&[LogStatement], Refusal> {
        let cut = cuts.iter().find(|cut| cut.space == self.space());
        if cut.is_some_and(|cut| self.position(&cut.head) != Some(cut.sequence)) {
            return Err(Refusal::new(Code::PositionUnknown));
        }
        // The first statement of a space is never beyond, and is lacked with the rest.
        let counts = cut.map_or(1, |cut| cut.sequence as usize + 1);
        let is_beyond = |later: &LogStatement| targets.contains(&later.signer);
        let later = &self.statements()[counts..];
        Ok(match (later.iter().any(is_beyond), cut) {
            (false, _) => &[],
            (true, Some(_)) => later,
            (true, None) => self.statements(),
        })
    }

    /// Whether another statement stands here where a revocation saw this one, and no branch that was
    /// ever seen has it: whoever revoked was shown another history.
    fn passes_by(&self, sequence: u32, head: &Hash) -> bool {
        let stands = self.hash_at(sequence);
        stands.is_some_and(|hash| hash != *head)
            && !self
                .evidence()
                .iter()
                .any(|statement| statement.hash(LogKind::Space) == *head)
    }
}

impl LogStatement {
    /// The accounts by whose logs it is judged, where it is a statement of a space's log: its
    /// signer's, and that of whom it adds.
    pub fn accounts_named(&self) -> impl Iterator<Item = AccountId> {
        let added = match SpaceBody::from_bytes(&self.body) {
            Ok(SpaceBody::AddMember(add)) => Some(add.account),
            _ => None,
        };
        std::iter::once(self.signer_account).chain(added)
    }
}
