//! Sessions: what a cookie stands for. The cookie itself is never kept, only its hash.

use lifeos_protocol::box_log::{BoxEvent, BoxOrigin};
use lifeos_protocol::ids::{AccountId, Hash, SignerId};
use lifeos_protocol::log::Role;
use lifeos_protocol::session::SessionKey;

use crate::box_log::{self, BoxNote};
use crate::columns::{fixed, signed, unsigned};
use crate::connection::Connection;
use crate::error::StoreError;
use crate::open::Store;
use crate::page::{self, Page, one_more};
use crate::sql::{self, Row};

/// Sessions of one signer kept at once: the tabs and profiles of one device need no more.
const SESSIONS_OF_SIGNER: i64 = 16;
/// A session that nobody used for so long is gone.
const IDLE_MS: u64 = 30 * 24 * 60 * 60 * 1000;

/// Who signed the challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignerKind {
    /// A device: may write.
    Device,
    /// An unlock method: may do what recovery needs.
    Method,
}

impl SignerKind {
    fn code(self) -> i64 {
        match self {
            Self::Device => 1,
            Self::Method => 2,
        }
    }
}

/// A session about to begin.
#[derive(Debug)]
pub struct NewSession {
    /// SHA-256 of the cookie's value.
    pub cookie_hash: Hash,
    /// Public name of the session, for lists and for cutting it.
    pub id: [u8; 16],
    /// Whose it is.
    pub account: AccountId,
    /// The device or method that signed.
    pub signer: SignerId,
    /// Which of the two it is.
    pub kind: SignerKind,
    /// Key of the request MACs.
    pub key: SessionKey,
    /// When a passkey last verified the person, 0 for never (ms since 1970).
    pub verified_ms: u64,
    /// Now (ms since 1970).
    pub now_ms: u64,
    /// From which network, for the box log.
    pub origin: BoxOrigin,
}

/// A session as it rests.
#[derive(Debug)]
pub struct Session {
    /// Row of the session.
    pub row: i64,
    /// Public name of the session.
    pub id: [u8; 16],
    /// Whose it is.
    pub account: AccountId,
    /// The device or method that signed.
    pub signer: SignerId,
    /// Which of the two it is.
    pub kind: SignerKind,
    /// The household role of the account.
    pub role: Role,
    /// Key of the request MACs.
    pub key: SessionKey,
    /// No counter up to here is taken again after a restart.
    pub counter_ceiling: u64,
    /// When a passkey last verified the person, 0 for never (ms since 1970).
    pub verified_ms: u64,
    /// When it began (ms since 1970).
    pub created_ms: u64,
    /// When it was last used, to the minute (ms since 1970).
    pub seen_ms: u64,
    /// Hash of its cookie.
    pub cookie_hash: Hash,
}

impl Store {
    /// Begins a session. The oldest of the same signer end where there are too many.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn open_session(&self, new: NewSession) -> Result<(), StoreError> {
        self.committer
            .commit(move |connection| {
                Box::pin(async move {
                    sql::query(
                        "INSERT INTO sessions (cookie_hash, id, account, signer, signer_kind, session_key,
                         counter_ceiling, verified_ms, created_ms, seen_ms)
                         SELECT $1, $2, account, $3, $4, $5, 0, $6, $7, $8 FROM accounts WHERE id = $9",
                    )
                    .bind(new.cookie_hash.as_bytes().as_slice())
                    .bind(new.id.as_slice())
                    .bind(new.signer.as_bytes().as_slice())
                    .bind(new.kind.code())
                    .bind(new.key.expose().as_slice())
                    .bind(signed(new.verified_ms))
                    .bind(signed(new.now_ms))
                    .bind(signed(new.now_ms))
                    .bind(new.account.as_bytes().as_slice())
                    .execute(&mut *connection)
                    .await?;
                    sql::query(
                        "DELETE FROM sessions WHERE seen_ms < $1 OR session IN (SELECT session FROM sessions
                         WHERE signer = $2 ORDER BY seen_ms DESC, session DESC
                         LIMIT 9223372036854775807 OFFSET $3)",
                    )
                    .bind(signed(new.now_ms.saturating_sub(IDLE_MS)))
                    .bind(new.signer.as_bytes().as_slice())
                    .bind(SESSIONS_OF_SIGNER)
                    .execute(&mut *connection)
                    .await?;
                    let signed_in = BoxNote::of(BoxEvent::SignedIn)
                        .account(new.account)
                        .signer(new.signer)
                        .origin(new.origin);
                    box_log::append(connection, signed_in, new.now_ms).await
                })
            })
            .await
    }

    /// Returns the session of a cookie.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn session(&self, cookie_hash: &Hash) -> Result<Option<Session>, StoreError> {
        let row = sql::query(
            "SELECT session, s.id AS id, a.id AS account, signer, signer_kind, session_key,
                    counter_ceiling, verified_ms, s.created_ms AS created_ms, seen_ms, cookie_hash,
                    household_role
             FROM sessions s JOIN accounts a USING (account)
             WHERE cookie_hash = $1",
        )
        .bind(cookie_hash.as_bytes().as_slice())
        .fetch_optional(&mut self.readers.acquire().await?)
        .await?;
        row.as_ref().map(read).transpose()
    }

    /// Returns sessions of an account, after a number, in the order of their numbers.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sessions_page(
        &self,
        account: AccountId,
        after: Option<[u8; 16]>,
        limit: u32,
    ) -> Result<Page<Session>, StoreError> {
        let rows = sql::query(
            "SELECT session, s.id AS id, a.id AS account, signer, signer_kind, session_key,
                    counter_ceiling, verified_ms, s.created_ms AS created_ms, seen_ms, cookie_hash,
                    household_role
             FROM sessions s JOIN accounts a USING (account)
             WHERE a.id = $1 AND s.id > $2 ORDER BY s.id LIMIT $3",
        )
        .bind(account.as_bytes().as_slice())
        .bind(page::after(after.as_ref()))
        .bind(one_more(limit))
        .fetch_all(&mut self.readers.acquire().await?)
        .await?;
        Page::read(&rows, limit, read)
    }

    /// Returns every session, the last used first: for whoever runs the box.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn all_sessions(&self) -> Result<Vec<Session>, StoreError> {
        let rows = sql::query(
            "SELECT session, s.id AS id, a.id AS account, signer, signer_kind, session_key,
                    counter_ceiling, verified_ms, s.created_ms AS created_ms, seen_ms, cookie_hash,
                    household_role
             FROM sessions s JOIN accounts a USING (account)
             ORDER BY seen_ms DESC, session DESC",
        )
        .fetch_all(&mut self.readers.acquire().await?)
        .await?;
        rows.iter().map(read).collect()
    }

    /// Raises the counter below which nothing is taken after a restart, and notes the use.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn note_session(
        &self,
        row: i64,
        counter_ceiling: u64,
        seen_ms: u64,
    ) -> Result<(), StoreError> {
        self.committer
            .commit(move |connection| {
                Box::pin(async move {
                    sql::query(
                        "UPDATE sessions SET counter_ceiling =
                         CASE WHEN counter_ceiling < $1 THEN $1 ELSE counter_ceiling END,
                         seen_ms = CASE WHEN seen_ms < $2 THEN $2 ELSE seen_ms END
                         WHERE session = $3",
                    )
                    .bind(signed(counter_ceiling))
                    .bind(signed(seen_ms))
                    .bind(row)
                    .execute(connection)
                    .await?;
                    Ok(())
                })
            })
            .await
    }

    /// Notes that a passkey has verified the person of this session.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn verify_session(&self, row: i64, verified_ms: u64) -> Result<(), StoreError> {
        self.committer
            .commit(move |connection| {
                Box::pin(async move {
                    sql::query("UPDATE sessions SET verified_ms = $1 WHERE session = $2")
                        .bind(signed(verified_ms))
                        .bind(row)
                        .execute(connection)
                        .await?;
                    Ok(())
                })
            })
            .await
    }

    /// Ends one session of an account; returns the hash of its cookie and its signer, or nothing if
    /// there was none.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn end_session(
        &self,
        account: AccountId,
        id: [u8; 16],
        now_ms: u64,
    ) -> Result<Option<(Hash, SignerId)>, StoreError> {
        self.committer
            .commit(move |connection| {
                Box::pin(async move {
                    let row = sql::query(
                        "DELETE FROM sessions WHERE id = $1 AND account =
                         (SELECT account FROM accounts WHERE id = $2) RETURNING cookie_hash, signer",
                    )
                    .bind(id.as_slice())
                    .bind(account.as_bytes().as_slice())
                    .fetch_optional(&mut *connection)
                    .await?;
                    let ended = row.as_ref().map(ended).transpose()?;
                    if let Some((_, signer)) = ended {
                        let note = BoxNote::of(BoxEvent::SessionEnded)
                            .account(account)
                            .signer(signer);
                        box_log::append(connection, note, now_ms).await?;
                    }
                    Ok(ended)
                })
            })
            .await
    }
}

/// Ends all sessions of one signer, inside another's transaction.
pub(crate) async fn end_sessions_of(
    connection: &mut Connection,
    account: i64,
    signer: SignerId,
) -> Result<Vec<(Hash, SignerId)>, StoreError> {
    let rows = sql::query(
        "DELETE FROM sessions WHERE account = $1 AND signer = $2 RETURNING cookie_hash, signer",
    )
    .bind(account)
    .bind(signer.as_bytes().as_slice())
    .fetch_all(connection)
    .await?;
    rows.iter().map(ended).collect()
}

fn ended(row: &Row) -> Result<(Hash, SignerId), StoreError> {
    Ok((
        fixed(row, "cookie_hash")?.into(),
        fixed(row, "signer")?.into(),
    ))
}

fn read(row: &Row) -> Result<Session, StoreError> {
    let kind = match unsigned::<u8>(row, "signer_kind")? {
        1 => SignerKind::Device,
        2 => SignerKind::Method,
        _ => return Err(StoreError::Damaged("signer_kind")),
    };
    Ok(Session {
        row: row.try_get("session")?,
        id: fixed(row, "id")?,
        account: fixed(row, "account")?.into(),
        signer: fixed(row, "signer")?.into(),
        kind,
        role: Role::from_code(unsigned(row, "household_role")?)
            .map_err(|_| StoreError::Damaged("household_role"))?,
        key: SessionKey::from_bytes(fixed(row, "session_key")?),
        counter_ceiling: unsigned(row, "counter_ceiling")?,
        verified_ms: unsigned(row, "verified_ms")?,
        created_ms: unsigned(row, "created_ms")?,
        seen_ms: unsigned(row, "seen_ms")?,
        cookie_hash: fixed(row, "cookie_hash")?.into(),
    })
}
