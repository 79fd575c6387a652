//! The account log and the space logs, and what of them the rest of the engine asks.

use lifeos_protocol::judge::{Room, Standing};
use lifeos_protocol::log::{
    AccountLog, Accounts, Applied, Cut, LogCut, LogKind, LogRefusal, LogStatement, Role,
};
use lifeos_protocol::seen::ChainPoint;
use lifeos_protocol::statement::Statement;
use lifeos_protocol::{DeviceId, Hash, IncarnationId, LogId, SpaceId, Wire};

use super::people::{Circle, account_of};
use super::{Core, Engine, EngineError, Outside, Raise};
use crate::acts::{Act, LogEnd, SignerPlace};
use crate::alarm::Cause;
use crate::record::Record;
use crate::space::Space;

/// What became of a log statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogOutcome {
    /// It is the log's new head.
    Added,
    /// It was there before.
    Known,
    /// It is a second valid successor: the log is frozen, both are kept, an alarm is raised.
    Forked,
}

impl Engine {
    /// Judges a statement of the account log or of a space log that is here, and takes it.
    ///
    /// # Errors
    /// [`EngineError::Statement`] with the refusal; an alarm is raised where it was forged.
    pub fn apply_statement(
        &mut self,
        kind: LogKind,
        statement: &LogStatement,
        out: &mut Outside<'_>,
    ) -> Result<LogOutcome, EngineError> {
        let outcome = match kind {
            LogKind::Account => self.core.apply_account(statement, out),
            LogKind::Space => {
                let log = match statement.log.is_zero() {
                    true => LogId::new(statement.hash(kind).first_16()),
                    false => statement.log,
                };
                let (core, space) = self.split(log.into())?;
                space.apply_statement(core, statement, out)
            }
        }?;
        if outcome != LogOutcome::Known {
            self.logs_changed(out);
        }
        Ok(outcome)
    }

    /// Where the account log ends: what the next statement follows.
    #[must_use]
    pub fn account_end(&self) -> LogEnd {
        LogEnd {
            log: self.core.account.into(),
            sequence: self.core.log.sequence(),
            head: self.core.log.head(),
        }
    }

    /// Where a space's log ends.
    #[must_use]
    pub fn space_end(&self, space: SpaceId) -> Option<LogEnd> {
        let space = self.spaces.get(&space)?;
        Some(LogEnd {
            log: space.id.into(),
            sequence: space.log.sequence(),
            head: space.log.head(),
        })
    }

    /// By what this device is judged when it signs in a space log.
    #[must_use]
    pub fn signer_place(&self) -> SignerPlace {
        SignerPlace {
            account: self.core.account,
            account_head: self.core.log.head(),
        }
    }

    /// The cuts that a revocation of these devices carries: what of theirs is here and verified,
    /// in every space.
    #[must_use]
    pub fn cuts_for(&self, devices: &[DeviceId]) -> Vec<Cut> {
        let mut cuts = Vec::new();
        for (id, space) in &self.spaces {
            for device in devices {
                let chain = space.chains.get(device);
                let point = chain.map_or_else(
                    || lifeos_protocol::statement::chain_start(*id, *device),
                    crate::chain::Chain::covered_point,
                );
                cuts.push(Cut {
                    device: *device,
                    space: *id,
                    counter: point.counter,
                    h: point.h,
                });
            }
        }
        cuts
    }

    /// Where the log of each space stands here: what a revocation carries, so that nothing counts
    /// that the revoked sign there afterwards. What was signed from a head that this branch of the
    /// account's log does not have ends with the other branch.
    #[must_use]
    pub fn log_cuts(&self, branch: &AccountLog) -> Vec<LogCut> {
        let own = self.core.account;
        let falls = |statement: &LogStatement| {
            statement.signer_account == own && branch.position(&statement.account_head).is_none()
        };
        let spaces = self.spaces.values().filter_map(|space| {
            let statements = space.log.statements();
            let kept = statements.iter().take_while(|statement| !falls(statement));
            let last = u32::try_from(kept.count()).ok()?.checked_sub(1)?;
            Some(LogCut {
                space: space.id,
                sequence: last,
                head: space.log.hash_at(last)?,
            })
        });
        spaces.collect()
    }

    /// Whether nothing is sealed or sent in a space: its log or the account's has two histories, or
    /// a revoked device signed in it beyond where its revocation cut it off.
    #[must_use]
    pub fn is_space_frozen(&self, space: SpaceId) -> bool {
        let held = self.spaces.get(&space);
        held.is_some_and(|held| held.is_frozen(&self.core))
    }

    /// Whether a verified statement revoked this device.
    #[must_use]
    pub fn is_revoked(&self) -> bool {
        self.core.is_revoked()
    }

    /// Admits a new life of the box's store, as this device's statement.
    #[must_use]
    pub fn make_admit_incarnation(&self, incarnation: IncarnationId, out: &Outside<'_>) -> Act {
        crate::acts::admit_incarnation(
            &self.account_end(),
            &self.core.keys,
            incarnation,
            out.now_ms,
        )
    }

    pub(crate) fn logs_changed(&mut self, out: &mut Outside<'_>) {
        for space in self.spaces.values_mut() {
            space.logs_changed(&mut self.core, out);
        }
    }
}

impl Core {
    pub(crate) fn apply_account(
        &mut self,
        statement: &LogStatement,
        out: &mut Outside<'_>,
    ) -> Result<LogOutcome, EngineError> {
        let account = account_of(statement);
        if account != self.account {
            return self.apply_other(account, statement, out);
        }
        let before = self.log.head();
        let applied = self.log.apply(statement.clone(), ());
        let space = SpaceId::ZERO;
        let outcome = self.judge_applied(applied, space, statement, out)?;
        if self.log.position(&before).is_none() {
            self.turns += 1;
            self.keep_secrets_of_line();
        }
        if outcome != LogOutcome::Known {
            self.note(&Record::AccountStatement(statement.to_bytes()), out);
        }
        Ok(outcome)
    }

    pub(crate) fn judge_applied(
        &mut self,
        applied: Result<Applied, LogRefusal>,
        space: SpaceId,
        statement: &LogStatement,
        out: &mut Outside<'_>,
    ) -> Result<LogOutcome, EngineError> {
        let sequence = u64::from(statement.sequence);
        match applied {
            Ok(Applied::Known) => Ok(LogOutcome::Known),
            Ok(Applied::Added | Applied::Settled) => Ok(LogOutcome::Added),
            Ok(Applied::Forked(fork)) => {
                let raise = Raise::new(Cause::LogFork, space)
                    .counter(sequence)
                    .evidence(&[&fork.ours.to_bytes(), &fork.theirs.to_bytes()]);
                self.alarm(raise, out);
                Ok(LogOutcome::Forked)
            }
            Ok(Applied::Rival) => Ok(LogOutcome::Forked),
            Err(refusal) => {
                let cause = match refusal {
                    LogRefusal::NeedsNewer => Cause::NeedsNewer,
                    LogRefusal::Gap | LogRefusal::AccountHeadUnknown => Cause::LogWithheld,
                    _ => Cause::StatementForged,
                };
                let raise = Raise::new(cause, space)
                    .counter(sequence)
                    .evidence(&[&statement.to_bytes()]);
                self.alarm(raise, out);
                Err(EngineError::Statement(refusal))
            }
        }
    }

    pub(crate) fn knows_device(&self, device: DeviceId) -> bool {
        self.all_logs().any(|log| log.device(device).is_some())
    }

    pub(crate) fn is_active_device(&self, device: DeviceId) -> bool {
        self.all_logs()
            .any(|log| log.active_signer(device.into()).is_some())
    }

    /// Whether this device was revoked, or is on no branch that was kept.
    pub(crate) fn is_revoked(&self) -> bool {
        self.log
            .device(self.device)
            .is_none_or(|device| device.revoked.is_some())
    }

    pub(crate) fn log_head(&self) -> Hash {
        self.log.head()
    }

    pub(crate) fn has_log_head(&self, head: &Hash) -> bool {
        self.log.position(head).is_some()
    }

    pub(crate) fn admitted_incarnation(&self) -> Option<IncarnationId> {
        self.log.incarnations().last().copied()
    }
}

impl Space {
    pub(crate) fn apply_statement(
        &mut self,
        core: &mut Core,
        statement: &LogStatement,
        out: &mut Outside<'_>,
    ) -> Result<LogOutcome, EngineError> {
        let (before, begun, after) = (self.log.head(), self.epochs_begun(), self.parts_after());
        let strangers = self.pull.as_ref().map(|pull| &pull.strangers);
        let circle = Circle::new(core, strangers);
        let applied = self.log.apply(statement.clone(), &circle);
        let outcome = core.judge_applied(applied, self.id, statement, out)?;
        self.adopt_strangers(core, out);
        if outcome != LogOutcome::Known {
            core.note(&Record::SpaceStatement(self.id, statement.to_bytes()), out);
        }
        if !self.has_log_head(&before) {
            self.leave_branch(core, after, &begun, out);
        }
        Ok(outcome)
    }

    /// Takes a statement that a pull brought.
    pub(crate) fn take_served_statement(
        &mut self,
        core: &mut Core,
        kind: LogKind,
        statement: &LogStatement,
        out: &mut Outside<'_>,
    ) -> Result<(), Cause> {
        let outcome = match kind {
            LogKind::Account => self.take_account_statement(core, statement, out),
            LogKind::Space => self.apply_statement(core, statement, out),
        };
        match outcome {
            Ok(LogOutcome::Known) => Ok(()),
            Ok(_) => {
                self.logs_changed(core, out);
                Ok(())
            }
            Err(EngineError::Statement(LogRefusal::NeedsNewer)) => Err(Cause::NeedsNewer),
            Err(EngineError::Statement(LogRefusal::Gap | LogRefusal::AccountHeadUnknown)) => {
                Err(Cause::LogWithheld)
            }
            Err(_) => Err(Cause::StatementForged),
        }
    }

    /// Draws the consequences of new statements: heads that waited for them, cuts, erasures.
    pub(crate) fn logs_changed(&mut self, core: &mut Core, out: &mut Outside<'_>) {
        self.follow_account(core, out);
        self.look_beyond_cuts(core, out);
        for (device, cut) in self.cuts_given(core) {
            if !self.cuts.insert((device, cut.counter, cut.h)) {
                continue;
            }
            let folded_beyond = self
                .chains
                .get(&device)
                .is_some_and(|chain| chain.covered > cut.counter);
            if folded_beyond && core.respects_cuts() {
                self.stale = true;
            }
        }
        let waiting: Vec<DeviceId> = self
            .chains
            .iter()
            .filter(|(_, chain)| chain.promised.is_some())
            .map(|(device, _)| *device)
            .collect();
        for device in waiting {
            // A refusal has raised its alarm.
            let _ = self.retry_promised(core, device, out);
        }
        self.follow_erasures(core);
        self.retry_quarantined(core, out);
    }

    /// Whether a change of this device at this counter counts, by the judgement that the box uses
    /// too.
    pub(crate) fn counts(
        &self,
        core: &Core,
        device: DeviceId,
        counter: u64,
        statement: &Statement,
    ) -> bool {
        if !core.respects_cuts() {
            return true;
        }
        let author = self.author_of(core, device);
        let Some(author) = author.and_then(|account| core.account(account)) else {
            return false;
        };
        let room = Room {
            space: &self.log,
            account: author.id().into(),
            author,
        };
        let point = self
            .chains
            .get(&device)
            .and_then(|chain| chain.point(counter));
        point.is_some_and(|point| {
            matches!(
                room.standing(device, statement, point),
                Ok(Standing::Counts)
            )
        })
    }

    pub(crate) fn log_head(&self) -> Hash {
        self.log.head()
    }

    pub(crate) fn has_log_head(&self, head: &Hash) -> bool {
        self.log.position(head).is_some()
    }

    pub(crate) fn log_sequence_of(&self, head: &Hash) -> Option<u32> {
        self.log.position(head)
    }

    pub(crate) fn last_log_sequence(&self) -> u32 {
        self.log.sequence()
    }

    pub(crate) fn is_frozen(&self, core: &Core) -> bool {
        self.log.is_frozen() || core.log.is_frozen() || self.beyond.is_some()
    }

    /// Looks whether a revoked device signed here beyond its cut, and says so where it is new.
    pub(crate) fn look_beyond_cuts(&mut self, core: &mut Core, out: &mut Outside<'_>) {
        let beyond = self.log.beyond_cut(core);
        if let Some(sequence) = beyond.filter(|_| self.beyond != beyond) {
            let statement = self.log.statements()[sequence as usize].to_bytes();
            let raise = Raise::new(Cause::BeyondCut, self.id)
                .counter(u64::from(sequence))
                .evidence(&[&statement]);
            core.alarm(raise, out);
        }
        self.beyond = beyond;
    }

    /// Whether a member's account epoch turned after the space key was last sealed to it.
    pub(crate) fn rekey_due(&self, core: &Core) -> bool {
        self.log.needs_rekey(core)
    }

    /// Whether the account's role here lets it write.
    pub(crate) fn writes(&self, core: &Core) -> bool {
        self.log.role(core.account).is_some_and(Role::writes)
    }

    /// Every cut that was given here: by the accounts for devices of theirs that they revoked, and by
    /// the space's own log.
    pub(crate) fn cuts_given(&self, core: &Core) -> Vec<(DeviceId, ChainPoint)> {
        let accounts = self.log.accounts().filter_map(|id| core.account(id));
        let revoked = accounts.flat_map(|log| {
            let cuts = log.cuts().filter(|cut| cut.space == self.id);
            // Nobody cuts a device that writes for somebody else.
            let own = move |cut: &&Cut| {
                let author = self.author_of(core, cut.device);
                author.is_none_or(|author| author == log.id().into())
            };
            cuts.filter(own).map(|cut| {
                let Cut {
                    device, counter, h, ..
                } = *cut;
                (device, ChainPoint { counter, h })
            })
        });
        revoked.chain(self.log.cuts()).collect()
    }
}
