//! The judgement of a space log's statements: ranks, cuts, epochs.

mod wraps;

use std::collections::{BTreeMap, BTreeSet};

use crate::codec::Wire;
use crate::ids::{AccountId, Hash, SpaceId};
use crate::keys::Class;
use crate::log::account::{AccountLog, Accounts, Device, Signer};
use crate::log::body::{AddMember, Cut, EpochPart, Erased, History, Role, SpaceBody, SpaceGenesis};
use crate::log::chain::Judge;
use crate::log::refusal::LogRefusal;
use crate::log::space::{Membership, SpaceEpoch, SpaceState};
use crate::log::statement::{LogKind, LogStatement};
use crate::seen::ChainPoint;
use crate::statement::chain_start;
use wraps::judge_wraps;

/// Who signed a statement, as judged where it stands.
struct By<'a> {
    account: AccountId,
    role: Role,
    owner_since: Option<u32>,
    log: &'a AccountLog,
    position: u32,
    device: &'a Device,
}

impl SpaceState {
    fn by<'a>(
        &self,
        statement: &LogStatement,
        accounts: &'a dyn Accounts,
    ) -> Result<By<'a>, LogRefusal> {
        let account = statement.signer_account;
        let role = self.role(account).ok_or(LogRefusal::NotAllowed)?;
        let by = signer_of(statement, accounts, role, self.owner_since(account))?;
        if self
            .positions
            .get(&account)
            .is_some_and(|newest| by.position < *newest)
        {
            return Err(LogRefusal::AccountHeadBack);
        }
        if by.device.class < self.least_class {
            return Err(LogRefusal::NotAllowed);
        }
        Ok(by)
    }

    pub(super) fn owner_since(&self, account: AccountId) -> Option<u32> {
        self.members.get(&account)?.last()?.owner_since
    }

    fn judge(
        &self,
        statement: &LogStatement,
        accounts: &dyn Accounts,
    ) -> Result<(SpaceBody, u32), LogRefusal> {
        if statement.log != self.id.into() {
            return Err(LogRefusal::OtherLog);
        }
        if statement.previous != self.head {
            return Err(LogRefusal::Heads);
        }
        let body = SpaceBody::from_bytes(&statement.body)?;
        let by = self.by(statement, accounts)?;
        match &body {
            SpaceBody::Genesis(_) => Err(LogRefusal::NotAllowed),
            SpaceBody::Rekey { epoch, .. } => self.judge_epoch(epoch, None, &by, accounts),
            SpaceBody::AddMember(add) => self.judge_add(add, &by, accounts),
            SpaceBody::RemoveMember(remove) => {
                self.judge_rank(remove.account, &by)?;
                self.judge_cuts(&remove.cuts, remove.account, accounts)?;
                self.judge_epoch(&remove.epoch, Some(remove.account), &by, accounts)
            }
            SpaceBody::SetRole(set) => {
                self.judge_set_role(set.account, set.role, &set.cuts, &by, accounts)
            }
            SpaceBody::Erasure { erased, .. } => judge_erasure(erased, &by),
            SpaceBody::Resolve(resolve) => {
                if resolve.picked != statement.previous || resolve.refused == resolve.picked {
                    return Err(LogRefusal::Heads);
                }
                if by.owner_since.is_none()
                    || by.owner_since != self.eldest_owner()
                    || by.device.class != Class::Full
                {
                    return Err(LogRefusal::NotAllowed);
                }
                let mut seen = BTreeSet::new();
                let fits = |cut: &Cut| cut.space == self.id && self.start_fits(cut);
                if !resolve
                    .cuts
                    .iter()
                    .all(|cut| fits(cut) && seen.insert(cut.device))
                {
                    return Err(LogRefusal::Cuts);
                }
                self.judge_epoch(&resolve.epoch, None, &by, accounts)
            }
            SpaceBody::ReadBack { .. } => {
                by.role.writes().then_some(()).ok_or(LogRefusal::NotAllowed)
            }
        }?;
        Ok((body, by.position))
    }

    fn judge_add(
        &self,
        add: &AddMember,
        by: &By<'_>,
        accounts: &dyn Accounts,
    ) -> Result<(), LogRefusal> {
        manages(by)?;
        if add.role > by.role {
            return Err(LogRefusal::Outranked);
        }
        if self.role(add.account).is_some() {
            return Err(LogRefusal::Target);
        }
        if add.epoch != self.epoch() {
            return Err(LogRefusal::Epoch);
        }
        let log = accounts
            .account(add.account)
            .ok_or(LogRefusal::AccountHeadUnknown)?;
        let position = log
            .position(&add.account_head)
            .ok_or(LogRefusal::AccountHeadUnknown)?;
        if self
            .positions
            .get(&add.account)
            .is_some_and(|newest| position < *newest)
        {
            return Err(LogRefusal::AccountHeadBack);
        }
        if add.wrap.is_zero() || add.recipient_epoch != log.epoch_of(position) {
            return Err(LogRefusal::Wraps);
        }
        Ok(())
    }

    fn judge_set_role(
        &self,
        account: AccountId,
        role: Role,
        cuts: &[Cut],
        by: &By<'_>,
        accounts: &dyn Accounts,
    ) -> Result<(), LogRefusal> {
        let before = self.role(account).ok_or(LogRefusal::Target)?;
        if before == role {
            return Err(LogRefusal::Target);
        }
        if account == by.account {
            // One may step down, never up, and the last owner stays.
            if role > before || by.device.class != Class::Full {
                return Err(LogRefusal::NotAllowed);
            }
            if before == Role::Owner
                && self
                    .members()
                    .filter(|(_, role)| *role == Role::Owner)
                    .count()
                    == 1
            {
                return Err(LogRefusal::NobodyLeft);
            }
        } else {
            self.judge_rank(account, by)?;
            if role > by.role {
                return Err(LogRefusal::Outranked);
            }
        }
        if role.writes() && !cuts.is_empty() {
            return Err(LogRefusal::Cuts);
        }
        self.judge_cuts(cuts, account, accounts)
    }

    /// Nobody removes or demotes who outranks them; admins not admins; of owners the earlier stays.
    fn judge_rank(&self, target: AccountId, by: &By<'_>) -> Result<(), LogRefusal> {
        manages(by)?;
        let role = self.role(target).ok_or(LogRefusal::Target)?;
        if target == by.account {
            return Err(LogRefusal::Target);
        }
        let junior_owner = role == Role::Owner
            && by.role == Role::Owner
            && by.owner_since < self.owner_since(target);
        if role < by.role || junior_owner {
            Ok(())
        } else {
            Err(LogRefusal::Outranked)
        }
    }

    fn judge_cuts(
        &self,
        cuts: &[Cut],
        account: AccountId,
        accounts: &dyn Accounts,
    ) -> Result<(), LogRefusal> {
        let log = accounts
            .account(account)
            .ok_or(LogRefusal::AccountHeadUnknown)?;
        let mut seen = BTreeSet::new();
        for cut in cuts {
            if log.device(cut.device).is_none() {
                return Err(LogRefusal::AccountHeadUnknown);
            }
            if cut.space != self.id || !self.start_fits(cut) || !seen.insert(cut.device) {
                return Err(LogRefusal::Cuts);
            }
        }
        Ok(())
    }

    fn start_fits(&self, cut: &Cut) -> bool {
        cut.counter > 0 || cut.h == chain_start(self.id, cut.device).h
    }

    pub(super) fn eldest_owner(&self) -> Option<u32> {
        self.members
            .values()
            .filter_map(|spans| spans.last()?.owner_since)
            .min()
    }

    fn judge_epoch(
        &self,
        part: &EpochPart,
        removed: Option<AccountId>,
        by: &By<'_>,
        accounts: &dyn Accounts,
    ) -> Result<(), LogRefusal> {
        if part.epoch != self.epoch() + 1
            || part.previous.is_zero() != (self.history == History::FromNowOn)
        {
            return Err(LogRefusal::Epoch);
        }
        let members: Vec<AccountId> = self
            .members()
            .map(|(account, _)| account)
            .filter(|account| Some(*account) != removed)
            .collect();
        let position = |account: AccountId| {
            if account == by.account {
                Some(by.position)
            } else {
                self.account_position(account)
            }
        };
        judge_wraps(part, &members, self.least_class, position, accounts)
    }

    fn begin_epoch(&mut self, part: EpochPart, sequence: u32, statement: Hash) {
        self.sealed_to.clear();
        for wrap in &part.wraps {
            self.wraps.insert(wrap.wrap, (wrap.recipient, part.epoch));
            if wrap.recipient_epoch > 0 {
                self.sealed_to
                    .insert(wrap.recipient.into(), wrap.recipient_epoch);
            }
        }
        self.epochs.push(SpaceEpoch {
            sequence,
            statement,
            previous: part.previous,
        });
    }

    fn set_role(&mut self, account: AccountId, role: Option<Role>, cuts: Vec<Cut>, sequence: u32) {
        let owner_since = match (self.owner_since(account), role) {
            (Some(since), Some(Role::Owner)) => Some(since),
            (None, Some(Role::Owner)) => Some(sequence),
            _ => None,
        };
        let cuts = cuts
            .into_iter()
            .map(|cut| {
                (
                    cut.device,
                    ChainPoint {
                        counter: cut.counter,
                        h: cut.h,
                    },
                )
            })
            .collect();
        let span = Membership {
            from: sequence,
            role,
            owner_since,
            cuts,
        };
        self.members.entry(account).or_default().push(span);
    }

    fn take(
        &mut self,
        body: SpaceBody,
        statement: &LogStatement,
        hash: Hash,
        accounts: &dyn Accounts,
    ) {
        let sequence = statement.sequence;
        match body {
            SpaceBody::Genesis(_) => unreachable!("judge refuses a second genesis"),
            SpaceBody::Rekey { epoch, .. } => self.begin_epoch(epoch, sequence, hash),
            SpaceBody::AddMember(add) => {
                self.wraps.insert(add.wrap, (add.account.into(), add.epoch));
                self.sealed_to.insert(add.account, add.recipient_epoch);
                let log = accounts.account(add.account);
                let position = log.and_then(|log| log.position(&add.account_head));
                self.positions
                    .insert(add.account, position.expect("judge_add found the position"));
                self.set_role(add.account, Some(add.role), Vec::new(), sequence);
            }
            SpaceBody::RemoveMember(remove) => {
                self.set_role(remove.account, None, remove.cuts, sequence);
                self.begin_epoch(remove.epoch, sequence, hash);
            }
            SpaceBody::SetRole(set) => {
                self.set_role(set.account, Some(set.role), set.cuts, sequence)
            }
            SpaceBody::Erasure { erased, .. } => {
                for Erased {
                    device,
                    counter,
                    leaves,
                } in erased
                {
                    self.erased
                        .entry((device, counter))
                        .or_default()
                        .extend(leaves);
                }
            }
            SpaceBody::Resolve(resolve) => {
                self.resolve_cuts
                    .extend(resolve.cuts.into_iter().map(|cut| {
                        (
                            cut.device,
                            (
                                sequence,
                                ChainPoint {
                                    counter: cut.counter,
                                    h: cut.h,
                                },
                            ),
                        )
                    }));
                self.begin_epoch(resolve.epoch, sequence, hash);
            }
            SpaceBody::ReadBack { manifest, .. } => {
                self.read_back
                    .entry(manifest)
                    .or_default()
                    .insert(statement.signer.into());
            }
        }
        self.sequence = sequence;
        self.head = hash;
    }
}

impl Judge for SpaceState {
    const KIND: LogKind = LogKind::Space;
    type Context<'a> = &'a dyn Accounts;

    fn genesis(
        statement: &LogStatement,
        hash: Hash,
        accounts: &dyn Accounts,
    ) -> Result<Self, LogRefusal> {
        if !statement.log.is_zero() || statement.sequence != 0 || !statement.previous.is_zero() {
            return Err(LogRefusal::Heads);
        }
        let SpaceBody::Genesis(SpaceGenesis {
            least_class,
            history,
            epoch,
            ..
        }) = SpaceBody::from_bytes(&statement.body)?
        else {
            return Err(LogRefusal::NotAllowed);
        };
        let by = signer_of(statement, accounts, Role::Owner, Some(0))?;
        if by.device.class != Class::Full {
            return Err(LogRefusal::NotAllowed);
        }
        if epoch.epoch != 1 || !epoch.previous.is_zero() {
            return Err(LogRefusal::Epoch);
        }
        judge_wraps(
            &epoch,
            &[by.account],
            least_class,
            |_| Some(by.position),
            accounts,
        )?;
        let mut state = Self {
            id: SpaceId::new(hash.first_16()),
            head: hash,
            sequence: 0,
            least_class,
            history,
            members: BTreeMap::new(),
            epochs: Vec::new(),
            wraps: BTreeMap::new(),
            sealed_to: BTreeMap::new(),
            erased: BTreeMap::new(),
            read_back: BTreeMap::new(),
            positions: BTreeMap::from([(by.account, by.position)]),
            resolve_cuts: BTreeMap::new(),
        };
        state.set_role(by.account, Some(Role::Owner), Vec::new(), 0);
        state.begin_epoch(epoch, 0, hash);
        Ok(state)
    }

    fn advance(
        &mut self,
        statement: &LogStatement,
        hash: Hash,
        accounts: &dyn Accounts,
    ) -> Result<(), LogRefusal> {
        let (body, position) = self.judge(statement, accounts)?;
        self.positions.insert(statement.signer_account, position);
        self.take(body, statement, hash, accounts);
        Ok(())
    }

    fn resolution(statement: &LogStatement) -> Option<(Hash, Hash)> {
        match SpaceBody::from_bytes(&statement.body) {
            Ok(SpaceBody::Resolve(body)) => Some((body.picked, body.refused)),
            _ => None,
        }
    }
}

/// Finds the signer in its account's log at the head that the statement names, and verifies.
fn signer_of<'a>(
    statement: &LogStatement,
    accounts: &'a dyn Accounts,
    role: Role,
    owner_since: Option<u32>,
) -> Result<By<'a>, LogRefusal> {
    let account = statement.signer_account;
    let log = accounts
        .account(account)
        .ok_or(LogRefusal::AccountHeadUnknown)?;
    let position = log
        .position(&statement.account_head)
        .ok_or(LogRefusal::AccountHeadUnknown)?;
    let signer = log
        .signer(statement.signer)
        .filter(|signer| signer.is_active_at(position));
    let signer = signer.ok_or(LogRefusal::SignerNotActive)?;
    statement
        .verify(LogKind::Space, signer.signing())
        .map_err(|_| LogRefusal::BadSignature)?;
    // Methods recover an account; they author nothing in a space.
    let Signer::Device(device) = signer else {
        return Err(LogRefusal::NotAllowed);
    };
    Ok(By {
        account,
        role,
        owner_since,
        log,
        position,
        device,
    })
}

/// Membership is changed by admins and owners, on their full devices.
fn manages(by: &By<'_>) -> Result<(), LogRefusal> {
    if by.role >= Role::Admin && by.device.class == Class::Full {
        Ok(())
    } else {
        Err(LogRefusal::NotAllowed)
    }
}

/// A member erases what the devices of its own account wrote; admins and owners erase anything.
fn judge_erasure(erased: &[Erased], by: &By<'_>) -> Result<(), LogRefusal> {
    if erased.is_empty() {
        return Err(LogRefusal::Target);
    }
    let own = erased
        .iter()
        .all(|change| by.log.device(change.device).is_some());
    let may = by.role >= Role::Admin || (by.role.writes() && own);
    if may && by.device.class == Class::Full {
        Ok(())
    } else {
        Err(LogRefusal::NotAllowed)
    }
}
