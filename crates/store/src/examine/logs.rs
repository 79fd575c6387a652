//! The logs: each statement signed by who may, each bound to the one before, the end where the box
//! says, and the members that the box goes by.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use lifeos_protocol::Wire;
use lifeos_protocol::ids::{AccountId, Hash, LogId};
use lifeos_protocol::log::{AccountLog, LogStatement, SpaceLog};

use super::{Examined, Invariant};
use crate::columns::{bytes, fixed, unsigned};
use crate::connection::Connection;
use crate::error::StoreError;
use crate::log_cache::KnownAccounts;
use crate::sql;

struct Found {
    row: i64,
    id: LogId,
    kind: u8,
    sequence: u32,
    head: Hash,
}

/// Examines both kinds of logs, and returns those of accounts that hold.
pub(super) async fn examine(
    connection: &mut Connection,
    examined: &mut Vec<Examined>,
) -> Result<KnownAccounts, StoreError> {
    let mut accounts = Examined::new(Invariant::AccountLogs);
    let mut spaces = Examined::new(Invariant::SpaceLogs);
    let mut members = Examined::new(Invariant::Members);
    let mut known = KnownAccounts(HashMap::new());
    let rows = sql::query("SELECT log, id, kind, sequence, head FROM logs ORDER BY kind, log")
        .fetch_all(&mut *connection)
        .await?;
    for row in &rows {
        let found = Found {
            row: row.try_get("log")?,
            id: fixed(row, "id")?.into(),
            kind: unsigned(row, "kind")?,
            sequence: unsigned(row, "sequence")?,
            head: fixed(row, "head")?.into(),
        };
        let statements = statements(connection, found.row).await?;
        if found.kind == 1 {
            let read = statements.and_then(|all| {
                let log = AccountLog::read(found.id, all, ());
                log.map_err(|refusal| refusal.to_string())
            });
            let wrong = match read {
                Err(wrong) => Some(wrong),
                Ok(log) => {
                    let wrong = ends_elsewhere(&found, log.sequence(), log.head());
                    known.0.insert(found.id.into(), Arc::new(log));
                    wrong
                }
            };
            accounts.see(wrong.map(|wrong| format!("account {}: {wrong}", found.id)));
            continue;
        }
        let read = statements.and_then(|all| {
            let log = SpaceLog::read(found.id, all, &known);
            log.map_err(|refusal| refusal.to_string())
        });
        let wrong = match &read {
            Err(wrong) => Some(wrong.clone()),
            Ok(log) => ends_elsewhere(&found, log.sequence(), log.head()).or_else(|| {
                let beyond = log.beyond_cut(&known)?;
                Some(format!(
                    "statement {beyond} is of a device that was revoked before"
                ))
            }),
        };
        spaces.see(wrong.map(|wrong| format!("space {}: {wrong}", found.id)));
        if let Ok(log) = &read {
            let said: BTreeMap<AccountId, u8> = log
                .members()
                .map(|(account, role)| (account, role.code()))
                .collect();
            let is_other = kept_members(connection, found.row).await? != said;
            let wrong = format!("space {}: its members are not those of its log", found.id);
            members.see(is_other.then_some(wrong));
        }
    }
    examined.extend([accounts, spaces, members]);
    Ok(known)
}

/// Reads the statements of a log, or says which cannot be read.
async fn statements(
    connection: &mut Connection,
    log: i64,
) -> Result<Result<Vec<LogStatement>, String>, StoreError> {
    let rows = sql::query(
        "SELECT sequence, statement FROM log_statements WHERE log = $1 ORDER BY sequence",
    )
    .bind(log)
    .fetch_all(connection)
    .await?;
    let mut statements = Vec::with_capacity(rows.len());
    for (row, expected) in rows.iter().zip(0_u32..) {
        if unsigned::<u32>(row, "sequence")? != expected {
            return Ok(Err(format!("statement {expected} is missing")));
        }
        match LogStatement::from_bytes(&bytes(row, "statement")?) {
            Ok(statement) => statements.push(statement),
            Err(_) => return Ok(Err(format!("statement {expected} cannot be read"))),
        }
    }
    Ok(Ok(statements))
}

fn ends_elsewhere(found: &Found, sequence: u32, head: Hash) -> Option<String> {
    let is_elsewhere = sequence != found.sequence || head != found.head;
    is_elsewhere.then(|| {
        format!(
            "it ends at statement {sequence}, and should at {}",
            found.sequence
        )
    })
}

async fn kept_members(
    connection: &mut Connection,
    space: i64,
) -> Result<BTreeMap<AccountId, u8>, StoreError> {
    let rows = sql::query(
        "SELECT a.id AS id, m.role AS role FROM members m JOIN accounts a USING (account)
         WHERE m.space = $1",
    )
    .bind(space)
    .fetch_all(connection)
    .await?;
    let member = |row: &sql::Row| {
        let account = AccountId::new(fixed(row, "id")?);
        Ok((account, unsigned(row, "role")?))
    };
    rows.iter().map(member).collect()
}
