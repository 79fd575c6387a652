//! Forks of logs: what settles one, and what a device lets go of when the line is another than the
//! one that it followed. Until then the log stays as it is, and nothing is sealed by it.

use lifeos_crypto::wrap::Recipient;
use lifeos_crypto::{AccountSecret, MethodKeys, SpaceSecret};
use lifeos_protocol::log::{
    AccountLog, AccountState, Accounts, Judge, Log, LogStatement, SpaceLog,
};
use lifeos_protocol::{Class, DeviceId, Hash, LogId, SignerId, SpaceId};

use super::{Core, Engine, EngineError, Outside};
use crate::acts::{self, Act, LogEnd};
use crate::record::Record;
use crate::space::Space;

/// The secret of the newest epoch of a branch.
pub enum BranchSecret {
    /// Of an account log.
    Account(AccountSecret),
    /// Of a space log.
    Space(SpaceSecret),
}

/// How a fork is to be settled.
pub struct Resolution<'a> {
    /// The log.
    pub log: LogId,
    /// Head of the branch that goes on.
    pub keep: Hash,
    /// Whom the same statement revokes; nobody in a space log.
    pub remove: Vec<SignerId>,
    /// The secret of the newest epoch of that branch.
    pub secret: &'a BranchSecret,
    /// Who signs in an account log.
    pub method: Option<&'a MethodKeys>,
}

impl Engine {
    /// The logs that are frozen by a fork of their own, the account's first.
    #[must_use]
    pub fn frozen_logs(&self) -> Vec<LogId> {
        let account = self.core.log.is_frozen().then(|| self.core.account.into());
        let spaces = self.spaces.values().filter(|space| space.log.is_frozen());
        account
            .into_iter()
            .chain(spaces.map(|space| space.id.into()))
            .collect()
    }

    /// Whether a log is frozen, by a fork of its own or by what a revoked device signed there.
    #[must_use]
    pub fn is_frozen(&self) -> bool {
        self.core.log.is_frozen()
            || self
                .spaces
                .values()
                .any(|space| space.is_frozen(&self.core))
    }

    /// The account log as one branch alone has it.
    #[must_use]
    pub fn account_branch(&self, head: &Hash) -> Option<AccountLog> {
        self.core.log.on_branch(head)
    }

    /// A space's log as one branch alone has it.
    #[must_use]
    pub fn space_branch(&self, space: SpaceId, head: &Hash) -> Option<SpaceLog> {
        self.spaces.get(&space)?.log.on_branch(head)
    }

    /// Whether the line of a log has a statement.
    #[must_use]
    pub fn is_on_line(&self, log: LogId, head: &Hash) -> bool {
        match log == self.core.account.into() {
            true => self.core.has_log_head(head),
            false => self
                .spaces
                .get(&log.into())
                .is_some_and(|space| space.has_log_head(head)),
        }
    }

    /// Whether one branch of a log has a statement.
    #[must_use]
    pub fn is_on_branch(&self, log: LogId, branch: &Hash, head: &Hash) -> bool {
        match log == self.core.account.into() {
            true => self
                .account_branch(branch)
                .is_some_and(|log| log.position(head).is_some()),
            false => self
                .space_branch(log.into(), branch)
                .is_some_and(|log| log.position(head).is_some()),
        }
    }

    /// The secret of the newest epoch of a branch of the account log, if it is here.
    #[must_use]
    pub fn account_secret_on(&self, branch: &AccountLog) -> Option<AccountSecret> {
        let epoch = branch.epoch_at(branch.epoch())?;
        let secret = self.core.secrets.get(&branch.epoch())?;
        let is_its = secret.public() == epoch.public_key;
        is_its.then(|| AccountSecret::from_bytes(secret.epoch(), secret.expose()))
    }

    /// The secret of the newest epoch of a branch of a space's log, if it is here.
    #[must_use]
    pub fn space_secret_on(&self, branch: &SpaceLog) -> Option<SpaceSecret> {
        let held = self.spaces.get(&branch.space())?;
        let epoch = branch.epoch();
        let secret = held.secrets.get(&epoch)?;
        let is_its = began(&held.log, epoch) == began(branch, epoch);
        is_its.then(|| SpaceSecret::from_bytes(epoch, secret.expose()))
    }

    /// The secret of the newest epoch of a branch of a space's log, from wraps that the box gave.
    #[must_use]
    pub fn open_space_branch(
        &self,
        branch: &SpaceLog,
        wraps: &[lifeos_protocol::wrap::Wrap],
    ) -> Option<SpaceSecret> {
        let (account, epoch) = (self.core.account, branch.epoch());
        let named = Some((account.into(), epoch));
        let wrap = wraps
            .iter()
            .find(|wrap| branch.named_wrap(&wrap.hash()) == named)?;
        let place = super::named_place(branch, wrap)?;
        self.core.secrets.values().rev().find_map(|secret| {
            lifeos_crypto::wrap::open(wrap, &secret.keys(account), &place, epoch).ok()
        })
    }

    /// Makes the statement that settles a fork. Once the box took it, give it to
    /// [`Self::apply_statement`] and the secret to [`Self::take_account_secret`] or
    /// [`Self::take_space_secret`].
    ///
    /// # Errors
    /// [`EngineError::NotFound`] where there is no such branch or whom it is to revoke is not
    /// active there, [`EngineError::Frozen`] for a space whose account's log is frozen,
    /// [`EngineError::NoKey`] where the secret or the method is not of this log,
    /// [`EngineError::Sealed`] where nobody would be left.
    pub fn make_resolve(
        &self,
        resolution: Resolution<'_>,
        out: &mut Outside<'_>,
    ) -> Result<(Act, BranchSecret), EngineError> {
        let Resolution {
            log,
            keep,
            remove,
            secret,
            method,
        } = resolution;
        if log == self.core.account.into() {
            let branch = self
                .core
                .log
                .on_branch(&keep)
                .ok_or(EngineError::NotFound)?;
            let refused = refused_beside(&self.core.log, &branch)?;
            let (BranchSecret::Account(secret), Some(method)) = (secret, method) else {
                return Err(EngineError::NoKey);
            };
            if !remove.iter().all(|id| branch.active_signer(*id).is_some()) {
                return Err(EngineError::NotFound);
            }
            let devices: Vec<DeviceId> = remove
                .iter()
                .map(|target| DeviceId::from(*target))
                .filter(|device| branch.device(*device).is_some())
                .collect();
            let (cuts, logs) = (self.cuts_for(&devices), self.log_cuts(&branch));
            let stay = stayers(&branch, &remove);
            if stay.is_empty() {
                return Err(EngineError::Sealed);
            }
            let (act, next) = acts::resolve_account(
                &end_of(&branch),
                method,
                secret,
                refused,
                remove,
                cuts,
                logs,
                &stay,
                out.now_ms,
                out.rng,
            )
            .map_err(|_| EngineError::Sealed)?;
            return Ok((act, BranchSecret::Account(next)));
        }
        let held = self
            .spaces
            .get(&log.into())
            .ok_or(EngineError::NoSuchSpace)?;
        if self.core.log.is_frozen() {
            return Err(EngineError::Frozen);
        }
        let branch = held.log.on_branch(&keep).ok_or(EngineError::NotFound)?;
        let refused = refused_beside(&held.log, &branch)?;
        let BranchSecret::Space(secret) = secret else {
            return Err(EngineError::NoKey);
        };
        let to = self.recipients(&branch, None)?;
        let (act, next) = self
            .in_space(&branch, out)
            .resolve(secret, refused, &to, out.rng)
            .map_err(|_| EngineError::Sealed)?;
        Ok((act, BranchSecret::Space(next)))
    }
}

/// The head that a `resolve` refuses beside what it keeps.
fn refused_beside<S: Judge>(log: &Log<S>, keep: &Log<S>) -> Result<Hash, EngineError> {
    let branches = log.branches();
    let other = branches
        .iter()
        .find(|branch| keep.position(&branch.head).is_none());
    other.map(|branch| branch.head).ok_or(EngineError::NotFound)
}

/// The devices and methods that a new account secret is sealed to.
pub(crate) fn stayers(log: &AccountState, targets: &[SignerId]) -> Vec<Recipient> {
    let devices = log
        .active_devices()
        .filter(|device| device.class == Class::Full && !targets.contains(&device.id.into()))
        .map(|device| Recipient::device(&device.keys));
    let methods = log
        .active_methods()
        .filter(|method| !targets.contains(&method.id.into()))
        .map(|method| Recipient::method(&method.keys));
    devices.chain(methods).collect()
}

fn end_of<S: Judge>(log: &Log<S>) -> LogEnd {
    LogEnd {
        log: log.id(),
        sequence: log.sequence(),
        head: log.head(),
    }
}

fn began(log: &SpaceLog, epoch: u32) -> Option<Hash> {
    log.epoch_at(epoch).map(|epoch| epoch.statement)
}

impl Core {
    /// Lets go of the secrets of epochs that the line no longer has: a branch that this device did
    /// not follow was kept.
    pub(crate) fn keep_secrets_of_line(&mut self) {
        let log = &self.log;
        self.secrets.retain(|epoch, secret| {
            let named = log.epoch_at(*epoch);
            named.is_some_and(|named| named.public_key == secret.public())
        });
    }
}

impl Space {
    /// The statements that began the epochs so far.
    pub(crate) fn epochs_begun(&self) -> Vec<Option<Hash>> {
        (0..=self.log.epoch())
            .map(|epoch| began(&self.log, epoch))
            .collect()
    }

    /// Where an account's log left the branch that statements here were judged by, these count no
    /// more: nobody who reads both logs from the beginning would take them. Nor does what devices
    /// wrote that only the refused branch enrolled.
    pub(crate) fn follow_account(&mut self, core: &mut Core, out: &mut Outside<'_>) {
        if self.turns == core.turns {
            return;
        }
        self.turns = core.turns;
        let chains = self.chains.len();
        let own = core.device;
        self.chains
            .retain(|device, _| *device == own || core.knows_device(*device));
        self.stale |= self.chains.len() < chains;
        let stands = |statement: &LogStatement| {
            let log = core.account(statement.signer_account);
            log.is_some_and(|log| log.position(&statement.account_head).is_some())
        };
        let before = self.log.statements();
        let fell = before.iter().position(|statement| !stands(statement));
        let kept = fell.unwrap_or(before.len());
        if kept == before.len() {
            return;
        }
        let begun = self.epochs_begun();
        let mut statements = before[..kept].iter().cloned();
        // A space that began on the refused branch has nothing to go back to.
        let Some(mut log) = statements
            .next()
            .and_then(|first| SpaceLog::start(first, core).ok())
        else {
            return;
        };
        for statement in statements {
            if log.apply(statement, core).is_err() {
                break;
            }
        }
        self.log = log;
        let after = self.log.sequence();
        self.leave_branch(core, after, &begun, out);
    }

    /// Sequence of the last statement that all branches have, where the log is frozen.
    pub(crate) fn parts_after(&self) -> u32 {
        let branches = self.log.branches();
        let first = branches.iter().find_map(|branch| branch.statements.first());
        first.map_or(self.log.sequence(), |first| first.sequence - 1)
    }

    /// The line is another than it was behind a sequence: what waits under a key that it does not
    /// have gets a new seal, and everything is judged and folded anew.
    pub(crate) fn leave_branch(
        &mut self,
        core: &mut Core,
        after: u32,
        begun: &[Option<Hash>],
        out: &mut Outside<'_>,
    ) {
        let log = &self.log;
        let gone: Vec<u32> = self
            .secrets
            .keys()
            .copied()
            .filter(|epoch| began(log, *epoch) != begun.get(*epoch as usize).copied().flatten())
            .collect();
        for epoch in gone {
            self.secrets.remove(&epoch);
            self.former.extend(self.keys.remove(&epoch));
        }
        self.erasing.followed = self.erasing.followed.min(after);
        self.erasing.unsent.retain(|sequence, _| *sequence <= after);
        self.stale = true;
        if core.replaying.is_none() {
            self.reseal_outbox(core, out);
        }
    }

    /// The line that was kept has its newest key: what waits and was written in an epoch or at a
    /// position that only the refused branch had is written again, under a new id of this device.
    pub(crate) fn retire_what_fell(&mut self, core: &mut Core, out: &mut Outside<'_>) {
        let device = core.device;
        let settled = !self.is_frozen(core) && !self.rekey_due(core) && !core.is_revoked();
        if self.diverged.is_some() || !settled {
            return;
        }
        let fallen = self
            .outbox
            .iter()
            .find(|waiting| !self.counts(core, device, waiting.counter, &waiting.change.statement))
            .map(|waiting| waiting.counter);
        if let Some(served) = fallen {
            self.retire_from(served);
            let record = Record::Diverged {
                space: self.id,
                served,
            };
            core.note(&record, out);
            return;
        }
        // What was written in an epoch of the refused branch counts by statements that came after
        // everything was folded anew.
        self.stale |= !self.former.is_empty();
    }
}

/// Whether a head that the box names is that of a known branch: nothing is withheld then, and the
/// alarm of the fork tells.
pub(crate) fn is_of_branch<S: Judge>(log: &Log<S>, head: &Hash) -> bool {
    log.branches().iter().any(|branch| branch.head == *head)
}
