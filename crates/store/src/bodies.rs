//! Bodies sealed anew after an erasure: judged by the function that clients use, replaced all or
//! none, and the old bytes gone from the disk before it is acknowledged.

use std::sync::Arc;

use lifeos_protocol::Wire;
use lifeos_protocol::bodies::{Bodies, Resealed};
use lifeos_protocol::ids::{AccountId, SpaceId};
use lifeos_protocol::judge::{KeptBody, Reseal, StandingErasure};
use lifeos_protocol::refusal::{Code, Refusal};
use lifeos_protocol::seal::Seal;

use crate::changes::{PushRefusal, member_space};
use crate::columns::{object, signed, unsigned};
use crate::connection::Connection;
use crate::error::StoreError;
use crate::log_cache::LogCache;
use crate::open::Store;
use crate::residue::Residue;
use crate::sql;

/// Why a body was replaced: an erasure.
const ERASED: i64 = 2;

impl Store {
    /// Replaces the bodies of changes that an erasure names; returns how many were replaced. All or
    /// none, and the same again changes nothing.
    ///
    /// The answer comes when the old bodies are gone from the disk. They are counted in no quota:
    /// each needs a signed erasure, and takes the place of what was counted.
    ///
    /// # Errors
    /// [`PushRefusal`]. After [`StoreError::StillRead`] or [`StoreError::DiskFull`] the new bodies
    /// may stand while old bytes still rest: the same again goes on from there.
    pub async fn reseal(
        &self,
        space: SpaceId,
        account: AccountId,
        bodies: Bodies,
    ) -> Result<usize, PushRefusal> {
        let logs = Arc::clone(&self.logs);
        let (replaced, residue) = self
            .committer
            .commit(move |connection| {
                Box::pin(async move { replace(connection, &logs, space, account, &bodies).await })
            })
            .await?;
        self.committer.clear(residue).await?;
        Ok(replaced)
    }
}

async fn replace(
    connection: &mut Connection,
    logs: &LogCache,
    space: SpaceId,
    account: AccountId,
    bodies: &Bodies,
) -> Result<(usize, Residue), PushRefusal> {
    let (row, _) = member_space(connection, space, account).await?;
    let (log, _) = logs
        .space(connection, space)
        .await?
        .ok_or(Refusal::new(Code::NotFound))?;
    let erasure = StandingErasure::find(&log, account, bodies.erasure())?;
    let mut old = Vec::new();
    let mut replaced = Vec::new();
    for item in bodies.items() {
        let kept = Kept::find(connection, row, item).await?;
        if erasure.judge(item, &kept.judged()?)? == Reseal::Known {
            continue;
        }
        kept.replace(connection, row, bodies.erasure(), item)
            .await?;
        replaced.push(kept.place);
        old.extend(kept.body);
    }
    let Some(first) = replaced.first() else {
        return Ok((0, Residue::none()));
    };
    let residue = Residue::mark(connection, *first, old).await?;
    tracing::debug!(replaced = replaced.len(), "bodies sealed anew");
    Ok((replaced.len(), residue))
}

/// What rests at the place of a change.
struct Kept {
    place: i64,
    statement: lifeos_protocol::statement::Statement,
    body: Option<Vec<u8>>,
    erasure: Option<u32>,
}

impl Kept {
    async fn find(
        connection: &mut Connection,
        space: i64,
        item: &Resealed,
    ) -> Result<Self, PushRefusal> {
        let row = sql::query(
            "SELECT b.place AS place, s.statement AS statement, b.body AS body,
                    (SELECT max(sequence) FROM body_authorisations a
                     WHERE a.place = b.place AND a.why = $1) AS erasure
             FROM authors w JOIN statements s ON s.author = w.author AND s.counter = $2
             JOIN bodies b ON b.place = (w.space << 40) | s.sequence
             WHERE w.space = $3 AND w.device = $4",
        )
        .bind(ERASED)
        .bind(signed(item.counter))
        .bind(space)
        .bind(item.device.as_bytes().as_slice())
        .fetch_optional(connection)
        .await?
        .ok_or(Refusal::at(Code::Gap, item.counter))?;
        Ok(Self {
            place: row.try_get("place")?,
            statement: object(&row, "statement")?,
            body: row.try_get::<Option<&[u8]>>("body")?.map(<[u8]>::to_vec),
            erasure: row
                .try_get::<Option<i64>>("erasure")?
                .map(|_| unsigned(&row, "erasure"))
                .transpose()?,
        })
    }

    fn judged(&self) -> Result<KeptBody, StoreError> {
        let seal = self.body.as_deref().map(|body| {
            body.get(..Seal::LENGTH)
                .and_then(|seal| Seal::from_bytes(seal).ok())
                .ok_or(StoreError::Damaged("body"))
        });
        Ok(KeptBody {
            statement: self.statement.clone(),
            seal: seal.transpose()?,
            erasure: self.erasure,
        })
    }

    async fn replace(
        &self,
        connection: &mut Connection,
        space: i64,
        erasure: u32,
        item: &Resealed,
    ) -> Result<(), StoreError> {
        sql::query(
            "INSERT INTO body_authorisations (place, why, log, sequence) VALUES ($1, $2, $3, $4)
             ON CONFLICT DO NOTHING",
        )
        .bind(self.place)
        .bind(ERASED)
        .bind(space)
        .bind(erasure)
        .execute(&mut *connection)
        .await?;
        let whole = item.change.to_bytes();
        let (_, body) = whole.split_at(self.statement.to_bytes().len());
        sql::query("UPDATE bodies SET body = $1 WHERE place = $2")
            .bind(body)
            .bind(self.place)
            .execute(connection)
            .await?;
        Ok(())
    }
}
