//! Appending to a log inside a transaction: compare, judge, keep what is named, do what follows.

use lifeos_protocol::box_log::BoxEvent;
use lifeos_protocol::codec::Wire;
use lifeos_protocol::ids::{AccountId, Hash, LogId, SignerId, SpaceId};
use lifeos_protocol::judge::judge_space_append;
use lifeos_protocol::log::{
    AccountBody, AccountLog, Accounts, Judge, Log, LogKind, LogRefusal, LogStatement, SpaceLog,
};
use lifeos_protocol::refusal::{Code, Refusal};

use crate::box_log::{self, BoxNote};
use crate::columns::{fixed, signed, unsigned};
use crate::connection::Connection;
use crate::error::StoreError;
use crate::log_cache::{KnownAccounts, LogCache, head_of};
use crate::logs::{AppendRefusal, Appended, NewMethod, NewStatement};
use crate::named::Named;
use crate::request::Request;
use crate::sql;
use crate::{passkeys, sessions, vault};

/// Begins the log of a new account; its row is made already.
pub(crate) async fn begin_account(
    connection: &mut Connection,
    logs: &LogCache,
    owner: i64,
    new: &NewStatement,
    request: Request,
) -> Result<Appended, AppendRefusal> {
    let log = AccountLog::start(new.statement.clone(), ())?;
    let row = insert_log(connection, log.id(), LogKind::Account, owner, log.head()).await?;
    let log = logs.keep_account(log);
    keep(
        connection,
        row,
        owner,
        LogKind::Account,
        log.id(),
        new,
        request,
    )
    .await
}

/// Begins the log of a new space.
pub(crate) async fn begin_space(
    connection: &mut Connection,
    logs: &LogCache,
    owner: i64,
    new: &NewStatement,
    request: Request,
) -> Result<Appended, AppendRefusal> {
    let accounts = logs
        .known(connection, std::iter::once(new.statement.signer_account))
        .await?;
    judge_stand(&new.statement, &accounts)?;
    let log = SpaceLog::start(new.statement.clone(), &accounts)?;
    if head_of(connection, log.id(), LogKind::Space)
        .await?
        .is_some()
    {
        return known(log.id(), LogKind::Space, 0);
    }
    let row = insert_log(connection, log.id(), LogKind::Space, owner, log.head()).await?;
    keep_members(connection, row, &log).await?;
    let log = logs.keep_space(log);
    keep(
        connection,
        row,
        owner,
        LogKind::Space,
        log.id(),
        new,
        request,
    )
    .await
}

/// Appends to a log that there is.
pub(crate) async fn continue_log(
    connection: &mut Connection,
    logs: &LogCache,
    owner: i64,
    new: &NewStatement,
    request: Request,
) -> Result<Appended, AppendRefusal> {
    let id = new.statement.log;
    let found = sql::query("SELECT log, kind, account FROM logs WHERE id = $1")
        .bind(id.as_bytes().as_slice())
        .fetch_optional(&mut *connection)
        .await?
        .ok_or(AppendRefusal::NoLog)?;
    let row: i64 = found.try_get("log")?;
    let kind =
        LogKind::from_code(unsigned(&found, "kind")?).map_err(|_| StoreError::Damaged("kind"))?;
    match kind {
        LogKind::Account => {
            if found.try_get::<i64>("account")? != owner {
                return Err(AppendRefusal::NoLog);
            }
            let log = logs
                .account(connection, id.into())
                .await?
                .ok_or(AppendRefusal::NoLog)?;
            if let Some(done) = compare(&log, new, LogKind::Account)? {
                return Ok(done);
            }
            let mut log = (*log).clone();
            log.apply(new.statement.clone(), ())?;
            judge_log_cuts(connection, logs, owner, &new.statement).await?;
            move_head(connection, row, log.sequence(), log.head()).await?;
            logs.keep_account(log);
        }
        LogKind::Space => {
            let member = sql::query("SELECT 1 FROM members WHERE account = $1 AND space = $2")
                .bind(owner)
                .bind(row)
                .fetch_optional(&mut *connection)
                .await?;
            if member.is_none() {
                return Err(AppendRefusal::NoLog);
            }
            let (log, accounts) = logs
                .space(connection, id.into())
                .await?
                .ok_or(AppendRefusal::NoLog)?;
            if let Some(done) = compare(&log, new, LogKind::Space)? {
                return Ok(done);
            }
            judge_stand(&new.statement, &accounts)?;
            let mut log = (*log).clone();
            let all: Vec<_> = accounts.0.into_keys().collect();
            let all = all.into_iter().chain(new.statement.accounts_named());
            let accounts = logs.known(connection, all).await?;
            log.apply(new.statement.clone(), &accounts)?;
            move_head(connection, row, log.sequence(), log.head()).await?;
            keep_members(connection, row, &log).await?;
            logs.keep_space(log);
        }
    }
    keep(connection, row, owner, kind, id, new, request).await
}

/// Takes a revocation only where whom it revokes has signed nothing in a space of the account beyond
/// where it says that the space's log stood; what is missing comes back with the refusal.
async fn judge_log_cuts(
    connection: &mut Connection,
    logs: &LogCache,
    owner: i64,
    statement: &LogStatement,
) -> Result<(), AppendRefusal> {
    let body = AccountBody::from_bytes(&statement.body).map_err(LogRefusal::from)?;
    let Some((targets, cuts)) = body.revocation() else {
        return Ok(());
    };
    let rows = sql::query(
        "SELECT l.id AS id FROM members m JOIN logs l ON l.log = m.space
         WHERE m.account = $1 ORDER BY l.log",
    )
    .bind(owner)
    .fetch_all(&mut *connection)
    .await?;
    let mut missing = Vec::new();
    for row in rows {
        let space = fixed(&row, "id").map(SpaceId::new)?;
        let (log, _) = logs
            .space(connection, space)
            .await?
            .ok_or(StoreError::Damaged("log"))?;
        missing.extend_from_slice(log.lacked_by(targets, cuts)?);
    }
    match missing.is_empty() {
        true => Ok(()),
        false => Err(AppendRefusal::Conflict(missing)),
    }
}

/// Takes a space's statement only from where its signer's account stands now; what is missing to
/// stand there comes back with the refusal.
fn judge_stand(statement: &LogStatement, accounts: &KnownAccounts) -> Result<(), AppendRefusal> {
    let refusal = match judge_space_append(statement, accounts) {
        Ok(()) => return Ok(()),
        Err(refusal) => refusal,
    };
    let log = accounts.account(statement.signer_account);
    let stands = log.and_then(|log| log.position(&statement.account_head));
    Err(match (log, refusal.code) {
        (Some(log), Code::LogMoved) if stands.is_some() => {
            AppendRefusal::Conflict(since(log, stands))
        }
        // A head that this box never had.
        (_, Code::LogMoved) => Refusal::new(Code::PositionUnknown).into(),
        _ => refusal.into(),
    })
}

/// The statements behind a position.
fn since<S: Judge>(log: &Log<S>, position: Option<u32>) -> Vec<LogStatement> {
    let first = position.map_or(0, |position| position + 1);
    log.statements()[first as usize..].to_vec()
}

/// Compares before the swap: nothing if the statement is the next one, done if it is there already.
fn compare<S: Judge>(
    log: &Log<S>,
    new: &NewStatement,
    kind: LogKind,
) -> Result<Option<Appended>, AppendRefusal> {
    if new.statement.previous == log.head() {
        return Ok(None);
    }
    let hash = new.statement.hash(kind);
    if log.position(&hash).is_some() {
        return known(log.id(), kind, log.sequence()).map(Some);
    }
    let built_upon = log.position(&new.statement.previous);
    Err(AppendRefusal::Conflict(since(log, built_upon)))
}

fn known(log: LogId, kind: LogKind, sequence: u32) -> Result<Appended, AppendRefusal> {
    Ok(Appended {
        log,
        kind,
        sequence,
        ended: Vec::new(),
        removed: None,
    })
}

async fn insert_log(
    connection: &mut Connection,
    id: LogId,
    kind: LogKind,
    owner: i64,
    head: Hash,
) -> Result<i64, StoreError> {
    let row = sql::query(
        "INSERT INTO logs (id, kind, account, sequence, head) VALUES ($1, $2, $3, 0, $4)
         RETURNING log",
    )
    .bind(id.as_bytes().as_slice())
    .bind(kind.code())
    .bind(owner)
    .bind(head.as_bytes().as_slice())
    .fetch_one(connection)
    .await?;
    Ok(row.try_get("log")?)
}

async fn move_head(
    connection: &mut Connection,
    log: i64,
    sequence: u32,
    head: Hash,
) -> Result<(), StoreError> {
    sql::query("UPDATE logs SET sequence = $1, head = $2 WHERE log = $3")
        .bind(sequence)
        .bind(head.as_bytes().as_slice())
        .bind(log)
        .execute(connection)
        .await?;
    Ok(())
}

async fn keep_members(
    connection: &mut Connection,
    space: i64,
    log: &SpaceLog,
) -> Result<(), StoreError> {
    sql::query("DELETE FROM members WHERE space = $1")
        .bind(space)
        .execute(&mut *connection)
        .await?;
    for account in log
        .accounts()
        .filter(|account| log.role(*account).is_none())
    {
        keep_former(connection, space, account, log.sequence()).await?;
    }
    for (account, role) in log.members() {
        sql::query("INSERT INTO members (space, account, role) SELECT $1, account, $2 FROM accounts WHERE id = $3")
            .bind(space)
            .bind(role.code())
            .bind(account.as_bytes().as_slice())
            .execute(&mut *connection)
            .await?;
        sql::query("DELETE FROM former_members WHERE space = $1 AND account = (SELECT account FROM accounts WHERE id = $2)")
            .bind(space)
            .bind(account.as_bytes().as_slice())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Notes up to where a former member may read the log, and what of that account's own log the others
/// go on being shown: as much as there was when it was removed.
async fn keep_former(
    connection: &mut Connection,
    space: i64,
    account: AccountId,
    until: u32,
) -> Result<(), StoreError> {
    sql::query(
        "INSERT INTO former_members (space, account, until, account_until)
         SELECT $1, a.account, $2, l.sequence FROM accounts a
         JOIN logs l ON l.account = a.account AND l.kind = 1 WHERE a.id = $3
         ON CONFLICT (account, space) DO NOTHING",
    )
    .bind(space)
    .bind(until)
    .bind(account.as_bytes().as_slice())
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps a judged statement with what it names, and does what follows from it.
async fn keep(
    connection: &mut Connection,
    row: i64,
    owner: i64,
    kind: LogKind,
    log: LogId,
    new: &NewStatement,
    request: Request,
) -> Result<Appended, AppendRefusal> {
    let named = Named::by(kind, &new.statement)?;
    named.check(&new.statement, new)?;
    sql::query(
        "INSERT INTO log_statements (log, sequence, statement, trace) VALUES ($1, $2, $3, $4)",
    )
    .bind(row)
    .bind(new.statement.sequence)
    .bind(new.statement.to_bytes())
    .bind(request.trace.as_slice())
    .execute(&mut *connection)
    .await?;
    for wrap in &new.wraps {
        sql::query("INSERT INTO wraps (hash, log, recipient, wrap) VALUES ($1, $2, $3, $4)")
            .bind(wrap.hash().as_bytes().as_slice())
            .bind(row)
            .bind(wrap.header.recipient.as_bytes().as_slice())
            .bind(wrap.to_bytes())
            .execute(&mut *connection)
            .await
            .map_err(taken)?;
    }
    if let (Some(previous), Some(epoch)) = (&new.previous, named.epoch) {
        sql::query(
            "INSERT INTO previous_secrets (hash, log, epoch, sealed) VALUES ($1, $2, $3, $4)",
        )
        .bind(previous.hash().as_bytes().as_slice())
        .bind(row)
        .bind(epoch)
        .bind(previous.to_bytes())
        .execute(&mut *connection)
        .await
        .map_err(taken)?;
    }
    if let Some(method) = &new.method {
        keep_method(connection, owner, method, request.now_ms).await?;
    }
    let mut ended = Vec::new();
    for target in &named.revoked {
        ended.extend(revoke(connection, owner, row, *target).await?);
    }
    let revoked = named.revoked.iter();
    let told = revoked.map(|target| (BoxEvent::SignerRevoked, *target));
    for (event, signer) in named.added.into_iter().chain(told) {
        let note = BoxNote::of(event).account(log.into()).signer(signer);
        box_log::append(connection, note, request.now_ms).await?;
    }
    tracing::debug!(
        kind = kind.code(),
        sequence = new.statement.sequence,
        "log statement kept"
    );
    Ok(Appended {
        log,
        kind,
        sequence: new.statement.sequence,
        ended,
        removed: named.removed,
    })
}

/// A sealed part is one statement's alone. What names the place of a wrap is zeros in a first
/// statement, so that two logs can name the very same one: whoever comes second is refused.
fn taken(error: sqlx::Error) -> AppendRefusal {
    match error.as_database_error() {
        Some(database) if database.is_unique_violation() => AppendRefusal::Parts,
        _ => error.into(),
    }
}

async fn keep_method(
    connection: &mut Connection,
    owner: i64,
    method: &NewMethod,
    now_ms: u64,
) -> Result<(), AppendRefusal> {
    let sealed = &method.sealed;
    sql::query(
        "INSERT INTO method_keys (method, account, kind, lookup, sealed, created_ms)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(sealed.method.as_bytes().as_slice())
    .bind(owner)
    .bind(sealed.kind.code())
    .bind(
        method
            .lookup
            .as_ref()
            .map(|lookup| lookup.as_bytes().to_vec()),
    )
    .bind(sealed.to_bytes())
    .bind(signed(now_ms))
    .execute(&mut *connection)
    .await
    // Two kits of one lookup id are one kit, which cannot be two ways to unlock.
    .map_err(taken)?;
    if let Some(credential) = &method.credential {
        let bound = sql::query(
            "UPDATE passkeys SET method = $1, device = NULL
             WHERE credential = $2 AND account = $3 AND method IS NULL",
        )
        .bind(sealed.method.as_bytes().as_slice())
        .bind(credential.as_slice())
        .bind(owner)
        .execute(connection)
        .await?;
        if bound != 1 {
            return Err(AppendRefusal::Parts);
        }
    }
    Ok(())
}

/// What the box does at once when a device or method is revoked: its sessions end, and what the box
/// kept for it goes.
async fn revoke(
    connection: &mut Connection,
    owner: i64,
    log: i64,
    target: SignerId,
) -> Result<Vec<(Hash, SignerId)>, StoreError> {
    let ended = sessions::end_sessions_of(connection, owner, target).await?;
    vault::delete_half(connection, owner, target.into()).await?;
    passkeys::delete_of(connection, owner, target.as_bytes()).await?;
    sql::query("DELETE FROM method_keys WHERE account = $1 AND method = $2")
        .bind(owner)
        .bind(target.as_bytes().as_slice())
        .execute(&mut *connection)
        .await?;
    sql::query("DELETE FROM wraps WHERE recipient = $1 AND log IN (SELECT log FROM logs WHERE account = $2 OR log = $3)")
        .bind(target.as_bytes().as_slice())
        .bind(owner)
        .bind(log)
        .execute(connection)
        .await?;
    Ok(ended)
}
