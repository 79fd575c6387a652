//! Ceremonies under way: what the box must remember between two requests, for minutes at most.

use crate::columns::{bytes, signed};
use crate::error::StoreError;
use crate::open::Store;
use crate::sql;

/// Ceremonies kept at once; beyond it the oldest end.
const CEREMONIES_MAX: i64 = 4096;

/// What a ceremony is for. One of a kind is never taken for another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Ceremony {
    /// A passkey is being made at the claim.
    Claim = 1,
    /// A passkey signs in, before it is known whose.
    SignIn = 2,
    /// A session's challenge waits for its answer.
    Session = 3,
    /// A passkey of a session verifies the person anew.
    StepUp = 4,
    /// A passkey is added to an account.
    Register = 5,
    /// A new device asks an old one.
    Approval = 6,
    /// What a verified passkey may fetch, before there is a session.
    Unlocked = 7,
}

impl Store {
    /// Remembers the state of a ceremony until `expires_ms`, replacing an earlier state.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn put_ceremony(
        &self,
        id: [u8; 16],
        kind: Ceremony,
        state: Vec<u8>,
        expires_ms: u64,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        self.committer
            .commit(move |connection| {
                Box::pin(async move {
                    sql::query(
                        "DELETE FROM ceremonies WHERE expires_ms <= $1 OR id IN (SELECT id FROM ceremonies
                         ORDER BY expires_ms DESC LIMIT 9223372036854775807 OFFSET $2)",
                    )
                    .bind(signed(now_ms))
                    .bind(CEREMONIES_MAX)
                    .execute(&mut *connection)
                    .await?;
                    sql::query(
                        "INSERT INTO ceremonies (id, kind, state, expires_ms)
                         VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO UPDATE
                         SET kind = excluded.kind, state = excluded.state,
                             expires_ms = excluded.expires_ms",
                    )
                        .bind(id.as_slice())
                        .bind(kind as u8)
                        .bind(state)
                        .bind(signed(expires_ms))
                        .execute(connection)
                        .await?;
                    Ok(())
                })
            })
            .await
    }

    /// Ends a ceremony and returns its state: whoever comes second finds nothing.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn take_ceremony(
        &self,
        id: [u8; 16],
        kind: Ceremony,
        now_ms: u64,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.committer
            .commit(move |connection| {
                Box::pin(async move {
                    let row = sql::query(
                        "DELETE FROM ceremonies WHERE id = $1 AND kind = $2 RETURNING state, expires_ms",
                    )
                    .bind(id.as_slice())
                    .bind(kind as u8)
                    .fetch_optional(connection)
                    .await?;
                    let Some(row) = row else { return Ok(None) };
                    let live = row.try_get::<i64>("expires_ms")? > signed(now_ms);
                    if live { bytes(&row, "state").map(Some) } else { Ok(None) }
                })
            })
            .await
    }

    /// Returns the state of a ceremony that goes on, and when it ends (ms since 1970).
    ///
    /// # Errors
    /// Those of the database.
    pub async fn ceremony(
        &self,
        id: [u8; 16],
        kind: Ceremony,
        now_ms: u64,
    ) -> Result<Option<(Vec<u8>, u64)>, StoreError> {
        let row = sql::query(
            "SELECT state, expires_ms FROM ceremonies WHERE id = $1 AND kind = $2 AND expires_ms > $3",
        )
        .bind(id.as_slice())
        .bind(kind as u8)
        .bind(signed(now_ms))
        .fetch_optional(&mut self.readers.acquire().await?)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some((
            bytes(&row, "state")?,
            crate::columns::unsigned(&row, "expires_ms")?,
        )))
    }

    /// Changes the state of a ceremony that goes on, keeping its end: `turn` sees the state as it is
    /// at that moment and returns the next one, or its refusal.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn turn_ceremony<R, F>(
        &self,
        id: [u8; 16],
        kind: Ceremony,
        now_ms: u64,
        turn: F,
    ) -> Result<Option<Result<Vec<u8>, R>>, StoreError>
    where
        R: Send + 'static,
        F: FnOnce(&[u8]) -> Result<Vec<u8>, R> + Send + 'static,
    {
        self.committer
            .commit(move |connection| {
                Box::pin(async move {
                    let row = sql::query(
                        "SELECT state FROM ceremonies WHERE id = $1 AND kind = $2 AND expires_ms > $3",
                    )
                    .bind(id.as_slice())
                    .bind(kind as u8)
                    .bind(signed(now_ms))
                    .fetch_optional(&mut *connection)
                    .await?;
                    let Some(row) = row else { return Ok(None) };
                    let next = match turn(&bytes(&row, "state")?) {
                        Ok(next) => next,
                        Err(refusal) => return Ok(Some(Err(refusal))),
                    };
                    sql::query("UPDATE ceremonies SET state = $1 WHERE id = $2")
                        .bind(next.as_slice())
                        .bind(id.as_slice())
                        .execute(connection)
                        .await?;
                    Ok(Some(Ok(next)))
                })
            })
            .await
    }
}
