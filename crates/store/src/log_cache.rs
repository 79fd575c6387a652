//! Verified logs in memory, so that a push or an append does not judge a whole log anew. What is
//! cached counts only while its head is the database's: a transaction that was undone leaves nothing
//! wrong behind.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lifeos_protocol::ids::{AccountId, Hash, LogId, SpaceId};
use lifeos_protocol::log::{AccountLog, Accounts, LogKind, LogStatement, SpaceLog};

use crate::columns::{fixed, object};
use crate::connection::Connection;
use crate::error::StoreError;
use crate::sql;

/// Verified logs of a kind kept in memory at once.
const CACHED_MAX: usize = 256;

/// Verified logs, each good for as long as its head is the database's.
#[derive(Default)]
pub(crate) struct LogCache {
    accounts: Mutex<HashMap<AccountId, Arc<AccountLog>>>,
    spaces: Mutex<HashMap<SpaceId, Arc<SpaceLog>>>,
}

/// Account logs by which a space's statements and changes are judged.
#[derive(Default)]
pub(crate) struct KnownAccounts(pub(crate) HashMap<AccountId, Arc<AccountLog>>);

impl Accounts for KnownAccounts {
    fn account(&self, id: AccountId) -> Option<&AccountLog> {
        self.0.get(&id).map(Arc::as_ref)
    }
}

impl LogCache {
    pub(crate) async fn account(
        &self,
        connection: &mut Connection,
        id: AccountId,
    ) -> Result<Option<Arc<AccountLog>>, StoreError> {
        let Some((row, head)) = head_of(connection, id.into(), LogKind::Account).await? else {
            return Ok(None);
        };
        if let Some(log) = lock(&self.accounts)
            .get(&id)
            .filter(|log| log.head() == head)
        {
            return Ok(Some(Arc::clone(log)));
        }
        let statements = all_statements(connection, row).await?;
        let log = AccountLog::read(id.into(), statements, ())
            .map_err(|_| StoreError::Damaged("account log"))?;
        Ok(Some(self.keep_account(log)))
    }

    pub(crate) async fn space(
        &self,
        connection: &mut Connection,
        id: SpaceId,
    ) -> Result<Option<(Arc<SpaceLog>, KnownAccounts)>, StoreError> {
        let Some((row, head)) = head_of(connection, id.into(), LogKind::Space).await? else {
            return Ok(None);
        };
        let cached = lock(&self.spaces)
            .get(&id)
            .filter(|log| log.head() == head)
            .cloned();
        if let Some(log) = cached {
            let accounts = self.known(connection, log.accounts()).await?;
            return Ok(Some((log, accounts)));
        }
        let statements = all_statements(connection, row).await?;
        let named = statements.iter().flat_map(LogStatement::accounts_named);
        let accounts = self.known(connection, named).await?;
        let log = SpaceLog::read(id.into(), statements, &accounts)
            .map_err(|_| StoreError::Damaged("space log"))?;
        let accounts = self.known(connection, log.accounts()).await?;
        Ok(Some((self.keep_space(log), accounts)))
    }

    pub(crate) async fn known(
        &self,
        connection: &mut Connection,
        accounts: impl Iterator<Item = AccountId>,
    ) -> Result<KnownAccounts, StoreError> {
        let unique: BTreeSet<_> = accounts.collect();
        let mut known = KnownAccounts::default();
        for id in unique {
            if let Some(log) = self.account(connection, id).await? {
                known.0.insert(id, log);
            }
        }
        Ok(known)
    }

    pub(crate) fn keep_account(&self, log: AccountLog) -> Arc<AccountLog> {
        let log = Arc::new(log);
        let mut cached = lock(&self.accounts);
        if cached.len() >= CACHED_MAX {
            cached.clear();
        }
        cached.insert(log.id().into(), Arc::clone(&log));
        log
    }

    pub(crate) fn keep_space(&self, log: SpaceLog) -> Arc<SpaceLog> {
        let log = Arc::new(log);
        let mut cached = lock(&self.spaces);
        if cached.len() >= CACHED_MAX {
            cached.clear();
        }
        cached.insert(log.space(), Arc::clone(&log));
        log
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Whatever was left in the cache is compared with the database's head before it is used.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) async fn head_of(
    connection: &mut Connection,
    id: LogId,
    kind: LogKind,
) -> Result<Option<(i64, Hash)>, StoreError> {
    let row = sql::query("SELECT log, head FROM logs WHERE id = $1 AND kind = $2")
        .bind(id.as_bytes().as_slice())
        .bind(kind.code())
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some((row.try_get("log")?, fixed(&row, "head")?.into())))
}

async fn all_statements(
    connection: &mut Connection,
    log: i64,
) -> Result<Vec<LogStatement>, StoreError> {
    let rows = sql::query("SELECT statement FROM log_statements WHERE log = $1 ORDER BY sequence")
        .bind(log)
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| object(row, "statement")).collect()
}
