//! Account logs and space logs: appended by compare-and-swap, judged as every client judges them,
//! and kept together with the sealed things that a statement names.

use std::sync::Arc;

use lifeos_protocol::Refusal;
use lifeos_protocol::ids::{AccountId, Hash, KitLookupId, LogId, RecipientId, SignerId, SpaceId};
use lifeos_protocol::log::{AccountLog, LogKind, LogRefusal, LogStatement};
use lifeos_protocol::method_key::SealedMethodKey;
use lifeos_protocol::wrap::{SealedPrevious, Wrap};

use crate::accounts::account_row;
use crate::append::{begin_space, continue_log};
use crate::columns::{bytes, fixed, object, unsigned};
use crate::connection::Connection;
use crate::error::StoreError;
use crate::open::Store;
use crate::page::{self, Page, one_more};
use crate::request::Request;
use crate::sql;

/// A statement with the sealed things that it names.
#[derive(Debug, Clone)]
pub struct NewStatement {
    /// The statement.
    pub statement: LogStatement,
    /// Every wrap that it names, and no other.
    pub wraps: Vec<Wrap>,
    /// The sealed secret of the epoch before, where it names one.
    pub previous: Option<SealedPrevious>,
    /// The sealed keys of the method that it adds.
    pub method: Option<NewMethod>,
}

/// The sealed keys of a new unlock method, and how the box finds them again.
#[derive(Debug, Clone)]
pub struct NewMethod {
    /// The sealed private halves.
    pub sealed: SealedMethodKey,
    /// By which a kit finds them.
    pub lookup: Option<KitLookupId>,
    /// By which a passkey finds them.
    pub credential: Option<Vec<u8>>,
}

/// What an append did.
#[derive(Debug, Clone)]
pub struct Appended {
    /// The log.
    pub log: LogId,
    /// Which kind it is.
    pub kind: LogKind,
    /// Its newest sequence.
    pub sequence: u32,
    /// Sessions that ended by it: hash of the cookie, and whose they were.
    pub ended: Vec<(Hash, SignerId)>,
    /// The account that was removed from the space by it.
    pub removed: Option<AccountId>,
}

/// Why a statement was not appended.
#[derive(Debug, thiserror::Error)]
pub enum AppendRefusal {
    /// There is no such log, or not for this account.
    #[error("log is unknown")]
    NoLog,
    /// The statement was not the next one, or was not signed from where its signer's account stands
    /// now: these follow the one that it was built upon, in the one log or the other.
    #[error("log has moved on")]
    Conflict(Vec<LogStatement>),
    /// The log's own rules refuse it.
    #[error(transparent)]
    Refused(#[from] LogRefusal),
    /// The signer may not write from where its account stands now.
    #[error(transparent)]
    Stand(#[from] Refusal),
    /// The signer is not who the session belongs to.
    #[error("signer is not the session's")]
    Signer,
    /// What came with the statement is not what it names, or is named by another one already.
    #[error("sealed parts are not this statement's own")]
    Parts,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for AppendRefusal {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Store {
    /// Appends a statement to an account log or a space log, or begins a space where the statement
    /// is a first one. The same statement again changes nothing and is no error.
    ///
    /// # Errors
    /// [`AppendRefusal`].
    pub async fn append(
        &self,
        account: AccountId,
        signer: SignerId,
        new: NewStatement,
        request: Request,
    ) -> Result<Appended, AppendRefusal> {
        let logs = Arc::clone(&self.logs);
        self.committer
            .commit(move |connection| {
                Box::pin(async move {
                    if new.statement.signer != signer || new.statement.signer_account != account {
                        return Err(AppendRefusal::Signer);
                    }
                    let owner = account_row(connection, account)
                        .await?
                        .ok_or(AppendRefusal::NoLog)?;
                    if new.statement.log.is_zero() {
                        begin_space(connection, &logs, owner, &new, request).await
                    } else {
                        continue_log(connection, &logs, owner, &new, request).await
                    }
                })
            })
            .await
    }

    /// Returns the statements of a log after a sequence (all where there is none), at most `limit`,
    /// and whether there are more. Nothing if the account may not read it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn log_page(
        &self,
        account: AccountId,
        log: LogId,
        after: Option<u32>,
        limit: u32,
    ) -> Result<Option<Page<LogStatement>>, StoreError> {
        let mut connection = self.readers.acquire().await?;
        let Some(log) = readable(&mut connection, account, log).await? else {
            return Ok(None);
        };
        let rows = sql::query(
            "SELECT statement FROM log_statements WHERE log = $1 AND sequence > $2
             ORDER BY sequence LIMIT $3",
        )
        .bind(log)
        .bind(after.map_or(-1, i64::from))
        .bind(one_more(limit))
        .fetch_all(&mut connection)
        .await?;
        Page::read(&rows, limit, |row| object(row, "statement")).map(Some)
    }

    /// Returns wraps of a log to a recipient, after a hash, in the order of their hashes. Nothing if
    /// the account may not read the log.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn wraps_page(
        &self,
        account: AccountId,
        log: LogId,
        recipient: RecipientId,
        after: Option<Hash>,
        limit: u32,
    ) -> Result<Option<Page<(Hash, Vec<u8>)>>, StoreError> {
        let mut connection = self.readers.acquire().await?;
        let Some(log) = readable(&mut connection, account, log).await? else {
            return Ok(None);
        };
        let rows = sql::query(
            "SELECT hash, wrap FROM wraps WHERE recipient = $1 AND log = $2 AND hash > $3
             ORDER BY hash LIMIT $4",
        )
        .bind(recipient.as_bytes().as_slice())
        .bind(log)
        .bind(page::after(after.as_ref()))
        .bind(one_more(limit))
        .fetch_all(&mut connection)
        .await?;
        let read = |row: &_| Ok((Hash::new(fixed(row, "hash")?), bytes(row, "wrap")?));
        Page::read(&rows, limit, read).map(Some)
    }

    /// Returns sealed secrets of earlier epochs of a log, each with the epoch that wraps it, after an
    /// epoch, oldest first. Nothing if the account may not read the log.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn previous_page(
        &self,
        account: AccountId,
        log: LogId,
        after: Option<u32>,
        limit: u32,
    ) -> Result<Option<Page<(u32, Vec<u8>)>>, StoreError> {
        let mut connection = self.readers.acquire().await?;
        let Some(log) = readable(&mut connection, account, log).await? else {
            return Ok(None);
        };
        let rows = sql::query(
            "SELECT epoch, sealed FROM previous_secrets WHERE log = $1 AND epoch > $2
             ORDER BY epoch LIMIT $3",
        )
        .bind(log)
        .bind(after.map_or(-1, i64::from))
        .bind(one_more(limit))
        .fetch_all(&mut connection)
        .await?;
        let read = |row: &_| Ok((unsigned(row, "epoch")?, bytes(row, "sealed")?));
        Page::read(&rows, limit, read).map(Some)
    }

    /// Returns the verified log of an account.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn account_log(
        &self,
        account: AccountId,
    ) -> Result<Option<Arc<AccountLog>>, StoreError> {
        let mut connection = self.readers.acquire().await?;
        self.logs.account(&mut connection, account).await
    }

    /// Returns spaces that an account is a member of, after one, in the order of their ids.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn spaces_page(
        &self,
        account: AccountId,
        after: Option<SpaceId>,
        limit: u32,
    ) -> Result<Page<SpaceId>, StoreError> {
        let rows = sql::query(
            "SELECT l.id AS id FROM members m JOIN logs l ON l.log = m.space
             JOIN accounts a ON a.account = m.account WHERE a.id = $1 AND l.id > $2
             ORDER BY l.id LIMIT $3",
        )
        .bind(account.as_bytes().as_slice())
        .bind(page::after(after.as_ref()))
        .bind(one_more(limit))
        .fetch_all(&mut self.readers.acquire().await?)
        .await?;
        Page::read(&rows, limit, |row| fixed(row, "id").map(SpaceId::new))
    }

    /// Returns all spaces that an account is a member of.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn spaces_of(&self, account: AccountId) -> Result<Vec<SpaceId>, StoreError> {
        let rows = sql::query(
            "SELECT l.id AS id FROM members m JOIN logs l ON l.log = m.space
             JOIN accounts a ON a.account = m.account WHERE a.id = $1 ORDER BY l.log",
        )
        .bind(account.as_bytes().as_slice())
        .fetch_all(&mut self.readers.acquire().await?)
        .await?;
        rows.iter()
            .map(|row| fixed(row, "id").map(SpaceId::new))
            .collect()
    }

    /// Whether an account is a member of a space.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn is_member(&self, account: AccountId, space: SpaceId) -> Result<bool, StoreError> {
        let row = sql::query(
            "SELECT 1 FROM members m JOIN logs l ON l.log = m.space
             JOIN accounts a ON a.account = m.account WHERE a.id = $1 AND l.id = $2",
        )
        .bind(account.as_bytes().as_slice())
        .bind(space.as_bytes().as_slice())
        .fetch_optional(&mut self.readers.acquire().await?)
        .await?;
        Ok(row.is_some())
    }
}

/// All wraps to one recipient, and the sealed secrets of earlier epochs.
#[derive(Debug, Clone, Default)]
pub struct Wraps {
    /// Wraps, oldest first.
    pub wraps: Vec<Vec<u8>>,
    /// Sealed secrets, each with the epoch that wraps it, oldest first.
    pub previous: Vec<(u32, Vec<u8>)>,
}

pub(crate) async fn wraps_of(
    connection: &mut Connection,
    log: i64,
    recipient: RecipientId,
) -> Result<Wraps, StoreError> {
    let wraps =
        sql::query("SELECT wrap FROM wraps WHERE recipient = $1 AND log = $2 ORDER BY rowid")
            .bind(recipient.as_bytes().as_slice())
            .bind(log)
            .fetch_all(&mut *connection)
            .await?;
    let previous =
        sql::query("SELECT epoch, sealed FROM previous_secrets WHERE log = $1 ORDER BY epoch")
            .bind(log)
            .fetch_all(connection)
            .await?;
    Ok(Wraps {
        wraps: wraps
            .iter()
            .map(|row| bytes(row, "wrap"))
            .collect::<Result<_, _>>()?,
        previous: previous
            .iter()
            .map(|row| Ok((unsigned(row, "epoch")?, bytes(row, "sealed")?)))
            .collect::<Result<_, StoreError>>()?,
    })
}

/// Returns the row of a log that an account may read: its own, those of its spaces, those of the
/// other members of its spaces, and those of whom it invited or was invited by.
pub(crate) async fn readable(
    connection: &mut Connection,
    account: AccountId,
    log: LogId,
) -> Result<Option<i64>, StoreError> {
    let row = sql::query(
        "SELECT l.log AS log FROM logs l, accounts a WHERE l.id = $1 AND a.id = $2 AND (
            (l.kind = 1 AND l.account = a.account)
            OR (l.kind = 2 AND EXISTS (SELECT 1 FROM members m WHERE m.account = a.account AND m.space = l.log))
            OR (l.kind = 1 AND EXISTS (SELECT 1 FROM members mine JOIN members theirs USING (space)
                WHERE mine.account = a.account AND theirs.account = l.account))
            OR (l.kind = 1 AND EXISTS (SELECT 1 FROM invites i
                WHERE (i.account = a.account AND i.accepted_by = l.account)
                OR (i.account = l.account AND i.accepted_by = a.account))))",
    )
    .bind(log.as_bytes().as_slice())
    .bind(account.as_bytes().as_slice())
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| row.try_get("log")).transpose()?)
}
