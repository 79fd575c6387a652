//! Evidence that a device said two things: kept beside the log, never folded, never healed.

use std::sync::Arc;

use lifeos_protocol::batch::Batch;
use lifeos_protocol::codec::{Wire, Writer};
use lifeos_protocol::ids::SpaceId;

use crate::changes::{fingerprint, standing, verifies};
use crate::columns::{bytes, signed, unsigned};
use crate::error::StoreError;
use crate::open::Store;
use crate::sql;

/// Pieces of evidence kept for one device in one space: the first proves as much as the last.
const KEPT_MAX: i64 = 16;
const EQUIVOCATION: i64 = 1;

/// Two statements of one device at one counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Equivocation {
    /// The device (16 bytes).
    pub device: Vec<u8>,
    /// What stands: counter u64 · statement (bytes) · the newest head.
    pub kept: Vec<u8>,
    /// What was refused: counter u64 · statement (bytes) · the head that covered it.
    pub refused: Vec<u8>,
    /// When it came (ms since 1970).
    pub at_ms: u64,
}

impl Store {
    /// Keeps both statements, if the second one was truly signed by the device.
    pub(crate) async fn keep_equivocation(
        &self,
        space: SpaceId,
        batch: Arc<Batch>,
        at: u64,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        let logs = Arc::clone(&self.logs);
        self.committer
            .commit(move |connection| {
                Box::pin(async move {
                    let head = batch.head();
                    let log = logs.account(connection, head.body.account).await?;
                    if !log.is_some_and(|log| verifies(&log, head)) {
                        return Ok(());
                    }
                    let change = at
                        .checked_sub(batch.first())
                        .and_then(|index| usize::try_from(index).ok())
                        .and_then(|index| batch.changes().get(index));
                    let stands = standing(connection, space, batch.device(), at).await?;
                    let (Some(change), Some((log, statement, kept_head))) = (change, stands) else {
                        return Ok(());
                    };
                    let kept = piece(at, &statement, &kept_head);
                    let refused = piece(at, &change.statement.to_bytes(), &head.to_bytes());
                    sql::query(
                        "INSERT INTO evidence (log, kind, subject, fingerprint, kept, refused, at_ms)
                         SELECT $1, $2, $3, $4, $5, $6, $7 WHERE (SELECT count(*) FROM evidence
                         WHERE log = $1 AND subject = $3) < $8 ON CONFLICT DO NOTHING",
                    )
                    .bind(log)
                    .bind(EQUIVOCATION)
                    .bind(batch.device().as_bytes().as_slice())
                    .bind(fingerprint(&refused).as_bytes().as_slice())
                    .bind(kept)
                    .bind(refused)
                    .bind(signed(now_ms))
                    .bind(KEPT_MAX)
                    .execute(connection)
                    .await?;
                    tracing::warn!("a counter was used twice; both statements are kept");
                    Ok(())
                })
            })
            .await
    }

    /// Returns the evidence of a space, oldest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn equivocations(&self, space: SpaceId) -> Result<Vec<Equivocation>, StoreError> {
        let rows = sql::query(
            "SELECT subject, kept, refused, at_ms FROM evidence JOIN logs USING (log)
             WHERE id = $1 AND evidence.kind = $2 ORDER BY evidence",
        )
        .bind(space.as_bytes().as_slice())
        .bind(EQUIVOCATION)
        .fetch_all(&mut self.readers.acquire().await?)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Equivocation {
                    device: row.try_get("subject")?,
                    kept: bytes(row, "kept")?,
                    refused: bytes(row, "refused")?,
                    at_ms: unsigned(row, "at_ms")?,
                })
            })
            .collect()
    }
}

fn piece(counter: u64, statement: &[u8], head: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.u64(counter).bytes(statement).raw(head);
    writer.finish()
}
