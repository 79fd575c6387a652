//! How an account stands to a space or a log: what a decision about a request is made of.

use lifeos_protocol::ids::{AccountId, LogId, SpaceId};
use lifeos_protocol::log::{LogKind, Role};

use crate::accounts::account_row;
use crate::columns::{fixed, unsigned};
use crate::connection::Connection;
use crate::error::StoreError;
use crate::logs::readable;
use crate::open::Store;
use crate::sql;

/// How an account stands to a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// There is no such space, or the account has never been in it.
    Stranger,
    /// It was a member once.
    Former,
    /// It is a member.
    Member {
        /// In which role.
        role: Role,
        /// Whether the space's log has ever let it write: what it wrote then it may hand in again.
        has_written: bool,
    },
}

/// How an account stands to a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// There is no such log, or nothing leads to it.
    Nothing,
    /// It is the account's own.
    Own,
    /// It is a space's.
    Space(Standing),
    /// It is the log of an account with which this one shares a space or an invitation.
    Acquainted,
}

impl Store {
    /// Returns how an account stands to a space.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn standing(
        &self,
        account: AccountId,
        space: SpaceId,
    ) -> Result<Standing, StoreError> {
        let mut connection = self.readers.acquire().await?;
        self.standing_over(&mut connection, account, space).await
    }

    /// Returns how an account stands to a log.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn reach(&self, account: AccountId, log: LogId) -> Result<Reach, StoreError> {
        let mut connection = self.readers.acquire().await?;
        let row = sql::query("SELECT kind FROM logs WHERE id = $1")
            .bind(log.as_bytes().as_slice())
            .fetch_optional(&mut connection)
            .await?;
        let Some(row) = row else {
            return Ok(Reach::Nothing);
        };
        let kind =
            LogKind::from_code(unsigned(&row, "kind")?).map_err(|_| StoreError::Damaged("kind"))?;
        Ok(match kind {
            LogKind::Account if LogId::from(account) == log => Reach::Own,
            LogKind::Account if readable(&mut connection, account, log).await?.is_some() => {
                Reach::Acquainted
            }
            LogKind::Account => Reach::Nothing,
            LogKind::Space => Reach::Space(
                self.standing_over(&mut connection, account, log.into())
                    .await?,
            ),
        })
    }

    /// Returns whose session this is.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn owner_of_session(&self, id: [u8; 16]) -> Result<Option<AccountId>, StoreError> {
        let row = sql::query(
            "SELECT a.id AS id FROM sessions s JOIN accounts a USING (account) WHERE s.id = $1",
        )
        .bind(id.as_slice())
        .fetch_optional(&mut self.readers.acquire().await?)
        .await?;
        row.as_ref()
            .map(|row| fixed(row, "id").map(AccountId::new))
            .transpose()
    }

    async fn standing_over(
        &self,
        connection: &mut Connection,
        account: AccountId,
        space: SpaceId,
    ) -> Result<Standing, StoreError> {
        let row = sql::query(
            "SELECT m.role AS role FROM logs l JOIN members m ON m.space = l.log
             JOIN accounts a ON a.account = m.account
             WHERE l.id = $1 AND l.kind = 2 AND a.id = $2",
        )
        .bind(space.as_bytes().as_slice())
        .bind(account.as_bytes().as_slice())
        .fetch_optional(&mut *connection)
        .await?;
        let Some(row) = row else {
            return former(connection, account, space).await;
        };
        let role =
            Role::from_code(unsigned(&row, "role")?).map_err(|_| StoreError::Damaged("role"))?;
        let has_written = role.writes() || self.wrote_once(connection, account, space).await?;
        Ok(Standing::Member { role, has_written })
    }

    /// Whether the space's log has ever given an account a role that writes.
    async fn wrote_once(
        &self,
        connection: &mut Connection,
        account: AccountId,
        space: SpaceId,
    ) -> Result<bool, StoreError> {
        let found = self.logs.space(connection, space).await?;
        let Some((log, _)) = found else {
            return Ok(false);
        };
        let writes = |at| log.role_at(account, at).is_some_and(Role::writes);
        Ok((0..=log.sequence()).any(writes))
    }
}

async fn former(
    connection: &mut Connection,
    account: AccountId,
    space: SpaceId,
) -> Result<Standing, StoreError> {
    let Some(account) = account_row(connection, account).await? else {
        return Ok(Standing::Stranger);
    };
    let row = sql::query(
        "SELECT 1 AS one FROM former_members f JOIN logs l ON l.log = f.space
         WHERE f.account = $1 AND l.id = $2",
    )
    .bind(account)
    .bind(space.as_bytes().as_slice())
    .fetch_optional(connection)
    .await?;
    Ok(row.map_or(Standing::Stranger, |_| Standing::Former))
}
