//! What a former member of a space is still given: the statement that removed it, and what is needed
//! to judge that. So a device learns of its person's removal from who signed it, and not from the box.

use std::collections::{BTreeMap, HashMap};

use lifeos_protocol::codec::Writer;
use lifeos_protocol::ids::{AccountId, LogId, SpaceId};
use lifeos_protocol::log::{LogKind, LogStatement};
use lifeos_protocol::stream::Frame;

use crate::columns::{object, unsigned};
use crate::error::StoreError;
use crate::open::Store;
use crate::sql;

impl Store {
    /// Returns the frames of a space's log up to the removal of this account, behind what is known
    /// already, each after the statements of its signer's log that it is judged by; nothing if the
    /// account is no former member.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn farewell(
        &self,
        account: AccountId,
        space: SpaceId,
        known: &HashMap<LogId, u32>,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let mut connection = self.readers.snapshot().await?;
        let found = sql::query(
            "SELECT f.space AS space, f.until AS until FROM former_members f
             JOIN logs l ON l.log = f.space JOIN accounts a ON a.account = f.account
             WHERE a.id = $1 AND l.id = $2",
        )
        .bind(account.as_bytes().as_slice())
        .bind(space.as_bytes().as_slice())
        .fetch_optional(&mut connection)
        .await?;
        let Some(found) = found else { return Ok(None) };
        let rows = sql::query(
            "SELECT statement FROM log_statements WHERE log = $1 AND sequence > $2
             AND sequence <= $3 ORDER BY sequence",
        )
        .bind(found.try_get::<i64>("space")?)
        .bind(after(known, space.into()))
        .bind(unsigned::<u32>(&found, "until")?)
        .fetch_all(&mut connection)
        .await?;
        let statements: Vec<LogStatement> = rows
            .iter()
            .map(|row| object(row, "statement"))
            .collect::<Result<_, _>>()?;
        let mut newest: BTreeMap<AccountId, u32> = BTreeMap::new();
        let mut out = Writer::new();
        for statement in &statements {
            let signer = statement.signer_account;
            let log = self.logs.account(&mut connection, signer).await?;
            let position = log.and_then(|log| log.position(&statement.account_head));
            let position = position.ok_or(StoreError::Damaged("account head"))?;
            let at = newest.entry(signer).or_default();
            *at = position.max(*at);
        }
        for (signer, position) in newest {
            let log = self.logs.account(&mut connection, signer).await?;
            let log = log.ok_or(StoreError::Damaged("account log"))?;
            let first = usize::try_from(after(known, signer.into()) + 1).unwrap_or_default();
            let judged_by = log.statements().iter().take(position as usize + 1);
            for statement in judged_by.skip(first) {
                Frame::Log(LogKind::Account, statement.clone()).write(&mut out);
            }
        }
        for statement in statements {
            Frame::Log(LogKind::Space, statement).write(&mut out);
        }
        Ok(Some(out.finish()))
    }
}

/// The last sequence of a log that the reader has; -1 where it has none.
fn after(known: &HashMap<LogId, u32>, log: LogId) -> i64 {
    known.get(&log).map_or(-1, |sequence| i64::from(*sequence))
}
