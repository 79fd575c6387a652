//! What is noted of the request that brings something: when it came, and by which trace it is found
//! in the log of the process.

use lifeos_protocol::ids::{LogId, SpaceId};

use crate::columns::{fixed, signed};
use crate::error::StoreError;
use crate::open::Store;
use crate::pull::place;
use crate::sql;

/// A request on its way to the rows that it makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// When it came (ms since 1970).
    pub now_ms: u64,
    /// Its trace id (W3C Trace Context). Fresh for each request: it says nothing of what is sealed.
    pub trace: [u8; 16],
}

impl Store {
    /// Returns the trace of the request that brought a change.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn trace_of_change(
        &self,
        space: SpaceId,
        sequence: u64,
    ) -> Result<Option<[u8; 16]>, StoreError> {
        let mut connection = self.readers.acquire().await?;
        let space =
            sql::query("SELECT log FROM logs WHERE id = $1 AND kind = 2 AND arrivals >= $2")
                .bind(space.as_bytes().as_slice())
                .bind(signed(sequence))
                .fetch_optional(&mut connection)
                .await?;
        let Some(space) = space else { return Ok(None) };
        let space: i64 = space.try_get("log")?;
        let row = sql::query(
            "SELECT trace FROM batches WHERE place > $1 AND place <= $2 ORDER BY place DESC LIMIT 1",
        )
        .bind(place(space, 0))
        .bind(place(space, sequence))
        .fetch_optional(&mut connection)
        .await?;
        row.as_ref().map(|row| fixed(row, "trace")).transpose()
    }

    /// Returns the trace of the request that brought a log statement.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn trace_of_statement(
        &self,
        log: LogId,
        sequence: u32,
    ) -> Result<Option<[u8; 16]>, StoreError> {
        let row = sql::query(
            "SELECT s.trace AS trace FROM log_statements s JOIN logs l USING (log)
             WHERE l.id = $1 AND s.sequence = $2",
        )
        .bind(log.as_bytes().as_slice())
        .bind(sequence)
        .fetch_optional(&mut self.readers.acquire().await?)
        .await?;
        row.as_ref().map(|row| fixed(row, "trace")).transpose()
    }
}
