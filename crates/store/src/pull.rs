//! Reading a space in order of arrival, in pieces: nothing holds a whole result, and nothing holds a
//! transaction open while a slow reader takes its time.
//!
//! Where a pull ends is settled when it begins, together with the heads that cover it: a batch that
//! arrives meanwhile belongs to the next pull.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use lifeos_protocol::codec::{Wire, Writer};
use lifeos_protocol::ids::{AccountId, DeviceId, IncarnationId, LogId, SpaceId};
use lifeos_protocol::stream::{AccountHead, Complete, Frame, MAX_RUN};

use crate::columns::{fixed, object, signed, unsigned};
use crate::connection::Connection;
use crate::error::StoreError;
use crate::open::Store;
use crate::sql::{self, Row};

/// About how many bytes are read before they are handed on.
const PIECE_BYTES: usize = 256 << 10;
/// Rows that are asked for first where all that is asked for is sent.
const FIRST_PORTION: i64 = 64;
const FRAME_LOG: u8 = 1;
const FRAME_RUN: u8 = 2;

/// Returns the place of a sequence in a space: the key of its body.
pub(crate) fn place(space: i64, sequence: u64) -> i64 {
    (space << 40) | signed(sequence)
}

/// Why a pull does not begin.
#[derive(Debug, thiserror::Error)]
pub enum PullRefusal {
    /// There is no such space.
    #[error("space is unknown")]
    NoSpace,
    /// The cursor is beyond what the store has.
    #[error("cursor is beyond the newest sequence")]
    Beyond,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A pull under way.
pub struct Pull {
    store: Store,
    space: i64,
    at: u64,
    until: u64,
    authors: HashMap<i64, (DeviceId, Vec<u8>)>,
    met: BTreeSet<i64>,
    logs: Vec<u8>,
    complete: Option<Complete>,
    /// Rows that are asked for at once.
    portion: i64,
}

impl Store {
    /// Begins a pull of what arrived in `space` after `after`. `known` says which logs the reader
    /// has up to which sequence; of the others it gets every statement.
    ///
    /// # Errors
    /// [`PullRefusal`].
    pub async fn pull(
        &self,
        space: SpaceId,
        after: u64,
        known: &HashMap<LogId, u32>,
        incarnation: IncarnationId,
        now_ms: u64,
    ) -> Result<Pull, PullRefusal> {
        let mut view = self.readers.snapshot().await.map_err(StoreError::from)?;
        let begun = begin(&mut view, space, after, known).await?;
        let Begun {
            row,
            until,
            authors,
            logs,
            accounts,
            space_log_head,
        } = begun;
        if after > until {
            return Err(PullRefusal::Beyond);
        }
        let complete = Complete {
            incarnation,
            sequence: until,
            server_time_ms: now_ms,
            accounts,
            space_log_head,
        };
        Ok(Pull {
            store: self.clone(),
            space: row,
            at: after,
            until,
            authors,
            met: BTreeSet::new(),
            logs,
            complete: Some(complete),
            portion: if self.readers.send_ahead() {
                FIRST_PORTION
            } else {
                i64::MAX
            },
        })
    }
}

impl Pull {
    /// Returns the next whole frames, or nothing after the complete mark.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn next_piece(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        if !self.logs.is_empty() {
            return Ok(Some(std::mem::take(&mut self.logs)));
        }
        if self.at < self.until {
            return self.read().await.map(Some);
        }
        let Some(complete) = self.complete.take() else {
            return Ok(None);
        };
        let mut out = Writer::new();
        for author in &self.met {
            if let Some((_, head)) = self.authors.get(author) {
                out.u8(3).bytes(head);
            }
        }
        Frame::Complete(complete).write(&mut out);
        Ok(Some(out.finish()))
    }

    async fn read(&mut self) -> Result<Vec<u8>, StoreError> {
        let mut out = Writer::new();
        let mut run: Option<OpenRun> = None;
        let mut connection = self.store.readers.acquire().await?;
        let mut rows = sql::query(
            "SELECT b.place & 1099511627775 AS sequence, b.author AS author, b.counter AS counter,
                    s.statement AS statement, b.body AS body,
                    CASE WHEN b.body IS NULL THEN
                        (SELECT why FROM body_authorisations a WHERE a.place = b.place
                         ORDER BY a.sequence DESC LIMIT 1) END AS why
             FROM bodies b JOIN statements s ON s.author = b.author AND s.counter = b.counter
             WHERE b.place > $1 AND b.place <= $2 ORDER BY b.place LIMIT $3",
        )
        .bind(place(self.space, self.at))
        .bind(place(self.space, self.until))
        .bind(self.portion)
        .fetch(&mut connection);
        let before = self.at;
        let mut served = BTreeMap::new();
        let mut held = 0;
        while let Some(row) = rows.next().await? {
            let sequence: u64 = unsigned(&row, "sequence")?;
            let author: i64 = row.try_get("author")?;
            let counter: u64 = unsigned(&row, "counter")?;
            let statement: &[u8] = row.try_get("statement")?;
            let body: Option<&[u8]> = row.try_get("body")?;
            if sequence != self.at + 1 {
                return Err(StoreError::Damaged("sequence"));
            }
            let device = self
                .authors
                .get(&author)
                .ok_or(StoreError::Damaged("author"))?
                .0;
            self.met.insert(author);
            served.insert(author, counter);
            self.at = sequence;
            let extends = run
                .as_ref()
                .is_some_and(|run| body.is_some() && run.extends(author, counter));
            if !extends && let Some(run) = run.take() {
                run.finish(&mut out);
            }
            match body {
                Some(body) => {
                    let run =
                        run.get_or_insert_with(|| OpenRun::new(sequence, author, device, counter));
                    run.push(statement, body);
                }
                None => {
                    let why: u8 = unsigned(&row, "why")?;
                    gone(&mut out, sequence, device, counter, statement, why);
                }
            }
            held = out.as_bytes().len() + run.as_ref().map_or(0, OpenRun::len);
            if held >= PIECE_BYTES {
                break;
            }
        }
        if let Some(run) = run {
            run.finish(&mut out);
        }
        drop(rows);
        if self.at == before {
            return Err(StoreError::Damaged("sequence"));
        }
        if self.store.readers.send_ahead() {
            self.portion = next_portion(held, self.at - before);
        }
        if self.at < self.until {
            vouch(&mut connection, &served, &mut out).await?;
        }
        Ok(out.finish())
    }
}

impl std::fmt::Debug for Pull {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pull")
            .field("at", &self.at)
            .field("until", &self.until)
            .finish_non_exhaustive()
    }
}

/// Returns how many rows are asked for next, so that about a piece of them comes.
fn next_portion(held: usize, rows: u64) -> i64 {
    let row = (held as u64 / rows.max(1)).max(1);
    signed((PIECE_BYTES as u64 / row + 1).clamp(4, 4096))
}

/// A run whose length is not known yet. Its changes go from the disk to the wire as they are.
struct OpenRun {
    author: i64,
    next: u64,
    count: usize,
    sequence: u64,
    device: DeviceId,
    first: u64,
    changes: Vec<u8>,
}

impl OpenRun {
    fn new(sequence: u64, author: i64, device: DeviceId, counter: u64) -> Self {
        Self {
            author,
            next: counter,
            count: 0,
            sequence,
            device,
            first: counter,
            changes: Vec::new(),
        }
    }

    fn extends(&self, author: i64, counter: u64) -> bool {
        self.author == author && self.next == counter && self.count < MAX_RUN
    }

    fn push(&mut self, statement: &[u8], body: &[u8]) {
        self.changes.extend_from_slice(statement);
        self.changes.extend_from_slice(body);
        self.next += 1;
        self.count += 1;
    }

    fn len(&self) -> usize {
        self.changes.len()
    }

    fn finish(self, out: &mut Writer) {
        let mut payload = Writer::new();
        let count = u16::try_from(self.count).expect("a run is closed at its limit");
        payload
            .u64(self.sequence)
            .put(&self.device)
            .u64(self.first)
            .u16(count)
            .raw(&self.changes);
        out.u8(FRAME_RUN).bytes(payload.as_bytes());
    }
}

fn gone(
    out: &mut Writer,
    sequence: u64,
    device: DeviceId,
    counter: u64,
    statement: &[u8],
    why: u8,
) {
    let mut payload = Writer::new();
    payload
        .u64(sequence)
        .put(&device)
        .u64(counter)
        .raw(statement)
        .u8(why);
    out.u8(5).bytes(payload.as_bytes());
}

/// Appends the newest kept head of each author that covers nothing beyond what was served: where the
/// stream is cut after it, the reader goes on from there.
async fn vouch(
    connection: &mut Connection,
    served: &BTreeMap<i64, u64>,
    out: &mut Writer,
) -> Result<(), StoreError> {
    for (author, counter) in served {
        let row = sql::query(
            "SELECT head FROM heads WHERE author = $1 AND counter <= $2 ORDER BY counter DESC LIMIT 1",
        )
        .bind(*author)
        .bind(signed(*counter))
        .fetch_optional(&mut *connection)
        .await?;
        if let Some(row) = row {
            let head: lifeos_protocol::head::Head = object(&row, "head")?;
            Frame::Head(head).write(out);
        }
    }
    Ok(())
}

struct Begun {
    row: i64,
    until: u64,
    authors: HashMap<i64, (DeviceId, Vec<u8>)>,
    logs: Vec<u8>,
    accounts: Vec<AccountHead>,
    space_log_head: lifeos_protocol::ids::Hash,
}

async fn begin(
    connection: &mut Connection,
    space: SpaceId,
    after: u64,
    known: &HashMap<LogId, u32>,
) -> Result<Begun, PullRefusal> {
    let row =
        sql::query("SELECT log, arrivals, head, sequence FROM logs WHERE id = $1 AND kind = 2")
            .bind(space.as_bytes().as_slice())
            .fetch_optional(&mut *connection)
            .await
            .map_err(StoreError::from)?
            .ok_or(PullRefusal::NoSpace)?;
    let space_row: i64 = row.try_get("log").map_err(StoreError::from)?;
    let mut logs = Writer::new();
    let mut accounts = Vec::new();
    let members = sql::query(
        "SELECT l.log AS log, l.id AS id, l.head AS head, l.sequence AS sequence, CAST(1 AS BIGINT) AS present
         FROM members m JOIN logs l ON l.account = m.account AND l.kind = 1 WHERE m.space = $1
         UNION ALL
         SELECT l.log AS log, l.id AS id, l.head AS head, f.account_until AS sequence, CAST(0 AS BIGINT) AS present
         FROM former_members f JOIN logs l ON l.account = f.account AND l.kind = 1
         WHERE f.space = $1 ORDER BY log",
    )
    .bind(space_row)
    .fetch_all(&mut *connection)
    .await
    .map_err(StoreError::from)?;
    for member in &members {
        let account: AccountId = AccountId::new(fixed(member, "id")?);
        if unsigned::<u32>(member, "present")? == 1 {
            let head = fixed(member, "head")?.into();
            accounts.push(AccountHead { account, head });
        }
        statements(connection, member, account.into(), 1, known, &mut logs).await?;
    }
    statements(connection, &row, space.into(), 2, known, &mut logs).await?;
    let rows =
        sql::query("SELECT author, device, head FROM authors WHERE space = $1 AND sequence > $2")
            .bind(space_row)
            .bind(signed(after))
            .fetch_all(&mut *connection)
            .await
            .map_err(StoreError::from)?;
    let mut authors = HashMap::with_capacity(rows.len());
    for author in &rows {
        let number: i64 = author.try_get("author").map_err(StoreError::from)?;
        let head: lifeos_protocol::head::Head = object(author, "head")?;
        authors.insert(
            number,
            (DeviceId::new(fixed(author, "device")?), head.to_bytes()),
        );
    }
    Ok(Begun {
        row: space_row,
        until: unsigned(&row, "arrivals")?,
        authors,
        logs: logs.finish(),
        accounts,
        space_log_head: fixed(&row, "head")?.into(),
    })
}

/// Appends the statements of one log that the reader does not have.
async fn statements(
    connection: &mut Connection,
    log: &Row,
    id: LogId,
    kind: u8,
    known: &HashMap<LogId, u32>,
    out: &mut Writer,
) -> Result<(), StoreError> {
    let newest: u32 = unsigned(log, "sequence")?;
    let known = known.get(&id).copied();
    if known.is_some_and(|known| known >= newest) {
        return Ok(());
    }
    let rows = sql::query(
        "SELECT statement FROM log_statements WHERE log = $1 AND sequence > $2
         AND sequence <= $3 ORDER BY sequence",
    )
    .bind(log.try_get::<i64>("log")?)
    .bind(known.map_or(-1, i64::from))
    .bind(newest)
    .fetch_all(connection)
    .await?;
    for row in &rows {
        let statement: &[u8] = row.try_get("statement")?;
        let mut payload = Writer::new();
        payload.u8(kind).raw(statement);
        out.u8(FRAME_LOG).bytes(payload.as_bytes());
    }
    Ok(())
}
