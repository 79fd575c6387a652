//! What happened to the box itself: appended inside the transaction that does it, each entry bound
//! to the one before it, and forgotten after half a year from its beginning on.

use lifeos_protocol::Wire;
use lifeos_protocol::box_log::{BoxEntry, BoxEvent, BoxOrigin};
use lifeos_protocol::ids::{AccountId, Hash, SignerId};

use crate::columns::{fixed, object, signed, unsigned};
use crate::connection::Connection;
use crate::error::StoreError;
use crate::open::Store;
use crate::page::{Page, one_more};
use crate::sql;

/// How long an entry is kept.
const KEPT_MS: u64 = 180 * 24 * 60 * 60 * 1000;
/// Entries that are kept at most, whatever their age.
const KEPT_MOST: u64 = 50_000;
/// After how many entries the old ones are looked for.
const FORGET_EVERY: u64 = 64;

/// What is told to the box log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoxNote {
    event: BoxEvent,
    account: AccountId,
    signer: SignerId,
    origin: BoxOrigin,
    detail: u32,
}

impl BoxNote {
    /// Something that happened.
    #[must_use]
    pub const fn of(event: BoxEvent) -> Self {
        Self {
            event,
            account: AccountId::ZERO,
            signer: SignerId::ZERO,
            origin: [0; 8],
            detail: 0,
        }
    }

    /// About whose account.
    #[must_use]
    pub const fn account(mut self, account: AccountId) -> Self {
        self.account = account;
        self
    }

    /// About which device or method.
    #[must_use]
    pub const fn signer(mut self, signer: SignerId) -> Self {
        self.signer = signer;
        self
    }

    /// From which network.
    #[must_use]
    pub const fn origin(mut self, origin: BoxOrigin) -> Self {
        self.origin = origin;
        self
    }

    /// More about the event.
    #[must_use]
    pub const fn detail(mut self, detail: u32) -> Self {
        self.detail = detail;
        self
    }
}

impl Store {
    /// Appends to the box log what is done nowhere else in the store.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn note_box(&self, note: BoxNote, now_ms: u64) -> Result<(), StoreError> {
        self.committer
            .commit(move |connection| {
                Box::pin(async move { append(connection, note, now_ms).await })
            })
            .await
    }

    /// Returns entries of the box log before one (the newest where there is none), newest first, each
    /// with the hash of the chain up to it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn box_log_page(
        &self,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Page<(BoxEntry, Hash)>, StoreError> {
        let rows = sql::query(
            "SELECT entry, hash FROM box_log WHERE sequence < $1 ORDER BY sequence DESC LIMIT $2",
        )
        .bind(before.map_or(i64::MAX, signed))
        .bind(one_more(limit))
        .fetch_all(&mut self.readers.acquire().await?)
        .await?;
        Page::read(&rows, limit, |row| {
            Ok((object(row, "entry")?, fixed(row, "hash")?.into()))
        })
    }
}

/// Appends an entry inside another's transaction.
pub(crate) async fn append(
    connection: &mut Connection,
    note: BoxNote,
    now_ms: u64,
) -> Result<(), StoreError> {
    let (before, hash) = end(connection).await?;
    let entry = BoxEntry {
        sequence: before + 1,
        at_ms: now_ms,
        event: note.event,
        account: note.account,
        signer: note.signer,
        origin: note.origin,
        detail: note.detail,
    };
    sql::query("INSERT INTO box_log (sequence, entry, at_ms, hash) VALUES ($1, $2, $3, $4)")
        .bind(signed(entry.sequence))
        .bind(entry.to_bytes())
        .bind(signed(now_ms))
        .bind(entry.chain(&hash).as_bytes().as_slice())
        .execute(&mut *connection)
        .await?;
    if entry.sequence.is_multiple_of(FORGET_EVERY) {
        forget(connection, entry.sequence, now_ms).await?;
    }
    Ok(())
}

/// Returns the newest sequence and the hash of the chain there: of the log, or of what was forgotten
/// where nothing is left.
async fn end(connection: &mut Connection) -> Result<(u64, Hash), StoreError> {
    let newest = sql::query("SELECT sequence, hash FROM box_log ORDER BY sequence DESC LIMIT 1")
        .fetch_optional(&mut *connection)
        .await?;
    let row = match newest {
        Some(row) => row,
        None => {
            sql::query("SELECT sequence, hash FROM box_log_base")
                .fetch_one(connection)
                .await?
        }
    };
    Ok((unsigned(&row, "sequence")?, fixed(&row, "hash")?.into()))
}

/// Forgets what is too old, from the beginning on. The hash of the chain at the last of them stays, so
/// that what follows is still bound to it.
async fn forget(connection: &mut Connection, newest: u64, now_ms: u64) -> Result<(), StoreError> {
    // A clock that was set back and forth makes times that do not ascend: the log is cut before the
    // first entry that is still to be kept.
    let kept =
        sql::query("SELECT sequence FROM box_log WHERE at_ms >= $1 ORDER BY sequence LIMIT 1")
            .bind(signed(now_ms.saturating_sub(KEPT_MS)))
            .fetch_optional(&mut *connection)
            .await?;
    let first = match kept {
        Some(row) => unsigned::<u64>(&row, "sequence")?,
        None => newest,
    };
    let until = first
        .saturating_sub(1)
        .max(newest.saturating_sub(KEPT_MOST));
    let last = sql::query("SELECT sequence, hash FROM box_log WHERE sequence = $1")
        .bind(signed(until))
        .fetch_optional(&mut *connection)
        .await?;
    let Some(last) = last else { return Ok(()) };
    sql::query("UPDATE box_log_base SET sequence = $1, hash = $2")
        .bind(signed(until))
        .bind(fixed::<32>(&last, "hash")?.to_vec())
        .execute(&mut *connection)
        .await?;
    sql::query("DELETE FROM box_log WHERE sequence <= $1")
        .bind(signed(until))
        .execute(connection)
        .await?;
    Ok(())
}
