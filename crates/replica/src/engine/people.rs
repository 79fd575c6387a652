//! The people of a space: by whose account logs it is judged what is said there.
//!
//! An account's id is the hash of its log's first statement, so whoever names an account has pinned
//! its log. Kept are the own log, and those of accounts that a space here names or that a person has
//! met. What else a pull brings is a stranger's, and goes when the pull ends.

use std::collections::BTreeMap;

use lifeos_protocol::log::{AccountLog, Accounts, LogKind, LogRefusal, LogStatement};
use lifeos_protocol::{AccountId, DeviceId, LogId, Wire};

use super::logs::LogOutcome;
use super::{Core, Engine, EngineError, Outside};
use crate::record::Record;
use crate::space::Space;

/// Statements of strangers that one pull may bring, all in all.
const MOST_OF_STRANGERS: u64 = 16 << 10;

/// The accounts that a pull has brought and no space here names.
#[derive(Debug, Default)]
pub(crate) struct Strangers {
    logs: BTreeMap<AccountId, AccountLog>,
    taken: u64,
}

impl Strangers {
    /// How many of their statements are known, as a number that rises.
    pub(crate) fn known(&self) -> u64 {
        self.taken
    }

    fn take(&mut self, statement: &LogStatement) -> Result<LogOutcome, LogRefusal> {
        let id = account_of(statement);
        if self.taken == MOST_OF_STRANGERS {
            return Err(LogRefusal::Full);
        }
        match self.logs.get_mut(&id) {
            Some(log) => log.apply(statement.clone(), ()).map(|_| ())?,
            None => {
                let log = AccountLog::start(statement.clone(), ())?;
                self.logs.insert(log.id().into(), log);
            }
        }
        self.taken += 1;
        Ok(LogOutcome::Added)
    }
}

/// Everybody by whom a statement of a space may be judged.
pub(crate) struct Circle<'a> {
    core: &'a Core,
    strangers: Option<&'a Strangers>,
}

impl<'a> Circle<'a> {
    pub(crate) fn new(core: &'a Core, strangers: Option<&'a Strangers>) -> Self {
        Self { core, strangers }
    }
}

impl Accounts for Circle<'_> {
    fn account(&self, id: AccountId) -> Option<&AccountLog> {
        let stranger = || self.strangers?.logs.get(&id);
        self.core.account(id).or_else(stranger)
    }
}

impl Accounts for Core {
    fn account(&self, id: AccountId) -> Option<&AccountLog> {
        if id == self.account {
            Some(&self.log)
        } else {
            self.others.get(&id)
        }
    }
}

/// The account to whose log a statement belongs.
pub(crate) fn account_of(statement: &LogStatement) -> AccountId {
    if statement.log.is_zero() {
        AccountId::new(statement.hash(LogKind::Account).first_16())
    } else {
        statement.log.into()
    }
}

impl Engine {
    /// Takes the log of another account that a person names: one that was invited, or that invites.
    /// What is known of it stays; what follows is added.
    ///
    /// # Errors
    /// [`EngineError::Statement`] where the statements do not verify or are of another account; an
    /// alarm is raised where one was forged.
    pub fn meet(
        &mut self,
        account: AccountId,
        statements: &[LogStatement],
        out: &mut Outside<'_>,
    ) -> Result<(), EngineError> {
        if self.core.account(account).is_none() {
            let log = AccountLog::read(account.into(), statements.iter().cloned(), ())
                .map_err(EngineError::Statement)?;
            self.core.adopt(log, out);
            return Ok(());
        }
        for statement in statements {
            if account_of(statement) != account {
                return Err(EngineError::Statement(LogRefusal::OtherLog));
            }
            self.apply_statement(LogKind::Account, statement, out)?;
        }
        Ok(())
    }

    /// The verified log of an account: the own one, or another's that is known here.
    #[must_use]
    pub fn account_log_of(&self, account: AccountId) -> Option<&AccountLog> {
        self.core.account(account)
    }

    /// The accounts that statements name and that are not known here: their logs come first.
    #[must_use]
    pub fn accounts_wanted<'s>(
        &self,
        statements: impl IntoIterator<Item = &'s LogStatement>,
    ) -> Vec<AccountId> {
        let mut wanted: Vec<AccountId> = statements
            .into_iter()
            .flat_map(LogStatement::accounts_named)
            .filter(|account| self.core.account(*account).is_none())
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        wanted
    }

    /// The logs by which a space is judged, each with the sequence of its last statement here: what a
    /// pull need not bring again.
    #[must_use]
    pub fn logs_known(&self, space: lifeos_protocol::SpaceId) -> Vec<(LogId, u32)> {
        let Some(space) = self.spaces.get(&space) else {
            return Vec::new();
        };
        let accounts = space.accounts_known(&self.core);
        let mut known: Vec<(LogId, u32)> = accounts
            .into_iter()
            .map(|(account, sequence)| (account.into(), sequence))
            .collect();
        known.push((space.id.into(), space.log.sequence()));
        known
    }
}

impl Core {
    /// Keeps the log of another account.
    pub(crate) fn adopt(&mut self, log: AccountLog, out: &mut Outside<'_>) {
        for statement in log.statements().to_vec() {
            self.note(&Record::AccountStatement(statement.to_bytes()), out);
        }
        self.others.insert(log.id().into(), log);
    }

    /// Takes a statement of another account's log that is known here.
    pub(crate) fn apply_other(
        &mut self,
        account: AccountId,
        statement: &LogStatement,
        out: &mut Outside<'_>,
    ) -> Result<LogOutcome, EngineError> {
        let Some(log) = self.others.get_mut(&account) else {
            return Err(EngineError::Statement(LogRefusal::AccountHeadUnknown));
        };
        let before = log.head();
        let applied = log.apply(statement.clone(), ());
        self.turns += u64::from(log.position(&before).is_none());
        let about = account.as_bytes();
        let outcome = self.judge_applied(applied, (*about).into(), statement, out)?;
        if outcome != LogOutcome::Known {
            self.note(&Record::AccountStatement(statement.to_bytes()), out);
        }
        Ok(outcome)
    }

    /// Takes a statement of an account log back from the journal.
    pub(crate) fn replay_account(
        &mut self,
        statement: LogStatement,
        out: &mut Outside<'_>,
    ) -> Option<()> {
        let id = account_of(&statement);
        if statement.log.is_zero() && self.account(id).is_none() {
            let log = AccountLog::start(statement, ()).ok()?;
            self.others.insert(id, log);
            return Some(());
        }
        self.apply_account(&statement, out).ok().map(|_| ())
    }

    /// The logs of all accounts that are known here.
    pub(crate) fn all_logs(&self) -> impl Iterator<Item = &AccountLog> {
        std::iter::once(&self.log).chain(self.others.values())
    }
}

impl Space {
    /// The account that a device writes for: the one that its first verified head names.
    pub(crate) fn author_of(&self, core: &Core, device: DeviceId) -> Option<AccountId> {
        if device == core.device {
            return Some(core.account);
        }
        let head = self.chains.get(&device)?.head.as_ref()?;
        Some(head.body.account)
    }

    /// Sequence of the last statement here of each account that the space names.
    pub(crate) fn accounts_known(&self, core: &Core) -> BTreeMap<AccountId, u32> {
        let accounts = self.log.accounts();
        let known = accounts.filter_map(|id| Some((id, core.account(id)?.sequence())));
        known.collect()
    }

    /// Takes a statement of an account log that a pull brought.
    pub(crate) fn take_account_statement(
        &mut self,
        core: &mut Core,
        statement: &LogStatement,
        out: &mut Outside<'_>,
    ) -> Result<LogOutcome, EngineError> {
        let account = account_of(statement);
        if core.account(account).is_some() {
            return core.apply_account(statement, out);
        }
        let Some(pull) = self.pull.as_mut() else {
            return Err(EngineError::Statement(LogRefusal::AccountHeadUnknown));
        };
        match pull.strangers.take(statement) {
            // Nothing here has changed by it.
            Ok(_) => Ok(LogOutcome::Known),
            Err(refusal) => core.judge_applied(Err(refusal), self.id, statement, out),
        }
    }

    /// Keeps the logs of those whom the space names since its last statement.
    pub(crate) fn adopt_strangers(&mut self, core: &mut Core, out: &mut Outside<'_>) {
        let Some(pull) = self.pull.as_mut() else {
            return;
        };
        for account in self.log.accounts() {
            if let Some(log) = pull.strangers.logs.remove(&account) {
                core.adopt(log, out);
            }
        }
    }
}
