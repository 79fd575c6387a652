//! How an account comes to be: the first by one code, once, each other by an invitation; all or
//! nothing.

use lifeos_protocol::box_log::BoxEvent;
use lifeos_protocol::ids::{AccountId, DeviceId, Hash};
use std::sync::Arc;
use subtle::ConstantTimeEq;

use crate::append::{begin_account, begin_space, continue_log};
use crate::box_log::{self, BoxNote};
use crate::columns::{fixed, signed, unsigned};
use crate::connection::Connection;
use crate::error::StoreError;
use crate::invites::{self, Brought};
use crate::log_cache::LogCache;
use crate::logs::{AppendRefusal, NewStatement};
use crate::open::Store;
use crate::passkeys::{self, StoredPasskey};
use crate::request::Request;
use crate::sql;

/// Wrong codes after which the right one no longer counts.
const FAILURES_MAX: u32 = 10;
/// Independent ways to unlock without which nothing is accepted.
const WAYS_MIN: usize = 2;
/// Household role of who claims: owner.
const OWNER: u8 = 4;

/// All that the first account begins with.
#[derive(Debug)]
pub struct NewAccount {
    /// Its id: the passkey's user handle.
    pub account: AccountId,
    /// Its log from the first statement on.
    pub account_log: Vec<NewStatement>,
    /// The logs of its first spaces.
    pub space_logs: Vec<Vec<NewStatement>>,
    /// The new passkey.
    pub passkey: StoredPasskey,
    /// The box's half of the device's local key, where the passkey has no PRF.
    pub vault_half: Option<(DeviceId, [u8; 32])>,
}

/// By what an account comes in.
#[derive(Debug, Clone, Copy)]
pub enum StoredEntry {
    /// The first, by the hash of the code that the box printed.
    Claim(Hash),
    /// Another, by an invitation.
    Invite(Brought),
}

/// Why no account was made.
#[derive(Debug, thiserror::Error)]
pub enum ClaimRefusal {
    /// It is claimed.
    #[error("box is claimed")]
    Claimed,
    /// The code is wrong, used or too old.
    #[error("code does not hold")]
    Code,
    /// The invitation was used, ended, or its time is over.
    #[error("invitation is over")]
    InviteOver,
    /// There are fewer than two independent ways to unlock.
    #[error("two independent ways to unlock are needed")]
    Ways,
    /// A log is refused, or what came with it.
    #[error(transparent)]
    Log(#[from] AppendRefusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for ClaimRefusal {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Store {
    /// Sets the claim code, ending the one before; false if the box is claimed.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn set_claim_code(
        &self,
        code_hash: Hash,
        expires_ms: u64,
    ) -> Result<bool, StoreError> {
        self.committer
            .commit(move |connection| {
                Box::pin(async move {
                    if is_claimed(connection).await? {
                        return Ok(false);
                    }
                    sql::query(
                        "INSERT INTO claim (one, code_hash, expires_ms, failures)
                         VALUES (1, $1, $2, 0) ON CONFLICT (one) DO UPDATE
                         SET code_hash = excluded.code_hash, expires_ms = excluded.expires_ms,
                             failures = excluded.failures",
                    )
                    .bind(code_hash.as_bytes().as_slice())
                    .bind(signed(expires_ms))
                    .execute(connection)
                    .await?;
                    Ok(true)
                })
            })
            .await
    }

    /// Whether this is the code that counts. A wrong one is counted; after ten the code is dead.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn try_claim_code(
        &self,
        code_hash: Option<Hash>,
        now_ms: u64,
    ) -> Result<bool, StoreError> {
        self.committer
            .commit(move |connection| {
                Box::pin(async move {
                    let right = holds(connection, code_hash, now_ms).await?;
                    if !right {
                        let failed = sql::query(
                            "UPDATE claim SET failures = failures + 1 RETURNING failures",
                        )
                        .fetch_optional(&mut *connection)
                        .await?;
                        let failed = failed.map(|row| unsigned::<u32>(&row, "failures"));
                        // The code is dead behind these, and nothing more is to be told.
                        if failed
                            .transpose()?
                            .is_some_and(|failed| failed <= FAILURES_MAX)
                        {
                            let note = BoxNote::of(BoxEvent::ClaimRefused);
                            box_log::append(connection, note, now_ms).await?;
                        }
                    }
                    Ok(right)
                })
            })
            .await
    }

    /// Makes an account: logs, passkey, all or nothing; uses the code or the invitation up.
    ///
    /// # Errors
    /// [`ClaimRefusal`]; then nothing was kept.
    pub async fn claim(
        &self,
        entry: StoredEntry,
        new: NewAccount,
        request: Request,
    ) -> Result<(), ClaimRefusal> {
        let logs = Arc::clone(&self.logs);
        self.committer
            .commit(move |connection| {
                Box::pin(async move { claim(connection, &logs, entry, &new, request).await })
            })
            .await
    }
}

async fn claim(
    connection: &mut Connection,
    cache: &LogCache,
    entry: StoredEntry,
    new: &NewAccount,
    request: Request,
) -> Result<(), ClaimRefusal> {
    let now_ms = request.now_ms;
    let role = role_by(connection, &entry, now_ms).await?;
    let owner: i64 = sql::query(
        "INSERT INTO accounts (id, household_role, created_ms) VALUES ($1, $2, $3)
         RETURNING account",
    )
    .bind(new.account.as_bytes().as_slice())
    .bind(role)
    .bind(signed(now_ms))
    .fetch_one(&mut *connection)
    .await?
    .try_get("account")?;
    // The passkey first: the method that it opens is bound to it.
    passkeys::insert(connection, &new.passkey, now_ms).await?;
    let (first, methods) = new.account_log.split_first().ok_or(AppendRefusal::Parts)?;
    let begun = begin_account(connection, cache, owner, first, request).await?;
    if begun.log != new.account.into() {
        return Err(AppendRefusal::NoLog.into());
    }
    for statement in methods {
        continue_log(connection, cache, owner, statement, request).await?;
    }
    let log = cache
        .account(connection, new.account)
        .await?
        .ok_or(AppendRefusal::NoLog)?;
    if log.active_methods().count() < WAYS_MIN {
        return Err(ClaimRefusal::Ways);
    }
    for space in &new.space_logs {
        let (first, rest) = space.split_first().ok_or(AppendRefusal::Parts)?;
        if first.statement.signer_account != new.account || !first.statement.log.is_zero() {
            return Err(AppendRefusal::Signer.into());
        }
        begin_space(connection, cache, owner, first, request).await?;
        for statement in rest {
            continue_log(connection, cache, owner, statement, request).await?;
        }
    }
    if let Some((device, half)) = new.vault_half {
        if log.device(device).is_none() {
            return Err(AppendRefusal::Parts.into());
        }
        sql::query(
            "INSERT INTO vault_halves (account, device, half, created_ms) VALUES ($1, $2, $3, $4)",
        )
        .bind(owner)
        .bind(device.as_bytes().as_slice())
        .bind(half.as_slice())
        .bind(signed(now_ms))
        .execute(&mut *connection)
        .await?;
    }
    match entry {
        StoredEntry::Claim(_) => {
            sql::query("DELETE FROM claim")
                .execute(&mut *connection)
                .await?;
        }
        StoredEntry::Invite(brought) => {
            invites::accept(connection, &brought, new.account, now_ms).await?;
        }
    }
    let event = match entry {
        StoredEntry::Claim(_) => BoxEvent::Claimed,
        StoredEntry::Invite(_) => BoxEvent::AccountCame,
    };
    let note = BoxNote::of(event).account(new.account);
    Ok(box_log::append(connection, note, now_ms).await?)
}

/// Judges by what an account is to come in, and returns its household role.
async fn role_by(
    connection: &mut Connection,
    entry: &StoredEntry,
    now_ms: u64,
) -> Result<u8, ClaimRefusal> {
    match entry {
        StoredEntry::Claim(_) if is_claimed(connection).await? => Err(ClaimRefusal::Claimed),
        StoredEntry::Claim(code) => match holds(connection, Some(*code), now_ms).await? {
            true => Ok(OWNER),
            false => Err(ClaimRefusal::Code),
        },
        StoredEntry::Invite(brought) => {
            let standing = invites::judge(connection, brought, now_ms).await?;
            standing.right()
        }
    }
}

async fn is_claimed(connection: &mut Connection) -> Result<bool, StoreError> {
    let row = sql::query("SELECT EXISTS (SELECT 1 FROM accounts) AS claimed")
        .fetch_one(connection)
        .await?;
    Ok(row.try_get("claimed")?)
}

async fn holds(
    connection: &mut Connection,
    code_hash: Option<Hash>,
    now_ms: u64,
) -> Result<bool, StoreError> {
    let row = sql::query("SELECT code_hash, expires_ms, failures FROM claim")
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else { return Ok(false) };
    let kept: [u8; 32] = fixed(&row, "code_hash")?;
    let given = code_hash.unwrap_or(Hash::ZERO);
    let same = bool::from(kept.ct_eq(given.as_bytes()));
    let live = unsigned::<u64>(&row, "expires_ms")? > now_ms;
    let failures: u32 = unsigned(&row, "failures")?;
    Ok(same && live && failures < FAILURES_MAX)
}
