//! Accounts, and what the owner of an unlock method is given to begin with.

use lifeos_protocol::ids::{AccountId, KitLookupId, MethodId};

use crate::columns::{bytes, fixed, unsigned};
use crate::connection::Connection;
use crate::error::StoreError;
use crate::logs::{Wraps, wraps_of};
use crate::open::Store;
use crate::page::{self, Page, one_more};
use crate::sql::{self, Row};

/// What the owner of a method opens the account with.
#[derive(Debug, Clone)]
pub struct Material {
    /// The account.
    pub account: AccountId,
    /// The method.
    pub method: MethodId,
    /// Its sealed private halves.
    pub sealed: Vec<u8>,
    /// The whole account log.
    pub account_log: Vec<Vec<u8>>,
    /// Wraps of the account secret to the method, and the sealed earlier secrets.
    pub wraps: Wraps,
}

/// What the box holds, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// Accounts.
    pub accounts: u64,
    /// Spaces.
    pub spaces: u64,
    /// Changes.
    pub changes: u64,
    /// Sessions.
    pub sessions: u64,
}

/// The sealed private halves of a method.
#[derive(Debug, Clone)]
pub struct MethodKey {
    /// The method.
    pub method: MethodId,
    /// Its sealed private halves.
    pub sealed: Vec<u8>,
    /// The credential id of its passkey; none for a kit.
    pub credential: Option<Vec<u8>>,
}

impl Store {
    /// Whether somebody has claimed the box.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn is_claimed(&self) -> Result<bool, StoreError> {
        let row = sql::query("SELECT EXISTS (SELECT 1 FROM accounts) AS claimed")
            .fetch_one(&mut self.readers.acquire().await?)
            .await?;
        Ok(row.try_get("claimed")?)
    }

    /// Returns what a kit finds by its lookup id.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn material_of_kit(
        &self,
        lookup: KitLookupId,
    ) -> Result<Option<Material>, StoreError> {
        let row = sql::query(
            "SELECT k.account AS account, a.id AS id, k.method AS method, k.sealed AS sealed
             FROM method_keys k JOIN accounts a USING (account) WHERE k.lookup = $1",
        )
        .bind(lookup.as_bytes().as_slice())
        .fetch_optional(&mut self.readers.acquire().await?)
        .await?;
        self.material(row).await
    }

    /// Returns what a passkey's method needs.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn material_of_method(
        &self,
        method: MethodId,
    ) -> Result<Option<Material>, StoreError> {
        let row = sql::query(
            "SELECT k.account AS account, a.id AS id, k.method AS method, k.sealed AS sealed
             FROM method_keys k JOIN accounts a USING (account) WHERE k.method = $1",
        )
        .bind(method.as_bytes().as_slice())
        .fetch_optional(&mut self.readers.acquire().await?)
        .await?;
        self.material(row).await
    }

    /// Returns sealed keys of the account's methods, after one, in the order of their ids, and by
    /// which passkey each is found.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn method_keys_page(
        &self,
        account: AccountId,
        after: Option<MethodId>,
        limit: u32,
    ) -> Result<Page<MethodKey>, StoreError> {
        let rows = sql::query(
            "SELECT k.method AS method, k.sealed AS sealed, p.credential AS credential
             FROM method_keys k JOIN accounts a USING (account)
             LEFT JOIN passkeys p ON p.method = k.method AND p.account = k.account
             WHERE a.id = $1 AND k.method > $2 ORDER BY k.method LIMIT $3",
        )
        .bind(account.as_bytes().as_slice())
        .bind(page::after(after.as_ref()))
        .bind(one_more(limit))
        .fetch_all(&mut self.readers.acquire().await?)
        .await?;
        Page::read(&rows, limit, |row| {
            Ok(MethodKey {
                method: MethodId::new(fixed(row, "method")?),
                sealed: bytes(row, "sealed")?,
                credential: row.try_get("credential")?,
            })
        })
    }

    async fn material(&self, row: Option<Row>) -> Result<Option<Material>, StoreError> {
        let Some(row) = row else { return Ok(None) };
        let account: i64 = row.try_get("account")?;
        let method = MethodId::new(fixed(&row, "method")?);
        let mut connection = self.readers.acquire().await?;
        let log: i64 = sql::query("SELECT log FROM logs WHERE account = $1 AND kind = 1")
            .bind(account)
            .fetch_one(&mut connection)
            .await?
            .try_get("log")?;
        let statements =
            sql::query("SELECT statement FROM log_statements WHERE log = $1 ORDER BY sequence")
                .bind(log)
                .fetch_all(&mut connection)
                .await?;
        Ok(Some(Material {
            account: fixed(&row, "id")?.into(),
            method,
            sealed: bytes(&row, "sealed")?,
            account_log: statements
                .iter()
                .map(|statement| bytes(statement, "statement"))
                .collect::<Result<_, _>>()?,
            wraps: wraps_of(&mut connection, log, method.into()).await?,
        }))
    }

    /// Returns what the box holds, in numbers.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn status(&self) -> Result<Status, StoreError> {
        let row = sql::query(
            "SELECT (SELECT count(*) FROM accounts) AS accounts,
                    (SELECT count(*) FROM logs WHERE kind = 2) AS spaces,
                    (SELECT CAST(coalesce(sum(arrivals), 0) AS BIGINT) FROM logs) AS changes,
                    (SELECT count(*) FROM sessions) AS sessions",
        )
        .fetch_one(&mut self.readers.acquire().await?)
        .await?;
        Ok(Status {
            accounts: unsigned(&row, "accounts")?,
            spaces: unsigned(&row, "spaces")?,
            changes: unsigned(&row, "changes")?,
            sessions: unsigned(&row, "sessions")?,
        })
    }
}

/// Returns the row of an account.
pub(crate) async fn account_row(
    connection: &mut Connection,
    account: AccountId,
) -> Result<Option<i64>, StoreError> {
    let row = sql::query("SELECT account FROM accounts WHERE id = $1")
        .bind(account.as_bytes().as_slice())
        .fetch_optional(connection)
        .await?;
    Ok(row.map(|row| row.try_get("account")).transpose()?)
}
