//! Taking a batch: judged by the function that clients use, written whole or not at all, durable
//! before it is acknowledged.

use std::sync::Arc;

use lifeos_protocol::Wire;
use lifeos_protocol::batch::Batch;
use lifeos_protocol::change::Change;
use lifeos_protocol::head::Head;
use lifeos_protocol::ids::{AccountId, DeviceId, Hash, SpaceId};
use lifeos_protocol::judge::{Accepted, Known, Room, earlier_needed, judge_batch};
use lifeos_protocol::refusal::{Code, Refusal};
use lifeos_protocol::seen::ChainPoint;
use lifeos_protocol::statement::{Statement, chain_start};

use crate::columns::{fixed, object, signed, unsigned};
use crate::connection::Connection;
use crate::error::StoreError;
use crate::log_cache::LogCache;
use crate::open::Store;
use crate::pull::place;
use crate::request::Request;
use crate::sql;
use crate::usage::{self, DayQuota};

/// Every so many changes a point of the chain is kept, so that a resend costs little to judge.
const POINT_EVERY: u64 = 256;
/// A head is kept beside the newest where its batch passes a multiple of this.
const HEAD_EVERY: u64 = 256;

/// What a push did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pushed {
    /// How far the box has everything of the author: counter and `h`.
    pub end: ChainPoint,
    /// Sequence of the author's last change.
    pub sequence: u64,
    /// How many changes were new.
    pub fresh: usize,
}

/// Why a batch was not taken.
#[derive(Debug, thiserror::Error)]
pub enum PushRefusal {
    /// The judge refuses it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for PushRefusal {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Who pushes, and how much it may.
#[derive(Debug, Clone, Copy)]
pub struct Pusher {
    /// The account of the session. It has to be a member; the author may be another device, whose
    /// changes a holder pushes again.
    pub account: AccountId,
    /// The device of the session: its quota is used.
    pub device: DeviceId,
    /// What it may push in a day.
    pub quota: DayQuota,
    /// By which request.
    pub request: Request,
}

impl Store {
    /// Takes a batch whole, or refuses it whole. A batch that is there already changes nothing.
    ///
    /// # Errors
    /// [`PushRefusal`]. A counter that was used for another statement is kept as evidence.
    pub async fn push(
        &self,
        space: SpaceId,
        batch: Batch,
        pusher: Pusher,
    ) -> Result<Pushed, PushRefusal> {
        let logs = Arc::clone(&self.logs);
        let batch = Arc::new(batch);
        let outcome = {
            let batch = Arc::clone(&batch);
            self.committer
                .commit(move |connection| {
                    Box::pin(async move { take(connection, &logs, space, &batch, pusher).await })
                })
                .await
        };
        if let Err(PushRefusal::Refused(Refusal {
            code: Code::Equivocation,
            at: Some(at),
            ..
        })) = outcome
        {
            self.keep_equivocation(space, batch, at, pusher.request.now_ms)
                .await?;
        }
        outcome
    }
}

async fn take(
    connection: &mut Connection,
    logs: &LogCache,
    space: SpaceId,
    batch: &Batch,
    pusher: Pusher,
) -> Result<Pushed, PushRefusal> {
    let (row, arrivals) = member_space(connection, space, pusher.account).await?;
    let (log, mut accounts) = logs
        .space(connection, space)
        .await?
        .ok_or(Refusal::new(Code::NotFound))?;
    let account = batch.head().body.account;
    if !accounts.0.contains_key(&account) {
        accounts
            .0
            .extend(logs.known(connection, std::iter::once(account)).await?.0);
    }
    let author = Author::find(connection, row, space, batch.device()).await?;
    let earlier = author
        .earlier(connection, space, batch.device(), batch.first())
        .await?;
    let known = Known {
        last: author.last,
        positions: author.positions,
        earlier: &earlier,
    };
    let room = Room::new(&log, account, &accounts)?;
    let accepted = judge_batch(batch, &room, &known)?;
    let fresh = &batch.changes()[accepted.known..];
    if fresh.is_empty() {
        return Ok(Pushed {
            end: author.last,
            sequence: author.sequence,
            fresh: 0,
        });
    }
    let size = fresh
        .iter()
        .map(|change| change.to_bytes().len() as u64)
        .sum();
    let count = fresh.len() as u64;
    if !usage::count(
        connection,
        pusher.device,
        count,
        size,
        pusher.quota,
        pusher.request.now_ms,
    )
    .await?
    {
        return Err(Refusal::new(Code::Quota).into());
    }
    let owner = crate::accounts::account_row(connection, account)
        .await?
        .ok_or(Refusal::new(Code::PositionUnknown))?;
    let pushed = Writing {
        row,
        owner,
        arrivals,
        device: batch.device(),
        author: author.row,
        trace: pusher.request.trace,
    }
    .write(connection, fresh, &accepted, batch.head())
    .await?;
    tracing::debug!(
        fresh = pushed.fresh,
        sequence = pushed.sequence,
        "changes kept"
    );
    Ok(pushed)
}

/// Returns the row of a space and how many changes arrived in it, for one of its members.
pub(crate) async fn member_space(
    connection: &mut Connection,
    space: SpaceId,
    account: AccountId,
) -> Result<(i64, u64), PushRefusal> {
    let found = sql::query(
        "SELECT l.log AS log, l.arrivals AS arrivals FROM logs l
         JOIN members m ON m.space = l.log JOIN accounts a ON a.account = m.account
         WHERE l.id = $1 AND l.kind = 2 AND a.id = $2",
    )
    .bind(space.as_bytes().as_slice())
    .bind(account.as_bytes().as_slice())
    .fetch_optional(connection)
    .await?
    .ok_or(Refusal::new(Code::NotFound))?;
    Ok((found.try_get("log")?, unsigned(&found, "arrivals")?))
}

/// What is known of a device in a space.
struct Author {
    row: Option<i64>,
    last: ChainPoint,
    positions: (u32, u32),
    sequence: u64,
}

impl Author {
    async fn find(
        connection: &mut Connection,
        space_row: i64,
        space: SpaceId,
        device: DeviceId,
    ) -> Result<Self, StoreError> {
        let row = sql::query(
            "SELECT author, counter, sequence, h, space_position, account_position FROM authors
             WHERE space = $1 AND device = $2",
        )
        .bind(space_row)
        .bind(device.as_bytes().as_slice())
        .fetch_optional(connection)
        .await?;
        let Some(row) = row else {
            return Ok(Self {
                row: None,
                last: chain_start(space, device),
                positions: (0, 0),
                sequence: 0,
            });
        };
        Ok(Self {
            row: Some(row.try_get("author")?),
            last: ChainPoint {
                counter: unsigned(&row, "counter")?,
                h: fixed(&row, "h")?.into(),
            },
            positions: (
                unsigned(&row, "space_position")?,
                unsigned(&row, "account_position")?,
            ),
            sequence: unsigned(&row, "sequence")?,
        })
    }

    /// Returns the chain's points that a batch from `first` on overlaps, computed again from the
    /// nearest point kept.
    async fn earlier(
        &self,
        connection: &mut Connection,
        space: SpaceId,
        device: DeviceId,
        first: u64,
    ) -> Result<Vec<ChainPoint>, StoreError> {
        let (Some(author), Some(needed)) = (self.row, earlier_needed(first, self.last.counter))
        else {
            return Ok(Vec::new());
        };
        let kept = sql::query(
            "SELECT counter, h FROM chain_points WHERE author = $1 AND counter <= $2
             ORDER BY counter DESC LIMIT 1",
        )
        .bind(author)
        .bind(signed(*needed.start()))
        .fetch_optional(&mut *connection)
        .await?;
        let mut point = match kept {
            Some(row) => ChainPoint {
                counter: unsigned(&row, "counter")?,
                h: fixed(&row, "h")?.into(),
            },
            None => chain_start(space, device),
        };
        let rows = sql::query(
            "SELECT statement FROM statements WHERE author = $1 AND counter > $2 AND counter <= $3
             ORDER BY counter",
        )
        .bind(author)
        .bind(signed(point.counter))
        .bind(signed(*needed.end()))
        .fetch_all(connection)
        .await?;
        let mut points = Vec::with_capacity(rows.len() + 1);
        if needed.contains(&point.counter) {
            points.push(point);
        }
        for row in &rows {
            let statement: Statement = object(row, "statement")?;
            point = statement.chain(space, device, point);
            if needed.contains(&point.counter) {
                points.push(point);
            }
        }
        Ok(points)
    }
}

struct Writing {
    row: i64,
    owner: i64,
    arrivals: u64,
    device: DeviceId,
    author: Option<i64>,
    trace: [u8; 16],
}

impl Writing {
    async fn write(
        self,
        connection: &mut Connection,
        fresh: &[Change],
        accepted: &Accepted,
        head: &Head,
    ) -> Result<Pushed, PushRefusal> {
        let end = *accepted
            .points
            .last()
            .ok_or(Refusal::new(Code::Malformed))?;
        let sequence = self.arrivals + fresh.len() as u64;
        let author = self
            .keep_author(connection, end, sequence, accepted, head)
            .await?;
        sql::query("INSERT INTO batches (place, trace) VALUES ($1, $2)")
            .bind(place(self.row, self.arrivals + 1))
            .bind(self.trace.as_slice())
            .execute(&mut *connection)
            .await?;
        let before = end.counter - fresh.len() as u64;
        if before / HEAD_EVERY < end.counter / HEAD_EVERY {
            sql::query("INSERT INTO heads (author, counter, head) VALUES ($1, $2, $3)")
                .bind(author)
                .bind(signed(end.counter))
                .bind(head.to_bytes())
                .execute(&mut *connection)
                .await?;
        }
        let points = &accepted.points[accepted.known..];
        for ((change, point), sequence) in fresh.iter().zip(points).zip(self.arrivals + 1..) {
            let whole = change.to_bytes();
            let (statement, body) = whole.split_at(change.statement.to_bytes().len());
            sql::query(
                "INSERT INTO statements (author, counter, sequence, statement) VALUES ($1, $2, $3, $4)",
            )
            .bind(author)
            .bind(signed(point.counter))
            .bind(signed(sequence))
            .bind(statement)
            .execute(&mut *connection)
            .await?;
            sql::query("INSERT INTO bodies (place, author, counter, body) VALUES ($1, $2, $3, $4)")
                .bind(place(self.row, sequence))
                .bind(author)
                .bind(signed(point.counter))
                .bind(body)
                .execute(&mut *connection)
                .await?;
            if point.counter % POINT_EVERY == 0 {
                sql::query("INSERT INTO chain_points (author, counter, h) VALUES ($1, $2, $3)")
                    .bind(author)
                    .bind(signed(point.counter))
                    .bind(point.h.as_bytes().as_slice())
                    .execute(&mut *connection)
                    .await?;
            }
        }
        sql::query("UPDATE logs SET arrivals = $1 WHERE log = $2")
            .bind(signed(sequence))
            .bind(self.row)
            .execute(connection)
            .await?;
        Ok(Pushed {
            end,
            sequence,
            fresh: fresh.len(),
        })
    }

    async fn keep_author(
        &self,
        connection: &mut Connection,
        end: ChainPoint,
        sequence: u64,
        accepted: &Accepted,
        head: &Head,
    ) -> Result<i64, StoreError> {
        let (space_position, account_position) = accepted.positions;
        if let Some(author) = self.author {
            sql::query(
                "UPDATE authors SET counter = $1, sequence = $2, h = $3, space_position = $4,
                 account_position = $5, head = $6 WHERE author = $7",
            )
            .bind(signed(end.counter))
            .bind(signed(sequence))
            .bind(end.h.as_bytes().as_slice())
            .bind(space_position)
            .bind(account_position)
            .bind(head.to_bytes())
            .bind(author)
            .execute(connection)
            .await?;
            return Ok(author);
        }
        let row = sql::query(
            "INSERT INTO authors (space, device, account, counter, sequence, h, space_position,
             account_position, head) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING author",
        )
        .bind(self.row)
        .bind(self.device.as_bytes().as_slice())
        .bind(self.owner)
        .bind(signed(end.counter))
        .bind(signed(sequence))
        .bind(end.h.as_bytes().as_slice())
        .bind(space_position)
        .bind(account_position)
        .bind(head.to_bytes())
        .fetch_one(connection)
        .await?;
        Ok(row.try_get("author")?)
    }
}

/// Returns the statement that stands at a counter, as sent, with the author's newest head.
pub(crate) async fn standing(
    connection: &mut Connection,
    space: SpaceId,
    device: DeviceId,
    counter: u64,
) -> Result<Option<(i64, Vec<u8>, Vec<u8>)>, StoreError> {
    let row = sql::query(
        "SELECT l.log AS log, s.statement AS statement, a.head AS head FROM logs l
         JOIN authors a ON a.space = l.log AND a.device = $1
         JOIN statements s ON s.author = a.author AND s.counter = $2 WHERE l.id = $3",
    )
    .bind(device.as_bytes().as_slice())
    .bind(signed(counter))
    .bind(space.as_bytes().as_slice())
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some((
        row.try_get("log")?,
        row.try_get("statement")?,
        row.try_get("head")?,
    )))
}

/// Returns the key of an account's device, revoked or not.
pub(crate) fn verifies(log: &lifeos_protocol::log::AccountLog, head: &Head) -> bool {
    log.device(head.body.device)
        .is_some_and(|device| head.verify(&device.keys.signing).is_ok())
}

/// Names a piece of evidence: the same one again is kept once.
pub(crate) fn fingerprint(refused: &[u8]) -> Hash {
    lifeos_protocol::hash::sha256(refused)
}
